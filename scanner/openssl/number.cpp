// OpenSSL multiplies large numbers quickly only if they are about as long, and divides them as on paper. So numbers are
// taken apart here until OpenSSL is quicker: products as Karatsuba did, remainders by C. Burnikel and J. Ziegler, "Fast
// Recursive Division" (1998), sections 3 and 4.
#include "openssl/number.hpp"

#include <openssl/bn.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace smtptls::openssl {
namespace {

constexpr std::size_t product_bits = 8192;    // below that OpenSSL's own products are quicker
constexpr std::size_t quotient_bits = 16384;  // the same of quotients

BN_CTX* working_space()
{
    thread_local const std::unique_ptr<BN_CTX, void (*)(BN_CTX*)> owned(BN_CTX_new(), &BN_CTX_free);
    return owned.get();
}

// OpenSSL fails at numbers only for want of memory.
void demand(bool done)
{
    if (!done) {
        throw std::bad_alloc();
    }
}

}  // namespace

// What works on the numbers within.
struct Parts {
    struct Quotient {
        Number quotient;
        Number rest;
    };

    static BIGNUM* of(const Number& number) { return number.number_.get(); }
    static Number product(const Number& one, const Number& other);
    static Quotient divided(const Number& number, const Number& by);
    static Quotient two_by_one(const Number& number, const Number& by, std::size_t bits);
    static Quotient three_by_two(const Number& high, const Number& low, const Number& by, std::size_t half);
};

void Number::Freed::operator()(bignum_st* number) const
{
    BN_free(number);
}

Number::Number(unsigned long value) : number_(BN_new())
{
    demand(number_ && BN_set_word(number_.get(), value) == 1);
}

Number::~Number() = default;
Number::Number(Number&& other) noexcept = default;
Number& Number::operator=(Number&& other) noexcept = default;

Number::Number(const Number& other) : number_(BN_dup(other.number_.get()))
{
    demand(number_ != nullptr);
}

Number& Number::operator=(const Number& other)
{
    Number copy = other;
    std::swap(number_, copy.number_);
    return *this;
}

std::optional<Number> Number::parse_hex(std::string_view digits)
{
    constexpr std::string_view all = "0123456789abcdefABCDEF";
    if (digits.empty() || digits.find_first_not_of(all) != std::string_view::npos) {
        return std::nullopt;
    }
    Number number;
    BIGNUM* read = number.number_.get();
    demand(BN_hex2bn(&read, std::string(digits).c_str()) == static_cast<int>(digits.size()));
    return number;
}

std::size_t Number::bits() const
{
    return static_cast<std::size_t>(BN_num_bits(number_.get()));
}

int Number::compare(const Number& other) const
{
    return BN_ucmp(number_.get(), other.number_.get());
}

Number Number::operator+(const Number& other) const
{
    Number sum;
    demand(BN_uadd(sum.number_.get(), number_.get(), other.number_.get()) == 1);
    return sum;
}

Number Number::operator-(const Number& other) const
{
    Number rest;
    demand(BN_usub(rest.number_.get(), number_.get(), other.number_.get()) == 1);
    return rest;
}

Number Number::operator<<(std::size_t bits) const
{
    Number moved;
    demand(BN_lshift(moved.number_.get(), number_.get(), static_cast<int>(bits)) == 1);
    return moved;
}

Number Number::operator>>(std::size_t bits) const
{
    Number moved;
    demand(BN_rshift(moved.number_.get(), number_.get(), static_cast<int>(bits)) == 1);
    return moved;
}

Number Number::low(std::size_t bits) const
{
    Number part = *this;
    if (part.bits() > bits) {
        demand(BN_mask_bits(part.number_.get(), static_cast<int>(bits)) == 1);
    }
    return part;
}

Number Parts::product(const Number& one, const Number& other)
{
    if (one.bits() < other.bits()) {
        return product(other, one);
    }
    const std::size_t shorter = other.bits();
    if (shorter <= product_bits) {
        Number out;
        demand(BN_mul(of(out), of(one), of(other), working_space()) == 1);
        return out;
    }
    const std::size_t half = (one.bits() + 1) / 2;
    const Number one_high = one >> half;
    const Number one_low = one.low(half);
    if (shorter <= half) {  // a long one and a short one
        return (product(one_high, other) << half) + product(one_low, other);
    }
    const Number other_high = other >> half;
    const Number other_low = other.low(half);
    const Number high = product(one_high, other_high);
    const Number low = product(one_low, other_low);
    const Number middle = product(one_high + one_low, other_high + other_low) - high - low;
    return (((high << half) + middle) << half) + low;
}

Number Number::operator*(const Number& other) const
{
    return Parts::product(*this, other);
}

// As on paper.
Parts::Quotient Parts::divided(const Number& number, const Number& by)
{
    Quotient out;
    demand(BN_div(of(out.quotient), of(out.rest), of(number), of(by), working_space()) == 1);
    return out;
}

// A number of at most `2 * bits`, its upper half below `by`, which has `bits` of them, its highest set.
Parts::Quotient Parts::two_by_one(const Number& number, const Number& by, std::size_t bits)
{
    if (bits <= quotient_bits || bits % 2 != 0) {
        return divided(number, by);
    }
    const std::size_t half = bits / 2;
    const Quotient upper = three_by_two(number >> bits, (number >> half).low(half), by, half);
    Quotient lower = three_by_two(upper.rest, number.low(half), by, half);
    return {(upper.quotient << half) + lower.quotient, std::move(lower.rest)};
}

// `high` is below `by`, both of two halves; `low`, the part behind it, is of one.
Parts::Quotient Parts::three_by_two(const Number& high, const Number& low, const Number& by, std::size_t half)
{
    const Number by_high = by >> half;
    const Number by_low = by.low(half);
    Quotient out;
    if ((high >> half) < by_high) {
        out = two_by_one(high, by_high, half);
    } else {
        out.quotient = (Number(1) << half) - Number(1);
        out.rest = high - (by_high << half) + by_high;
    }
    Number rest = (out.rest << half) + low;
    const Number taken = product(out.quotient, by_low);
    while (rest < taken) {  // twice at most
        out.quotient = out.quotient - Number(1);
        rest = rest + by;
    }
    out.rest = rest - taken;
    return out;
}

Number Number::operator%(const Number& other) const
{
    const std::size_t length = other.bits();
    if (length <= quotient_bits || bits() < length) {
        return Parts::divided(*this, other).rest;
    }
    // The divisor in whole blocks that can be halved, its highest bit set; the number moved as far.
    std::size_t blocks = 1;
    while (length > blocks * quotient_bits) {
        blocks *= 2;
    }
    const std::size_t each = (length + blocks - 1) / blocks;
    const std::size_t whole = blocks * each;
    const Number by = other << (whole - length);
    const Number number = *this << (whole - length);
    Number rest;
    for (std::size_t left = (number.bits() + whole - 1) / whole; left-- > 0;) {
        const Number next = (number >> (left * whole)).low(whole);
        rest = Parts::two_by_one((rest << whole) + next, by, whole).rest;
    }
    return rest >> (whole - length);
}

Number common_divisor(Number one, Number other)
{
    if (!other.is_zero()) {
        one = one % other;  // the one step that may be long
        std::swap(one, other);
    }
    Number rest;
    while (!other.is_zero()) {
        demand(BN_mod(Parts::of(rest), Parts::of(one), Parts::of(other), working_space()) == 1);
        std::swap(one, other);
        std::swap(other, rest);
    }
    return one;
}

}  // namespace smtptls::openssl
