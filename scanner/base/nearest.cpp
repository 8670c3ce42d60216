#include "base/nearest.hpp"

#include "base/text_layout.hpp"

#include <algorithm>
#include <string>

namespace smtptls::base {
namespace {

// Nobody misspells a longer word by hand, and the time is quadratic.
constexpr std::size_t longest = 64;

}  // namespace

std::size_t edit_distance(std::string_view one, std::string_view other)
{
    const std::string a = lower(one);
    const std::string b = lower(other);
    // Rows of the table of distances between the beginnings of both: two letters back, one back, and the present one.
    std::vector<std::size_t> before;
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t k = 0; k <= b.size(); ++k) {
        last[k] = k;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t k = 1; k <= b.size(); ++k) {
            const std::size_t change = last[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1);
            row[k] = std::min({last[k] + 1, row[k - 1] + 1, change});
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                row[k] = std::min(row[k], before[k - 2] + 1);
            }
        }
        before = last;
        last = row;
    }
    return last.back();
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known)
{
    std::string_view best;
    std::size_t least = word.size() > longest ? 0 : word.size() / 3 + 1;
    for (const std::string_view one : known) {
        const std::size_t distance = edit_distance(word.substr(0, longest), one);
        if (distance < least && distance <= one.size() / 3) {
            least = distance;
            best = one;
        }
    }
    return best;
}

}  // namespace smtptls::base
