// What a scan of these endpoints would cost, from what the planners state and what servers were seen to log.
#pragma once

#include "engine/conversation.hpp"
#include "model/outlook.hpp"

namespace smtptls::engine {

/// Everything but `program_version`, `options`, `targets`, `failures`, `looked_up` and `max_time`. Pure.
model::Outlook outlook(const Settings& settings, std::vector<model::Endpoint> endpoints, bool limited = false);

}  // namespace smtptls::engine
