#include "model/target_list.hpp"

#include "base/untrusted_text.hpp"
#include "model/idn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace smtptls::model {
namespace {

using Failed = base::Unexpected<std::string>;
using Problem = std::optional<std::string>;

Problem set_tls(Target& target, const std::string& word)
{
    for (const TlsChoice choice : all_tls_choices) {
        if (format(choice) == word) {
            target.tls = choice;
            return std::nullopt;
        }
    }
    return "--tls takes auto, starttls or implicit";
}

Problem set_server_name(Target& target, const std::string& word)
{
    auto name = parse_server_name(word);
    if (!name) {
        return name.error();
    }
    target.server_name = *std::move(name);
    return std::nullopt;
}

Problem set_role(Target& target, const std::string& word)
{
    std::string words;
    for (const Role role : all_roles) {
        words += (words.empty() ? "" : ", ") + std::string(format(role));
        if (format(role) == word) {
            target.role = role;
            return std::nullopt;
        }
    }
    return "--role takes one of " + words;
}

struct LineOption {
    std::string_view name;
    Problem (*set)(Target& target, const std::string& word);
};

constexpr std::array<LineOption, 3> line_options = {
    {{"--tls", set_tls}, {"--sni", set_server_name}, {"--role", set_role}}};

Problem set(Target& target, const std::string& option, std::istringstream& words)
{
    const auto found = std::ranges::find(line_options, option, &LineOption::name);
    if (found == line_options.end()) {
        return "\"" + base::escaped(option) + "\" is not understood: behind a target may stand --tls, --sni and --role";
    }
    std::string value;
    if (!(words >> value)) {
        return std::string(option) + " takes a value";
    }
    return found->set(target, value);
}

}  // namespace

base::Expected<std::string, std::string> parse_server_name(const std::string& text)
{
    const auto name = parse_target(text);
    if (!name && !is_ascii(text)) {
        return Failed("--sni takes a host name: " + name.error());
    }
    if (!name || name->address || name->port) {
        return Failed("--sni takes a host name such as mail.example.com");
    }
    return name->host;
}

base::Expected<Target, std::string> parse_target_line(std::string_view line)
{
    std::istringstream words{std::string(line)};
    std::string word;
    words >> word;
    auto target = parse_target(word);
    while (target && words >> word) {
        if (Problem problem = set(*target, word, words)) {
            return Failed(*std::move(problem));
        }
    }
    return target;
}

base::Expected<std::vector<Target>, std::string> read_targets(std::istream& input, const std::string& name)
{
    std::vector<Target> targets;
    std::array<char, longest_target_line + 1> buffer{};
    for (std::size_t number = 1; input.getline(buffer.data(), buffer.size()) || input.gcount() > 0; ++number) {
        const std::string place = base::escaped(name) + ":" + std::to_string(number) + ": ";
        if (input.fail()) {
            return Failed(place + "the line is longer than " + std::to_string(longest_target_line) + " bytes");
        }
        // What getline() counts has the line's end, but not at the end of the file.
        const auto size = static_cast<std::size_t>(input.gcount()) - (input.eof() ? 0 : 1);
        std::string_view line(buffer.data(), size);
        if (line.find('\0') != std::string_view::npos) {
            return Failed(place + "there is a NUL in it: it is no list of names, one to a line");
        }
        line = line.substr(0, line.find('#'));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
            continue;
        }
        auto target = parse_target_line(line);
        if (!target) {
            return Failed(place + target.error());
        }
        targets.push_back(*std::move(target));
        targets.back().line = number;
    }
    if (input.bad()) {
        return Failed(base::escaped(name) + ": cannot be read to its end");
    }
    if (targets.empty()) {
        return Failed(base::escaped(name) + ": there is no target in it");
    }
    return targets;
}

base::Expected<std::vector<Target>, std::string> read_targets(const std::string& path)
{
    if (path == "-") {
        return read_targets(std::cin, "standard input");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Failed(base::escaped(path) + ": " + std::generic_category().message(errno));
    }
    return read_targets(file, path);
}

std::vector<std::string> said_in_vain(const std::vector<Target>& targets, const std::string& name)
{
    std::map<std::pair<std::string, std::uint16_t>, const Target*> first;
    std::vector<std::string> sentences;
    for (const Target& target : targets) {
        for (const std::uint16_t port : ports_of(target)) {
            const Target& earlier = *first.emplace(std::pair(target.host, port), &target).first->second;
            const bool same =
                earlier.tls == target.tls && earlier.server_name == target.server_name && earlier.role == target.role;
            if (!same) {
                const std::string where =
                    earlier.line == 0 ? "the command line" : "line " + std::to_string(earlier.line);
                sentences.push_back(base::escaped(name) + ":" + std::to_string(target.line) + ": port " +
                                    std::to_string(port) + " of " + target.host + " is scanned once, as " + where +
                                    " says: what this line says of it is left out");
            }
        }
    }
    return sentences;
}

}  // namespace smtptls::model
