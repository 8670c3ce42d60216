#include "app/explain_options.hpp"

#include "app/parser.hpp"
#include "base/untrusted_text.hpp"

namespace smtptls::app {
namespace {

// What a line says, before it is checked.
struct Raw {
    std::string product;
    std::string path;
    std::string main_file;
    std::string master_file;
    std::string postfix_version;
    std::string exim_version;
    std::string include_root;
    std::string openssl_version;
    std::string scan_file;
    bool apply = false;
    std::string output;
    std::string goal;
};

Raw raw_of(const Line& line)
{
    const std::vector<std::string>& operands = line.operands();
    return {.product = operands.empty() ? "" : operands[0],
            .path = operands.size() < 2 ? "" : operands[1],
            .main_file = line.text("--main"),
            .master_file = line.text("--master"),
            .postfix_version = line.text("--postfix-version"),
            .exim_version = line.text("--exim-version"),
            .include_root = line.text("--include-root"),
            .openssl_version = line.text("--openssl-version"),
            .scan_file = line.text("--scan"),
            .apply = line.has("--apply"),
            .output = line.text("--output"),
            .goal = line.text("--goal")};
}

Leave wrong(const std::string& sentence)
{
    return wrong_usage(sentence, "smtptls-scan explain");
}

// Why the files that were named do not go together; empty if they do.
std::string objection_to_files(const Raw& raw)
{
    const bool parts = !raw.main_file.empty() || !raw.master_file.empty();
    if (raw.product == "exim") {
        const bool whole = !raw.path.empty() && !parts && raw.postfix_version.empty();
        return whole ? "" : "explain exim takes one FILE, and none of --main, --master and --postfix-version";
    }
    if (raw.product != "postfix") {
        return raw.product.empty() ? "explain takes postfix and its DIR, or exim and its FILE"
                                   : "explain knows postfix and exim, not " + base::escaped(raw.product);
    }
    if (!raw.exim_version.empty() || !raw.include_root.empty()) {
        return "--exim-version and --include-root go with exim";
    }
    if (raw.path.empty() == parts) {
        return {};
    }
    return "explain postfix takes DIR, or --main and --master";
}

// Why --apply and what goes with it do not go with the rest; empty if they do.
std::string objection_to_apply(const Raw& raw, const Line& line)
{
    if (!raw.apply) {
        const char* const alone = line.has("--output") ? "-o" : line.has("--goal") ? "--goal" : nullptr;
        return alone == nullptr ? "" : std::string(alone) + " goes with --apply";
    }
    if (raw.product != "postfix") {
        return "--apply is for postfix";
    }
    if (raw.path.empty() && (raw.main_file.empty() || raw.master_file.empty())) {
        return "--apply takes DIR, or --main and --master both";
    }
    return raw.output.empty() || raw.output == "-" ? "--apply takes -o NEWDIR, a folder that does not exist yet" : "";
}

remedy::Goal goal_of(const std::string& word)
{
    return word == "world" ? remedy::Goal::world : word == "suites" ? remedy::Goal::suites : remedy::Goal::users;
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

std::variant<ExplainOptions, Leave> checked_explain(const Line& line)
{
    if (line.operands().size() > 2) {
        return wrong("explain takes one DIR or FILE, and " + base::escaped(line.operands()[2]) + " is more");
    }
    const Raw raw = raw_of(line);
    if (const std::string wrong_files = objection_to_files(raw); !wrong_files.empty()) {
        return wrong(wrong_files);
    }
    if (const std::string wrong_apply = objection_to_apply(raw, line); !wrong_apply.empty()) {
        return wrong(wrong_apply);
    }
    ExplainOptions options;
    options.new_folder = raw.apply ? raw.output : "";
    options.goal = goal_of(raw.goal);
    options.product = raw.product == "exim" ? Product::exim : Product::postfix;
    options.json = line.text("--format") == "json";
    options.sandbox = !line.has("--no-sandbox");
    if (const std::string root = line.text("--certificate-root"); !root.empty()) {
        if (options.product == Product::exim) {
            return wrong("--certificate-root is for explain postfix");
        }
        options.certificate_root = root;
    }
    options.postfix = remedy::parse_release(raw.postfix_version);
    options.exim = remedy::parse_release(raw.exim_version);
    options.openssl = remedy::parse_release(raw.openssl_version);
    options.include_root = raw.include_root;
    if (!raw.postfix_version.empty() && !options.postfix) {
        return wrong("--postfix-version takes a version such as 3.7.11, as `postconf mail_version` prints it");
    }
    if (!raw.exim_version.empty() && !options.exim) {
        return wrong("--exim-version takes a version such as 4.96, as `exim -bV` prints it");
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
    const auto parsed = parse_line(*find_command("explain"), argc, argv);
    if (const auto* const leave = std::get_if<Leave>(&parsed)) {
        return *leave;
    }
    return checked_explain(std::get<Line>(parsed));
}

}  // namespace smtptls::app
