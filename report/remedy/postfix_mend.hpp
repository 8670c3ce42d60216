// What a rule found, mended in a draft: a harmful line goes, or gets the value that was meant; a useless one goes.
#pragma once

#include "report/remedy/postfix_draft.hpp"

namespace smtptls::remedy {

/// Mends what can be mended without asking the owner. At most 16 rounds.
void mend(Draft& draft, const Setup& setup);

/// Takes out the lines by which nobody lives.
void remove_useless(Draft& draft, const Setup& setup);

}  // namespace smtptls::remedy
