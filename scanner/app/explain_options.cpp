#include "app/explain_options.hpp"

#include "base/untrusted_text.hpp"

#include <CLI/CLI.hpp>

namespace smtptls::app {
namespace {

constexpr const char* usage =
    "smtptls-scan explain [OPTIONS] postfix DIR\n"
    "       smtptls-scan explain [OPTIONS] postfix --main FILE --master FILE\n"
    "       smtptls-scan explain [OPTIONS] exim FILE";

constexpr const char* description =
    "Explains what a mail server's configuration means for TLS: what counts, which lines do nothing and why,\n"
    "which do harm, what is missing; the versions clients get now; and the lines to write for TLS 1.2 and up.\n"
    "\n"
    "DIR holds main.cf and master.cf, as /etc/postfix does. --main and --master also take what\n"
    "`postconf -n` and `postconf -Mf` print. Nothing is executed or changed, and no certificate is opened.";

constexpr const char* footer =
    "Exit codes: 0 explained; 2 wrong usage; 3 a file could not be read.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan explain postfix /etc/postfix\n"
    "  smtptls-scan explain postfix --main main.txt --master master.txt --postfix-version 3.1.0\n"
    "  smtptls-scan explain postfix /etc/postfix --scan scan.json\n"
    "  smtptls-scan explain exim /etc/exim4/exim4.conf";

constexpr const char* command = "smtptls-scan explain";

// What CLI11 fills before it is checked.
struct Raw {
    std::string product;
    std::string path;
    std::string main_file;
    std::string master_file;
    std::string postfix_version;
    std::string openssl_version;
    std::string scan_file;
    std::string format = "text";
};

void declare(CLI::App& cli, Raw& raw)
{
    cli.add_option("PRODUCT", raw.product, "postfix or exim")->required();
    cli.add_option("PATH", raw.path, "folder or file");
    cli.add_option("--main", raw.main_file, "main.cf, or what `postconf -n` prints")->type_name("FILE");
    cli.add_option("--master", raw.master_file, "master.cf, or what `postconf -Mf` prints")->type_name("FILE");
    cli.add_option("--postfix-version", raw.postfix_version, "of the Postfix in question, such as 3.1.0")
        ->type_name("VERSION");
    cli.add_option("--openssl-version", raw.openssl_version, "of the OpenSSL it uses, such as 1.0.2")
        ->type_name("VERSION");
    cli.add_option("--scan", raw.scan_file, "JSON of a scan of that server: where does it disagree?")
        ->type_name("FILE");
    cli.add_option("--format", raw.format, "text for people, json for machines")
        ->check(CLI::IsMember({"text", "json"}))
        ->type_name("FORMAT")
        ->capture_default_str();
}

Leave wrong(const std::string& sentence)
{
    return wrong_usage(sentence, command);
}

// Why the files that were named do not go together; empty if they do.
std::string objection(const Raw& raw)
{
    const bool parts = !raw.main_file.empty() || !raw.master_file.empty();
    if (raw.product == "exim") {
        const bool whole = !raw.path.empty() && !parts && raw.postfix_version.empty();
        return whole ? "" : "explain exim takes one FILE, and none of --main, --master and --postfix-version";
    }
    if (raw.product != "postfix") {
        return "explain knows postfix and exim, not " + base::UntrustedText(raw.product).escaped();
    }
    if (raw.path.empty() == parts) {
        return {};
    }
    return "explain postfix takes DIR, or --main and --master";
}

void name_files(const Raw& raw, ExplainOptions& options)
{
    options.scan_file = raw.scan_file;
    options.main_file = options.main_name = raw.main_file;
    options.master_file = options.master_name = raw.master_file;
    if (options.product == Product::exim) {
        options.main_file = options.main_name = raw.path;
    } else if (!raw.path.empty()) {
        options.main_name = "main.cf";
        options.master_name = "master.cf";
        options.main_file = raw.path + "/main.cf";
        options.master_file = raw.path + "/master.cf";
    }
}

std::variant<ExplainOptions, Leave> checked(const Raw& raw)
{
    if (const std::string wrong_files = objection(raw); !wrong_files.empty()) {
        return wrong(wrong_files);
    }
    ExplainOptions options;
    options.product = raw.product == "exim" ? Product::exim : Product::postfix;
    options.json = raw.format == "json";
    options.postfix = remedy::parse_release(raw.postfix_version);
    options.openssl = remedy::parse_release(raw.openssl_version);
    if (!raw.postfix_version.empty() && !options.postfix) {
        return wrong("--postfix-version takes a version such as 3.7.11, as `postconf mail_version` prints it");
    }
    if (!raw.openssl_version.empty() && !options.openssl) {
        return wrong("--openssl-version takes a version such as 3.0.15");
    }
    name_files(raw, options);
    return options;
}

}  // namespace

std::variant<ExplainOptions, Leave> parse_explain_options(int argc, const char* const* argv)
{
    CLI::App cli(description, command);
    Raw raw;
    declare(cli, raw);
    if (auto leave = parse_line(cli, argc, argv, {usage, description, footer})) {
        return std::move(*leave);
    }
    return checked(raw);
}

}  // namespace smtptls::app
