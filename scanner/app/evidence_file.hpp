// The file of --evidence: a line for each event as it happens, so that a scan which is killed leaves whole lines.
// It holds the secrets of completed handshakes, so nobody but its owner may read it.
#pragma once

#include "app/written_file.hpp"
#include "base/expected.hpp"
#include "interview/evidence_json.hpp"
#include "model/evidence.hpp"
#include "openssl/digest.hpp"

#include <optional>
#include <string>

namespace smtptls::app {

class EvidenceFile {
public:
    /// Makes the file, with mode 0600. A file that is there already is not overwritten: it may be evidence; what
    /// open_device takes is written to. The error is a sentence with the path, escaped.
    static base::Expected<EvidenceFile, std::string> create(const std::string& path);

    ~EvidenceFile();
    EvidenceFile(EvidenceFile&& other) noexcept;
    EvidenceFile& operator=(EvidenceFile&&) = delete;

    /// Writes the event; the end with the digest of all before. After an error nothing more is written. Make an
    /// openssl::Library first.
    void write(const model::evidence::Event& event);

    /// Closes the file. A sentence if something could not be written.
    std::optional<std::string> close();

private:
    EvidenceFile(std::string path, int descriptor) : path_(std::move(path)), stream_(descriptor) {}
    void put(std::string_view line);

    std::string path_;
    bool open_ = true;
    ByteStream stream_;
    interview::EvidenceEncoder encoder_;
    std::optional<openssl::Sha256> digest_;  // from the first event on
};

}  // namespace smtptls::app
