// A Postfix configuration on the desk: lines are written and taken out in memory, and what was done is told as
// an administrator would do it. Knows no rules.
#pragma once

#include "report/remedy/postfix_rules.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// "-o name=value", or from Postfix 3.0 on "-o { name = value }" where the value has blanks or "=". Raw.
std::string written_option(const Setting& setting, const Release& postfix);

class Draft {
public:
    explicit Draft(PostfixFiles files) : files_(std::move(files)) {}

    const PostfixFiles& files() const { return files_; }

    /// Writes `name = value` into main.cf, in place of all lines that set the name.
    void set_main(const std::string& name, const std::string& value);

    /// Takes out every line of main.cf, or option of a service, that sets the name.
    void remove_main(std::string_view name);
    void remove_option(const MasterService& service, std::string_view name);

    /// Writes -o name=value below a service, in place of those that are there.
    void set_option(const MasterService& service, const std::string& name, const std::string& value);

    /// The line that a finding is about, and the service below which it stands (nullptr: main.cf). Nothing for a
    /// line that is gone, or that was written here.
    struct Line {
        Setting setting;
        const MasterService* service;
    };
    std::optional<Line> find(const ConfigFinding& finding) const;

    /// Takes out one line, or gives it another value.
    void remove(const Line& line);
    void replace(const Line& line, const std::string& value);

    /// What was done since the last call, main.cf first; in the syntax of the release.
    std::vector<ConfigChange> take_changes(const Release& postfix);

private:
    MasterService& own(const MasterService& service);
    void note_removed(const Setting& setting, const MasterService* service);

    struct Removed {
        Setting setting;
        std::optional<ConfigPlace> below;  // the service
    };

    PostfixFiles files_;
    std::vector<Removed> removed_;
};

}  // namespace smtptls::remedy
