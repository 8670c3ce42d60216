#include "report/remedy/postfix_certificates.hpp"

#include "report/remedy/rule.hpp"

#include <algorithm>
#include <array>

namespace smtptls::remedy {
namespace {

constexpr const char* chain_files = "smtpd_tls_chain_files";

// Each kind of key with a file of its own, as it was before 3.4.
constexpr std::array single_files = {"smtpd_tls_cert_file",  "smtpd_tls_key_file",   "smtpd_tls_eccert_file",
                                     "smtpd_tls_eckey_file", "smtpd_tls_dcert_file", "smtpd_tls_dkey_file"};

// "tls_cert_file", of smtpd_tls_cert_file and tlsproxy_tls_cert_file.
std::string_view behind_side(std::string_view name)
{
    return name.substr(std::min(name.find('_'), name.size() - 1) + 1);
}

bool has_chain_files(const Parameters& parameters)
{
    return !parameters.value(parameters.own(chain_files)).empty();  // as it is before 3.4, whatever a line says
}

bool is_of_server(std::string_view name)
{
    return name.starts_with("smtpd_") || (name.starts_with("tlsproxy_") && !name.starts_with("tlsproxy_client_"));
}

bool is_one_of_them(std::string_view name)
{
    return std::any_of(single_files.begin(), single_files.end(),
                       [&](const char* one) { return behind_side(one) == behind_side(name); });
}

}  // namespace

bool is_server_certificate(const Setting& at)
{
    return is_of_server(at.name) && is_one_of_them(at.name);
}

std::vector<std::string> certificate_parameters(const Parameters& parameters)
{
    if (has_chain_files(parameters)) {
        return {parameters.own(chain_files)};
    }
    std::vector<std::string> names;
    for (const char* const name : single_files) {
        // A key is in its certificate's file unless a line says otherwise.
        std::string own = parameters.own(name);
        const Setting* const line = parameters.origin(own);
        if (line != nullptr && behind_side(line->name) == behind_side(name) && !parameters.value(own).empty()) {
            names.push_back(std::move(own));
        }
    }
    return names;
}

bool is_behind_chain_files(const Parameters& parameters, const Setting& at)
{
    const bool certain = parameters.find(parameters.own(chain_files)).certain;
    return certain && is_server_certificate(at) && has_chain_files(parameters);
}

std::optional<ConfigFinding> judge_certificate_line(const Deployment& all, const Setting& at)
{
    std::size_t behind = 0;
    for (const ServiceView* const view : all.reached()) {
        if (view->mode == Mode::off || view->mode == Mode::invalid) {
            continue;
        }
        if (!is_behind_chain_files(view->parameters, at)) {
            return std::nullopt;
        }
        ++behind;
    }
    return behind == 0 ? std::nullopt : std::optional(finding(RuleId::behind_chain_files, at, {}));
}

}  // namespace smtptls::remedy
