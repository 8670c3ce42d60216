#include "model/report.hpp"

#include <array>

namespace smtptls::model {

std::string_view format(Role role)
{
    static constexpr std::array<std::string_view, 4> names = {"mx", "mx-mandatory", "submission", "submissions"};
    return names.at(static_cast<std::size_t>(role));
}

std::string_view format(Verdict verdict)
{
    static constexpr std::array<std::string_view, 7> names = {"pass",         "advice",    "warn",          "fail",
                                                              "inconclusive", "not asked", "not applicable"};
    return names.at(static_cast<std::size_t>(verdict));
}

std::string_view format(Change change)
{
    static constexpr std::array<std::string_view, 5> names = {"", "new", "unchanged", "fixed", "no longer testable"};
    return names.at(static_cast<std::size_t>(change));
}

}  // namespace smtptls::model
