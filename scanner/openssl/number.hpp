// Whole numbers of any size, not negative, out of OpenSSL's BIGNUM. Nothing here is secret, and nothing takes the same
// time whatever the numbers are.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

struct bignum_st;

namespace smtptls::openssl {

class Number {
public:
    explicit Number(unsigned long value = 0);
    ~Number();
    Number(const Number& other);
    Number& operator=(const Number& other);
    Number(Number&& other) noexcept;
    Number& operator=(Number&& other) noexcept;

    /// Of hexadecimal digits, most significant first; nothing if there is another character, or none.
    static std::optional<Number> parse_hex(std::string_view digits);

    std::size_t bits() const;  ///< 0 for zero
    bool is_zero() const { return bits() == 0; }
    bool is_one() const { return bits() == 1; }

    Number operator+(const Number& other) const;
    Number operator-(const Number& other) const;  ///< `other` is not greater
    Number operator*(const Number& other) const;  ///< by Karatsuba's way
    Number operator%(const Number& other) const;  ///< `other` is not zero; the way of Burnikel and Ziegler
    Number operator<<(std::size_t bits) const;
    Number operator>>(std::size_t bits) const;

    /// The lowest bits, so many.
    Number low(std::size_t bits) const;

    bool operator==(const Number& other) const { return compare(other) == 0; }
    bool operator<(const Number& other) const { return compare(other) < 0; }

private:
    friend struct Parts;

    struct Freed {
        void operator()(bignum_st* number) const;
    };

    int compare(const Number& other) const;

    std::unique_ptr<bignum_st, Freed> number_;
};

/// The greatest common divisor, by Euclid's way.
Number common_divisor(Number one, Number other);

}  // namespace smtptls::openssl
