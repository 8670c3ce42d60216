// Where bytes go that are made piece by piece, so that nobody needs the whole of them at once.
#pragma once

#include <functional>
#include <string_view>

namespace smtptls::base {

using Sink = std::function<void(std::string_view piece)>;

}  // namespace smtptls::base
