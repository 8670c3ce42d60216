// A list of targets in a file, one to a line: mail.example.com:587 --tls starttls --sni mx.example.net --role
// submission
#pragma once

#include "base/expected.hpp"
#include "model/target.hpp"

#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::model {

/// The most bytes a line may have.
inline constexpr std::size_t longest_target_line = 4096;

/// The target of a line, with what the line says of it alone: --tls WHEN, --sni NAME, --role ROLE. The error is a
/// sentence.
base::Expected<Target, std::string> parse_target_line(std::string_view line);

/// All of them. A # and what follows is a comment, an empty line is none. The error is a sentence with `name` (a path,
/// not escaped yet) and the line's number; a list without a target is one too.
base::Expected<std::vector<Target>, std::string> read_targets(std::istream& input, const std::string& name);

/// The same of the file; "-" is standard input.
base::Expected<std::vector<Target>, std::string> read_targets(const std::string& path);

/// What is said of a target in vain, since an earlier one has the same host and port and says otherwise: an endpoint is
/// scanned once. Sentences with `name` (of the list, not escaped yet) and the line's number.
std::vector<std::string> said_in_vain(const std::vector<Target>& targets, const std::string& name);

/// The host name that goes into SNI. The error is a sentence.
base::Expected<std::string, std::string> parse_server_name(const std::string& text);

}  // namespace smtptls::model
