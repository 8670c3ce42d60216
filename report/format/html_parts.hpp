// Parts of the HTML page. All of them yield markup in which every text of others is escaped; none puts such a text
// into a style, a script, an address or the name of an element or attribute.
#pragma once

#include "report/format/format.hpp"
#include "report/format/verdicts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::report {

/// The page's style sheet and script, and the hashes by which its Content-Security-Policy allows these two and
/// nothing else ("sha256-...").
extern const std::string_view html_style;
extern const std::string_view html_style_hash;
extern const std::string_view html_script;
extern const std::string_view html_script_hash;

/// "<span class=...>" with sign and word.
std::string chip(Shown shown);
std::string chip(Shown shown, std::string_view words);

/// The worst of an endpoint's judgements; `pass` if there is none.
Shown worst_of(Judgements judgements);

/// What policies say of an endpoint, findings to look at first.
std::string judgement_section(const model::EndpointResult& endpoint, const model::Judgement& judgement);

/// The findings of the baseline's endpoints that are not in this scan; empty if there are none.
std::string gone_section(const std::vector<model::Finding>& gone);

/// What endpoints show only together; empty if there is nothing of it.
std::string side_by_side_section(const model::SideBySide& all);

/// The begin of the <details> about an endpoint, which is open or not.
std::string_view endpoint_section_begin(bool open);

/// All of it about endpoint `number` (from 1) behind that begin.
std::string endpoint_section(const model::EndpointResult& endpoint, Judgements judgements,
                             const model::ReportHead& head, std::size_t number);

}  // namespace smtptls::report
