// --source-address: whether a connection can come from there.
#pragma once

#include <optional>
#include <string>

namespace smtptls::app {

/// A sentence if the address, which is one, is none of this machine; nothing for an empty text. Connects to nothing.
std::optional<std::string> objection_to_source(const std::string& address);

}  // namespace smtptls::app
