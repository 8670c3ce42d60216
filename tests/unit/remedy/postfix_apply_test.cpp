// The advice written into the text of main.cf and master.cf: what changes, and what stays byte for byte.
#include "report/remedy/postfix_apply.hpp"
#include "catch.hpp"
#include "report/remedy/postfix_draft.hpp"
#include "report/remedy/postfix_edit.hpp"
#include "unit/remedy/postfix_sample.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace smtptls::remedy {
namespace {

constexpr const char* sender = "smtp unix - - n - - smtp\n";

using Outcome = base::Expected<Applied, std::string>;

Outcome applied(const std::string& main, const std::string& master, Goal goal = Goal::users)
{
    return apply_advice({main, base::UntrustedText("main.cf"), master, base::UntrustedText("master.cf")}, of_2025,
                        goal);
}

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// What a service becomes whose options are given other values, {name, value}, or none ("-": taken out).
std::string edited(const std::string& text, const std::vector<std::pair<std::string, std::string>>& changes)
{
    const MasterCf before = parse_master(text, base::UntrustedText("master.cf"));
    PostfixFiles files;
    files.master = before;
    Draft draft(files);
    for (const auto& [name, value] : changes) {
        if (value == "-") {
            draft.remove_option(before.services.front(), name);
        } else {
            draft.set_option(before.services.front(), name, value);
        }
    }
    return edited_master(text, before, draft.files().master, of_2025.postfix.value());
}

TEST_CASE("comments, order and spacing of main.cf stay byte for byte", "[remedy]")
{
    const std::string head = "# Mine\n\n  # indented\nsmtpd_tls_cert_file=/c\t \nsmtpd_tls_loglevel =  1\n";
    const std::string tail = "# last\n\nmyhostname   =\tmail.example.com  \n";
    const auto now = applied(head + "smtpd_tls_security_level = encrypt\n" + tail,
                             std::string("smtp inet n - n - - smtpd\n") + sender);
    REQUIRE(now);
    CHECK(now->main == head + "smtpd_tls_security_level = may\n" + tail);
}

TEST_CASE("a comment within a continued line that is replaced stays", "[remedy]")
{
    const auto now =
        applied(std::string(certificate_lines) + "smtpd_tls_security_level =\n# a word\n  encrypt\nmyhostname = x\n",
                std::string("smtp inet n - n - - smtpd\n") + sender);
    REQUIRE(now);
    CHECK(now->main == std::string(certificate_lines) + "smtpd_tls_security_level = may\n# a word\nmyhostname = x\n");
}

TEST_CASE("a new line of main.cf stands at the end, also behind a line without an end", "[remedy]")
{
    const auto now = applied("smtpd_tls_cert_file = /c\nsmtpd_tls_loglevel = 1",
                             std::string("587 inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n") + sender);
    REQUIRE(now);
    CHECK(now->main == "smtpd_tls_cert_file = /c\nsmtpd_tls_loglevel = 1\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\n");
}

TEST_CASE("lines of a file from Windows keep their ends, and new ones have the same", "[remedy]")
{
    const auto now = applied("smtpd_tls_cert_file = /c\r\nsmtpd_tls_loglevel = 1\r\n",
                             "587 inet n - n - - smtpd\r\n  -o smtpd_tls_security_level=may\r\n");
    REQUIRE(now);
    CHECK(now->main ==
          "smtpd_tls_cert_file = /c\r\nsmtpd_tls_loglevel = 1\r\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\r\n");
    CHECK(now->master == "587 inet n - n - - smtpd\r\n  -o smtpd_tls_security_level=encrypt\r\n");
}

TEST_CASE("an option alone on its line goes with the line", "[remedy]")
{
    CHECK(edited("25 inet n - n - - smtpd\n  -o a=1\n# c\n\t-o b=2\n", {{"a", "-"}}) ==
          "25 inet n - n - - smtpd\n# c\n\t-o b=2\n");
}

TEST_CASE("an option among others on a line goes alone", "[remedy]")
{
    CHECK(edited("25 inet n - n - - smtpd -o a=1 -o b=2\n   -o c=3   -o d=4 -v\n", {{"a", "-"}, {"c", "-"}}) ==
          "25 inet n - n - - smtpd -o b=2\n   -o d=4 -v\n");
    CHECK(edited("25 inet n - n - - smtpd -o a=1\n", {{"a", "-"}}) == "25 inet n - n - - smtpd\n");
}

TEST_CASE("an option over several lines goes whole", "[remedy]")
{
    CHECK(edited("25 inet n - n - - smtpd\n  -o\n  a=1 -o b=2\n  -o { c =\n# x\n  3 } -o d=4\n",
                 {{"a", "-"}, {"c", "-"}}) == "25 inet n - n - - smtpd\n  -o b=2\n# x\n  -o d=4\n");
}

TEST_CASE("an option that gets another value stays where it is", "[remedy]")
{
    CHECK(edited("25 inet n - n - - smtpd\n  -o a=1 -ob=2\n  -o c=3\n", {{"b", ">=TLSv1.2"}}) ==
          "25 inet n - n - - smtpd\n  -o a=1 -o { b = >=TLSv1.2 }\n  -o c=3\n");
}

TEST_CASE("a new option stands below the last line of its service, indented like it", "[remedy]")
{
    CHECK(edited("25 inet n - n - - smtpd\n\t-o a=1\n# next\n26 inet n - n - - smtpd\n", {{"b", "2"}}) ==
          "25 inet n - n - - smtpd\n\t-o a=1\n\t-o b=2\n# next\n26 inet n - n - - smtpd\n");
    CHECK(edited("25 inet n - n - - smtpd", {{"b", "2"}}) == "25 inet n - n - - smtpd\n  -o b=2\n");
}

TEST_CASE("the applied shapes say and yield what the advice says, at each goal", "[remedy]")
{
    std::size_t changed = 0;
    for (const auto& folder : std::filesystem::directory_iterator(std::string(SMTPTLS_TEST_DATA) + "/explain/shapes")) {
        const std::string main = content_of(folder.path() / "main.cf");
        const std::string master = content_of(folder.path() / "master.cf");
        const PostfixChoice choice{parse_release(main.substr(10, main.find('\n') - 10)), std::nullopt, false};
        for (const Goal goal : {Goal::users, Goal::suites, Goal::world}) {
            const auto now = apply_advice(
                {main, base::UntrustedText("main.cf"), master, base::UntrustedText("master.cf")}, choice, goal);
            INFO(folder.path());
            if (!now) {
                CHECK(now.error().find("has no word for TLS 1.1") != std::string::npos);
                continue;
            }
            changed += now->changed ? 1U : 0U;
            for (const ConfigFinding& one : now->left) {
                INFO(one.rule);
                CHECK(one.rule == "pass_unreached");
            }
            const auto again =
                apply_advice({now->main, base::UntrustedText("main.cf"), now->master, base::UntrustedText("master.cf")},
                             choice, goal);
            REQUIRE(again);
            CHECK_FALSE(again->changed);
        }
    }
    CHECK(changed >= 50);
}

TEST_CASE("without a goal port 25 keeps its old versions", "[remedy]")
{
    const std::string main = std::string(certificate_lines) + "smtpd_tls_security_level = may\n";
    const std::string master = std::string("smtp inet n - n - - smtpd\n") + sender;
    const auto now = applied(main, master);
    REQUIRE(now);
    CHECK_FALSE(now->changed);
    const auto world = applied(main, master, Goal::world);
    REQUIRE(world);
    CHECK(world->main.find("smtpd_tls_protocols = >=TLSv1.2\n") != std::string::npos);
}

TEST_CASE("an advice is not applied to a file with a line that could not be read", "[remedy]")
{
    const auto now = applied("smtpd_tls_cert_file = /c\nno setting\n", "smtp inet n - n - - smtpd\n");
    REQUIRE_FALSE(now);
    CHECK(now.error().find("main.cf:2: is not name = value") == 0);
}

TEST_CASE("an advice is not applied where what clients get now cannot be told", "[remedy]")
{
    const auto now = applied(std::string(certificate_lines) +
                                 "smtpd_tls_security_level = may\n"
                                 "smtpd_tls_protocols = $elsewhere\n",
                             "smtp inet n - n - - smtpd\n");
    REQUIRE_FALSE(now);
    CHECK(now.error().find("smtp (port 25): what clients get now cannot be told") == 0);
}

TEST_CASE("an advice is not applied where options ended up below another service", "[remedy]")
{
    const auto now = applied(certificate_lines,
                             "smtp inet n - n - - smtpd\n#587 inet n - n - - smtpd\n"
                             "  -o smtpd_tls_security_level=encrypt\n");
    REQUIRE_FALSE(now);
    CHECK(now.error().find("Take the # away from line 2 of master.cf first") == 0);
}

TEST_CASE("an advice is not applied where nobody receives mail", "[remedy]")
{
    const auto now = applied(certificate_lines, sender);
    REQUIRE_FALSE(now);
    CHECK(now.error() == "no service that receives mail was found");
}

TEST_CASE("what only the owner can mend is said to be left", "[remedy]")
{
    const auto now = applied(std::string(certificate_lines) + "smtpd_tls_security_level = may\n",
                             std::string("smtp inet n - n - - smtpd\nsmtp inet n - n - - smtpd\n") + sender);
    REQUIRE(now);
    REQUIRE(now->left.size() == 1);
    CHECK(now->left[0].rule == "duplicate_service");
    CHECK(write_text(*now).find("left to you") != std::string::npos);
}

}  // namespace
}  // namespace smtptls::remedy
