// A value or the reason there is none. The names are those of C++23's std::expected, from the
// library it was modelled on (docs/decisions/0002-libraries.md), until the compilers have it.
#pragma once

#include <tl/expected.hpp>

namespace smtptls::base {

template <typename Value, typename Error>
using Expected = tl::expected<Value, Error>;

template <typename Error>
using Unexpected = tl::unexpected<Error>;

}  // namespace smtptls::base
