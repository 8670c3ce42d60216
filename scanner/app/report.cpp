#include "app/report.hpp"

#include "app/evidence_input.hpp"
#include "app/run.hpp"
#include "base/untrusted_text.hpp"
#include "openssl/library.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace smtptls::app {

Leave report_again(const ReportOptions& options, bool colour)
{
    const openssl::Library library;
    if (const auto objection = objection_to(options.outputs)) {
        return {3, "", "smtptls-scan: " + *objection + "\n"};
    }
    std::ifstream file(options.evidence, std::ios::binary);
    if (!file) {
        const std::string words = std::generic_category().message(errno);
        return {3, "", "smtptls-scan: " + base::UntrustedText(options.evidence).escaped() + ": " + words + "\n"};
    }
    auto rebuilt = read_evidence(file, options.evidence);
    if (!rebuilt) {
        return {3, "", "smtptls-scan: " + rebuilt.error() + "\n"};
    }
    std::string notes;
    for (const std::string& note : rebuilt->notes) {
        notes += "smtptls-scan: " + note + "\n";
    }
    model::Report report;
    report.scan = std::move(rebuilt->result);
    Leave leave = write_outputs(report, options.outputs, {colour, options.suites}, exit_code(report.scan));
    leave.error.insert(0, notes);
    return leave;
}

}  // namespace smtptls::app
