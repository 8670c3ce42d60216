#include "openssl/number.hpp"

#include "openssl/owned.hpp"

#include <catch.hpp>

#include <random>
#include <string>

namespace smtptls::openssl {
namespace {

std::string random_digits(std::mt19937_64& random, std::size_t bits, char fill = 0)
{
    std::string digits;
    while (digits.size() < bits / 4) {
        digits += fill != 0 ? fill : "0123456789abcdef"[random() % 16];
    }
    return digits;
}

Number number(const std::string& digits)
{
    return Number::parse_hex(digits).value();
}

// OpenSSL's own product and remainder.
Number product_by_openssl(const std::string& one, const std::string& other, bool rest)
{
    const auto read = [](const std::string& digits) {
        BIGNUM* made = nullptr;
        BN_hex2bn(&made, digits.c_str());
        return Owned<BIGNUM>(made);
    };
    const auto a = read(one);
    const auto b = read(other);
    const Owned<BIGNUM> out(BN_new());
    const std::unique_ptr<BN_CTX, void (*)(BN_CTX*)> context(BN_CTX_new(), &BN_CTX_free);
    const int done =
        rest ? BN_mod(out.get(), a.get(), b.get(), context.get()) : BN_mul(out.get(), a.get(), b.get(), context.get());
    const Owned<char> digits(done == 1 ? BN_bn2hex(out.get()) : nullptr);
    return number(digits.get());
}

TEST_CASE("a number is read of hexadecimal digits and of nothing else")
{
    CHECK(number("00ff") == Number(255));
    CHECK(number("C0FFEE") == number("c0ffee"));
    CHECK(number("0").is_zero());
    for (const char* const wrong : {"", "-1", "0x1", "12 ", "g"}) {
        CHECK_FALSE(Number::parse_hex(wrong));
    }
}

TEST_CASE("products and remainders are those of OpenSSL, whatever the lengths")
{
    std::mt19937_64 random(7);
    for (const std::size_t one : {64U, 8192U, 20000U, 70000U, 200000U}) {
        for (const std::size_t other : {64U, 8196U, 16388U, 20004U, 66000U, 131072U}) {
            const std::string a = random_digits(random, one);
            const std::string b = "8" + random_digits(random, other);
            CHECK(number(a) * number(b) == product_by_openssl(a, b, false));
            CHECK(number(a) % number(b) == product_by_openssl(a, b, true));
        }
    }
}

TEST_CASE("remainders are right where the first guess of a quotient is the largest there is")
{
    std::mt19937_64 random(8);
    for (const std::size_t bits : {32768U, 65536U, 65540U}) {
        const std::string by = "8" + std::string(bits / 4, '0') + "1";
        const std::string ones = random_digits(random, 4 * bits, 'f');
        CHECK(number(ones) % number(by) == product_by_openssl(ones, by, true));
        const std::string full = random_digits(random, bits, 'f');
        CHECK(number(ones) % number(full) == product_by_openssl(ones, full, true));
        CHECK((number(full) * number(by)) % number(by) == Number(0));
    }
}

TEST_CASE("the greatest common divisor is found")
{
    CHECK(common_divisor(Number(12), Number(18)) == Number(6));
    CHECK(common_divisor(Number(18), Number(12)) == Number(6));
    CHECK(common_divisor(Number(7), Number(0)) == Number(7));
    CHECK(common_divisor(Number(0), Number(7)) == Number(7));
    CHECK(common_divisor(Number(35), Number(12)).is_one());
}

}  // namespace
}  // namespace smtptls::openssl
