#include "hello_suites.hpp"

#include "hello_choice.hpp"

#include <charconv>
#include <stdexcept>

namespace smtptls::lab {

namespace {

constexpr unsigned deepest_list = 8;

struct Expansion {
    const NameLists& lists;
    const Suites& among;
    Suites suites;

    void add(tls::CipherSuite suite)
    {
        if (!contains(suites, suite)) {
            suites.push_back(suite);
        }
    }
};

void expand_into(Expansion& expansion, const std::vector<std::string>& names, unsigned depth);

void expand_list(Expansion& expansion, const std::string& name, unsigned depth)
{
    const auto list = expansion.lists.find(name);
    if (list == expansion.lists.end() || depth == deepest_list) {
        throw std::runtime_error("no list @" + name + ", or too deep");
    }
    expand_into(expansion, list->second, depth + 1);
}

void expand_pattern(Expansion& expansion, const std::string& pattern)
{
    bool found = false;
    for (const auto suite : expansion.among) {
        if (matches(pattern, tls::format(suite))) {
            found = true;
            expansion.add(suite);
        }
    }
    if (!found) {
        throw std::runtime_error("no suite here matches " + pattern);
    }
}

void expand_into(Expansion& expansion, const std::vector<std::string>& names, unsigned depth)
{
    for (const auto& name : names) {
        if (name.starts_with('@')) {
            expand_list(expansion, name.substr(1), depth);
        } else if (name.find('*') != std::string::npos) {
            expand_pattern(expansion, name);
        } else {
            expansion.add(parse_suite(name));
        }
    }
}

}  // namespace

Suites expand_suites(const std::vector<std::string>& names, const NameLists& lists, const Suites& among)
{
    Expansion expansion{lists, among, {}};
    expand_into(expansion, names, 0);
    return std::move(expansion.suites);
}

Suites registry_suites(tls::ProtocolVersion version)
{
    Suites suites;
    for (const auto& info : tls::all_suites()) {
        const bool old = tls::is_ssl2(info.code);
        const bool modern = info.lowest == tls::ProtocolVersion::tls1_3;
        const bool wants_old = version == tls::ProtocolVersion::ssl2;
        const bool wants_modern = version == tls::ProtocolVersion::tls1_3;
        if (old == wants_old && modern == wants_modern) {
            suites.push_back(info.code);
        }
    }
    return suites;
}

tls::CipherSuite parse_suite(const std::string& name)
{
    if (const auto* info = tls::find_suite(name); info != nullptr) {
        return info->code;
    }
    std::uint32_t code = 0;
    const bool hex = name.starts_with("0x") && (name.size() == 6 || name.size() == 8);
    const char* last = name.data() + name.size();
    if (!hex || std::from_chars(name.data() + 2, last, code, 16).ptr != last) {
        throw std::runtime_error("unknown suite " + name);
    }
    return tls::CipherSuite{code};
}

bool matches(std::string_view pattern, std::string_view text)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) {
        return pattern == text;
    }
    if (!text.starts_with(pattern.substr(0, star))) {
        return false;
    }
    const auto rest = pattern.substr(star + 1);
    for (auto left = text.substr(star);; left.remove_prefix(1)) {
        if (matches(rest, left)) {
            return true;
        }
        if (left.empty()) {
            return false;
        }
    }
}

}  // namespace smtptls::lab
