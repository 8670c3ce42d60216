// main.cf and master.cf are read as Postfix reads them: continuation, comments, -o in each of its forms, and
// what makes a service fail.
#include "report/remedy/postfix_files.hpp"
#include "catch.hpp"
#include "report/remedy/postfix_expansion.hpp"

namespace smtptls::remedy {
namespace {

MainCf main_of(std::string_view text)
{
    return parse_main(text, base::UntrustedText("main.cf"));
}

MasterCf master_of(std::string_view text)
{
    return parse_master(text, base::UntrustedText("master.cf"));
}

TEST_CASE("a value goes on in indented lines, and comments and empty lines within do not count", "[remedy]")
{
    const MainCf main = main_of("# first\na = one,\n  two\n# not this\n\n\tthree\nb=4\n");
    REQUIRE(main.settings.size() == 2);
    CHECK(main.settings[0].value == "one, two three");
    CHECK(main.settings[0].place.line == 2);
    CHECK(main.settings[1].name == "b");
    CHECK(main.settings[1].place.line == 7);
    CHECK(main.problems.empty());
}

TEST_CASE("carriage returns and missing line ends do not change a value", "[remedy]")
{
    const MainCf main = main_of("a = 1\r\nb = 2");
    REQUIRE(main.settings.size() == 2);
    CHECK(main.settings[0].value == "1");
    CHECK(main.settings[1].value == "2");
}

TEST_CASE("a line that is no setting is a problem of its own line", "[remedy]")
{
    const MainCf main = main_of("  orphan = 1\nnonsense\na b = 2\ngood = 1\n");
    CHECK(main.settings.size() == 1);
    REQUIRE(main.problems.size() == 3);
    CHECK(main.problems[1].place.line == 2);
}

TEST_CASE("what postconf prints to stderr is left out", "[remedy]")
{
    const MainCf main = main_of(
        "/usr/sbin/postconf: warning: /etc/postfix/main.cf: unused parameter: x=y\npostconf: fatal: z\na = 1\n");
    CHECK(main.settings.size() == 1);
    CHECK(main.problems.empty());
}

TEST_CASE("each form of -o sets a parameter, at its own line", "[remedy]")
{
    struct Case {
        const char* form;
        const char* value;
        bool braces;
    };
    const std::vector<Case> cases = {
        {"-o a=b", "b", false},
        {"-oa=b", "b", false},
        {"-o { a = b c }", "b c", true},
        {"-o {a=b, c}", "b, c", true},
        {"-o a=$b", "$b", false},
        {"-o a=", "", false},
        {"-v -o a=>=TLSv1.2", ">=TLSv1.2", false},
        {"-o { a = ${x?{y}:{z}} }", "${x?{y}:{z}}", true},
    };
    for (const Case& one : cases) {
        INFO(one.form);
        const MasterCf master = master_of(std::string("smtp inet n - n - - smtpd\n  # why\n  ") + one.form + "\n");
        REQUIRE(master.services.size() == 1);
        CHECK(master.services[0].problems.empty());
        REQUIRE(master.services[0].options.size() == 1);
        CHECK(master.services[0].options[0].setting.name == "a");
        CHECK(master.services[0].options[0].setting.value == one.value);
        CHECK(master.services[0].options[0].setting.place.line == 3);
        CHECK(master.services[0].options[0].braces == one.braces);
    }
}

TEST_CASE("what smtpd would not start with is a problem of the service", "[remedy]")
{
    for (const char* bad : {"-o", "-o a", "-o a = b", "-o a=b, c", "-o { a = b", "stray", "-o { b }", "-o {"}) {
        INFO(bad);
        const MasterCf master = master_of(std::string("smtp inet n - n - - smtpd ") + bad + "\n");
        REQUIRE(master.services.size() == 1);
        CHECK_FALSE(master.services[0].problems.empty());
    }
}

TEST_CASE("options behind a stray word are not read", "[remedy]")
{
    const MasterCf master = master_of("smtp inet n - n - - smtpd -o a=1, 2 -o b=3\n");
    REQUIRE(master.services[0].options.size() == 1);
    CHECK(master.services[0].options[0].setting.value == "1,");
}

TEST_CASE("a line of master.cf with less than eight fields is a problem", "[remedy]")
{
    const MasterCf master = master_of("smtp inet n - n - -\nsmtp inet n - n - - smtpd\n");
    CHECK(master.services.size() == 1);
    CHECK(master.problems.size() == 1);
}

TEST_CASE("a file that is too large is cut, and says so", "[remedy]")
{
    std::string text;
    while (text.size() < (std::size_t{5} << 20U)) {
        text += "# " + std::string(1000, 'x') + "\n";
    }
    CHECK(main_of(text).problems.size() == 1);
    std::string many;
    for (int i = 0; i < 30000; ++i) {
        many += "a = 1\n";
    }
    CHECK(main_of(many).settings.size() == 5000);
    CHECK(main_of(many).problems.size() == 1);
}

TEST_CASE("$parameters are expanded in each of their forms", "[remedy]")
{
    const Lookup lookup = [](std::string_view name) -> std::optional<std::string> {
        if (name == "a") {
            return "A";
        }
        if (name == "nested") {
            return "<$a>";
        }
        if (name == "loop") {
            return "$loop$loop";
        }
        return name == "empty" ? std::optional<std::string>("") : std::nullopt;
    };
    struct Case {
        const char* value;
        const char* expanded;
        bool certain;
    };
    const std::vector<Case> cases = {
        {"x$a.y", "xA.y", true},
        {"${a}$(a)", "AA", true},
        {"$nested", "<A>", true},
        {"$$a", "$a", true},
        {"${a?yes}${a:no}", "yes", true},
        {"${empty?yes}${empty:no}", "no", true},
        {"${a?{yes}:{no}}", "yes", true},
        {"${empty ? {yes} : {no $a}}", "no A", true},
        {"$unknown", "", false},
        {"${{$a} == {A} ? {x} : {y}}", "", false},
        {"${a", "", false},
        {"$", "", false},
    };
    for (const Case& one : cases) {
        INFO(one.value);
        const Expanded expanded = expand(one.value, lookup);
        CHECK(expanded.text == one.expanded);
        CHECK(expanded.certain == one.certain);
    }
    CHECK_FALSE(expand("$loop", lookup).certain);
}

}  // namespace
}  // namespace smtptls::remedy
