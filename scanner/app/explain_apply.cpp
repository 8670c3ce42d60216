#include "app/explain_apply.hpp"

#include "app/certificate_files.hpp"
#include "app/file.hpp"
#include "app/written_file.hpp"
#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"
#include "report/remedy/compare.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/postfix_apply.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

namespace smtptls::app {
namespace {

namespace fs = std::filesystem;
using Problem = std::optional<std::string>;

Leave refused(const std::string& sentence)
{
    return {3, "", "smtptls-scan: " + sentence + "\n"};
}

std::string about(const std::string& path, const std::string& words)
{
    return base::escaped(path) + ": " + words;
}

std::string about(const std::string& path, int error)
{
    return about(path, std::generic_category().message(error));
}

std::string without_slashes(std::string path)
{
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    return path;
}

bool is_folder_of(const std::string& folder, const std::string& file)
{
    std::error_code none;
    const fs::path parent = fs::path(file).parent_path();
    return fs::equivalent(folder, parent.empty() ? "." : parent, none);
}

// Why nothing can be written into the folder; nothing if it does not exist or is empty.
Problem objection_to_folder(const std::string& folder, const ExplainOptions& options)
{
    struct stat facts = {};
    if (lstat(folder.c_str(), &facts) != 0) {
        return errno == ENOENT ? std::nullopt : Problem(about(folder, errno));
    }
    if (S_ISLNK(facts.st_mode)) {
        return about(folder, "it is a symbolic link; name the folder itself");
    }
    if (!S_ISDIR(facts.st_mode)) {
        return about(folder, ENOTDIR);
    }
    if (is_folder_of(folder, options.main_file) || is_folder_of(folder, options.master_file)) {
        return about(folder, "the files that were read are there, and nothing is changed in place; name a new folder");
    }
    std::error_code error;
    const bool empty = fs::is_empty(folder, error);
    if (error) {
        return about(folder, error.message());
    }
    return empty ? std::nullopt : Problem(about(folder, "the folder is not empty; name a new one"));
}

// Those of the file that it is made from, without what lets it run; for a pipe those of any new file.
mode_t mode_like(const std::string& path)
{
    struct stat facts = {};
    return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) ? facts.st_mode & 0666U : 0666U;
}

struct NewFile {
    std::string path;
    std::string_view text;
    mode_t mode;
};

Problem write_new(const NewFile& file)
{
    const int descriptor = open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode);
    if (descriptor < 0) {
        return about(file.path, errno);
    }
    ByteStream stream(descriptor);
    stream.add(file.text);
    stream.flush();
    int error = stream.error();
    error = error == 0 && fsync(descriptor) != 0 ? errno : error;
    close(descriptor);
    if (error != 0) {
        unlink(file.path.c_str());
        return about(file.path, error);
    }
    return std::nullopt;
}

// All of them or none.
Problem write_all(const std::string& folder, const std::vector<NewFile>& files)
{
    const bool made = mkdir(folder.c_str(), 0777) == 0;
    if (!made && errno != EEXIST) {
        return about(folder, errno);
    }
    for (auto file = files.begin(); file != files.end(); ++file) {
        if (auto wrong = write_new(*file)) {
            std::for_each(files.begin(), file, [](const NewFile& one) { unlink(one.path.c_str()); });
            if (made) {
                rmdir(folder.c_str());
            }
            return wrong;
        }
    }
    return std::nullopt;
}

// For a shell to read, if it has no byte that a terminal must not see.
std::string shell_word(const std::string& path)
{
    const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/._-+,:@%").find(c) != std::string_view::npos;
    });
    if (plain && !path.starts_with('-')) {
        return path;
    }
    std::string text = path.starts_with('-') ? "'./" : "'";
    for (const char c : path) {
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return base::shown(text + "'");
}

// "new/main.cf, new/master.cf (as it was)"
std::string written_text(const std::vector<NewFile>& files, const std::vector<std::string_view>& before)
{
    std::vector<std::string> said;
    for (std::size_t i = 0; i < files.size(); ++i) {
        said.push_back(base::escaped(files[i].path) + (files[i].text == before[i] ? " (as it was)" : ""));
    }
    return "Written: " + base::joined(said) + "\n";
}

std::string diff_text(const ExplainOptions& options, const std::vector<NewFile>& files)
{
    return "\nto look at it\n  diff -u " + shell_word(options.main_file) + " " + shell_word(files[0].path) +
           "\n  diff -u " + shell_word(options.master_file) + " " + shell_word(files[1].path) + "\n";
}

base::Expected<bool, std::string> sees_ecdsa(const std::string& scan_file)
{
    if (scan_file.empty()) {
        return false;
    }
    const auto scan = read_scan(scan_file);
    if (!scan) {
        return base::Unexpected<std::string>(scan.error());
    }
    return remedy::saw_only_ecdsa(*scan);
}

}  // namespace

Leave apply(const ExplainOptions& options)
{
    const std::string folder = without_slashes(options.new_folder);
    if (const Problem wrong = objection_to_folder(folder, options)) {
        return refused(*wrong);
    }
    const auto main = read_file(options.main_file, remedy::config_limit);
    const auto master = read_file(options.master_file, remedy::config_limit);
    const auto ecdsa = sees_ecdsa(options.scan_file);
    if (!main || !master || !ecdsa) {
        return refused(!main ? main.error() : !master ? master.error() : ecdsa.error());
    }
    const remedy::PostfixTexts texts{*main, base::UntrustedText(options.main_name), *master,
                                     base::UntrustedText(options.master_name)};
    remedy::PostfixChoice choice{options.postfix, options.openssl, *ecdsa};
    std::string notes;
    if (options.certificate_root) {
        const remedy::PostfixFiles files{remedy::parse_main(*main, texts.main_name),
                                         remedy::parse_master(*master, texts.master_name)};
        for (const std::string& assumed : read_certificates(files, *options.certificate_root, choice)) {
            notes += "smtptls-scan: assumed: " + assumed + "\n";
        }
    }
    const auto applied = remedy::apply_advice(texts, choice, options.goal);
    if (!applied) {
        return refused(applied.error());
    }
    const std::string said = remedy::write_text(*applied);
    if (!applied->changed) {
        return {0, said + "Nothing was written.\n", notes};
    }
    const std::vector<NewFile> files = {{folder + "/main.cf", applied->main, mode_like(options.main_file)},
                                        {folder + "/master.cf", applied->master, mode_like(options.master_file)}};
    if (const Problem wrong = write_all(folder, files)) {
        return refused(*wrong);
    }
    return {0, written_text(files, {*main, *master}) + said + diff_text(options, files), notes};
}

}  // namespace smtptls::app
