// `smtptls-scan explain --apply`: main.cf and master.cf with the advice applied, in a folder of their own.
#pragma once

#include "app/explain_options.hpp"

namespace smtptls::app {

/// Writes both files into `options.new_folder`, which must not exist or be empty, or none of them; nothing that exists
/// is changed. What was done for stdout, or why not: exit code 3 when a file cannot be read or written, or the advice
/// cannot be applied.
Leave apply(const ExplainOptions& options);

}  // namespace smtptls::app
