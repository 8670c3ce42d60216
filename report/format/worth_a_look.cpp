#include "report/format/worth_a_look.hpp"

#include "base/text_layout.hpp"
#include "report/format/words.hpp"
#include "tls/suite_property.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <set>

namespace smtptls::report {
namespace {

using model::CellState;
using model::CellView;
using model::EndpointResult;
using model::Fact;
using tls::ProtocolVersion;
using tls::SuiteProperty;

constexpr std::array remarkable = {SuiteProperty::anonymous, SuiteProperty::null_cipher, SuiteProperty::export_grade,
                                   SuiteProperty::rc4,       SuiteProperty::rc2,         SuiteProperty::des,
                                   SuiteProperty::triple_des};
constexpr std::int64_t least_dh_bits = 2048;

std::optional<std::int64_t> integer_of(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// Of "2026-11-21" and what may stand behind it.
std::optional<std::chrono::sys_days> date_of(std::string_view text)
{
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = integer_of(text.substr(0, 4));
    const auto month = integer_of(text.substr(5, 2));
    const auto day = integer_of(text.substr(8, 2));
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<std::int64_t> days_between(std::string_view from, std::string_view to)
{
    const auto begin = date_of(from);
    const auto end = date_of(to);
    return begin && end ? std::optional<std::int64_t>((*end - *begin).count()) : std::nullopt;
}

void remark_suites(const EndpointResult& endpoint, std::vector<Remark>& remarks)
{
    std::map<SuiteProperty, std::set<tls::CipherSuite>> suites;
    std::set<ProtocolVersion, std::greater<>> old;
    for (const CellView& cell : endpoint.matrix.cells()) {
        if (cell.state != CellState::accepted) {
            continue;
        }
        if (cell.version < ProtocolVersion::tls1_2) {
            old.insert(cell.version);
        }
        for (const SuiteProperty property : remarkable) {
            if (tls::has_property(cell.suite, property)) {
                suites[property].insert(cell.suite);
            }
        }
    }
    for (const SuiteProperty property : remarkable) {
        if (const std::size_t count = suites[property].size(); count > 0) {
            remarks.push_back({std::string(tls::phrase_of(property)), base::plural(count, "suite"), false});
        }
    }
    if (!old.empty()) {
        std::vector<std::string> names;
        std::ranges::transform(old, std::back_inserter(names), [](ProtocolVersion one) { return tls::format(one); });
        remarks.push_back({"below TLS 1.2", base::joined(names), false});
    }
}

void remark_groups(const EndpointResult& endpoint, std::vector<Remark>& remarks)
{
    for (const model::Observation& one : endpoint.observations) {
        const auto* const groups = std::get_if<std::vector<base::UntrustedText>>(&one.value);
        if (one.id != Fact::key_exchange_groups_seen || groups == nullptr) {
            continue;
        }
        for (const base::UntrustedText& group : *groups) {
            const std::string name = group.escaped();
            const auto bits = name.starts_with("DH ") ? integer_of(std::string_view(name).substr(3)) : std::nullopt;
            if (bits && *bits < least_dh_bits) {
                remarks.push_back({"DH below 2048 bits", name, false});
            }
        }
    }
}

void remark_signatures(const EndpointResult& endpoint, std::vector<Remark>& remarks)
{
    for (const std::string& subject : certificates_of(endpoint)) {
        std::map<Fact, std::string> leaf = facts_of(endpoint, subject);
        const std::string name = leaf[Fact::certificate_subject];
        const std::string algorithm = base::lower(leaf[Fact::certificate_signature_algorithm]);
        if (leaf[Fact::certificate_self_signed] == "yes" && leaf[Fact::certificate_trusted] != "yes") {
            remarks.push_back({"self-signed certificate", name, false});
        } else if (leaf[Fact::certificate_trusted] == "no" && leaf[Fact::certificate_outside_its_dates] != "yes") {
            remarks.push_back({"certificate not trusted", name, false});
        } else if (algorithm.find("sha1") != std::string::npos || algorithm.find("md5") != std::string::npos) {
            remarks.push_back({"certificate signed with SHA-1 or MD5", name, false});
        }
    }
}

std::string end_words(std::int64_t days, const std::string& date)
{
    return days < 0    ? base::plural(static_cast<std::uint64_t>(-days), "day") + " ago, on " + date
           : days == 0 ? "today, " + date
                       : "in " + base::plural(static_cast<std::uint64_t>(days), "day") + ", on " + date;
}

}  // namespace

std::vector<Remark> ends_of_certificates(const EndpointResult& endpoint, std::string_view day)
{
    std::vector<Remark> remarks;
    const bool several = certificates_of(endpoint).size() > 1;
    for (const model::Observation& one : endpoint.observations) {
        const auto* const text = std::get_if<base::UntrustedText>(&one.value);
        const std::string date =
            one.id == Fact::certificate_not_after && text != nullptr ? text->escaped().substr(0, 10) : "";
        const auto days = days_between(day, date);
        if (days && *days < days_to_mention) {
            const std::string what = *days < 0 ? "certificate expired" : "certificate expires";
            const std::string which =
                several ? " (" + facts_of(endpoint, one.subject)[Fact::certificate_subject] + ")" : "";
            remarks.push_back({what, end_words(*days, date) + which, *days < days_to_warn});
        }
    }
    return remarks;
}

std::vector<Remark> worth_a_look(const EndpointResult& endpoint, std::string_view day)
{
    std::vector<Remark> remarks;
    remark_suites(endpoint, remarks);
    remark_groups(endpoint, remarks);
    remark_signatures(endpoint, remarks);
    const std::vector<Remark> ends = ends_of_certificates(endpoint, day);
    remarks.insert(remarks.end(), ends.begin(), ends.end());
    return remarks;
}

std::optional<std::int64_t> days_left(const EndpointResult& endpoint, std::string_view day)
{
    std::optional<std::int64_t> least;
    for (const model::Observation& one : endpoint.observations) {
        const auto* const text = std::get_if<base::UntrustedText>(&one.value);
        if (one.id == Fact::certificate_not_after && text != nullptr) {
            const auto days = days_between(day, text->escaped());
            least = days && (!least || *days < *least) ? days : least;
        }
    }
    return least;
}

bool is_weak(const CellView& cell)
{
    const auto has = [&cell](SuiteProperty property) { return tls::has_property(cell.suite, property); };
    return cell.state == CellState::accepted &&
           (cell.version < ProtocolVersion::tls1_2 || std::ranges::any_of(remarkable, has));
}

}  // namespace smtptls::report
