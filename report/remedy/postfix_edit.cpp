#include "report/remedy/postfix_edit.hpp"

#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_draft.hpp"

#include <algorithm>
#include <map>

namespace smtptls::remedy {
namespace {

bool is_same(const Setting& one, const Setting& other)
{
    return one.place == other.place && one.name == other.name && one.value == other.value;
}

// A file as its physical lines, some of which are given another text, or lines behind them. Lines count from 1.
class Sheet {
public:
    explicit Sheet(std::string_view text)
    {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
            lines_.push_back(text.substr(0, size));
            text.remove_prefix(size);
        }
    }

    // Without its line end; the end stays, unless the text is empty.
    void set(std::size_t number, std::string text) { changed_[number] = std::move(text); }
    void add_behind(std::size_t number, std::string text) { added_[number].push_back(std::move(text)); }
    void add_at_end(std::string text) { add_behind(lines_.size(), std::move(text)); }

    std::string text() const
    {
        std::string all;
        for (std::size_t number = 0; number <= lines_.size(); ++number) {
            const auto changed = changed_.find(number);
            if (number > 0 && changed == changed_.end()) {
                all += lines_[number - 1];
            } else if (number > 0 && !changed->second.empty()) {
                all += changed->second + std::string(line_end(number));
            }
            const auto added = added_.find(number);
            if (added == added_.end()) {
                continue;
            }
            for (const std::string& line : added->second) {
                all += all.empty() || all.back() == '\n' ? "" : "\n";
                all += line + (line_end(number) == "\r\n" ? "\r\n" : "\n");
            }
        }
        return all;
    }

private:
    std::string_view line_end(std::size_t number) const
    {
        if (number == 0 || !lines_[number - 1].ends_with('\n')) {
            return "";
        }
        return lines_[number - 1].ends_with("\r\n") ? "\r\n" : "\n";
    }

