#include "model/report.hpp"

#include <array>

namespace smtptls::model {

FindingId::FindingId(const std::string& text)
    : rule(std::string_view(text).substr(0, text.find(' '))),
      endpoint(text.find(' ') == std::string::npos ? std::string_view()
                                                   : std::string_view(text).substr(text.find(' ') + 1))
{
}

std::string FindingId::str() const
{
    return endpoint.empty() ? rule.str() : rule.str() + " " + endpoint.str();
}

ReportHead head_of(const Report& report)
{
    return {report.scan,          report.policies,  report.baseline, report.gone,
            report.scan.totals(), report.exit_code, report.only_new, {},
            report.side_by_side};
}

std::string_view format(Verdict verdict)
{
    static constexpr std::array<std::string_view, 8> names = {
        "pass", "advice", "warn", "fail", "inconclusive", "not asked", "not judged", "not applicable"};
    return names.at(static_cast<std::size_t>(verdict));
}

std::string_view format(Level level)
{
    static constexpr std::array<std::string_view, 3> names = {"must", "should", "may"};
    return names.at(static_cast<std::size_t>(level));
}

std::string_view format(Change change)
{
    static constexpr std::array<std::string_view, 5> names = {"", "new", "unchanged", "fixed", "no longer testable"};
    return names.at(static_cast<std::size_t>(change));
}

}  // namespace smtptls::model
