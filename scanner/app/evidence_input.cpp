#include "app/evidence_input.hpp"

#include "base/untrusted_text.hpp"
#include "interview/evidence_json.hpp"
#include "interview/rebuild.hpp"
#include "openssl/digest.hpp"

#include <optional>

namespace smtptls::app {
namespace {

using Problem = std::optional<std::string>;

// std::getline would keep a line of any length.
bool read_line(std::istream& input, std::string& line)
{
    line.clear();
    for (int byte = input.get(); byte != std::istream::traits_type::eof(); byte = input.get()) {
        line += static_cast<char>(byte);
        if (byte == '\n' || line.size() > interview::longest_evidence_line + 1) {
            return true;
        }
    }
    return !line.empty();
}

class Reading {
public:
    Problem take(const std::string& line)
    {
        if (line.size() > interview::longest_evidence_line + 1) {
            return "is longer than any line of evidence";
        }
        const auto event = reader_.decode(std::string_view(line).substr(0, line.size() - 1));
        if (!event) {
            return event.error();
        }
        const auto* const ended = std::get_if<model::evidence::Ended>(&*event);
        if (const Problem problem = rebuild_.take(*event)) {
            return problem;
        }
        digest_.add(ended == nullptr ? std::string_view(line) : interview::before_digest(line, *ended));
        const bool changed = ended != nullptr && ended->sha256 != digest_.hex();
        return changed ? Problem("sha256 is not that of what comes before: something was changed") : std::nullopt;
    }

    interview::Rebuild& rebuild() { return rebuild_; }

private:
    interview::EvidenceReader reader_;
    interview::Rebuild rebuild_;
    openssl::Sha256 digest_;
};

}  // namespace

base::Expected<Rebuilt, std::string> read_evidence(std::istream& input, const std::string& name)
{
    using Failed = base::Unexpected<std::string>;
    const std::string shown = base::UntrustedText(name).escaped();
    Reading reading;
    Rebuilt rebuilt;
    std::string line;
    for (std::size_t number = 1; read_line(input, line); ++number) {
        const std::string place = shown + ":" + std::to_string(number) + ": ";
        if (line.back() != '\n' && input.eof()) {
            rebuilt.notes.push_back(place + "the last line is not whole, and is left out");
            break;
        }
        if (const Problem problem = reading.take(line)) {
            return Failed(place + *problem);
        }
    }
    if (input.bad()) {
        return Failed(shown + ": cannot be read to its end");
    }
    const bool ended = reading.rebuild().ended();
    auto result = reading.rebuild().conclude();
    if (!result) {
        return Failed(shown + ": there is no evidence in it");
    }
    if (!ended) {
        rebuilt.notes.push_back(shown + ": the scan did not end; what was under way is open");
    }
    rebuilt.result = std::move(*result);
    return rebuilt;
}

}  // namespace smtptls::app
