// What policies fail at many endpoints: the worst endpoints with their rules, and how often each rule fails.
#pragma once

#include "report/format/format.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::report {

class Fleet {
public:
    /// So many endpoints are kept, whatever the number of those that were added.
    static constexpr std::size_t most_kept = 50;

    struct Worst {
        std::size_t failed = 0;  ///< rules; one that several policies have counts once
        std::size_t place = 0;
        std::string where;
        std::vector<std::string> rules;

        bool operator<(const Worst& other) const
        {
            return std::pair(other.failed, place) < std::pair(failed, other.place);
        }
    };

    void add(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements);

    /// Worst first.
    const std::set<Worst>& worst() const { return worst_; }

    /// Endpoints at which a rule fails.
    std::size_t failing() const { return failing_; }

    /// Rules that fail and at how many endpoints, most often first.
    std::vector<std::pair<std::string, std::size_t>> totals() const;

private:
    std::set<Worst> worst_;
    std::map<std::string, std::size_t, std::less<>> totals_;
    std::size_t failing_ = 0;
};

}  // namespace smtptls::report
