// A file of waivers to be filled in, from what is violated (docs/waivers.md).
#pragma once

#include "model/report.hpp"

#include <string>
#include <vector>

namespace smtptls::policy {

class SuggestedWaivers {
public:
    /// Of a judgement on which the waivers that there are were applied: what still counts is suggested, each finding by
    /// its whole id with what is at fault.
    void add(const model::Judgement& judgement);

    /// The file, laid out. Owner, reason and day are empty, and as long as they are the file is refused: nobody has
    /// answered for anything yet.
    std::string text() const;

private:
    std::vector<std::string> waivers_;  // each as JSON, in the file's layout
};

}  // namespace smtptls::policy
