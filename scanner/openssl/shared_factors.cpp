#include "openssl/shared_factors.hpp"

#include "openssl/number.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace smtptls::openssl {
namespace {

struct Modulus {
    std::size_t place = 0;  // in what was given
    Number number;
};

// A part of the moduli: their product, and the sum of the products that are without one of them each. Modulo a modulus
// that sum is the product of all others, which with the product alone would take squares of twice the length.
struct Branch {
    Number product;
    Number sum;
};

Branch joined_branches(const Branch& one, const Branch& other)
{
    return {one.product * other.product, one.sum * other.product + other.sum * one.product};
}

// Levels of the tree, leaves first.
std::vector<std::vector<Branch>> tree_of(const std::vector<Modulus>& moduli)
{
    std::vector<std::vector<Branch>> levels(1);
    for (const Modulus& one : moduli) {
        levels[0].push_back({one.number, Number(1)});
    }
    while (levels.back().size() > 1) {
        const std::vector<Branch>& below = levels.back();
        std::vector<Branch> level;
        for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
            level.push_back(joined_branches(below[i], below[i + 1]));
        }
        if (below.size() % 2 != 0) {
            level.push_back(below.back());
        }
        levels.push_back(std::move(level));
    }
    return levels;
}

// Of each modulus the greatest divisor that it has in common with the product of all others.
std::vector<Number> divisors_of(const std::vector<Modulus>& moduli)
{
    std::vector<std::vector<Branch>> levels = tree_of(moduli);
    std::vector<Number> rests = {levels.back().front().sum};
    for (std::size_t level = levels.size() - 1; level-- > 0;) {
        std::vector<Number> next;
        for (std::size_t i = 0; i < levels[level].size(); ++i) {
            next.push_back(rests[i / 2] % levels[level][i].product);
        }
        rests = std::move(next);
        levels.pop_back();
    }
    for (std::size_t i = 0; i < rests.size(); ++i) {
        rests[i] = common_divisor(moduli[i].number, rests[i]);
    }
    return rests;
}

// One of each that is there several times; the others are its pairs.
std::vector<Modulus> different(std::span<const std::string> moduli, const FactorLimits& limits, SharedFactors& out)
{
    std::vector<Modulus> all;
    for (std::size_t place = 0; place < moduli.size(); ++place) {
        std::optional<Number> number;
        if (moduli[place].size() <= limits.modulus_bits / 4) {
            number = Number::parse_hex(moduli[place]);
        }
        if (!number || number->bits() < 2) {
            out.unread.push_back(place);
        } else {
            all.push_back({place, *std::move(number)});
        }
    }
    // By size, so that branches are about as long.
    std::ranges::stable_sort(all, [](const Modulus& one, const Modulus& other) { return one.number < other.number; });
    std::vector<Modulus> kept;
    for (Modulus& one : all) {
        if (!kept.empty() && kept.back().number == one.number) {
            out.pairs.push_back({kept.back().place, one.place, one.number.bits(), true});
        } else {
            kept.push_back(std::move(one));
        }
    }
    return kept;
}

// Those that came first, as many as there is time for.
void limit(std::vector<Modulus>& moduli, const FactorLimits& limits, SharedFactors& out)
{
    std::size_t bits = 0;
    for (const Modulus& one : moduli) {
        bits += one.number.bits();
    }
    if (bits <= limits.bits) {
        return;
    }
    std::ranges::sort(moduli, {}, &Modulus::place);
    bits = 0;
    const auto end = std::ranges::find_if(moduli, [&](const Modulus& one) {
        bits += one.number.bits();
        return bits > limits.bits;
    });
    std::for_each(end, moduli.end(), [&out](const Modulus& one) { out.left_out.push_back(one.place); });
    moduli.erase(end, moduli.end());
    std::ranges::stable_sort(moduli,
                             [](const Modulus& one, const Modulus& other) { return one.number < other.number; });
}

struct Suspect {
    const Modulus* modulus;
    const Number* divisor;
};

void pair_up(const std::vector<Suspect>& suspects, const FactorLimits& limits, SharedFactors& out)
{
    std::set<std::size_t> paired;
    std::size_t looked = 0;
    for (std::size_t i = 0; i < suspects.size(); ++i) {
        for (std::size_t k = i + 1; k < suspects.size() && looked < limits.divisors; ++k) {
            ++looked;
            // The divisor of the first has all that it has in common with any other, and mostly half of the bits.
            const Number divisor = common_divisor(suspects[k].modulus->number, *suspects[i].divisor);
            if (!divisor.is_one()) {
                const auto [first, second] = std::minmax(suspects[i].modulus->place, suspects[k].modulus->place);
                out.pairs.push_back({first, second, divisor.bits(), false});
                paired.insert({first, second});
            }
        }
    }
    for (const Suspect& one : suspects) {
        if (!paired.contains(one.modulus->place)) {
            out.unpaired.push_back(one.modulus->place);
        }
    }
}

}  // namespace

SharedFactors shared_factors(std::span<const std::string> moduli, const FactorLimits& limits)
{
    SharedFactors out;
    std::vector<Modulus> kept = different(moduli, limits, out);
    limit(kept, limits, out);
    if (kept.size() > 1) {
        const std::vector<Number> divisors = divisors_of(kept);
        std::vector<Suspect> suspects;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            if (!divisors[i].is_one()) {
                suspects.push_back({&kept[i], &divisors[i]});
            }
        }
        std::ranges::sort(suspects, {}, [](const Suspect& one) { return one.modulus->place; });
        pair_up(suspects, limits, out);
    }
    std::ranges::sort(out.pairs, {}, [](const FactorPair& one) { return std::pair(one.first, one.second); });
    if (out.pairs.size() > limits.pairs) {
        out.more_pairs = out.pairs.size() - limits.pairs;
        out.pairs.resize(limits.pairs);
    }
    for (std::vector<std::size_t>* const list : {&out.unpaired, &out.unread, &out.left_out}) {
        std::ranges::sort(*list);
    }
    return out;
}

}  // namespace smtptls::openssl
