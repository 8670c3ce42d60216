// The command line: every option, and for every wrong value exit code 2 and a sentence that says what
// would be right.
#include "app/options.hpp"
#include "app/option_table.hpp"
#include "catch.hpp"

namespace smtptls::app {
namespace {

std::variant<Options, Leave> parse(std::vector<std::string> words)
{
    std::vector<const char*> argv = {"smtptls-scan"};
    for (const std::string& word : words) {
        argv.push_back(word.c_str());
    }
    return parse_options(static_cast<int>(argv.size()), argv.data());
}

Options good(std::vector<std::string> words)
{
    words.emplace_back("mail.example.com");
    auto parsed = parse(std::move(words));
    if (const auto* leave = std::get_if<Leave>(&parsed)) {
        FAIL(leave->error);
    }
    return std::get<Options>(parsed);
}

TEST_CASE("a target alone is scanned with the defaults", "[app]")
{
    const Options options = good({});
    REQUIRE(options.targets.size() == 1);
    CHECK(options.targets[0].host == "mail.example.com");
    CHECK(options.scan.family == model::AddressFamily::any);
    CHECK_FALSE(options.scan.first_address);
    CHECK(options.scan.tls == model::TlsChoice::automatic);
    CHECK(options.scan.timeout == std::chrono::seconds(30));
    CHECK_FALSE(options.scan.max_time);
    CHECK(options.scan.max_connections == 4);
    REQUIRE(options.outputs.size() == 1);
    CHECK(options.outputs[0].format->name == "text");
    CHECK(options.scan.ehlo_name.empty());
    CHECK(options.scan.server_name.empty());
}

TEST_CASE("every option takes effect", "[app]")
{
    CHECK(good({"--tls", "implicit"}).scan.tls == model::TlsChoice::implicit);
    CHECK(good({"--tls", "starttls"}).scan.tls == model::TlsChoice::starttls);
    CHECK(good({"--tls=auto"}).scan.tls == model::TlsChoice::automatic);
    CHECK(good({"-4"}).scan.family == model::AddressFamily::v4);
    CHECK(good({"-6"}).scan.family == model::AddressFamily::v6);
    CHECK(good({"--first-address"}).scan.first_address);
    CHECK(good({"--sni", "Other.Example."}).scan.server_name == "other.example");
    CHECK(good({"--ehlo", "scanner.example.net"}).scan.ehlo_name == "scanner.example.net");
    CHECK(good({"--ehlo", "Scanner.Example.net"}).scan.ehlo_name == "Scanner.Example.net");
    CHECK(good({"--ehlo", "scanner.b\u00fccher.example"}).scan.ehlo_name == "scanner.xn--bcher-kva.example");
    CHECK(good({"--sni", "b\u00fccher.example"}).scan.server_name == "xn--bcher-kva.example");
    CHECK(good({"--ehlo", "[192.0.2.1]"}).scan.ehlo_name == "[192.0.2.1]");
    CHECK(good({"--ehlo", "[IPv6:2001:db8::1]"}).scan.ehlo_name == "[IPv6:2001:db8::1]");
    CHECK(good({"--timeout", "0.5"}).scan.timeout == std::chrono::milliseconds(500));
    CHECK(good({"--max-time", "90"}).scan.max_time == std::chrono::seconds(90));
    CHECK(good({"--max-connections", "64"}).scan.max_connections == 64);
    CHECK(good({"--pace", "0.25"}).scan.pace == std::chrono::milliseconds(250));
    CHECK(good({"--polite"}).scan.max_connections == 1);
    CHECK(good({"--polite"}).scan.pace == std::chrono::seconds(1));
    CHECK(good({"--polite", "--pace", "2"}).scan.pace == std::chrono::seconds(2));
    CHECK(good({"--source-address", "192.0.2.1"}).scan.source_address == "192.0.2.1");
    CHECK(good({"--source-address", "192.0.2.1"}).scan.family == model::AddressFamily::v4);
    CHECK(good({"--source-address", "2001:db8::1"}).scan.family == model::AddressFamily::v6);
    CHECK(good({"--format", "json"}).outputs[0].format->name == "json");
    const auto outputs = good({"-o", "a.html", "--format", "csv", "-o", "b", "--format", "text"}).outputs;
    REQUIRE(outputs.size() == 3);
    CHECK((outputs[0].format->name == "html" && outputs[0].path == "a.html"));
    CHECK((outputs[1].format->name == "csv" && outputs[1].path == "b"));
    CHECK((outputs[2].format->name == "text" && outputs[2].path.empty()));
    CHECK(good({"one.example:25", "[2001:db8::1]:465"}).targets.size() == 3);
}

TEST_CASE("what took effect is described for the record", "[app]")
{
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    Options options = good({"-6", "--first-address", "--sni", "other.example", "--timeout", "2.5", "--max-time", "60"});
    options.scan.ehlo_name = "scanner.example.net";
    CHECK(options.scan.described() == Pairs{{"tls", "auto"},
                                            {"family", "IPv6"},
                                            {"first-address", "yes"},
                                            {"sni", "other.example"},
                                            {"ehlo", "scanner.example.net"},
                                            {"timeout", "2.5 s"},
                                            {"max-time", "60 s"},
                                            {"max-connections", "4"},
                                            {"confirm", "family"}});
}

TEST_CASE("the record calls what took effect by the names of the options", "[app]")
{
    ScanOptions scan;
    scan.family = model::AddressFamily::v6;
    scan.first_address = true;
    scan.addresses_per_name = scan.max_addresses = 1;
    scan.server_name = scan.ehlo_name = scan.source_address = "a.example";
    scan.max_time = scan.pace = std::chrono::milliseconds(1);
    scan.double_check = 1;
    scan.verdict_only = {*Policy::named("pci")};
    for (const auto& [name, value] : scan.described()) {
        INFO(name);
        // -4 and -6 are the one pair of flags for which there is a word.
        CHECK((name == "family" || find_command("")->find("--" + name) != nullptr));
    }
}

TEST_CASE("--help and --version end the process with 0 and write to stdout", "[app]")
{
    for (const char* word : {"--help", "-h", "--version", "-V"}) {
        const auto parsed = parse({word});
        const Leave& leave = std::get<Leave>(parsed);
        CHECK(leave.exit_code == 0);
        CHECK(leave.output.find("smtptls-scan") != std::string::npos);
        CHECK(leave.error.empty());
    }
}

struct Wrong {
    std::vector<std::string> words;
    std::string says;  // what would be right
};

TEST_CASE("a wrong command line ends with 2 and a sentence that says what would be right", "[app]")
{
    const std::string host = "mail.example.com";
    const auto row = GENERATE_COPY(values<Wrong>({
        {{}, "name a target such as mail.example.com:587, or a file of them with -f"},
        {{"--tls", "maybe", host}, "starttls"},
        {{"-4", "-6", host}, "-4 and -6 exclude each other"},
        {{"--timeout", "0", host}, "86400"},
        {{"--timeout", "-1", host}, "86400"},
        {{"--timeout", "nan", host}, "0.1"},
        {{"--timeout", "inf", host}, "0.1"},
        {{"--timeout", "soon", host}, "--timeout"},
        {{"--max-time", "nan", host}, "0.1"},
        {{"--max-time", "0", host}, "86400"},
        {{"--max-connections", "0", host}, "64"},
        {{"--pace", "0", host}, "0.001"},
        {{"--pace", "soon", host}, "number"},
        {{"--source-address", "localhost", host}, "192.0.2.1"},
        {{"--source-address", "2001:db8::1", "-4", host}, "family"},
        {{"--max-connections", "65", host}, "64"},
        {{"--max-connections", "2.5", host}, "a whole number from 1 to 64"},
        {{"--format", "xml", host}, "json"},
        {{"-o", "scan", host}, "put --format in front of it"},
        {{"--format", "json", "--format", "csv", host}, "standard output takes one format"},
        {{"--no-such-option", host}, "--no-such-option"},
        {{"--sni", "192.0.2.1", host}, "a host name such as mail.example.com"},
        {{"--sni", "other.example:25", host}, "a host name such as mail.example.com"},
        {{"--sni", "a b", host}, "a host name such as mail.example.com"},
        {{"--ehlo", "a b", host}, "a domain such as scanner.example.net"},
        {{"--ehlo", "a\r\nRCPT TO:<b>", host}, "a domain such as scanner.example.net"},
        {{"--ehlo", "[IPv6:fe80::1%a\r\nRCPT TO:<b>]", host}, "a domain such as scanner.example.net"},
        {{"--ehlo", "192.0.2.1", host}, "an address literal such as [192.0.2.1]"},
        {{"--ehlo", "[IPv6:192.0.2.1]", host}, "an address literal such as [192.0.2.1]"},
        {{"--ehlo", "[2001:db8::1]", host}, "an address literal such as [192.0.2.1]"},
        {{"--ehlo", "a.example:25", host}, "a domain such as scanner.example.net"},
        {{"mail.example.com:0"}, "a number from 1 to 65535"},
        {{"https://mail.example.com"}, "write only the host and port"},
        {{host, "192.0.2.999"}, "four numbers from 0 to 255"},
    }));
    const auto parsed = parse(row.words);
    INFO((row.words.empty() ? "" : row.words.front() + " " + row.words.back()));
    REQUIRE(std::holds_alternative<Leave>(parsed));
    const Leave& leave = std::get<Leave>(parsed);
    CHECK(leave.exit_code == 2);
    CHECK(leave.output.empty());
    CAPTURE(leave.error);
    CHECK(leave.error.find(row.says) != std::string::npos);
    CHECK(leave.error.starts_with("smtptls-scan: "));
    CHECK(leave.error.ends_with("Run smtptls-scan --help for how it is used.\n"));
}

TEST_CASE("a wrong value is quoted without its control bytes", "[app]")
{
    const std::string text = "\x1b[2J";
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--format", text, "host"}, {"--tls", text, "host"}, {"--" + text, "host"}, {text}}) {
        const auto parsed = parse(words);
        CHECK(std::get<Leave>(parsed).error.find('\x1b') == std::string::npos);
    }
}

}  // namespace
}  // namespace smtptls::app
