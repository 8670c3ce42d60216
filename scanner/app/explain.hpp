// `smtptls-scan explain`: reads the files, explains them, writes the result.
#pragma once

#include "app/explain_options.hpp"

namespace smtptls::app {

/// The bytes for stdout, or why not: exit code 3 when a file cannot be read or is not what it should be.
Leave explain(const ExplainOptions& options);

}  // namespace smtptls::app
