// International names: what IDNA2008 makes of what people type, what it refuses, and what may be shown.
#include "model/idn.hpp"
#include "base/untrusted_text.hpp"
#include "catch.hpp"
#include "model/script.hpp"
#include "model/target.hpp"

namespace smtptls::model {
namespace {

struct Typed {
    std::string text;
    std::string host;
    std::string shown;  // in Unicode; empty: not
};

TEST_CASE("a name in Unicode becomes its ASCII form, and is shown where it cannot be mistaken", "[model]")
{
    const auto row = GENERATE(values<Typed>({
        {"b\u00fccher.example", "xn--bcher-kva.example", "b\u00fccher.example"},
        {"mail.B\u00dcCHER.Example.", "mail.xn--bcher-kva.example", "mail.b\u00fccher.example"},
        {"bu\u0308cher.example", "xn--bcher-kva.example", "b\u00fccher.example"},  // decomposed (NFD)
        {"fa\u00df.example", "xn--fa-hia.example", "fa\u00df.example"},
        {"b\u00fccher\u3002example", "xn--bcher-kva.example", "b\u00fccher.example"},
        {"b\u00fccher.example\uff0e", "xn--bcher-kva.example", "b\u00fccher.example"},
        {"\uff4d\uff41\uff49\uff4c.example", "mail.example", ""},  // full-width letters
        {"_25._tcp.b\u00fccher.example", "_25._tcp.xn--bcher-kva.example", "_25._tcp.b\u00fccher.example"},
        {"XN--BCHER-KVA.b\u00fccher.example", "xn--bcher-kva.xn--bcher-kva.example", "b\u00fccher.b\u00fccher.example"},
        {"\u05e9\u05dc\u05d5\u05dd.example", "xn--9dbne9b.example", ""},      // from right to left
        {"\u0915\u094d\u200d\u0937.example", "xn--11b2ezcw70k.example", ""},  // a joiner where one may be
        {"\u03bf\u03b4\u03cc\u03c2.example", "xn--pxavk3b.example", "\u03bf\u03b4\u03cc\u03c2.example"},
        {"\u043f\u043e\u0447\u0442\u0430.example", "xn--80a1acny.example", "\u043f\u043e\u0447\u0442\u0430.example"},
        {"\u4f8b\u3048.example", "xn--r8jz45g.example", "\u4f8b\u3048.example"},
        {"\u0430\u0440\u0440\u04cf\u0435.example", "xn--80ak6aa92e.example", ""},  // Cyrillic that looks like apple
        {"p\u0430ypal.example", "xn--pypal-4ve.example", ""},                      // a Cyrillic a among Latin letters
        {"\u0131bm.example", "xn--bm-gpa.example", ""},                            // a dotless i
        {"localhost\u3002", "localhost", ""},
    }));
    INFO(row.text);
    const auto target = parse_target(row.text + ":25");
    INFO((target ? "" : target.error()));
    REQUIRE(target);
    CHECK(target->host == row.host);
    CHECK(target->unicode_host == row.shown);
    CHECK(target->text == row.text + ":25");
    CHECK(target->port == 25);
}

struct Refused {
    std::string text;
    std::string says;
};

TEST_CASE("a name that IDNA2008 does not know is refused with what is wrong in it", "[model]")
{
    const auto row = GENERATE(values<Refused>({
        {"\U0001f600.example", "has '\U0001f600', which no host name may have (RFC 5892)"},
        {"m\u00fc\u2603ller.example", "has '\u2603', which no host name may have"},
        {"b\u00fccher\uff1a25", "has '\uff1a', which no host name may have"},  // a full-width colon
        {"b\u00fccher\u202e.example", "has '\\xe2\\x80\\xae', which no host name may have"},
        {"b\u00fc cher.example", "has ' ', which no host name may have"},
        {"b\u00fc%eth0", "has '%', which no host name may have"},
        {"b\u00fc/x", "has '/', which no host name may have"},
        {"\u05d0b.example", "mixes writing from right to left"},
        {"0\u05d0.example", "mixes writing from right to left"},
        {"a\u200db.example", "has a joiner where none may be"},
        {"\u0308a.example", "begins with a combining mark"},
        {"-\u00fc.example", "begins or ends with a hyphen"},
        {"\u00fc-.example", "begins or ends with a hyphen"},
        {"ab--\u00fc.example", "two hyphens in third and fourth place"},
        {"_\u00fc.example", "a character that a label may not have there"},
        {"\u00fc.xn--n3h.example", "a character that a label may not have there"},  // a snowman in its ASCII form
        {"\u00fc.xn--zzzzzz.example", "begins with xn-- and is not the ASCII form of any"},
        {"\u00fc..example", "is not a host name"},
        {"\u3002\u00fc.example", "is not a host name"},
        {"\uff11\uff19\uff12.0.2.1", "neither an IPv4 address"},  // full-width digits
        {"b\u00fccher.1", "neither an IPv4 address"},
        {"b\xfc"
         "cher.example",
         "is not UTF-8"},  // Latin-1
        {"\xc0\xaf.example", "is not UTF-8"},
        {"\xed\xa0\x80.example", "is not UTF-8"},
        {std::string("\u00fc\0x", 4), "has a NUL"},
        {"xn--zzzzzz.example", "begins with xn-- and is not the ASCII form of any"},
        {"xn--99999999999.example", "begins with xn-- and is not the ASCII form of any"},
        {"\u00fc@example.com", "write the mail server's host name"},
    }));
    INFO(row.text);
    const auto target = parse_target(row.text);
    REQUIRE_FALSE(target);
    INFO(target.error());
    CHECK(target.error().find(row.says) != std::string::npos);
    CHECK(base::is_safe(target.error()));
}

std::string repeated(const std::string& text, std::size_t count)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += text;
    }
    return out;
}

