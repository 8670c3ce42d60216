// RSA moduli that have a factor in common: whoever has both moduli has both private keys, by one division. It comes
// of machines that made their keys with too little chance (Heninger, Durumeric, Wustrow, Halderman, "Mining Your Ps and
// Qs", USENIX Security 2012).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace smtptls::openssl {

/// Two moduli, by their places in what was given, the smaller first.
struct FactorPair {
    std::size_t first = 0;
    std::size_t second = 0;
    std::size_t bits = 0;  ///< of the factor
    bool whole = false;    ///< the two moduli are equal

    bool operator==(const FactorPair&) const = default;
};

struct SharedFactors {
    std::vector<FactorPair> pairs;      ///< in order, at most FactorLimits::pairs
    std::size_t more_pairs = 0;         ///< beyond them
    std::vector<std::size_t> unpaired;  ///< have a factor in common with another, and it was not looked for with which
    std::vector<std::size_t> unread;    ///< no numbers, zero or one, or longer than FactorLimits::modulus_bits
    std::vector<std::size_t> left_out;  ///< beyond FactorLimits::bits
};

/// What bounds the time.
struct FactorLimits {
    std::size_t modulus_bits = 4096;
    std::size_t bits = std::size_t{32} << 20U;  ///< of all together: 16,384 keys of 2,048
    std::size_t divisors = 20000;               ///< that are looked for one by one, in pairs
    std::size_t pairs = 1000;
};

/// The moduli in hexadecimal. Finds every modulus that has a factor in common with any other by a tree of products and
/// one of remainders (D. J. Bernstein, "How to find smooth parts of integers", 2004), then which with which. Moduli
/// that are equal are a pair and nothing else.
SharedFactors shared_factors(std::span<const std::string> moduli, const FactorLimits& limits = {});

}  // namespace smtptls::openssl
