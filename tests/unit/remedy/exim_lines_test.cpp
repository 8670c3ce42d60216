// How an Exim configuration is read: macros, conditions, included files, lines that go on, and what is hostile in them.
#include "catch.hpp"
#include "unit/remedy/exim_sample.hpp"

namespace smtptls::remedy {
namespace {

EximConfig read_exim(const std::string& text, const EximFiles& files = {}, const EximBuild& build = {})
{
    return parse_exim(exim_text(text, files), build);
}

// The value of the option x; "(unset)" if no line that counts for certain sets it.
std::string value_of_x(const std::string& text, const EximFiles& files = {}, const EximBuild& build = {})
{
    const EximConfig config = read_exim(text, files, build);
    const Setting* const found = find_setting(config, "x");
    return found == nullptr ? "(unset)" : found->value;
}

bool is_refused(const std::string& text)
{
    const EximConfig config = read_exim(text);
    return std::any_of(config.problems.begin(), config.problems.end(),
                       [](const EximProblem& one) { return one.trouble == EximTrouble::refusal; });
}

TEST_CASE("a line goes on behind a backslash, over comments, and without the blanks of the next", "[remedy]")
{
    CHECK(value_of_x("x = a \\\n   # no\n  b\\\nc\ny = d\n") == "a bc");
    CHECK(value_of_x("x = a \\  \n b\n") == "a b");
    CHECK(value_of_x("x = a \\\n\nb\n") == "a");
    CHECK(value_of_x("x = a \\") == "a");
    CHECK(value_of_x("  hide x = \"a \\\"b\\\" c\"  \n") == "a \"b\" c");
    CHECK(value_of_x("begin acl\nx = a\n") == "(unset)");
}

TEST_CASE("macros are put into values in the order of their definition, and not into themselves", "[remedy]")
{
    CHECK(value_of_x("A = b\nx = A-A\n") == "b-b");
    CHECK(value_of_x("A = A1\nx = A\n") == "A1");
    CHECK(value_of_x("A = B\nB = c\nx = A\n") == "c");
    CHECK(value_of_x("B = c\nA = B\nx = A\n") == "c");
    CHECK(value_of_x("A = x = 1\nA\n") == "1");
    CHECK(value_of_x("A = # \nA x = 1\n") == "(unset)");
    CHECK(value_of_x("x = A\nA = b\n") == "A");
}

TEST_CASE("a macro is defined anew with two signs, also with its own value", "[remedy]")
{
    CHECK(value_of_x("A = b\nA == A c\nx = A\n") == "b c");
    CHECK(value_of_x("A = b\nx = A\nA == c\n") == "b");
}

TEST_CASE("a definition that Exim does not take makes it refuse the configuration", "[remedy]")
{
    CHECK(is_refused("A = b\nA = c\n"));
    CHECK(is_refused("A == c\n"));
    CHECK(is_refused("AB = 1\nXABY = 2\n"));
    CHECK(is_refused("MY_HAVE_TLS = 2\n"));
    CHECK(is_refused(std::string(64, 'A') + " = 2\n"));
    CHECK_FALSE(is_refused("XABY = 2\nAB = 1\n"));
}

TEST_CASE("conditions ask whether any macro is in their line, as a part of a word too", "[remedy]")
{
    CHECK(value_of_x("A = 1\n.ifdef A\nx = 1\n.else\nx = 2\n.endif\n") == "1");
    CHECK(value_of_x("A = 1\n.ifdef B AB\nx = 1\n.endif\n") == "1");
    CHECK(value_of_x(".ifndef A\nx = 1\n.else\nx = 2\n.endif\n") == "1");
    CHECK(value_of_x("C = 1\n.ifdef A\nx = 1\n.elifdef B\nx = 2\n.elifdef C\nx = 3\n.else\nx = 4\n.endif\n") == "3");
    CHECK(value_of_x("A = 1\n.ifdef A\n.elifndef B\nx = 2\n.else\nx = 4\n.endif\n") == "(unset)");
    CHECK(value_of_x(".ifdef A\n.ifndef B\nx = 1\n.endif\n.else\nx = 2\n.endif\n") == "2");
    CHECK(value_of_x("A = 1\nx = a \\\n.ifdef A\n  b \\\n.endif\n  c\n") == "a b c");
}

TEST_CASE("conditions that do not go together make Exim refuse the configuration", "[remedy]")
{
    CHECK(is_refused(".endif\n"));
    CHECK(is_refused(".else\n"));
    CHECK(is_refused(".ifdef A\n"));
    std::string deep;
    for (int i = 0; i < 10; ++i) {
        deep = ".ifdef A\n" + deep + ".endif\n";
    }
    CHECK_FALSE(is_refused(deep));
    CHECK(is_refused(".ifdef A\n" + deep + ".endif\n"));
}

TEST_CASE("a predefined macro is decided by the library", "[remedy]")
{
    const std::string both = ".ifdef _HAVE_GNUTLS\nx = g\n.elifdef _HAVE_OPENSSL\nx = o\n.endif\n";
    CHECK(value_of_x(both, {}, {.gnutls = true}) == "g");
    CHECK(value_of_x(both, {}, {.gnutls = false}) == "o");
    const std::string option = ".ifdef _OPT_OPENSSL_NO_TLSV1_3_X\nx = 1\n.else\nx = 2\n.endif\n";
    CHECK(value_of_x(option, {}, {.gnutls = false, .openssl = {1, 1, 1}}) == "1");
    CHECK(value_of_x(option, {}, {.gnutls = false, .openssl = {1, 1, 0}}) == "2");
    CHECK(value_of_x(option, {}, {.gnutls = true}) == "2");
}

TEST_CASE("a predefined macro is decided by the release", "[remedy]")
{
    const auto in = [](const std::string& macro, const Release& exim) {
        return value_of_x(".ifdef " + macro + "\nx = 1\n.else\nx = 2\n.endif\n", {}, {.exim = exim});
    };
    CHECK(in("_HAVE_TLS", {4, 88, 0}) == "1");
    CHECK(in("_HAVE_TLS", {4, 87, 0}) == "2");
    CHECK(in("_OPT_MAIN_TLS_ALPN", {4, 95, 0}) == "1");
    CHECK(in("_OPT_MAIN_TLS_ALPN", {4, 94, 0}) == "2");
    CHECK(in("_HAVE_TLS_AND_MORE", {4, 96, 0}) == "1");
    CHECK(in("_HAVE_NOTHING", {4, 96, 0}) == "2");
    CHECK(in("_HAVE_NOTHING", {5, 0, 0}) == "(unset)");
    CHECK(in("_HAVE_REQTLS", {4, 93, 0}) == "2");
    CHECK(in("X_HAVE_TLS", {4, 96, 0}) == "2");
}

TEST_CASE("lines below a condition on how Exim was built do not count for certain, and say why", "[remedy]")
{
    const EximConfig config = read_exim(".ifdef _HAVE_DANE\nx = 1\n.else\nx = 2\n.endif\ny = 1\n");
    CHECK(config.main.size() == 1);
    REQUIRE(config.unsure.size() == 2);
    CHECK(config.unsure[1].why ==
          "stands below \".ifdef _HAVE_DANE\" (exim.conf:1), which depends on how Exim was built");
    CHECK(value_of_x(".ifdef _DRIVER_ROUTER_ACCEPT\n.endif\nx = 1\n") == "1");
    CHECK(value_of_x(".ifdef A\n.ifdef _HAVE_DANE\n.endif\n.else\nx = 1\n.endif\n") == "1");
}

TEST_CASE("a macro that may be defined makes what uses it unsure", "[remedy]")
{
    const std::string may = ".ifdef _HAVE_DANE\nA = 1\n.endif\n";
    CHECK(value_of_x(may + "x = A\n") == "(unset)");
    CHECK(value_of_x(may + "x = b\n") == "b");
    CHECK(value_of_x(may + ".ifdef A\nx = 1\n.else\nx = 2\n.endif\n") == "(unset)");
    CHECK_FALSE(is_refused(may + "A = 2\n"));
}

TEST_CASE("a forecast that hangs on such a line cannot be told, and any other can", "[remedy]")
{
    CHECK_FALSE(gnutls_forecast(".ifdef _HAVE_DANE\ntls_require_ciphers = PFS\n.endif\n").certain);
    CHECK(gnutls_forecast(".ifdef _HAVE_DANE\ndns_dnssec_ok = 1\n.endif\n").certain);
    CHECK_FALSE(gnutls_forecast(".ifdef _HAVE_DANE\ntls_advertise_hosts =\n.endif\n").certain);
    CHECK(has_rule(explain_exim_text(".ifdef _HAVE_DANE\ntls_require_ciphers = PFS\n.endif\n").findings,
                   "exim_unsure:missing"));
}

TEST_CASE("an included file stands where it is named, also within a line, by Exim's rule for its name", "[remedy]")
{
    CHECK(value_of_x(".include /a\n", {{"/a", "x = 1\n"}}) == "1");
    CHECK(value_of_x(".include \"/a b\"\n", {{"/a b", "x = 1\n"}}) == "1");
    CHECK(value_of_x(".include a\n", {{"/etc/exim4/a", "x = 1\n"}}) == "1");
    CHECK(value_of_x(".include /d/a\n", {{"/d/a", ".include b\n"}, {"/d/b", "x = 2\n"}}) == "2");
    CHECK(value_of_x("x = a \\\n.include /a\n", {{"/a", "b\n"}}) == "a b");
    CHECK(value_of_x("F = /a\n.include F\n", {{"/a", "x = 1\n"}}) == "1");
    CHECK(value_of_x(".ifdef A\n.include /a\n.endif\n", {{"/a", "x = 1\n"}}) == "(unset)");
    CHECK(value_of_x(".include_if_exists /b\nx = 1\n", {{"/a", ""}}) == "1");
    const EximConfig placed = read_exim(".include /a\n", {{"/a", "\nx = 1\n"}});
    CHECK(placed.main.at(0).place == ConfigPlace{base::UntrustedText("/a"), 2});
}

TEST_CASE("a file that was not read makes the forecast one that cannot be told", "[remedy]")
{
    CHECK_FALSE(gnutls_forecast(".include /a\n").certain);
    CHECK_FALSE(gnutls_forecast(".include_if_exists /a\n").certain);
    CHECK_FALSE(gnutls_forecast(".include /b\n", {{"/a", ""}}).certain);
    CHECK(gnutls_forecast(".include_if_exists /b\n", {{"/a", ""}}).certain);
    CHECK(explain_exim_text(".include /a\n").problems.size() == 1);
}

TEST_CASE("a file that is included behind the main section does not matter, and is not named", "[remedy]")
{
    for (const char* section : {"acl", "routers", "transports", "retry", "rewrite", "authenticators"}) {
        const auto explained = explain_exim_text("begin " + std::string(section) + "\n.include /a\n");
        CHECK(explained.services[0].now.certain);
        CHECK(explained.problems.empty());
    }
}

TEST_CASE("a relative name needs a known folder, and .include_if_exists an absolute one", "[remedy]")
{
    const std::string text = ".include a\n";  // an EximText does not keep it
    EximText nowhere = exim_text(text, {{"/a", "x = 1\n"}});
    nowhere.folder.clear();
    const EximConfig config = parse_exim(nowhere, {});
    CHECK(config.main.empty());
    CHECK(config.problems.at(0).trouble == EximTrouble::doubt);
    CHECK(is_refused(".include_if_exists a\n"));
}

TEST_CASE("included files end, in a circle and in a crowd", "[remedy]")
{
    const EximConfig circle = read_exim(".include /a\n", {{"/a", ".include /a\nx = 1\n"}});
    REQUIRE(circle.problems.size() == 1);
    CHECK(circle.problems[0].trouble == EximTrouble::doubt);
    std::string crowd;
    for (int i = 0; i < 300; ++i) {
        crowd += ".include /a\n";
    }
    CHECK(read_exim(crowd, {{"/a", ""}}).problems.at(0).trouble == EximTrouble::doubt);
    CHECK_FALSE(gnutls_forecast(crowd, {{"/a", std::string(1 << 20, '#')}}).certain);
}

TEST_CASE("a long line is read whole, and a longer one makes the rest uncertain", "[remedy]")
{
    CHECK(value_of_x("x = " + std::string(40000, 'a') + "\n").size() == 40000);
    CHECK(value_of_x("M = " + std::string(40000, 'a') + "\nx = M M M\n").size() == 120002);
    CHECK_FALSE(gnutls_forecast("y = " + std::string(300000, 'a') + "\n").certain);
}

TEST_CASE("macros that grow and lines without end are stopped, and that is said", "[remedy]")
{
    std::string doubling = "A = aaaaaaaaaaaaaaaa\n";
    for (char next = 'B'; next <= 'Z'; ++next) {
        const std::string before(1, static_cast<char>(next - 1));
        doubling += std::string(1, next) + " = " + before + before + before + before + "\n";
    }
    CHECK_FALSE(gnutls_forecast(doubling + "y = Z\n").certain);

    std::string many;
    for (int i = 0; i < 999; ++i) {
        many += "M" + std::to_string(1000 + i) + " = a\n";
    }
    std::string lines;
    for (int i = 0; i < 2000; ++i) {
        lines += "y" + std::to_string(i) + " = " + std::string(1000, 'M') + "\n";
    }
    CHECK(read_exim(many).problems.empty());
    std::string settings;
    for (int i = 0; i < 6000; ++i) {
        settings += "y = 1\n";
    }
    CHECK(read_exim(settings).main.size() == 5000);
    CHECK(read_exim(settings).problems.at(0).trouble == EximTrouble::doubt);
    CHECK_FALSE(gnutls_forecast(many + lines).certain);
}

}  // namespace
}  // namespace smtptls::remedy
