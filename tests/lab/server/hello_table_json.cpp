// The table's JSON. The only file here that includes nlohmann/json. Strict: a misspelt field would
// otherwise be a server that is not what its test believes.
#include "hello_table_json.hpp"

#include "hello_choice.hpp"
#include "hello_suites.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>

namespace smtptls::lab {

namespace {

using nlohmann::json;
using Read = std::function<void(const json&)>;
using Readers = std::map<std::string, Read>;

// Reads each field of an object by its reader; errors tell the way to it.
void read_fields(const json& object, const Readers& readers)
{
    if (!object.is_object()) {
        throw std::runtime_error("is no object");
    }
    for (const auto& [name, value] : object.items()) {
        try {
            const auto reader = readers.find(name);
            if (reader == readers.end()) {
                throw std::runtime_error("unknown field");
            }
            reader->second(value);
        } catch (const std::exception& error) {
            throw std::runtime_error(name + ": " + error.what());
        }
    }
}

template <typename Number>
Read number_into(Number& target, Number lowest)
{
    return [&target, lowest](const json& value) {
        if (!value.is_number_unsigned() || value.get<Number>() < lowest) {
            throw std::runtime_error("is no number from " + std::to_string(lowest));
        }
        target = value.get<Number>();
    };
}

Read flag_into(bool& target)
{
    return [&target](const json& value) { target = value.get<bool>(); };
}

template <typename Choice>
Read choice_into(Choice& target, std::map<std::string, Choice> choices)
{
    return [&target, choices = std::move(choices)](const json& value) {
        const auto found = choices.find(value.get<std::string>());
        if (found == choices.end()) {
            throw std::runtime_error("unknown word " + value.get<std::string>());
        }
        target = found->second;
    };
}

Manner parse_manner(const std::string& text)
{
    constexpr std::string_view alert = "alert ";
    if (text == "close") {
        return {Manner::Kind::close, {}};
    }
    if (text == "reset") {
        return {Manner::Kind::reset, {}};
    }
    if (text == "silence") {
        return {Manner::Kind::silence, {}};
    }
    const auto number = text.starts_with(alert) ? std::string_view(text).substr(alert.size()) : std::string_view();
    std::uint8_t code = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), code);
    if (error != std::errc() || end != number.data() + number.size()) {
        throw std::runtime_error("neither \"alert NUMBER\" nor close, reset, silence: " + text);
    }
    return {Manner::Kind::alert, tls::AlertDescription{code}};
}

template <typename Target>
Read manner_into(Target& target)
{
    return [&target](const json& value) { target = parse_manner(value.get<std::string>()); };
}

Read absence_into(Absence& target)
{
    return [&target](const json& value) {
        constexpr std::string_view lower_else = "lower, else ";
        const auto text = value.get<std::string>();
        target.lower = text.starts_with("lower");
        if (text != "lower") {
            target.manner = parse_manner(text.starts_with(lower_else) ? text.substr(lower_else.size()) : text);
        }
    };
}

base::Bytes parse_hex(const std::string& text)
{
    base::Bytes bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* const digits = text.data() + 2 * i;
        const auto [end, error] = std::from_chars(digits, digits + 2, bytes[i], 16);
        if (error != std::errc() || end != digits + 2) {
            throw std::runtime_error("is not hexadecimal");
        }
    }
    if (bytes.empty() || text.size() % 2 != 0) {
        throw std::runtime_error("is not hexadecimal");
    }
    return bytes;
}

tls::ProtocolVersion parse_version(const std::string& text)
{
    const auto version = tls::parse_version(text);
    if (!version) {
        throw std::runtime_error("unknown version " + text);
    }
    return *version;
}

tls::NamedGroup parse_group(const std::string& text)
{
    static const std::map<std::string, tls::NamedGroup> groups = {
#define GROUP(code, name) {#name, tls::NamedGroup::name},
#include "tls/named_groups.def"
#undef GROUP
    };
    const auto found = groups.find(text);
    if (found == groups.end()) {
        throw std::runtime_error("unknown group " + text);
    }
    return found->second;
}

