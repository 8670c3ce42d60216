#include "report/remedy/postfix_draft.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

// Lines of the draft stand nowhere yet: line 0. Those that were told of already stand behind all others.
constexpr std::size_t not_told = 0;
constexpr std::size_t told = static_cast<std::size_t>(-1);

bool is_original(const Setting& setting)
{
    return setting.place.line != not_told && setting.place.line != told;
}

// For -o without braces there is no blank in a value; Postfix takes a comma alone for a separator as well.
std::string without_blanks(std::string value)
{
    value.erase(std::remove(value.begin(), value.end(), ' '), value.end());
    return value;
}

ConfigFinding removal(const Setting& setting)
{
    ConfigFinding line;
    if (is_original(setting)) {
        line.place = setting.place;
    }
    line.setting = shown(setting);
    return line;
}

std::string words_for(const MasterService& service)
{
    return "master.cf, below line " + std::to_string(service.place.line) + ", which begins with " + service.name + " " +
           service.type;
}

}  // namespace

std::string written_option(const Setting& setting, const Release& postfix)
{
    const bool blanks = setting.value.find_first_of(" =") != std::string::npos;
    if (blanks && has_since(postfix, "3.0")) {
        return "-o { " + setting.name + " = " + setting.value + " }";
    }
    return "-o " + setting.name + "=" + without_blanks(setting.value);
}

MasterService& Draft::own(const MasterService& service)
{
    return *std::find_if(files_.master.services.begin(), files_.master.services.end(),
                         [&](const MasterService& one) { return one.place == service.place; });
}

void Draft::note_removed(const Setting& setting, const MasterService* service)
{
    if (setting.place.line != not_told) {
        removed_.push_back({setting, service == nullptr ? std::nullopt : std::optional(service->place)});
    }
}

void Draft::remove_main(std::string_view name)
{
    auto& lines = files_.main.settings;
    for (const Setting& one : lines) {
        if (one.name == name) {
            note_removed(one, nullptr);
        }
    }
    lines.erase(std::remove_if(lines.begin(), lines.end(), [&](const Setting& one) { return one.name == name; }),
                lines.end());
}

void Draft::set_main(const std::string& name, const std::string& value)
{
    remove_main(name);
    files_.main.settings.push_back({name, value, {base::UntrustedText("main.cf"), not_told}, false});
}

void Draft::remove_option(const MasterService& service, std::string_view name)
{
    auto& options = own(service).options;
    for (const ServiceOption& one : options) {
        if (one.setting.name == name) {
            note_removed(one.setting, &service);
        }
    }
    options.erase(std::remove_if(options.begin(), options.end(),
                                 [&](const ServiceOption& one) { return one.setting.name == name; }),
                  options.end());
}

void Draft::set_option(const MasterService& service, const std::string& name, const std::string& value)
{
    // A line that says so already stays, and only the others of that name go.
    auto& options = own(service).options;
    const auto has_name = [&](const ServiceOption& one) { return one.setting.name == name; };
    const auto said = std::find_if(options.begin(), options.end(), [&](const ServiceOption& one) {
        return has_name(one) && one.setting.value == value;
    });
    if (said != options.end()) {
        const ServiceOption kept = *said;
        for (auto one = options.begin(); one != options.end(); ++one) {
            if (has_name(*one) && one != said) {
                note_removed(one->setting, &service);
            }
        }
        options.erase(std::remove_if(options.begin(), options.end(),
                                     [&](const ServiceOption& one) {
                                         return has_name(one) && !(one.setting.place == kept.setting.place &&
                                                                   one.setting.value == kept.setting.value);
                                     }),
                      options.end());
        return;
    }
    remove_option(service, name);
    own(service).options.push_back({{name, value, {base::UntrustedText("master.cf"), not_told}, true}});
}

std::optional<Draft::Line> Draft::find(const ConfigFinding& finding) const
{
    const auto is_it = [&](const Setting& one) {
        return is_original(one) && finding.place && one.place == *finding.place && shown(one) == finding.setting;
    };
    const auto in_main = std::find_if(files_.main.settings.begin(), files_.main.settings.end(), is_it);
    if (in_main != files_.main.settings.end()) {
        return Line{*in_main, nullptr};
    }
    for (const MasterService& service : files_.master.services) {
        for (const ServiceOption& option : service.options) {
            if (is_it(option.setting)) {
                return Line{option.setting, &service};
            }
        }
    }
    return std::nullopt;
}

void Draft::remove(const Line& line)
{
    const auto is_it = [&](const Setting& one) {
        return one.place == line.setting.place && one.name == line.setting.name && one.value == line.setting.value;
    };
    note_removed(line.setting, line.service);
    if (line.service == nullptr) {
        auto& lines = files_.main.settings;
        lines.erase(std::remove_if(lines.begin(), lines.end(), is_it), lines.end());
        return;
    }
    auto& options = own(*line.service).options;
    options.erase(
        std::remove_if(options.begin(), options.end(), [&](const ServiceOption& one) { return is_it(one.setting); }),
        options.end());
}

void Draft::replace(const Line& line, const std::string& value)
{
    if (line.service == nullptr) {
        set_main(line.setting.name, value);
    } else {
        set_option(*line.service, line.setting.name, value);
    }
}

std::vector<ConfigChange> Draft::take_changes(const Release& postfix)
{
    std::vector<ConfigChange> changes(1);
    changes[0].where = base::UntrustedText("main.cf");
    for (Setting& one : files_.main.settings) {
        if (one.place.line == not_told) {
            changes[0].lines.push_back(base::UntrustedText(one.name + " = " + one.value).escaped());
            one.place.line = told;
        }
    }
    for (const Removed& one : removed_) {
        if (!one.below) {
            changes[0].remove.push_back(removal(one.setting));
        }
    }
    for (MasterService& service : files_.master.services) {
        ConfigChange change;
        change.where = base::UntrustedText(words_for(service));
        change.below = service.place;
        for (ServiceOption& one : service.options) {
            if (one.setting.place.line == not_told) {
                change.lines.push_back(base::UntrustedText("  " + written_option(one.setting, postfix)).escaped());
                one.setting.place.line = told;
            }
        }
        for (const Removed& one : removed_) {
            if (one.below == service.place) {
                change.remove.push_back(removal(one.setting));
            }
        }
        changes.push_back(std::move(change));
    }
    removed_.clear();
    changes.erase(std::remove_if(changes.begin(), changes.end(),
                                 [](const ConfigChange& one) { return one.lines.empty() && one.remove.empty(); }),
                  changes.end());
    return changes;
}

}  // namespace smtptls::remedy
