#include "probes/sieve.hpp"

#include <algorithm>
#include <bit>
#include <map>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;

constexpr std::size_t few = 16;

using Keys = std::pair<tls::KeyExchange, tls::Authentication>;
using Kind = std::tuple<tls::Cipher, tls::CipherMode, tls::Mac, int, bool>;

Keys keys_of(CipherSuite suite)
{
    return {info_of(suite).key_exchange, info_of(suite).authentication};
}

Kind kind_of(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    return {info.cipher, info.mode, info.mac, info.key_bits, info.export_grade};
}

// Drafts of a suite have its properties and a code of their own: which of them it is.
std::size_t twin_of(CipherSuite suite)
{
    static const std::map<CipherSuite, std::size_t> twins = [] {
        std::map<CipherSuite, std::size_t> numbers;
        std::map<std::pair<Keys, Kind>, std::size_t> seen;
        for (const tls::SuiteInfo& info : tls::all_suites()) {
            numbers[info.code] = seen[{keys_of(info.code), kind_of(info.code)}]++;
        }
        return numbers;
    }();
    const auto found = twins.find(suite);
    return found == twins.end() ? 0 : found->second;
}

std::size_t binomial(std::size_t n, std::size_t k)
{
    std::size_t value = 1;
    for (std::size_t i = 1; i <= k; ++i) {
        value = value * (n - k + i) / i;
    }
    return value;
}

// `count` words of equal length and half of the bits set: no word covers another (Sperner), so for any two
// there is a place where the one has a bit and the other has not.
std::vector<unsigned> words(std::size_t count, std::size_t& length)
{
    length = 1;
    while (binomial(length, length / 2) < count) {
        ++length;
    }
    std::vector<unsigned> out;
    for (unsigned word = 0; out.size() < count; ++word) {
        if (static_cast<std::size_t>(std::popcount(word)) == length / 2) {
            out.push_back(word);
        }
    }
    return out;
}

template <typename Property>
std::vector<Suites> by(const Suites& suites, Property property_of)
{
    std::map<decltype(property_of(CipherSuite{})), Suites> groups;
    for (const CipherSuite suite : suites) {
        groups[property_of(suite)].push_back(suite);
    }
    std::vector<Suites> out;
    for (auto& [property, members] : groups) {
        out.push_back(std::move(members));
    }
    return out;
}

// For any two suites with different properties: a list with the one and without the other, and so without
// all that share the other's property.
template <typename Property>
std::vector<Suites> apart(const Suites& suites, Property property_of)
{
    std::map<decltype(property_of(CipherSuite{})), std::size_t> numbers;
    for (const CipherSuite suite : suites) {
        const std::size_t next = numbers.size();
        numbers.emplace(property_of(suite), next);
    }
    std::vector<Suites> out;
    if (numbers.size() < 2) {
        return out;
    }
    std::size_t length = 0;
    const std::vector<unsigned> codes = words(numbers.size(), length);
    for (std::size_t bit = 0; bit < length; ++bit) {
        out.push_back(
            those(suites, [&](CipherSuite suite) { return (codes[numbers.at(property_of(suite))] >> bit & 1U) != 0; }));
    }
    return out;
}

}  // namespace

std::vector<Suites> sieve(const Suites& suites, const std::set<Credential>& served, bool /*joint*/)
{
    std::vector<Suites> lists;
    if (suites.size() <= few) {
        for (const CipherSuite suite : suites) {
            lists.push_back({suite});
        }
        return lists;
    }
    const Suites known = those(suites, [&](CipherSuite suite) { return served.contains(credential_of(suite)); });
    const Suites unknown = those(suites, [&](CipherSuite suite) { return !served.contains(credential_of(suite)); });
    for (const auto& part :
         {by(known, keys_of), apart(known, kind_of), apart(known, twin_of), by(unknown, credential_of),
          apart(unknown, keys_of), apart(unknown, kind_of), apart(unknown, twin_of)}) {
        lists.insert(lists.end(), part.begin(), part.end());
    }
    std::erase_if(lists, [](const Suites& list) { return list.empty(); });
    return lists;
}

}  // namespace smtptls::probes
