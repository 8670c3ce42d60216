// The part of the text that says what policies think of the scan.
#pragma once

#include "report/format/text_page.hpp"
#include "report/format/verdicts.hpp"

namespace smtptls::report {

/// Loud where somebody has to do something: "FAIL", "pass".
std::string label_of(Shown shown);

/// A label in the colour of its verdict, and behind it the value, wrapped.
void verdict_line(std::size_t indent, Shown shown, const std::string& value, Page& page);

/// For the head: which policies, from when, compared with what. Nothing for a plain scan.
void policies_text(const model::ReportHead& report, Page& page);

/// Of an endpoint that was not reached: "; 37 rules of 3 policies not known". Else empty.
std::string unknown_rules(const model::EndpointResult& endpoint, Judgements judgements);

/// Around an endpoint's remedy: begin, the endpoint's place, behind_place, the remedy, end. No text of others has these
/// bytes, and none of them is printed.
struct RemedyMark {
    static constexpr char begin = '\x01';
    static constexpr char behind_place = '\x02';
    static constexpr char end = '\x03';
};

/// An endpoint under each policy, and what can be done, within marks. What nothing is known of is left to
/// `unknown_rules`.
void verdicts_text(const model::EndpointResult& endpoint, Judgements judgements, Page& page);

/// Findings of the baseline's endpoints that this scan does not have. Nothing if there are none.
void gone_text(const model::ReportHead& report, Page& page);

}  // namespace smtptls::report