void read_absences(const json& value, HelloTable& table)
{
    if (value.is_string()) {
        absence_into(table.absent_otherwise)(value);
        return;
    }
    for (const auto& [name, manner] : value.items()) {
        auto& absence = name == "otherwise" ? table.absent_otherwise : table.absent[parse_version(name)];
        absence_into(absence)(manner);
    }
}

void read_version(const json& value, const NameLists& lists, tls::ProtocolVersion name, VersionTable& version)
{
    version.suites = expand_suites(value.at("suites"), lists, registry_suites(name));
    const auto some_into = [&](Suites& target) {
        return Read([&](const json& names) {
            target = expand_suites(names, lists, version.suites);
            for (const auto suite : target) {
                if (!contains(version.suites, suite)) {
                    throw std::runtime_error(tls::format(suite) + " is not among the suites");
                }
            }
        });
    };
    const Readers poison = {{"bare", some_into(version.bare)},
                            {"after_hello", some_into(version.after_hello)},
                            {"after_flight", some_into(version.after_flight)},
                            {"manner", manner_into(version.poison)}};
    read_fields(value, {{"suites", [](const json&) {}},
                        {"order", choice_into<SuiteOrder>(
                                      version.order, {{"server", SuiteOrder::server},
                                                      {"client", SuiteOrder::client},
                                                      {"by_turns", SuiteOrder::by_turns},
                                                      {"by_three", SuiteOrder::by_three},
                                                      {"chacha_first_if_client", SuiteOrder::chacha_first_if_client}})},
                        {"poison", [&](const json& fields) { read_fields(fields, poison); }},
                        {"credential_trap", some_into(version.credential_trap)},
                        {"flaw", choice_into<Flaw>(version.flaw, {{"none", Flaw::none},
                                                                  {"no certificate", Flaw::no_certificate},
                                                                  {"no key exchange", Flaw::no_key_exchange},
                                                                  {"compression", Flaw::compression},
                                                                  {"supported_versions", Flaw::supported_versions}})},
                        {"refusal", manner_into(version.refusal)}});
}

Intolerance read_intolerance(const json& value)
{
    Intolerance intolerance;
    read_fields(value, {{"of", choice_into<Intolerance::Kind>(
                                   intolerance.kind, {{"tls13", Intolerance::Kind::tls13},
                                                      {"extensions", Intolerance::Kind::extensions},
                                                      {"bytes", Intolerance::Kind::bytes},
                                                      {"suites", Intolerance::Kind::suites},
                                                      {"high_suites", Intolerance::Kind::high_suites},
                                                      {"grease", Intolerance::Kind::grease},
                                                      {"unknown_extension", Intolerance::Kind::unknown_extension},
                                                      {"server_name", Intolerance::Kind::server_name}})},
                        {"from", number_into<std::size_t>(intolerance.from, 0)},
                        {"to", number_into<std::size_t>(intolerance.to, 0)},
                        {"manner", manner_into(intolerance.manner)}});
    return intolerance;
}

void check_misdeed(const Misdeed& misdeed)
{
    using Stage = Misdeed::Stage;
    const bool after_smtp = misdeed.stage == Stage::hello || misdeed.stage == Stage::flight;
    const bool no_421 = misdeed.act == Misdeed::Act::reply_421 && after_smtp;
    const bool no_454 = misdeed.act == Misdeed::Act::reply_454 && misdeed.stage != Stage::starttls;
    if (no_421 || no_454) {
        throw std::runtime_error("this act is none of this stage's");
    }
}

