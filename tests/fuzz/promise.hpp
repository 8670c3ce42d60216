// What a fuzz target checks beside "does not crash": a promise of the parser's header. Aborts, so that
// libFuzzer and the replay both see it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace smtptls::fuzz {

inline void promise(bool kept, const char* what)
{
    if (!kept) {
        std::cerr << "broken promise: " << what << std::endl;
        std::abort();
    }
}

/// No byte that a terminal would act on.
inline bool is_harmless(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

}  // namespace smtptls::fuzz
