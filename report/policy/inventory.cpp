#include "report/policy/inventory.hpp"

#include "report/policy/seen.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace smtptls::policy {
namespace {

// A spreadsheet takes a cell with such a beginning for a formula; an apostrophe in front of it stops that.
bool is_formula(std::string_view text)
{
    const std::size_t start = text.find_first_not_of(' ');
    text = start == std::string_view::npos ? std::string_view() : text.substr(start);
    constexpr std::array<std::string_view, 8> signs = {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    return std::ranges::any_of(signs, [text](std::string_view sign) { return text.starts_with(sign); });
}

// RFC 4180 section 2: every cell in quotes, and quotes doubled.
std::string cell(std::string_view text)
{
    std::string out = is_formula(text) ? "\"'" : "\"";
    for (const char c : text) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

std::string line(std::initializer_list<std::string_view> cells)
{
    std::string out;
    for (const std::string_view one : cells) {
        out += (out.empty() ? "" : ",") + cell(one);
    }
    return out + "\r\n";
}

struct Place {
    std::string host;
    std::string address;
    std::string port;
    std::string tls;
};

Place place_of(const model::Endpoint& endpoint)
{
    return {endpoint.host, endpoint.address.format(), std::to_string(endpoint.port),
            std::string(format(endpoint.mode))};
}

std::string joined(const std::vector<std::string>& words)
{
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

}  // namespace

std::string certificate_inventory(const model::ScanResult& scan)
{
    std::string out = line({"host", "address", "port", "tls", "subject", "names", "issuer", "serial", "not_before",
                            "not_after", "key", "bits", "signature", "sha256", "self_signed", "seen"});
    for (const model::EndpointResult& result : scan.endpoints) {
        const Seen seen(result, "");
        const Place at = place_of(result.endpoint);
        for (const model::Observation& one : result.observations) {
            if (one.id != "certificate.sha256") {
                continue;
            }
            const std::string& leaf = one.subject;
            const auto text = [&](const std::string& id) { return seen.text("certificate." + id, leaf); };
            const auto found = std::ranges::find(seen.leaves(), leaf, &Leaf::subject);
            const bool known = found != seen.leaves().end();
            const std::string bits = known && found->key_bits ? std::to_string(*found->key_bits) : "";
            const std::string names = joined(seen.list("certificate.dns_names", leaf));
            const bool own = seen.boolean("certificate.self_signed", leaf).value_or(false);
            out += line({at.host, at.address, at.port, at.tls, text("subject"), names, text("issuer"), text("serial"),
                         text("not_before"), text("not_after"), text("key_type"), bits, text("signature_algorithm"),
                         text("sha256"), own ? "yes" : "no", scan.started});
        }
    }
    return out;
}

std::string suite_inventory(const model::ScanResult& scan)
{
    std::string out = line({"host", "address", "port", "tls", "status", "version", "suite", "key_exchange",
                            "authentication", "cipher", "bits", "proof", "seen"});
    for (const model::EndpointResult& result : scan.endpoints) {
        const Place at = place_of(result.endpoint);
        const std::string status(format(result.status));
        if (result.status != model::EndpointStatus::scanned) {
            out += line({at.host, at.address, at.port, at.tls, status, "", "", "", "", "", "", "", scan.started});
        }
        for (const model::Cell& one : result.matrix.cells) {
            if (one.state != model::CellState::accepted) {
                continue;
            }
            const tls::SuiteInfo* const info = tls::find(one.suite);
            const std::string exchange(info != nullptr ? format(info->key_exchange) : "");
            const std::string proof(one.grade ? format(*one.grade) : "");
            out += line({at.host, at.address, at.port, at.tls, status, tls::format(one.version), tls::format(one.suite),
                         exchange, info != nullptr ? format(info->authentication) : "",
                         info != nullptr ? format(info->family) : "", info != nullptr ? std::to_string(info->bits) : "",
                         proof, scan.started});
        }
    }
    return out;
}

}  // namespace smtptls::policy
