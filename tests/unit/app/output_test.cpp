// Outputs: what -o and --format ask for, and files that are there whole or not at all.
#include "app/output.hpp"

#include "catch.hpp"
#include "unit/app/folder.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace smtptls::app {
namespace {

using Kind = OutputWord::Kind;

std::string content(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

Leave write(const std::string& path, const char* format = "json")
{
    auto files = OutputFiles::open({{report::find_format(format), path}});
    if (!files) {
        return {2, "", files.error()};
    }
    const model::ReportHead head;
    files->begin(head, {.colour = true});
    return files->end(0);
}

mode_t mode_of(const std::string& path)
{
    struct stat facts = {};
    stat(path.c_str(), &facts);
    return facts.st_mode & 07777U;
}

struct Row {
    std::vector<OutputWord> words;
    std::string expected;  // "html a.html, text -", or a part of the error
};

TEST_CASE("a format is for the file behind it, and a file's name says its format where none is before it", "[app]")
{
    const auto row = GENERATE(values<Row>({
        {{}, "text -"},
        {{{Kind::format, "json"}}, "json -"},
        {{{Kind::file, "a.html"}}, "html a.html"},
        {{{Kind::file, "a.sarif.json"}}, "sarif a.sarif.json"},
        {{{Kind::file, "a.jsonl"}}, "ndjson a.jsonl"},
        {{{Kind::format, "nagios"}, {Kind::file, "a.html"}}, "nagios a.html"},
        {{{Kind::file, "a.html"}, {Kind::format, "text"}}, "html a.html, text -"},
        {{{Kind::format, "text"}, {Kind::format, "csv"}, {Kind::file, "b"}}, "text -, csv b"},
        {{{Kind::format, "json"}, {Kind::file, "-"}}, "json -"},
        {{{Kind::format, "json"}, {Kind::format, "csv"}}, "standard output takes one format"},
        {{{Kind::file, "a.html"}, {Kind::file, "a.html"}}, "is given twice"},
        {{{Kind::file, "a"}}, "put --format in front of it"},
        {{{Kind::file, ".json"}}, "put --format in front of it"},
        {{{Kind::file, "-"}}, "put --format in front of it"},
        {{{Kind::format, "json"}, {Kind::file, ""}}, "takes a file"},
    }));
    const auto outputs = parse_outputs(row.words);
    std::string said = outputs ? "" : outputs.error();
    for (const Output& one : outputs.value_or(std::vector<Output>())) {
        said += (said.empty() ? "" : ", ") + std::string(one.format->name) + " " + (one.path.empty() ? "-" : one.path);
    }
    INFO(said);
    CHECK((outputs ? said == row.expected : said.find(row.expected) != std::string::npos));
}

TEST_CASE("a report is written whole, and nothing else is left in its folder", "[app]")
{
    const Folder folder;
    CHECK(write(folder.at("a.json")).exit_code == 0);
    CHECK(content(folder.at("a.json")).ends_with("}\n"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
    const mode_t mask = umask(0);
    umask(mask);
    CHECK(mode_of(folder.at("a.json")) == (0666U & ~mask));
}

TEST_CASE("a file that is there is replaced and keeps its mode", "[app]")
{
    const Folder folder;
    std::ofstream(folder.at("a.json")) << "old";
    std::ifstream reader(folder.at("a.json"));
    chmod(folder.at("a.json").c_str(), 0640);
    CHECK(write(folder.at("a.json")).exit_code == 0);
    CHECK(mode_of(folder.at("a.json")) == 0640);
    std::string before;
    std::getline(reader, before);
    CHECK(before == "old");
}

TEST_CASE("a symbolic link to a file is refused, and the file behind it stays as it was", "[app]")
{
    const Folder folder;
    std::ofstream(folder.at("real")) << "old";
    std::filesystem::create_symlink("real", folder.at("a.json"));
    std::filesystem::create_symlink("nowhere", folder.at("dangling"));
    for (const char* name : {"a.json", "dangling"}) {
        const Leave leave = write(folder.at(name));
        CHECK(leave.exit_code == 2);
        CHECK(leave.error.find("it is a symbolic link") != std::string::npos);
    }
    CHECK(content(folder.at("real")) == "old");
}

TEST_CASE("a device is written to, a folder and a missing folder are not", "[app]")
{
    const Folder folder;
    CHECK(write("/dev/null").exit_code == 0);
    CHECK(write("/dev/full").error.find("No space left") != std::string::npos);
    CHECK(write(folder.path.string()).error.find("Is a directory") != std::string::npos);
    CHECK(write(folder.at("no/a.json")).error.find("No such file") != std::string::npos);
    CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("a named pipe and a socket are refused without waiting, and another user's file too", "[app]")
{
    const Folder folder;
    REQUIRE(mkfifo(folder.at("pipe.json").c_str(), 0666) == 0);
    CHECK(write(folder.at("pipe.json")).error.find("it is a named pipe") != std::string::npos);
    std::filesystem::create_symlink("pipe.json", folder.at("link.json"));
    CHECK(write(folder.at("link.json")).error.find("it is a symbolic link") != std::string::npos);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un place = {};
    place.sun_family = AF_UNIX;
    folder.at("socket.json").copy(place.sun_path, sizeof place.sun_path - 1);
    REQUIRE(bind(socket, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0);
    CHECK(write(folder.at("socket.json")).error.find("neither a file nor a character device") != std::string::npos);
    close(socket);
    if (geteuid() != 0) {
        return;  // only root can make a file of another user
    }
    std::ofstream(folder.at("theirs.json")) << "theirs";
    REQUIRE(chown(folder.at("theirs.json").c_str(), 12345, 12345) == 0);
    CHECK(write(folder.at("theirs.json")).error.find("it belongs to another user (uid 12345)") != std::string::npos);
    CHECK(content(folder.at("theirs.json")) == "theirs");
}

TEST_CASE("a descriptor that the process was given is written to by its name", "[app]")
{
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    CHECK(write("/dev/fd/" + std::to_string(ends[1]), "nagios").exit_code == 0);
    std::array<char, 64> text{};
    CHECK(read(ends[0], text.data(), text.size()) > 0);
    CHECK(write("/dev/fd/" + std::to_string(ends[0])).error.find("it is not open for writing") != std::string::npos);
    CHECK(write("/dev/fd/4000").error.find("it is not open for writing") != std::string::npos);
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("a report that was opened and never begun leaves nothing", "[app]")
{
    const Folder folder;
    std::ofstream(folder.at("a.json")) << "old";
    {
        const auto files = OutputFiles::open({{report::find_format("json"), folder.at("a.json")}});
        CHECK(std::filesystem::exists(folder.at("a.json.part")));
    }
    CHECK_FALSE(std::filesystem::exists(folder.at("a.json.part")));
    CHECK(content(folder.at("a.json")) == "old");
}

TEST_CASE("what a killed scan left stays until there is something in its place", "[app]")
{
    const Folder folder;
    std::ofstream(folder.at("a.json.part")) << "lines that were done";
    {
        const auto refused_later = OutputFiles::open({{report::find_format("json"), folder.at("a.json")}});
        CHECK(content(folder.at("a.json.part")) == "lines that were done");
    }
    CHECK(content(folder.at("a.json.part")) == "lines that were done");
    CHECK(write(folder.at("a.json")).exit_code == 0);
    CHECK_FALSE(std::filesystem::exists(folder.at("a.json.part")));
}

TEST_CASE("a line of a report in lines can be read the moment it is there, and its file is there when it is whole",
          "[app]")
{
    const Folder folder;
    const model::ReportHead head;
    {
        auto opened = OutputFiles::open({{report::find_format("ndjson"), folder.at("a.ndjson")}});
        OutputFiles& files = opened.value();
        files.begin(head, {});
        files.endpoint(0, {}, {});
        const std::string part = content(folder.at("a.ndjson.part"));
        CHECK(part.ends_with("}\n"));
        CHECK_FALSE(std::filesystem::exists(folder.at("a.ndjson")));
        CHECK(write(folder.at("a.ndjson")).error.find("another scan is writing it") != std::string::npos);
        CHECK(files.end(0).exit_code == 0);
        CHECK(content(folder.at("a.ndjson")).starts_with(part));
    }
    CHECK_FALSE(std::filesystem::exists(folder.at("a.ndjson.part")));
}

TEST_CASE("what a killed scan left is overwritten, and what is no file of ours is not", "[app]")
{
    const Folder folder;
    std::ofstream(folder.at("a.json.part")) << std::string(100000, 'x');
    CHECK(write(folder.at("a.json")).exit_code == 0);
    CHECK(content(folder.at("a.json")).ends_with("}\n"));
    CHECK(content(folder.at("a.json")).find('x') == std::string::npos);
    std::ofstream(folder.at("other")) << "theirs";
    std::filesystem::create_symlink("other", folder.at("b.json.part"));
    CHECK(write(folder.at("b.json")).exit_code == 2);
    std::filesystem::create_hard_link(folder.at("other"), folder.at("c.json.part"));
    CHECK(write(folder.at("c.json")).error.find("it is no file of ours") != std::string::npos);
    CHECK(content(folder.at("other")) == "theirs");
}

TEST_CASE("colour never goes into a file", "[app]")
{
    const Folder folder;
    write(folder.at("a"), "text");
    CHECK(content(folder.at("a")).find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace smtptls::app
