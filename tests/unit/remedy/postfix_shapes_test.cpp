// Advice is proved: over configurations of the shapes that are met (tests/data/explain/shapes), the lines of an advice
// are written into the files as an administrator would, and what they yield is explained again.
#include "catch.hpp"
#include "report/remedy/config_lines.hpp"
#include "unit/remedy/postfix_sample.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace smtptls::remedy {
namespace {

namespace fs = std::filesystem;

using FileLines = std::vector<std::string>;

struct Shape {
    std::string name;
    PostfixChoice choice;
    FileLines main;
    FileLines master;
};

FileLines lines_of(const fs::path& path)
{
    std::ifstream in(path);
    FileLines lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

// The first line of main.cf is "# release 3.7.11".
std::vector<Shape> shapes()
{
    std::vector<Shape> all;
    for (const auto& folder : fs::directory_iterator(std::string(SMTPTLS_TEST_DATA) + "/explain/shapes")) {
        Shape shape{
            folder.path().filename(), {}, lines_of(folder.path() / "main.cf"), lines_of(folder.path() / "master.cf")};
        shape.choice.postfix = parse_release(shape.main.at(0).substr(10));
        REQUIRE(shape.choice.postfix.has_value());
        all.push_back(std::move(shape));
    }
    return all;
}

std::string text_of(const FileLines& lines)
{
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

Explanation explained(const Shape& shape)
{
    return explain_text(shape.choice, text_of(shape.main), text_of(shape.master));
}

// A file with lines taken out and others put in behind a line, both by their numbers in the file as it was.
struct Edit {
    std::set<std::size_t> gone;
    std::map<std::size_t, FileLines> behind;

    // The new file, and the numbers of the lines that are new.
    std::pair<FileLines, std::set<std::size_t>> of(const FileLines& lines) const
    {
        FileLines edited;
        std::set<std::size_t> added;
        for (std::size_t number = 1; number <= lines.size(); ++number) {
            if (gone.count(number) == 0) {
                edited.push_back(lines[number - 1]);
            }
            const auto more = behind.find(number);
            for (const std::string& line : more == behind.end() ? FileLines() : more->second) {
                edited.push_back(line);
                added.insert(edited.size());
            }
        }
        return {edited, added};
    }
};

struct Written {
    Shape shape;
    std::set<std::size_t> main;
    std::set<std::size_t> master;
};

// The shape with the first `count` pieces of advice followed.
Written followed(const Shape& shape, const std::vector<ConfigAdvice>& advice, std::size_t count)
{
    Edit main;
    Edit master;
    for (std::size_t i = 0; i < count; ++i) {
        for (const ConfigChange& change : advice[i].changes) {
            Edit& edit = change.below ? master : main;
            FileLines& lines = edit.behind[change.below ? change.below->line : shape.main.size()];
            for (const ConfigFinding& line : change.remove) {
                if (line.place) {
                    edit.gone.insert(line.place->line);
                } else {
                    lines.erase(std::find(lines.begin(), lines.end(), line.setting.escaped()));
                }
            }
            lines.insert(lines.end(), change.lines.begin(), change.lines.end());
        }
    }
    auto [main_lines, main_added] = main.of(shape.main);
    auto [master_lines, master_added] = master.of(shape.master);
    return {{shape.name, shape.choice, main_lines, master_lines}, main_added, master_added};
}

std::vector<ConfigFinding> all_findings(const Explanation& explanation)
{
    std::vector<ConfigFinding> all = explanation.findings;
    for (const ServiceExplanation& service : explanation.services) {
        all.insert(all.end(), service.findings.begin(), service.findings.end());
    }
    all.insert(all.end(), explanation.problems.begin(), explanation.problems.end());
    return all;
}

TEST_CASE("there are at least twenty shapes", "[remedy]")
{
    CHECK(shapes().size() >= 20);
}

TEST_CASE("nothing is called useless or harmful in a configuration that follows the advice", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        const std::vector<ConfigAdvice> advice = explained(shape).advice;
        for (std::size_t count = 1; count <= advice.size(); ++count) {
            const Written now = followed(shape, advice, count);
            for (const ConfigFinding& one : all_findings(explained(now.shape))) {
                if (one.rule == "pass_unreached") {
                    continue;  // a service of the owner's, which no advice takes out
                }
                INFO(shape.name << " after " << count << ": " << one.rule << " " << one.setting.escaped() << "\n"
                                << text_of(now.shape.main) << text_of(now.shape.master));
                CHECK(one.kind != FindingKind::useless);
                CHECK(one.kind != FindingKind::harmful);
            }
        }
    }
}

TEST_CASE("nothing is said against a line that an advice had written", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        const std::vector<ConfigAdvice> advice = explained(shape).advice;
        const Written now = followed(shape, advice, advice.size());
        for (const ConfigFinding& one : all_findings(explained(now.shape))) {
            const bool in_main = one.place && one.place->file == base::UntrustedText("main.cf");
            const auto& added = in_main ? now.main : now.master;
            if (one.place && added.count(one.place->line) != 0) {
                INFO(shape.name << ": " << one.rule << " " << one.setting.escaped());
                CHECK(one.kind == FindingKind::right);
            }
        }
    }
}

TEST_CASE("who followed an advice is advised nothing more", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        const std::vector<ConfigAdvice> advice = explained(shape).advice;
        const Written now = followed(shape, advice, advice.size());
        for (const ConfigAdvice& again : explained(now.shape).advice) {
            INFO(shape.name << ": " << again.goal << "\n" << text_of(now.shape.main) << text_of(now.shape.master));
            CHECK(again.changes.empty());
        }
    }
}

