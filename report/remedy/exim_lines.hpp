// The logical lines of an Exim configuration: included files stand where they are named, macros are replaced, lines
// below .ifdef that do not count are left out, and lines that end in a backslash go on. All of that is done to physical
// lines, as Exim does it. Exim specification, sections 6.4 to 6.9. Knows no file system: who calls gives the files.
#pragma once

#include "report/remedy/exim_macros.hpp"
#include "report/remedy/explanation.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// What is known of a file that is included.
struct EximInclude {
    enum class State { read, absent, unread };
    State state = State::unread;
    std::string text;
    std::string why;  ///< it is unread; a sentence's end, escaped
};

/// Takes an absolute path as the configuration has it. May be empty: every file is unread then.
using EximIncludes = std::function<EximInclude(const std::string& path)>;

/// A configuration file, and where the files come from that it includes.
struct EximText {
    std::string_view text;  ///< lives longer
    base::UntrustedText name;
    std::string folder = {};  ///< of the file, absolute, for relative names; empty: not known
    EximIncludes includes = {};
};

/// What is wrong with a line, and what that does to the forecast: nothing; it cannot be told; Exim does not start.
enum class EximTrouble { none, doubt, refusal };

struct EximProblem {
    std::string text;  ///< the line
    std::string sentence;
    ConfigPlace place;
    EximTrouble trouble = EximTrouble::none;
};

struct EximLine {
    std::string text;
    ConfigPlace place;
    std::string doubt;  ///< empty, or why it may not count, or not as it stands here: the end of a sentence, escaped
};

/// At most 4 MiB of each file, 16 MiB, 200 files and 100000 physical lines together, lines of 256 KiB, 1000 macros;
/// what is more is a problem, and so is replacing macros for longer than some tenths of a second.
class EximLines {
public:
    EximLines(const EximText& text, const EximBuild& build);

    /// The next line that is not empty.
    std::optional<EximLine> next();

    /// Takes a line "NAME = value" or "NAME == value" for what follows. Not so if the line is no such thing.
    bool define(const EximLine& line);

    /// From here on included files cannot change what is asked, so they are left out.
    void ignore_includes() { ignores_includes_ = true; }

    /// When there is no next line: the conditions that were not closed.
    std::vector<EximProblem> problems;

    /// The names of all macros so far.
    std::vector<std::string> macro_names() const;

private:
    struct File {
        std::string text;
        std::size_t at = 0;
        std::size_t number = 0;
        ConfigPlace place;
        std::string folder;
    };

    struct Macro {
        std::string name;
        std::string value;
        std::string doubt;
    };

    // One .ifdef: whether its present branch counts, and whether one before it did.
    struct Condition {
        Truth now;
        Truth taken;
        std::string doubt;
    };

    struct Expanded {
        std::string text;
        Truth found = Truth::no;
        std::string doubt;
    };

    std::optional<std::string_view> physical_line();
    Expanded expanded(std::string_view line, bool starts);
    void replace(const Macro& macro, std::size_t from, Expanded& line);
    bool condition(const Expanded& line);
    void branch(Truth found, bool otherwise, const std::string& doubt);
    bool include(std::string_view text);
    void read(const std::string& path, bool may_be_absent, std::string_view line);
    Truth counts() const;
    std::string doubt() const;
    void problem(std::string_view text, std::string sentence, EximTrouble trouble);
    void refuse(const EximLine& line, std::string sentence);
    void give_up(std::string sentence);

    EximBuild build_;
    EximIncludes includes_;
    std::vector<File> files_;
    std::vector<Macro> macros_;
    std::vector<Condition> conditions_;
    std::size_t lines_ = 0;
    std::size_t bytes_ = 0;
    std::size_t included_ = 0;
    std::size_t steps_ = 0;
    bool ignores_includes_ = false;
    bool unread_ = false;
    bool ended_ = false;
};

}  // namespace smtptls::remedy
