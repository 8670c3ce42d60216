// Several reports as one: endpoints behind each other, judgements with them.
#pragma once

#include "model/report.hpp"

#include <string>
#include <vector>

namespace smtptls::policy {

/// One report of all, under the head of the first; options that differ say so. Of an endpoint that several have
/// (host, address, port) the last one's result counts, in the first one's place; it is named in `replaced`.
/// `reports` is not empty, and all are judged by the same policies.
model::Report merge(std::vector<model::Report> reports, std::vector<std::string>& replaced);

}  // namespace smtptls::policy
