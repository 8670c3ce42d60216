#include "record/outlook_json.hpp"

#include "record/parts.hpp"

namespace smtptls::record {
namespace {

constexpr int indent = 2;

Json seconds(std::chrono::milliseconds time)
{
    return static_cast<double>(time.count()) / 1000;
}

Json encode_connections(const model::ExpectedConnections& expected)
{
    return {{"server", expected.server},
            {"hellos", expected.hellos},
            {"handshakes", expected.handshakes},
            {"connections", expected.sum()}};
}

Json encode_endpoints(const std::vector<model::Endpoint>& endpoints)
{
    Json out = Json::array();
    for (const model::Endpoint& endpoint : endpoints) {
        out.push_back({{"host", endpoint.host},
                       {"address", endpoint.address.format()},
                       {"port", endpoint.port},
                       {"tls", format(endpoint.mode)}});
    }
    return out;
}

}  // namespace

std::string encode(const model::Outlook& outlook)
{
    Json options = Json::object();
    for (const auto& [name, value] : outlook.options) {
        options[name] = base::UntrustedText(value).escaped();
    }
    Json targets = Json::array();
    for (const std::string& target : outlook.targets) {
        targets.push_back(base::UntrustedText(target).escaped());
    }
    Json failures = Json::array();
    for (const model::TargetFailure& failure : outlook.failures) {
        failures.push_back(
            {{"target", base::UntrustedText(failure.target).escaped()}, {"failure", encode_failure(failure.failure)}});
    }
    Json each = Json::array();
    for (const model::ExpectedConnections& expected : outlook.each) {
        each.push_back(encode_connections(expected));
    }
    Json lines = Json::array();
    for (const model::ExpectedLines& line : outlook.lines) {
        lines.push_back({{"mailer", line.mailer},
                         {"line", line.line},
                         {"count", line.count},
                         {"counted_by_fail2ban", line.counted_by_fail2ban}});
    }
    const Json document = {
        {"format", "smtptls-scan dry run"},
        {"schema_version", 1},
        {"scanner", {{"name", "smtptls-scan"}, {"version", outlook.program_version}}},
        {"options", options},
        {"targets", targets},
        {"target_failures", failures},
        {"looked_up", outlook.looked_up},
        {"endpoints", encode_endpoints(outlook.endpoints)},
        {"connections", {{"each", each}, {"typical", outlook.typical}, {"most", encode_connections(outlook.most)}}},
        {"at_once", outlook.at_once},
        {"seconds",
         {{"usual", seconds(outlook.usual)},
          {"longest", seconds(outlook.longest)},
          {"limit", outlook.max_time ? seconds(*outlook.max_time) : Json()}}},
        {"log_lines", lines}};
    return document.dump(indent) + "\n";
}

}  // namespace smtptls::record