TEST_CASE("the limits of DNS hold for the ASCII form", "[model]")
{
    const std::string longest = "\u00fc" + std::string(55, 'a');  // xn--, the letters, a hyphen, three that say where
    const auto fits = parse_target(longest + ".example");
    REQUIRE(fits);
    CHECK(fits->host.find('.') == 63);
    CHECK(parse_target(longest + "a.example").error().find("a label of more than 63 bytes") != std::string::npos);
    const std::string label = "\u00fc.";  // xn--tda.
    CHECK(parse_target(repeated(label, 31) + "exam.")->host.size() == 252);
    CHECK(parse_target(repeated(label, 31) + "examp.")->host.size() == 253);
    CHECK(parse_target(repeated(label, 31) + "exampl").error().find("more than 253 bytes") != std::string::npos);
    CHECK(parse_target(repeated("\u00fc", 5000)).error().find("more than 253 bytes") != std::string::npos);
}

TEST_CASE("a label in its ASCII form is taken as it is, even one that IDNA2008 would not make", "[model]")
{
    const std::string host = GENERATE("xn--bcher-kva.example", "xn--n3h.example", "xn--ls8h.example", "xn--a.example");
    const auto target = parse_target(host);
    REQUIRE(target);
    CHECK(target->host == host);
    CHECK(target->unicode_host.empty());  // nobody typed it
}

TEST_CASE("what is shown in Unicode comes to the same host again", "[model]")
{
    CHECK(unicode_host("xn--bcher-kva.example") == "b\u00fccher.example");
    CHECK(unicode_host("mail.example").empty());
    CHECK(unicode_host("xn--n3h.example").empty());
    CHECK(unicode_host("xn--zzzzzz.example").empty());
    CHECK(unicode_host("xn--9dbne9b.example").empty());
}

TEST_CASE("a label of two scripts, or of letters that look like Latin ones, is told", "[model]")
{
    CHECK(is_of_one_script(U"mail-25"));
    CHECK(is_of_one_script(U"b\u00fccher"));
    CHECK(is_of_one_script(U"\u0444\u0430"));
    CHECK_FALSE(is_of_one_script(U"\u0430\u0435"));
    CHECK_FALSE(is_of_one_script(U"\u03bf\u03c5"));
    CHECK_FALSE(is_of_one_script(U"\u0444a"));
    CHECK_FALSE(is_of_one_script(U"\u4f8bab"));
    CHECK_FALSE(is_of_one_script(U"\u05d0"));
    CHECK_FALSE(is_of_one_script(U"\u2603"));
}

}  // namespace
}  // namespace smtptls::model
