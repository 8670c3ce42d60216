// The version of a program, and since when it can do something. Patch releases carry changes back to
// older branches, so "since" is a list: "2.9.14 2.10.8 2.11.6 3.0.2".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::remedy {

struct Release {
    int major = 0;
    int minor = 0;
    int patch = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison with 0 for one
    auto operator<=>(const Release&) const = default;
};

/// "3.7.11", "3.1" (patch 0), "3.12-20260821", "1.0.2h": numbers up to 999; what follows them after a
/// letter, '-', '+' or '~' is left out. Nothing for any other text.
std::optional<Release> parse_release(std::string_view text);

/// "3.7.11"
std::string format(const Release& release);

/// Whether a release has what came with the releases in `list`: those of its own branch decide, and a
/// branch newer than all of them has it.
bool has_since(const Release& release, std::string_view list);

}  // namespace smtptls::remedy
