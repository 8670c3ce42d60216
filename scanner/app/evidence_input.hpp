// Evidence back from its file.
#pragma once

#include "base/expected.hpp"
#include "model/scan_result.hpp"

#include <istream>
#include <string>
#include <vector>

namespace smtptls::app {

struct Rebuilt {
    model::ScanResult result;
    std::vector<std::string> notes;  ///< sentences for stderr: what is not as after a scan that ended
};

/// The result that the evidence leads to. `name` is the file's, for people. The error is a sentence with the line
/// that is wrong: "mail.jsonl:12: exchange 7: ...", safe to be shown. A last line without an end is what a killed
/// scan leaves: it is left out, with a note. Needs an openssl::Library.
base::Expected<Rebuilt, std::string> read_evidence(std::istream& input, const std::string& name);

}  // namespace smtptls::app
