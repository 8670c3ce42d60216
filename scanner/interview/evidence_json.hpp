// Evidence as JSON lines (docs/evidence.md): one event a line. What is read may come from anybody.
#pragma once

#include "base/expected.hpp"
#include "model/evidence.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::interview {

/// Grows when a reader of the version before would misread the lines, or come to another result: whenever the probes
/// ask something else, or something else follows from the same answers. Then run tests/data/evidence/renew
/// (docs/evidence.md).
inline constexpr int evidence_version = 4;

inline constexpr const char* evidence_format = "smtptls-scan evidence";

/// The extension sets of a hello, by their number.
inline constexpr std::array<const char*, 3> extension_words = {"full", "few", "none"};

/// Bytes without the line's end; no event of a scan is longer, and a reader need not keep more.
inline constexpr std::size_t longest_evidence_line = std::size_t{4} << 20U;

/// The part of the end's line, encoded with or without its sha256, that comes before the digits.
std::string_view before_digest(std::string_view line, const model::evidence::Ended& ended);

class EvidenceEncoder {
public:
    /// One line with its end. Endpoints are numbered from 1 as they were found.
    std::string encode(const model::evidence::Event& event);

private:
    std::map<model::Endpoint, std::size_t> numbers_;
};

class EvidenceReader {
public:
    /// The event of the next line, given without its end. The error is a sentence that can be shown: not JSON,
    /// another format_version (and which release wrote it), a key that is missing, unknown or of the wrong kind, an
    /// endpoint without a number. A `Learnt` has its trace; its outcome is whole only where the bytes cannot tell it (a
    /// handshake).
    base::Expected<model::evidence::Event, std::string> decode(std::string_view line);

private:
    std::vector<model::Endpoint> endpoints_;
    std::size_t focuses_ = 0;  // that were told
    bool begun_ = false;
};

}  // namespace smtptls::interview
