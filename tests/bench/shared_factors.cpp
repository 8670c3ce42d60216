// How long RSA moduli are looked through for common factors: smtptls-bench-factors BITS COUNT... Each modulus is made
// of primes of 64 bits, which costs what two long ones cost and is made in no time. Two of the moduli have a prime in
// common. Prints the seconds
// of CPU of each count.
#include "openssl/shared_factors.hpp"
#include "openssl/owned.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::bench {
namespace {

// By Fermat's test: what is no prime and passes is as good here.
bool is_probably_prime(std::uint64_t number)
{
    __extension__ using Wide = unsigned __int128;
    std::uint64_t power = 1;
    for (int bit = 63; bit >= 0; --bit) {
        power = static_cast<std::uint64_t>(Wide{power} * power % number);
        if (((number - 1) >> static_cast<unsigned>(bit) & 1U) != 0) {
            power = static_cast<std::uint64_t>(Wide{power} * 2 % number);
        }
    }
    return power == 1 && number % 3 != 0 && number % 5 != 0;
}

class Primes {
public:
    std::uint64_t next()
    {
        for (;;) {
            const std::uint64_t candidate = random_() | 1U | (std::uint64_t{3} << 62U);
            if (is_probably_prime(candidate)) {
                return candidate;
            }
        }
    }

    std::string modulus(std::size_t bits)
    {
        BN_one(product_.get());
        for (std::size_t i = 0; i < bits / 64; ++i) {
            BN_mul_word(product_.get(), shared_ != 0 && i == 0 ? std::exchange(shared_, 0) : next());
        }
        const openssl::Owned<char> hex(BN_bn2hex(product_.get()));
        return hex.get();
    }

    void share(std::uint64_t prime) { shared_ = prime; }

private:
    std::mt19937_64 random_{1};
    std::uint64_t shared_ = 0;
    openssl::Owned<BIGNUM> product_{BN_new()};
};

void measure(std::size_t bits, std::size_t count)
{
    Primes primes;
    const std::uint64_t shared = primes.next();
    std::vector<std::string> moduli;
    for (std::size_t i = 0; i < count; ++i) {
        primes.share(i == 0 || i + 1 == count ? shared : 0);
        moduli.push_back(primes.modulus(bits));
    }
    const std::clock_t begun = std::clock();
    const openssl::SharedFactors found = openssl::shared_factors(moduli);
    const double taken = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    std::printf("%zu keys of %zu bits: %.2f s of CPU, pairs: %zu, left out: %zu\n", count, bits, taken,
                found.pairs.size(), found.left_out.size());
}

}  // namespace
}  // namespace smtptls::bench

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::fputs("smtptls-bench-factors BITS COUNT...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; ++i) {
        smtptls::bench::measure(std::strtoul(argv[1], nullptr, 10), std::strtoul(argv[i], nullptr, 10));
    }
    return 0;
}
