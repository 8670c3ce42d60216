// Reads main.cf and master.cf, or what `postconf -n` and `postconf -Mf` print of them, into settings and
// services; what makes Postfix refuse a line is a problem of that line. postconf(5), master(5).
#pragma once

#include "report/remedy/explanation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// `name = value` as written, before $parameters are expanded. Raw: show it only as UntrustedText.
struct Setting {
    std::string name;
    std::string value;
    ConfigPlace place;
    bool option = false;  ///< of a service, behind -o
};

/// A line, or an argument of a service, that is not what it should be.
struct FileProblem {
    std::string text;
    std::string sentence;
    ConfigPlace place;
};

struct MainCf {
    std::vector<Setting> settings;  ///< in order, each definition of a name that has several
    std::vector<FileProblem> problems;
};

/// What stands after the command of a service, as master(8) splits it.
struct ServiceOption {
    Setting setting;
    bool braces = false;  ///< -o { name = value }, Postfix 3.0 and later
    /// Where it begins, with its -o, and where it ends, in the text of the service's logical line.
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// A line that would begin a service and is a comment, with options of the service before it right below.
struct CommentedHeader {
    std::string name;
    std::size_t line = 0;
};

struct MasterService {
    std::string name;     ///< "submission", "587", "127.0.0.1:2525"
    std::string type;     ///< "inet", "unix", "pass", ...
    std::string command;  ///< "smtpd"
    std::vector<ServiceOption> options;
    ConfigPlace place;
    /// Arguments on which the daemon ends with "fatal:" when it starts, or for each client.
    std::vector<FileProblem> problems;
    std::vector<CommentedHeader> swallowed;
};

struct MasterCf {
    std::vector<MasterService> services;  ///< in order, also several of the same name and type
    std::vector<FileProblem> problems;
};

MainCf parse_main(std::string_view text, const base::UntrustedText& file);
MasterCf parse_master(std::string_view text, const base::UntrustedText& file);

/// "name = value", or "-o name=value", for showing.
base::UntrustedText shown(const Setting& setting);

}  // namespace smtptls::remedy
