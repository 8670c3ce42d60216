// What somebody else wrote is shown only escaped: no byte of it can move a cursor or hide a word.
#include "base/untrusted_text.hpp"
#include "catch.hpp"

namespace smtptls::base {
namespace {

struct Row {
    std::string name;
    std::string raw;
    std::string shown;
};

TEST_CASE("what somebody else wrote is shown escaped", "[base]")
{
    const auto row = GENERATE(values<Row>({
        {"plain words", "250 mail.example.com at your service", "250 mail.example.com at your service"},
        {"nothing", "", ""},
        {"the backslash itself, so that no escape can be forged", "\\x1b", "\\\\x1b"},
        {"escape", "\x1b[31mred", "\\x1b[31mred"},
        {"line ends and tabs", "a\r\n\tb", "a\\x0d\\x0a\\x09b"},
        {"NUL", std::string("a\0b", 3), "a\\x00b"},
        {"DEL", "a\x7f", "a\\x7f"},
        {"a C1 control in UTF-8 (CSI)",
         "\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"},
        {"a C1 control as a single byte",
         "\x9b"
         "31m",
         "\\x9b31m"},
        {"well-formed UTF-8 of two, three and four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7",
         "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7"},
        {"right-to-left override",
         "a\xe2\x80\xae"
         "b",
         "a\\xe2\\x80\\xaeb"},
        {"left-to-right isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
        {"zero-width space", "\xe2\x80\x8b", "\\xe2\\x80\\x8b"},
        {"line separator", "\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
        {"byte order mark", "\xef\xbb\xbf", "\\xef\\xbb\\xbf"},
        {"a combining joiner that is not seen", "\xcd\x8f", "\\xcd\\x8f"},
        {"a filler of Hangul", "\xe1\x85\x9f\xe3\x85\xa4", "\\xe1\\x85\\x9f\\xe3\\x85\\xa4"},
        {"a half-wide filler", "\xef\xbe\xa0", "\\xef\\xbe\\xa0"},
        {"an inherent vowel of Khmer", "\xe1\x9e\xb5", "\\xe1\\x9e\\xb5"},
        {"the Mongolian vowel separator", "\xe1\xa0\x8e", "\\xe1\\xa0\\x8e"},
        {"a selector of variations", "\xef\xb8\x8f", "\\xef\\xb8\\x8f"},
        {"the empty Braille pattern", "\xe2\xa0\x80", "\\xe2\\xa0\\x80"},
        {"a mark of musical notation that is not seen", "\xf0\x9d\x85\xb3", "\\xf0\\x9d\\x85\\xb3"},
        {"noncharacters of other planes", "\xf0\x9f\xbf\xbe\xef\xb7\x90", "\\xf0\\x9f\\xbf\\xbe\\xef\\xb7\\x90"},
        {"a tag character", "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"},
        {"a longer form than needed", "\xc0\xaf", "\\xc0\\xaf"},
        {"a surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"above U+10FFFF", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"cut off in the middle of a character", "a\xe2\x82", "a\\xe2\\x82"},
        {"a lone continuation byte", "\x80z", "\\x80z"},
    }));
    INFO(row.name);
    CHECK(UntrustedText(row.raw).escaped() == row.shown);
    CHECK(is_safe(row.raw) == (shown(row.raw) == row.raw));
    CHECK(is_safe(row.shown));
}

TEST_CASE("a text at the limit is whole and one byte more is cut and says so", "[base]")
{
    const std::string whole(UntrustedText::limit, 'a');
    CHECK(UntrustedText(whole).escaped() == whole);
    CHECK(UntrustedText(whole + "b").escaped() == whole + "[...]");
}

TEST_CASE("texts that differ only behind the cut are equal, and a cut one is not the whole one", "[base]")
{
    const std::string whole(UntrustedText::limit, 'a');
    CHECK(UntrustedText(whole + "b") == UntrustedText(whole + "c"));
    CHECK_FALSE(UntrustedText(whole + "b") == UntrustedText(whole));
}

TEST_CASE("a sentence that quotes escaped text is safe and keeps its backslashes", "[base]")
{
    CHECK(shown("greeting \\x1b[2J") == "greeting \\x1b[2J");
    CHECK(shown("a\x1b\n\xe2\x80\xae\xff") == "a\\x1b\\x0a\\xe2\\x80\\xae\\xff");
    const std::string long_text(5000, 'a');
    CHECK(shown(long_text) == long_text);
    CHECK(shown(shown("\x1b\\")) == shown("\x1b\\"));
}

}  // namespace
}  // namespace smtptls::base
