#include "report/policy/inventory.hpp"

#include "base/csv.hpp"
#include "base/text_layout.hpp"
#include "report/policy/cbom.hpp"
#include "report/policy/seen.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace smtptls::policy {
namespace {

using model::Fact;

std::string line(std::initializer_list<std::string_view> cells)
{
    std::string out;
    for (const std::string_view one : cells) {
        out += (out.empty() ? "" : ",") + base::csv_quoted(one);
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

std::string certificate_lines(const model::EndpointResult& result, std::string_view when)
{
    std::string out;
    const Seen seen(result, "");
    const Place at = place_of(result.endpoint);
    for (const model::Observation& one : result.observations) {
        if (one.id != model::Fact::certificate_sha256) {
            continue;
        }
        const std::string& leaf = one.subject;
        const auto text = [&](Fact fact) { return seen.text(fact, leaf); };
        const auto found = std::ranges::find(seen.leaves(), leaf, &Leaf::subject);
        const bool known = found != seen.leaves().end();
        const std::string bits = known && found->key_bits ? std::to_string(*found->key_bits) : "";
        const std::string names = base::joined(seen.list(model::Fact::certificate_dns_names, leaf), " ");
        const bool own = seen.boolean(model::Fact::certificate_self_signed, leaf).value_or(false);
        out += line({at.host, at.address, at.port, at.tls, text(Fact::certificate_subject), names,
                     text(Fact::certificate_issuer), text(Fact::certificate_serial), text(Fact::certificate_not_before),
                     text(Fact::certificate_not_after), text(Fact::certificate_key_type), bits,
                     text(Fact::certificate_signature_algorithm), text(Fact::certificate_sha256), own ? "yes" : "no",
                     when});
    }
    return out;
}

std::string suite_lines(const model::EndpointResult& result, std::string_view when)
{
    std::string out;
    const Place at = place_of(result.endpoint);
    const std::string status(format(result.status));
    if (result.status != model::EndpointStatus::scanned) {
        out += line({at.host, at.address, at.port, at.tls, status, "", "", "", "", "", "", "", when});
    }
    for (const model::CellView& one : result.matrix.cells()) {
        if (one.state != model::CellState::accepted) {
            continue;
        }
        const tls::SuiteInfo* const info = tls::find(one.suite);
        const std::string exchange(info != nullptr ? format(info->key_exchange) : "");
        const std::string proof(one.grade ? format(*one.grade) : "");
        out += line({at.host, at.address, at.port, at.tls, status, tls::format(one.version), tls::format(one.suite),
                     exchange, info != nullptr ? format(info->authentication) : "",
                     info != nullptr ? format(info->family) : "", info != nullptr ? std::to_string(info->bits) : "",
                     proof, when});
    }
    return out;
}

}  // namespace

std::string inventory_head(Inventory inventory)
{
    return inventory == Inventory::certificates
               ? line({"host", "address", "port", "tls", "subject", "names", "issuer", "serial", "not_before",
                       "not_after", "key", "bits", "signature", "sha256", "self_signed", "seen"})
               : line({"host", "address", "port", "tls", "status", "version", "suite", "key_exchange", "authentication",
                       "cipher", "bits", "proof", "seen"});
}

std::string inventory_lines(Inventory inventory, const model::EndpointResult& endpoint, std::string_view seen)
{
    if (inventory == Inventory::cbom) {
        return cbom_component(endpoint);
    }
    return inventory == Inventory::certificates ? certificate_lines(endpoint, seen) : suite_lines(endpoint, seen);
}

}  // namespace smtptls::policy
