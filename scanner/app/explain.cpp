#include "app/explain.hpp"

#include "base/expected.hpp"
#include "base/untrusted_text.hpp"
#include "record/explanation.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/explain_postfix.hpp"
#include "report/remedy/explanation_text.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace smtptls::app {
namespace {

using Text = base::Expected<std::string, std::string>;

// At most `limit` bytes and one more, which says that there was more.
Text read_file(const std::string& path, std::size_t limit)
{
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text(limit + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad() || (file.gcount() == 0 && errno != 0)) {
        const char* const reason = errno != 0 ? std::strerror(errno) : "cannot be read";
        return base::Unexpected<std::string>(base::UntrustedText(path).escaped() + ": " + reason);
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

Text read_config(const std::string& path)
{
    return path.empty() ? Text(std::string()) : read_file(path, remedy::config_limit);
}

base::Expected<model::Explanation, std::string> explained(const ExplainOptions& options)
{
    const Text main = read_config(options.main_file);
    const Text master = read_config(options.master_file);
    for (const Text* const text : {&main, &master}) {
        if (!*text) {
            return base::Unexpected<std::string>(text->error());
        }
    }
    const remedy::PostfixFiles files{remedy::parse_main(*main, base::UntrustedText(options.main_name)),
                                     remedy::parse_master(*master, base::UntrustedText(options.master_name))};
    return remedy::explain_postfix(files, {options.postfix, options.openssl, false});
}

}  // namespace

Leave explain(const ExplainOptions& options)
{
    const auto explanation = explained(options);
    if (!explanation) {
        return {3, "", "smtptls-scan: " + explanation.error() + "\n"};
    }
    return {0, options.json ? record::encode(*explanation) : remedy::write_text(*explanation), ""};
}

}  // namespace smtptls::app
