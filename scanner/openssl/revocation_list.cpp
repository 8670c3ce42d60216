#include "openssl/revocation_list.hpp"

#include <openssl/asn1.h>
#include <openssl/err.h>

#include <algorithm>

namespace smtptls::openssl {
namespace {

struct Element {
    int tag = -1;               // universal; else -1
    base::ByteView whole = {};  // with tag and length
    base::ByteView body = {};
};

// The first element of `rest`, which it loses; nothing if it begins with none of definite length.
std::optional<Element> take(base::ByteView& rest)
{
    constexpr int failed = 0x80;
    constexpr int indefinite = 1;
    const unsigned char* body = rest.data();
    long length = 0;
    int tag = -1;
    int kind = 0;
    const int form = ASN1_get_object(&body, &length, &tag, &kind, static_cast<long>(rest.size()));
    if ((form & (failed | indefinite)) != 0) {
        ERR_clear_error();
        return std::nullopt;
    }
    const std::size_t head = static_cast<std::size_t>(body - rest.data());
    const std::size_t size = static_cast<std::size_t>(length);
    const Element out{kind == V_ASN1_UNIVERSAL ? tag : -1, rest.first(head + size), rest.subspan(head, size)};
    rest = rest.subspan(head + size);
    return out;
}

std::optional<Element> take(base::ByteView& rest, int tag)
{
    const auto element = take(rest);
    return element && element->tag == tag ? element : std::nullopt;
}

base::Bytes sequence_of(base::ByteView body)
{
    const int size = static_cast<int>(body.size());
    base::Bytes out(static_cast<std::size_t>(ASN1_object_size(1, size, V_ASN1_SEQUENCE)));
    unsigned char* next = out.data();
    ASN1_put_object(&next, 1, size, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
    std::ranges::copy(body, next);
    return out;
}

void append(base::Bytes& to, base::ByteView bytes)
{
    to.insert(to.end(), bytes.begin(), bytes.end());
}

bool is_time(const Element& element)
{
    return element.tag == V_ASN1_UTCTIME || element.tag == V_ASN1_GENERALIZEDTIME;
}

// What is signed, without the entries; nothing if it names another algorithm than the one outside (RFC 5280 section
// 5.1.1.2). The entries are the sequence behind the dates (section 5.1.2).
std::optional<base::Bytes> without_entries(base::ByteView body, base::ByteView algorithm, base::ByteView& entries)
{
    base::Bytes out;
    bool named = false;
    bool dated = false;
    bool found = false;
    while (!body.empty()) {
        const auto element = take(body);
        if (!element || (found && element->tag >= 0)) {
            return std::nullopt;
        }
        if (dated && element->tag == V_ASN1_SEQUENCE) {
            found = true;
            entries = element->body;
            continue;
        }
        if (!named && element->tag == V_ASN1_SEQUENCE) {
            named = true;
            if (!std::ranges::equal(element->whole, algorithm)) {
                return std::nullopt;
            }
        }
        dated = is_time(*element);
        if (out.size() + element->whole.size() > most_head_bytes) {
            return std::nullopt;
        }
        append(out, element->whole);
    }
    return out;
}

// Without bytes in front that change nothing.
base::ByteView shortest(base::ByteView number)
{
    constexpr std::uint8_t sign = 0x80;
    while (number.size() > 1) {
        const bool negative = (number[1] & sign) != 0;
        if (number[0] != (negative ? 0xff : 0x00)) {
            break;
        }
        number = number.subspan(1);
    }
    return number;
}

}  // namespace

std::optional<ListParts> parse_list(base::ByteView der)
{
    const auto outer = take(der, V_ASN1_SEQUENCE);
    if (!outer || !der.empty()) {
        return std::nullopt;
    }
    base::ByteView rest = outer->body;
    const auto signed_part = take(rest, V_ASN1_SEQUENCE);
    const auto algorithm = signed_part ? take(rest, V_ASN1_SEQUENCE) : std::nullopt;
    const auto signature = algorithm ? take(rest, V_ASN1_BIT_STRING) : std::nullopt;
    if (!signature || !rest.empty() || algorithm->whole.size() + signature->whole.size() > most_head_bytes) {
        return std::nullopt;
    }
    ListParts parts;
    parts.signed_part = signed_part->whole;
    const auto kept = without_entries(signed_part->body, algorithm->whole, parts.entries);
    if (!kept) {
        return std::nullopt;
    }
    base::Bytes inside = sequence_of(*kept);
    append(inside, algorithm->whole);
    append(inside, signature->whole);
    parts.head = sequence_of(inside);
    return parts;
}

FoundEntry find_entry(base::ByteView entries, base::ByteView serial)
{
    const auto looked_for = take(serial, V_ASN1_INTEGER);
    const base::ByteView wanted = looked_for ? shortest(looked_for->body) : base::ByteView();
    while (!entries.empty()) {
        const auto entry = take(entries, V_ASN1_SEQUENCE);
        base::ByteView rest = entry ? entry->body : base::ByteView();
        const auto number = entry ? take(rest, V_ASN1_INTEGER) : std::nullopt;
        if (!number || number->body.empty()) {
            return {.malformed = true};
        }
        if (std::ranges::equal(shortest(number->body), wanted)) {
            return {.entry = entry->whole};
        }
    }
    return {};
}

}  // namespace smtptls::openssl