    std::vector<std::string_view> lines_;
    std::map<std::size_t, std::string> changed_;
    std::map<std::size_t, std::vector<std::string>> added_;
};

// The logical lines by the number of their first physical line.
std::map<std::size_t, LogicalLine> lines_by_number(std::string_view text)
{
    std::map<std::size_t, LogicalLine> lines;
    for (LogicalLine& line : parse_logical_lines(text.substr(0, config_limit))) {
        const std::size_t number = line.line_at(0);
        lines.emplace(number, std::move(line));
    }
    return lines;
}

struct Cut {
    std::size_t begin;
    std::size_t end;
    std::string words;  // to stand there instead
};

// One physical line without what is cut. What is left stands as it did; empty if only white space is.
std::string without_cuts(std::string_view line, std::size_t offset, const std::vector<Cut>& cuts)
{
    std::string left;
    std::size_t at = 0;
    for (const Cut& cut : cuts) {
        const std::size_t begin = std::max(cut.begin, offset) - offset;
        const std::size_t end = std::min(cut.end, offset + line.size());
        if (cut.end <= offset || begin >= line.size()) {
            continue;
        }
        left += line.substr(at, begin - at);
        at = end - offset;
        if (cut.begin >= offset && !cut.words.empty()) {
            left += cut.words;
        } else if (trimmed(left).empty()) {
            left = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
            at = std::min(line.find_first_not_of(" \t", at), line.size());
        } else {
            left.resize(left.find_last_not_of(" \t") + 1);
        }
    }
    left += line.substr(at);
    while (!left.empty() && left.back() == '\r') {
        left.pop_back();  // part of the line end
    }
    return trimmed(left).empty() ? std::string() : left;
}

// How the last line below a service is indented.
std::string indentation_of(const LogicalLine& line)
{
    if (line.starts.size() < 2) {
        return "  ";
    }
    const std::string_view last = std::string_view(line.text).substr(line.starts.back().first);
    return std::string(last.substr(0, std::min(last.find_first_not_of(" \t"), last.size())));
}

void edit_service(Sheet& sheet, const LogicalLine& line, const MasterService& before, const MasterService& after,
                  const Release& postfix)
{
    const auto same = [](const ServiceOption& one, const ServiceOption& other) {
        return is_same(one.setting, other.setting);
    };
    if (std::equal(before.options.begin(), before.options.end(), after.options.begin(), after.options.end(), same)) {
        return;
    }
    std::vector<Setting> fresh;
    for (const ServiceOption& one : after.options) {
        const auto is_it = [&](const ServiceOption& other) { return is_same(one.setting, other.setting); };
        if (std::none_of(before.options.begin(), before.options.end(), is_it)) {
            fresh.push_back(one.setting);
        }
    }
    std::vector<Cut> cuts;
    for (auto gone = before.options.rbegin(); gone != before.options.rend(); ++gone) {
        const auto is_it = [&](const ServiceOption& other) { return is_same(gone->setting, other.setting); };
        if (std::any_of(after.options.begin(), after.options.end(), is_it)) {
            continue;
        }
        Cut cut{gone->begin, gone->end, ""};
        const auto heir = std::find_if(fresh.begin(), fresh.end(),
                                       [&](const Setting& one) { return one.name == gone->setting.name; });
        if (heir != fresh.end()) {
            cut.words = written_option(*heir, postfix);
            fresh.erase(heir);
        }
        cuts.insert(cuts.begin(), std::move(cut));
    }
    std::size_t last = line.starts.front().second;
    for (std::size_t i = 0; i < line.starts.size(); ++i) {
        // Not in one declaration: clang 14 lets no lambda capture its names.
        const std::size_t begin = line.starts[i].first;
        const std::size_t number = line.starts[i].second;
        const std::size_t end = i + 1 < line.starts.size() ? line.starts[i + 1].first - 1 : line.text.size();
        const std::string_view old = std::string_view(line.text).substr(begin, end - begin);
        const bool touched =
            std::any_of(cuts.begin(), cuts.end(), [&](const Cut& cut) { return cut.begin < end && cut.end > begin; });
        const std::string now = touched ? without_cuts(old, begin, cuts) : std::string(old);
        if (touched) {
            sheet.set(number, now);
        }
        last = now.empty() ? last : number;
    }
    for (const Setting& one : fresh) {
        sheet.add_behind(last, indentation_of(line) + written_option(one, postfix));
    }
}

}  // namespace

std::string edited_main(std::string_view text, const MainCf& before, const MainCf& after)
{
    Sheet sheet(text);
    const auto lines = lines_by_number(text);
    std::map<std::string, std::size_t> stood;  // by name, where one stood that goes
    for (const Setting& one : before.settings) {
        const auto is_it = [&](const Setting& other) { return is_same(one, other); };
        const auto line = lines.find(one.place.line);
        if (line == lines.end() || std::any_of(after.settings.begin(), after.settings.end(), is_it)) {
            continue;
        }
        for (const auto& [offset, number] : line->second.starts) {
            sheet.set(number, "");
        }
        stood[one.name] = one.place.line;
    }
    for (const Setting& one : after.settings) {
        const auto is_it = [&](const Setting& other) { return is_same(one, other); };
        if (std::any_of(before.settings.begin(), before.settings.end(), is_it)) {
            continue;
        }
        const std::string line = one.name + " = " + one.value;
        const auto place = stood.find(one.name);
        if (place == stood.end()) {
            sheet.add_at_end(line);
        } else {
            sheet.set(place->second, line);
        }
    }
    return sheet.text();
}

std::string edited_master(std::string_view text, const MasterCf& before, const MasterCf& after, const Release& postfix)
{
    Sheet sheet(text);
    const auto lines = lines_by_number(text);
    for (std::size_t i = 0; i < before.services.size() && i < after.services.size(); ++i) {
        const auto line = lines.find(before.services[i].place.line);
        if (line != lines.end()) {
            edit_service(sheet, line->second, before.services[i], after.services[i], postfix);
        }
    }
    return sheet.text();
}

}  // namespace smtptls::remedy
