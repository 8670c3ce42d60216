#include "report/remedy/postfix_parameters.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_expansion.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace smtptls::remedy {
namespace {

// Not std::array{...}: clang 14 counts more elements than it deduces a size from.
constexpr auto known_parameters = std::to_array<Parameter>({
#define PARAMETER(name, side, type, part, since, until) {#name, Side::side, ValueType::type, Part::part, since, until},
#define DEFAULT(name, since, value)
#include "report/remedy/postfix_parameters.def"
#undef PARAMETER
#undef DEFAULT
});

struct Default {
    std::string_view name;
    std::string_view since;
    std::string_view value;
};

constexpr auto defaults = std::to_array<Default>({
#define PARAMETER(name, side, type, part, since, until)
#define DEFAULT(name, since, value) {#name, since, value},
#include "report/remedy/postfix_parameters.def"
#undef PARAMETER
#undef DEFAULT
});

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t corner = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = corner + (a[i] == b[j] ? 0U : 1U);
            corner = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
        }
    }
    return row.back();
}

}  // namespace

const Parameter* find_parameter(std::string_view name)
{
    static const auto by_name = [] {
        std::unordered_map<std::string_view, const Parameter*> all;
        for (const Parameter& one : known_parameters) {
            all.emplace(one.name, &one);
        }
        return all;
    }();
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

bool is_in(const Parameter& parameter, const Release& postfix)
{
    return has_since(postfix, parameter.since) && (parameter.until.empty() || !has_since(postfix, parameter.until));
}

std::string_view similar_parameter(std::string_view name)
{
    constexpr std::size_t longest_name = 64;
    if (name.size() > longest_name || find_parameter(name) != nullptr) {
        return {};
    }
    std::string_view nearest;
    std::size_t least = 3;
    for (const Parameter& one : known_parameters) {
        const std::size_t longer = std::max(name.size(), one.name.size()) - std::min(name.size(), one.name.size());
        const std::size_t away = longer < least ? distance(name, one.name) : longer;
        if (away < least) {
            nearest = one.name;
            least = away;
        }
    }
    return nearest;
}

std::string name_at(Side side, std::string_view smtpd_name)
{
    constexpr std::string_view prefix = "smtpd_";
    const std::string rest(smtpd_name.substr(std::min(prefix.size(), smtpd_name.size())));
    if (smtpd_name.substr(0, prefix.size()) != prefix) {
        return std::string(smtpd_name);
    }
    switch (side) {
        case Side::postscreen: return "postscreen_" + rest;
        case Side::tlsproxy: return "tlsproxy_" + rest;
        case Side::smtp: return "smtp_" + rest;
        case Side::lmtp: return "lmtp_" + rest;
        default: return std::string(smtpd_name);
    }
}

std::optional<std::string_view> default_of(std::string_view name, const Release& postfix)
{
    std::optional<std::string_view> value;
    const Parameter* const known = find_parameter(name);
    if (known == nullptr || !is_in(*known, postfix)) {
        return std::nullopt;
    }
    static const auto by_name = [] {
        std::unordered_map<std::string_view, std::vector<const Default*>> all;
        for (const Default& one : defaults) {
            all[one.name].push_back(&one);
        }
        return all;
    }();
    const auto found = by_name.find(name);
    for (const Default* const one : found == by_name.end() ? std::vector<const Default*>() : found->second) {
        if (has_since(postfix, one->since)) {
            value = one->value;
        }
    }
    return value;
}

Parameters::Parameters(const MainCf& main, const MasterService* service, const Release& postfix, Side side)
    : main_(&main), service_(service), postfix_(postfix), side_(side)
{
    auto index = std::make_shared<Index>();
    for (const Setting& one : main.settings) {
        (*index)[one.name] = &one;
    }
    index_ = std::move(index);
}

const Setting* Parameters::setting(std::string_view name) const
{
    if (const Parameter* const known = find_parameter(name); known != nullptr && !is_in(*known, postfix_)) {
        return nullptr;
    }
    const auto named = [name](const Setting& one) { return one.name == name; };
    if (service_ != nullptr) {
        const auto own = std::find_if(service_->options.rbegin(), service_->options.rend(),
                                      [&](const ServiceOption& one) { return named(one.setting); });
        if (own != service_->options.rend()) {
            return &own->setting;
        }
    }
    const auto found = index_->find(name);
    return found == index_->end() ? nullptr : found->second;
}

Effective Parameters::find(std::string_view name) const
{
    const auto raw = [this](std::string_view wanted) -> std::optional<std::string> {
        if (const Setting* const set = setting(wanted)) {
            return set->value;
        }
        const auto preset = default_of(wanted, postfix_);
        return preset ? std::optional(std::string(*preset)) : std::nullopt;
    };
    const Expanded expanded = expand(raw(name).value_or(""), raw);
    return {std::string(trimmed(expanded.text)), expanded.certain, setting(name)};
}

const Setting* Parameters::origin(std::string_view name) const
{
    constexpr int deepest = 5;
    std::string wanted(name);
    for (int depth = 0; depth < deepest; ++depth) {
        if (const Setting* const set = setting(wanted)) {
            return set;
        }
        const std::string_view preset = default_of(wanted, postfix_).value_or("");
        if (preset.size() < 2 || preset.front() != '$' || !is_name(preset.substr(1))) {
            return nullptr;
        }
        wanted = preset.substr(1);
    }
    return nullptr;
}

bool Parameters::yes(std::string_view name) const
{
    return lower(value(name)) == "yes";
}

}  // namespace smtptls::remedy
