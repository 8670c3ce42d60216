#include "api/scan_options.hpp"

namespace smtptls {
namespace {

std::string seconds_text(std::chrono::milliseconds time)
{
    std::string text = std::to_string(time.count() / 1000);
    if (time.count() % 1000 != 0) {
        const std::string fraction = std::to_string(1000 + time.count() % 1000).substr(1);
        text += "." + fraction.substr(0, fraction.find_last_not_of('0') + 1);
    }
    return text + " s";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ScanOptions::described() const
{
    const ScanOptions usual;
    std::vector<std::pair<std::string, std::string>> all;
    all.emplace_back("tls", format(tls));
    if (family != model::AddressFamily::any) {
        all.emplace_back("family", family == model::AddressFamily::v4 ? "IPv4" : "IPv6");
    }
    if (first_address) {
        all.emplace_back("first-address", "yes");
    }
    if (addresses_per_name != usual.addresses_per_name) {
        all.emplace_back("addresses-per-name", std::to_string(addresses_per_name));
    }
    if (!excluded.empty()) {
        all.emplace_back("exclude",
                         std::to_string(excluded.size()) + (excluded.size() == 1 ? " network" : " networks"));
    }
    if (!server_name.empty()) {
        all.emplace_back("sni", server_name);
    }
    if (!ca_file.empty()) {
        all.emplace_back("ca-file", ca_file);
    }
    if (!ca_path.empty()) {
        all.emplace_back("ca-path", ca_path);
    }
    if (online) {
        all.emplace_back("online", "yes");
    }
    if (online && online_private) {
        all.emplace_back("online-private", "yes");
    }
    all.emplace_back("ehlo", ehlo_name.empty() ? "our address" : ehlo_name);
    all.emplace_back("timeout", seconds_text(timeout));
    if (max_time) {
        all.emplace_back("max-time", seconds_text(*max_time));
    }
    all.emplace_back("max-connections", std::to_string(max_connections));
    if (max_addresses != usual.max_addresses) {
        all.emplace_back("max-addresses", std::to_string(max_addresses));
    }
    if (pace.count() > 0) {
        all.emplace_back("pace", seconds_text(pace));
    }
    if (!source_address.empty()) {
        all.emplace_back("source-address", source_address);
    }
    all.emplace_back("confirm", format(confirm));
    if (double_check > 0) {
        all.emplace_back("double-check", std::to_string(double_check));
    }
    std::string names;
    for (const Policy& policy : verdict_only) {
        names += (names.empty() ? "" : ", ") + policy.name();
    }
    if (!names.empty()) {
        all.emplace_back("verdict-only", names);
    }
    return all;
}

}  // namespace smtptls
