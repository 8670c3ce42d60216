#include "report/format/outlook_json.hpp"

#include "json/json.hpp"
#include "json/layout.hpp"
#include "model_json/parts.hpp"

namespace smtptls::report {
namespace {

json::Value in_seconds(std::chrono::milliseconds time)
{
    return static_cast<double>(time.count()) / 1000;
}

json::Value encode_connections(const model::ExpectedConnections& expected)
{
    return {{"server", expected.server},
            {"hellos", expected.hellos},
            {"handshakes", expected.handshakes},
            {"connections", expected.sum()}};
}

json::Value encode_endpoints(const std::vector<model::Endpoint>& endpoints)
{
    json::Value out = json::Value::array();
    for (const model::Endpoint& endpoint : endpoints) {
        out.push_back({{"host", endpoint.host},
                       {"address", endpoint.address.format()},
                       {"port", endpoint.port},
                       {"tls", format(endpoint.mode)}});
    }
    return out;
}

}  // namespace

std::string outlook_json(const model::Outlook& outlook)
{
    json::Value options = json::Value::object();
    for (const auto& [name, value] : outlook.options) {
        options[name] = base::UntrustedText(value).escaped();
    }
    json::Value targets = json::Value::array();
    for (const std::string& target : outlook.targets) {
        targets.push_back(base::UntrustedText(target).escaped());
    }
    json::Value failures = json::Value::array();
    for (const model::TargetFailure& failure : outlook.failures) {
        failures.push_back({{"target", base::UntrustedText(failure.target).escaped()},
                            {"failure", model_json::encode_failure(failure.failure)}});
    }
    json::Value each = json::Value::array();
    for (const model::ExpectedConnections& expected : outlook.each) {
        each.push_back(encode_connections(expected));
    }
    json::Value lines = json::Value::array();
    for (const model::ExpectedLines& line : outlook.lines) {
        lines.push_back({{"mailer", line.mailer},
                         {"line", line.line},
                         {"count", line.count},
                         {"counted_by_fail2ban", line.counted_by_fail2ban}});
    }
    const json::Value document = {
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
        {"online", {{"most", outlook.online}}},
        {"seconds",
         {{"usual", in_seconds(outlook.usual)},
          {"longest", in_seconds(outlook.longest)},
          {"limit", outlook.max_time ? in_seconds(*outlook.max_time) : json::Value()}}},
        {"log_lines", lines}};
    return json::laid_out(document) + "\n";
}

}  // namespace smtptls::report
