#include "app/explain.hpp"

#include "app/certificate_files.hpp"
#include "app/explain_apply.hpp"
#include "app/file.hpp"
#include "app/root_folder.hpp"
#include "app/sandbox.hpp"
#include "base/expected.hpp"
#include "base/untrusted_text.hpp"
#include "model_json/report.hpp"
#include "report/remedy/compare.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/explain_exim.hpp"
#include "report/remedy/explain_postfix.hpp"
#include "report/remedy/explanation_json.hpp"
#include "report/remedy/explanation_text.hpp"

#include <filesystem>

namespace smtptls::app {
namespace {

using Text = base::Expected<std::string, std::string>;

Text read_config(const std::string& path)
{
    return path.empty() ? Text(std::string()) : read_file(path, remedy::config_limit);
}

using Scan = base::Expected<std::optional<model::ScanResult>, std::string>;

Scan scan_to_compare(const std::string& path)
{
    if (path.empty()) {
        return std::optional<model::ScanResult>();
    }
    auto scan = read_scan(path);
    if (!scan) {
        return base::Unexpected<std::string>(scan.error());
    }
    return std::optional<model::ScanResult>(*std::move(scan));
}

remedy::Explanation explain_files(const remedy::PostfixFiles& files, const ExplainOptions& options, bool ecdsa_seen)
{
    remedy::PostfixChoice choice{options.postfix, options.openssl, ecdsa_seen};
    std::vector<std::string> unread;
    if (options.certificate_root) {
        unread = read_certificates(files, *options.certificate_root, choice);
    }
    remedy::Explanation explanation = remedy::explain_postfix(files, choice);
    explanation.assumptions.insert(explanation.assumptions.end(), unread.begin(), unread.end());
    return explanation;
}

remedy::Identity identity_of(const ExplainOptions& options, const remedy::MainCf& main)
{
    if (options.product == Product::exim) {
        return {"Exim", "", true};
    }
    const remedy::Parameters parameters(main, nullptr, remedy::assumed_postfix);
    return {"Postfix", parameters.value("myhostname"), parameters.is_set("smtpd_banner")};
}

remedy::EximText exim_text(const std::string& text, const ExplainOptions& options)
{
    return {text, base::UntrustedText(options.main_name), folder_below(options.include_root, options.main_file),
            includes_below(options.include_root)};
}

base::Expected<remedy::Explanation, std::string> explained(const ExplainOptions& options)
{
    const Text first = read_config(options.main_file);
    const Text second = read_config(options.master_file);
    const Scan scan = scan_to_compare(options.scan_file);
    if (!first || !second || !scan) {
        return base::Unexpected<std::string>(!first ? first.error() : !second ? second.error() : scan.error());
    }
    const base::UntrustedText name(options.main_name);
    const bool exim = options.product == Product::exim;
    const remedy::PostfixFiles files{remedy::parse_main(exim ? "" : *first, name),
                                     remedy::parse_master(*second, base::UntrustedText(options.master_name))};
    const bool ecdsa = *scan && remedy::saw_only_ecdsa(**scan);
    remedy::Explanation explanation =
        exim ? remedy::explain_exim(exim_text(*first, options), {options.exim, options.openssl, ecdsa})
             : explain_files(files, options, ecdsa);
    if (*scan) {
        remedy::compare(explanation, **scan, identity_of(options, files.main));
    }
    return explanation;
}

Needs needs_of(const ExplainOptions& options)
{
    Needs needs{.network = false,
                .reads = {options.main_file, options.master_file, options.scan_file, options.include_root,
                          options.certificate_root.value_or("")},
                .replaces = {},
                .fills = {}};
    if (!options.new_folder.empty()) {
        const std::filesystem::path folder = std::filesystem::path(options.new_folder + "/").parent_path();
        needs.fills.push_back(folder.has_parent_path() ? folder.parent_path().string() : ".");
    }
    return needs;
}

}  // namespace

Leave explain(const ExplainOptions& options)
{
    if (options.sandbox) {
        confine(needs_of(options));
    }
    if (!options.new_folder.empty()) {
        return apply(options);
    }
    const auto explanation = explained(options);
    if (!explanation) {
        return {3, "", "smtptls-scan: " + explanation.error() + "\n"};
    }
    return {0, options.json ? remedy::write_json(*explanation) : remedy::write_text(*explanation), ""};
}

}  // namespace smtptls::app
