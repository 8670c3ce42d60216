// One connection again, from its evidence: the machines are fed the bytes that were received then, must send
// the bytes that were sent then, and so come to the answer again. Only what OpenSSL made of a handshake is
// taken as it was recorded, and held to what the bytes show in the clear.
#pragma once

#include "base/expected.hpp"
#include "interview/script.hpp"
#include "model/evidence.hpp"

#include <optional>
#include <string>

namespace smtptls::interview {

/// Feeds a machine what a wire saw. The error is a sentence: what is not as this machine would have had it.
std::optional<std::string> play(const model::Wire& wire, base::MachineRef machine);

/// `certificates` reads those of the endpoint. The answer to `question`, which the probes asked and which is recorded,
/// from what was recorded of it. The error is a sentence: what does not follow from the bytes.
base::Expected<model::Answer, std::string> answer_again(const Names& names, const model::Question& question,
                                                        const model::evidence::Learnt& recorded,
                                                        openssl::CertificateReader& certificates);

}  // namespace smtptls::interview
