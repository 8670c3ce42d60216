// The end of the text, which is what is left on the screen: what a scan comes to, in a few lines, the verdict last.
#pragma once

#include "report/format/fleet.hpp"
#include "report/format/text_page.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::report {

class TextSummary {
public:
    void add(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements,
             const model::ReportHead& head);

    /// With the whole head: the endpoints and their failed rules where there are many, then the summary.
    void write(const model::ReportHead& head, Page& page) const;

private:
    /// At how many endpoints.
    struct Rule {
        std::string name;
        std::size_t applies = 0;
        std::size_t fails = 0;
        std::size_t open = 0;
        std::size_t warns = 0;
        std::size_t waived = 0;
        std::size_t unasked = 0;
        std::size_t unjudged = 0;
    };
    struct Policy {
        std::string name;
        std::vector<Rule> rules;
        std::size_t judged = 0;
        std::size_t fails = 0;
        std::size_t open = 0;

        Rule& rule(std::size_t hint, const std::string& name);
        void add(const model::Judgement& judgement);
    };

    Policy& policy(const std::string& name);
    std::size_t of(model::EndpointStatus status) const { return statuses_.at(static_cast<std::size_t>(status)); }
    void fleet_text(Page& page) const;
    void endpoints_text(const model::ReportHead& head, Page& page) const;
    void remarks_text(const model::ReportHead& head, Page& page) const;
    void unasked_text(Page& page) const;
    void changes_text(const model::ReportHead& head, Page& page) const;
    static void verdict_text(const Policy& policy, Page& page);
    std::string why(const model::ReportHead& head) const;
    std::string reason_of(int code, const model::ReportHead& head) const;
    void take_new(std::size_t place, const model::EndpointResult& endpoint, Judgements judgements);

    std::array<std::size_t, 6> statuses_{};   // by EndpointStatus
    std::array<std::size_t, 5> changes_{};    // findings, by Change
    std::map<std::size_t, std::string> new_;  // the first endpoints with new findings, and those, by place
    std::size_t with_new_ = 0;                // endpoints
    std::size_t new_violations_ = 0;
    std::size_t waived_ = 0;  // violations
    std::size_t endpoints_ = 0;
    std::vector<Policy> policies_;
    Fleet fleet_;
    std::vector<std::string> failures_;                         // the first of them, with their reasons
    std::vector<std::pair<std::string, std::size_t>> remarks_;  // at so many endpoints, in the order they came in
};

}  // namespace smtptls::report