Misdeed read_misdeed(const json& value)
{
    using Stage = Misdeed::Stage;
    using Act = Misdeed::Act;
    Misdeed misdeed;
    const Read nth = [&](const json& number) {
        number_into<std::uint64_t>(misdeed.from, 1)(number);
        misdeed.to = misdeed.from;
    };
    read_fields(value, {{"nth", nth},
                        {"from", number_into<std::uint64_t>(misdeed.from, 1)},
                        {"to", number_into<std::uint64_t>(misdeed.to, 1)},
                        {"each", number_into<std::uint64_t>(misdeed.each, 1)},
                        {"stage", choice_into<Stage>(misdeed.stage, {{"greeting", Stage::greeting},
                                                                     {"starttls", Stage::starttls},
                                                                     {"hello", Stage::hello},
                                                                     {"flight", Stage::flight}})},
                        {"act", choice_into<Act>(misdeed.act, {{"close", Act::close},
                                                               {"reset", Act::reset},
                                                               {"silence", Act::silence},
                                                               {"421", Act::reply_421},
                                                               {"454", Act::reply_454}})}});
    check_misdeed(misdeed);
    return misdeed;
}

template <typename Item, typename ReadItem>
Read list_into(std::vector<Item>& target, ReadItem read_item)
{
    return [&target, read_item](const json& values) {
        target.clear();
        for (const auto& value : values) {
            target.push_back(read_item(value));
        }
    };
}

Readers whole_table(HelloTable& table, const NameLists& lists);

HelloTable read_table(const json& value, const NameLists& lists)
{
    HelloTable table;
    read_fields(value, whole_table(table, lists));
    if (table.versions.empty()) {
        throw std::runtime_error("a table without versions");
    }
    if (!value.contains("reads_supported_versions")) {
        table.reads_supported_versions = table.versions.contains(tls::ProtocolVersion::tls1_3);
    }
    return table;
}

Readers whole_table(HelloTable& table, const NameLists& lists)
{
    const auto read_one = [&lists](const json& value) { return read_table(value, lists); };
    const auto read_versions = [&](const json& value) {
        Readers readers;
        for (const auto& [name, fields] : value.items()) {
            const auto code = parse_version(name);
            readers[name] = [&, code](const json& one) { read_version(one, lists, code, table.versions[code]); };
        }
        read_fields(value, readers);
    };
    const auto read_limit = [&](const json& value) {
        read_fields(value, {{"suites", number_into<std::size_t>(table.read_limit.suites, 1)},
                            {"over", manner_into(table.read_limit.over)}});
    };
    const auto read_wrong = [&](const json& value) {
        for (const auto& [name, wrong] : value.items()) {
            table.wrong_version[parse_version(name)] = parse_version(wrong);
        }
    };
    const auto read_certificates = [&](const json& value) {
        Readers readers;
        for (const auto& [name, kind] :
             {std::pair("rsa", tls::Authentication::rsa), std::pair("dss", tls::Authentication::dss),
              std::pair("ecdsa", tls::Authentication::ecdsa)}) {
            readers[name] = [&, code = kind](const json& one) { table.certificates[code] = parse_hex(one); };
        }
        read_fields(value, readers);
    };
    const auto read_record_version = [&](const json& value) {
        std::uint16_t version = 0;
        number_into<std::uint16_t>(version, 0)(value);
        table.alert_record_version = tls::ProtocolVersion{version};
    };
    const auto read_unoffered = [&](const json& value) { table.unoffered = parse_suite(value); };
    return {{"about", [](const json&) {}},
            {"lists", [](const json&) {}},
            {"versions", read_versions},
            {"absent", [&](const json& value) { read_absences(value, table); }},
            {"reads_supported_versions", flag_into(table.reads_supported_versions)},
            {"refusal", manner_into(table.refusal)},
            {"read_limit", read_limit},
            {"sni_required", flag_into(table.sni_required)},
            {"intolerant", list_into(table.intolerant, read_intolerance)},
            {"ecdhe_needs_groups", flag_into(table.ecdhe_needs_groups)},
            {"groups", list_into(table.groups, parse_group)},
            {"dh_bits", number_into<std::size_t>(table.dh_bits, 8)},
            {"unoffered", read_unoffered},
            {"wrong_version", read_wrong},
            {"hrr_loop", flag_into(table.hrr_loop)},
            {"share_refusal", manner_into(table.share_refusal)},
            {"second_server_hello", flag_into(table.second_server_hello)},
            {"certificate_request", flag_into(table.certificate_request)},
            {"alert_record_version", read_record_version},
            {"warning_alert_first", flag_into(table.warning_first)},
            {"fragment", number_into<std::size_t>(table.record_length, 1)},
            {"certificates", read_certificates},
            {"chain_bytes", number_into<std::size_t>(table.chain_bytes, 0)},
            {"endless", choice_into<Endless>(table.endless, {{"no", Endless::none},
                                                             {"messages", Endless::messages},
                                                             {"certificate", Endless::certificate},
                                                             {"alerts", Endless::alerts}})},
            {"after_flight", manner_into(table.after_flight)},
            {"every", list_into(table.every, read_misdeed)},
            {"members", list_into(table.members, read_one)}};
}