TEST_CASE("an advice yields what it says for each service", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        const std::vector<ConfigAdvice> advice = explained(shape).advice;
        for (std::size_t count = 1; count <= advice.size(); ++count) {
            const Explanation then = explained(followed(shape, advice, count).shape);
            for (const ConfigOutcome& outcome : advice[count - 1].after) {
                const auto service = std::find_if(then.services.begin(), then.services.end(),
                                                  [&](const auto& one) { return one.title == outcome.service; });
                INFO(shape.name << " " << count << " " << outcome.service);
                REQUIRE(service != then.services.end());
                CHECK(service->now.offer == outcome.forecast.offer);
                CHECK(service->now.versions == outcome.forecast.versions);
                CHECK(service->now.suites == outcome.forecast.suites);
            }
        }
    }
}

TEST_CASE("once the first advice is followed users have TLS 1.2 or newer and nothing older", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        const std::vector<ConfigAdvice> advice = explained(shape).advice;
        for (const ServiceExplanation& service : explained(followed(shape, advice, 1).shape).services) {
            const bool has_certificate = service.now.offer != TlsOffer::broken;
            if (service.role == "submission" && has_certificate) {
                INFO(shape.name << " " << service.title);
                REQUIRE_FALSE(service.now.versions.empty());
                CHECK(service.now.versions.back() >= tls::ProtocolVersion::tls1_2);
            }
        }
    }
}

TEST_CASE("no advice takes TLS from a port that has it", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        const Explanation before = explained(shape);
        const Explanation after = explained(followed(shape, before.advice, before.advice.size()).shape);
        for (std::size_t i = 0; i < before.services.size(); ++i) {
            const bool had = !before.services[i].now.versions.empty() && before.services[i].role != "internal";
            INFO(shape.name << " " << before.services[i].title);
            CHECK((!had || !after.services.at(i).now.versions.empty()));
        }
    }
}

TEST_CASE("no line is written that is there already, and none twice", "[remedy]")
{
    for (const Shape& shape : shapes()) {
        std::set<std::string> before;
        for (const std::string& line : shape.main) {
            before.insert(line);
        }
        for (const ConfigAdvice& advice : explained(shape).advice) {
            for (const ConfigChange& change : advice.changes) {
                for (const std::string& line : change.lines) {
                    INFO(shape.name << ": " << line);
                    CHECK((change.below || before.insert(line).second));
                }
            }
        }
    }
}

Explanation explained(const std::string& name)
{
    for (const Shape& shape : shapes()) {
        if (shape.name == name) {
            return explained(shape);
        }
    }
    FAIL("no shape " << name);
    return {};
}

TEST_CASE("what serves all who read it is written once, into main.cf", "[remedy]")
{
    const auto advice = explained("wrapper_for_all").advice.at(0);
    REQUIRE(advice.changes.at(0).where.escaped() == "main.cf");
    CHECK(advice.changes[0].lines == FileLines{"smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1"});
    for (const ConfigChange& change : advice.changes) {
        for (const std::string& line : change.lines) {
            CHECK((!change.below || line == "  -o smtpd_tls_wrappermode=yes"));
        }
    }
}

TEST_CASE("a line of main.cf that will do is not written anew: the line below a service goes", "[remedy]")
{
    const ConfigAdvice advice = explained("groupware").advice.at(0);
    for (const ConfigChange& change : advice.changes) {
        for (const std::string& line : change.lines) {
            CHECK(line.find("smtpd_tls_mandatory_protocols") == std::string::npos);
        }
    }
}

TEST_CASE("a line below a service that says what main.cf says then is not written", "[remedy]")
{
    const ConfigAdvice advice = explained("three_submissions").advice.at(0);
    CHECK(advice.changes.at(0).lines == FileLines{"smtpd_tls_mandatory_protocols = >=TLSv1.2"});
    for (const ConfigChange& change : advice.changes) {
        CHECK((!change.below || change.lines.empty() ||
               change.lines == FileLines{"  -o smtpd_tls_security_level=encrypt"}));
    }
}

TEST_CASE("options that belong to a service whose first line is a comment are left to the owner", "[remedy]")
{
    const auto advice = explain_text(of_2025, std::string(certificate_lines) + "smtpd_tls_security_level = may\n",
                                     "smtp inet n - n - - smtpd\n#587 inet n - n - - smtpd\n"
                                     "  -o smtpd_tls_security_level=encrypt\n")
                            .advice;
    REQUIRE(advice.size() == 1);
    CHECK(advice[0].changes.empty());
    CHECK(advice[0].before.at(0).find("Take the # away from line 2 of master.cf first") == 0);
}

TEST_CASE("encrypt in main.cf becomes may there, and encrypt where it was right", "[remedy]")
{
    const auto advice = explained("filter_encrypt").advice.at(0);
    CHECK(advice.changes.at(0).lines.front() == "smtpd_tls_security_level = may");
    std::size_t encrypted = 0;
    for (const ConfigChange& change : advice.changes) {
        for (const std::string& line : change.lines) {
            encrypted += line == "  -o smtpd_tls_security_level=encrypt" ? 1U : 0U;
        }
    }
    CHECK(encrypted == 2);  // submission and 2525, not the content filter's way back
}

TEST_CASE("a place in master.cf is named by its line and type, since several services may have one name", "[remedy]")
{
    const auto advice = explained("story_2016").advice.at(0);
    REQUIRE(advice.changes.size() == 2);
    CHECK(advice.changes[1].where.escaped() == "master.cf, below line 2, which begins with submission inet");
}

}  // namespace
}  // namespace smtptls::remedy
