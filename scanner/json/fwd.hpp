// What a JSON document is made of, for headers: the JSON library's own header takes a compiler seconds.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace smtptls::json {

/// An object keeps the order of its members. Looking a member up goes through them one by one; parse() limits how many
/// there can be.
using Value = nlohmann::ordered_json;

}  // namespace smtptls::json