constexpr std::string_view example = R"({
  "about": "every field of a hello table; only versions must be there",
  "lists": {
    "common": ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", "0x000a"],
    "more": ["@common", "TLS_RSA_WITH_CAMELLIA_*", "TLS_DH_anon_WITH_AES_128_CBC_SHA"]
  },
  "versions": {
    "SSL 2": {"suites": ["SSL_CK_RC4_128_WITH_MD5", "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"]},
    "SSL 3": {"suites": ["@common"], "refusal": "close"},
    "TLS 1.0": {
      "suites": ["@more", "TLS_DHE_DSS_WITH_AES_128_CBC_SHA"], "order": "client",
      "poison": {"bare": ["0x000a"], "after_hello": ["TLS_DHE_DSS_*"], "manner": "alert 40"},
      "credential_trap": ["TLS_DH_anon_*"]
    },
    "TLS 1.2": {
      "suites": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "@more"],
      "order": "chacha_first_if_client",
      "poison": {"after_flight": ["AES128-SHA"]}, "flaw": "none",
      "refusal": "alert 71"
    },
    "TLS 1.3": {"suites": ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"], "order": "server"}
  },
  "absent": {"otherwise": "lower", "SSL 2": "lower, else close", "TLS 1.1": "alert 70"},
  "reads_supported_versions": true,
  "refusal": "alert 40",
  "read_limit": {"suites": 128, "over": "alert 40"},
  "sni_required": false,
  "intolerant": [
    {"of": "bytes", "from": 65000, "manner": "close"},
    {"of": "bytes", "from": 256, "to": 257, "manner": "alert 50"}
  ],
  "ecdhe_needs_groups": false,
  "groups": ["x25519", "secp256r1"],
  "dh_bits": 1024,
  "unoffered": "TLS_RSA_WITH_AES_128_CBC_SHA",
  "wrong_version": {"TLS 1.0": "TLS 1.2"},
  "hrr_loop": false,
  "share_refusal": "alert 80",
  "second_server_hello": false,
  "certificate_request": true,
  "alert_record_version": 769,
  "warning_alert_first": false,
  "fragment": 1000,
  "chain_bytes": 4000,
  "certificates": {"rsa": "3003020101"},
  "endless": "no",
  "after_flight": "alert 40",
  "every": [
    {"nth": 7, "stage": "hello", "act": "reset"},
    {"from": 100, "each": 10, "stage": "starttls", "act": "454"}
  ],
  "members": [{"versions": {"TLS 1.2": {"suites": ["AES128-SHA"]}}}]
}
)";

}  // namespace

HelloTable parse_hello_table(const std::string& text)
{
    const auto value = json::parse(text);
    return read_table(value, value.value("lists", NameLists()));
}

HelloTable read_hello_table(const std::string& path)
{
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    try {
        return parse_hello_table(std::string(std::istreambuf_iterator<char>(file), {}));
    } catch (const std::exception& error) {
        throw std::runtime_error(path + ": " + error.what());
    }
}

std::string_view hello_table_example()
{
    return example;
}

}  // namespace smtptls::lab
