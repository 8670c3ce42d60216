#include "openssl/shared_factors.hpp"

#include "openssl/owned.hpp"

#include <catch.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace smtptls::openssl {
namespace {

// A prime: the first above so many times 2^(bits - 8).
std::string modulus_of(std::initializer_list<unsigned> primes, int bits = 512)
{
    const std::unique_ptr<BN_CTX, void (*)(BN_CTX*)> context(BN_CTX_new(), &BN_CTX_free);
    const Owned<BIGNUM> product(BN_new());
    const Owned<BIGNUM> prime(BN_new());
    BN_one(product.get());
    for (const unsigned number : primes) {
        BN_set_word(prime.get(), number);
        BN_lshift(prime.get(), prime.get(), bits - 8);
        BN_add_word(prime.get(), 1);
        while (BN_check_prime(prime.get(), context.get(), nullptr) != 1) {
            BN_add_word(prime.get(), 2);
        }
        BN_mul(product.get(), product.get(), prime.get(), context.get());
    }
    const Owned<char> digits(BN_bn2hex(product.get()));
    return digits.get();
}

using Pairs = std::vector<FactorPair>;

TEST_CASE("two moduli with a prime in common are found among others, whatever their order")
{
    std::vector<std::string> moduli = {modulus_of({129, 131}), modulus_of({133, 135}), modulus_of({137, 139}),
                                       modulus_of({141, 131}), modulus_of({143, 145})};
    CHECK(shared_factors(moduli).pairs == Pairs{{0, 3, 512, false}});
    std::ranges::reverse(moduli);
    CHECK(shared_factors(moduli).pairs == Pairs{{1, 4, 512, false}});
}

TEST_CASE("moduli without a common factor are told of by nothing")
{
    const std::vector<std::string> moduli = {modulus_of({129, 131}), modulus_of({133, 135}), modulus_of({137, 139})};
    const SharedFactors found = shared_factors(moduli);
    CHECK(found.pairs.empty());
    CHECK(found.unpaired.empty());
    CHECK(shared_factors({}).pairs.empty());
    CHECK(shared_factors(std::span(moduli).first(1)).pairs.empty());
}

TEST_CASE("a modulus of which both primes are elsewhere is paired with each")
{
    const std::vector<std::string> moduli = {modulus_of({129, 131}), modulus_of({131, 133}), modulus_of({129, 137})};
    CHECK(shared_factors(moduli).pairs == Pairs{{0, 1, 512, false}, {0, 2, 512, false}});
}

TEST_CASE("equal moduli are a pair of their own")
{
    const std::string same = modulus_of({129, 131});
    const std::vector<std::string> moduli = {same, modulus_of({133, 135}), "00" + same};
    CHECK(shared_factors(moduli).pairs == Pairs{{0, 2, 1023, true}});
}

TEST_CASE("keys of different lengths have a prime in common, too")
{
    const std::vector<std::string> moduli = {modulus_of({129, 131, 133, 135}, 1024), modulus_of({137, 139}, 1024),
                                             modulus_of({137, 141, 143}, 1024)};
    CHECK(shared_factors(moduli).pairs == Pairs{{1, 2, 1024, false}});
}

TEST_CASE("what is no modulus or too long is not looked at")
{
    const std::vector<std::string> moduli = {"", "xyz", "0", "1", std::string(1025, 'f'), modulus_of({129, 131}), "-5"};
    const SharedFactors found = shared_factors(moduli);
    CHECK(found.unread == std::vector<std::size_t>{0, 1, 2, 3, 4, 6});
    CHECK(found.pairs.empty());
}

TEST_CASE("of more than there is time for the rest is left out and named")
{
    const std::vector<std::string> moduli = {modulus_of({129, 131}), modulus_of({133, 135}), modulus_of({129, 139})};
    FactorLimits limits;
    limits.bits = 2 * 1024;
    const SharedFactors found = shared_factors(moduli, limits);
    CHECK(found.left_out == std::vector<std::size_t>{2});
    CHECK(found.pairs.empty());
}

TEST_CASE("where everything has a factor in common the pairs are bounded, and the others named")
{
    std::vector<std::string> moduli;
    for (unsigned i = 0; i < 60; ++i) {
        moduli.push_back(std::to_string(1000 + 2 * i));  // even, read as hexadecimal
    }
    FactorLimits limits;
    limits.divisors = 100;
    limits.pairs = 40;
    const SharedFactors found = shared_factors(moduli, limits);
    CHECK(found.pairs.size() == 40);
    CHECK(found.more_pairs == 60);
    CHECK(found.unpaired.empty());
    limits.divisors = 10;
    CHECK(shared_factors(moduli, limits).unpaired.size() == 49);
}

}  // namespace
}  // namespace smtptls::openssl
