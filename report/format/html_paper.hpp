// What an auditor reads first on paper, and nobody on a screen: scope, who scanned, each rule's verdict, exceptions,
// and what was not tested. The rest of the page is its annex.
#pragma once

#include "base/spool.hpp"
#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smtptls::report {

class Paper {
public:
    /// Each endpoint once, in any order.
    void add(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements);

    /// The section, with the whole head of the report.
    std::string section(const model::ReportHead& head) const;

private:
    struct Rule {
        std::string name;
        std::string requirement;
        std::string source;
        Tally tally;  // of endpoints
    };
    struct Policy {
        std::string name;
        std::vector<Rule> rules;
    };

    void take_rules(const model::Judgement& judgement);
    std::string facts(const model::ReportHead& head) const;
    std::string rules_table(const Policy& policy, bool one_endpoint) const;

    std::vector<Policy> policies_;
    base::Spool exceptions_;  // rows
    base::Spool open_;        // rows
    std::int64_t asked_again_ = 0;
    std::int64_t differ_ = 0;
};

}  // namespace smtptls::report
