#include "probes/sieve.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;

constexpr std::size_t few = 16;
constexpr std::size_t few_of_tls13 = 6;  // of which no key exchange or credentials can be missing

using Keys = std::pair<tls::KeyExchange, tls::Authentication>;
using Kind = std::tuple<tls::Cipher, tls::CipherMode, tls::Mac, int, bool>;
using Word = std::uint32_t;
using Credentials = std::uint32_t;  // a bit each

Keys keys_of(CipherSuite suite)
{
    return {info_of(suite).key_exchange, info_of(suite).authentication};
}

Kind suite_kind_of(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    return {info.cipher, info.mode, info.mac, info.key_bits, info.export_grade};
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

// What can be broken as a whole, and its parts, of which one can be broken alone.
struct SievePart {
    std::size_t group = 0;
    Credentials credentials = 0;
    std::size_t suites = 0;
    std::optional<Word> word;
};

struct SieveGroup {
    Credentials credentials = 0;
    std::size_t parts = 0;
    std::size_t suites = 0;
    Word all = 0;        // the bits of its parts' words
    bool given = false;  // one of them has a word: it may have no bits
};

bool covers(Word all, Word word)
{
    return (word & ~all) == 0;
}

// All words of `length` bits with half of them set: no such word covers another (Sperner), and there are no larger
// sets of which that is true.
std::vector<Word> words_of(int length)
{
    std::vector<Word> out;
    for (Word word = 0; word < Word{1} << length; ++word) {
        if (std::popcount(word) == length / 2) {
            out.push_back(word);
        }
    }
    return out;
}

// Gives each part a word, so that of what shares a credential no word is covered by another group's words together,
// nor is the word of another part. What shares none is apart without it.
class Code {
public:
    Code(std::vector<SievePart> parts, std::vector<SieveGroup> groups)
        : parts_(std::move(parts)), groups_(std::move(groups))
    {
        for (const SievePart& part : parts_) {
            SieveGroup& group = groups_[part.group];
            group.credentials |= part.credentials;
            group.suites += part.suites;
            ++group.parts;
        }
    }

    /// False if the words are too short. Greedy: first the groups of several parts, whose words spoil others.
    bool fill(int length)
    {
        const std::vector<Word> words = words_of(length);
        load_.assign(static_cast<std::size_t>(length), 0);
        given_.clear();
        covering_.assign(words.size(), 0);
        std::vector<SievePart*> open;
        for (SievePart& part : parts_) {
            part.word.reset();
            groups_[part.group].all = 0;
            groups_[part.group].given = false;
            open.push_back(&part);
        }
        std::stable_sort(open.begin(), open.end(),
                         [this](const SievePart* a, const SievePart* b) { return before(*a, *b); });
        return std::all_of(open.begin(), open.end(), [&](SievePart* part) { return give(*part, words); });
    }

    Word word(std::size_t part) const { return *parts_[part].word; }

private:
    bool before(const SievePart& a, const SievePart& b) const
    {
        const auto rank = [this](const SievePart& part) {
            const SieveGroup& group = groups_[part.group];
            return std::tuple(group.parts, group.suites, part.group, part.suites);
        };
        return rank(a) > rank(b);
    }

    // Of the words that fit the one that spoils fewest, and then the one that keeps the lists of one size.
    bool give(SievePart& part, const std::vector<Word>& words)
    {
        SieveGroup& group = groups_[part.group];
        std::optional<std::tuple<std::size_t, std::size_t, Word>> best;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::size_t most = best ? std::get<0>(*best) : words.size();
            const std::tuple price{spoils(i, group.all | words[i], words, most), load(words[i]), words[i]};
            if ((!best || price < *best) && !is_hidden(i, words[i], part) && !hides(words[i], part)) {
                best = price;
            }
        }
        if (!best) {
            return false;
        }
        part.word = std::get<Word>(*best);
        given_.push_back({*part.word, part.credentials, part.group});
        group.all |= *part.word;
        group.given = true;
        for (std::size_t i = 0; i < words.size(); ++i) {
            covering_[i] |= covers(group.all, words[i]) ? group.credentials : 0;
        }
        for (std::size_t bit = 0; bit < load_.size(); ++bit) {
            load_[bit] += (*part.word >> bit & 1U) != 0 ? part.suites : 0;
        }
        return true;
    }

    // By the words of another group that shares a credential.
    bool is_hidden(std::size_t place, Word word, const SievePart& part) const
    {
        const SieveGroup& group = groups_[part.group];
        return (covering_[place] & part.credentials) != 0 && std::ranges::any_of(groups_, [&](const SieveGroup& other) {
                   return other.given && &other != &group && (part.credentials & other.credentials) != 0 &&
                          covers(other.all, word);
               });
    }

    // A part that has a word, of what shares a credential.
    bool hides(Word word, const SievePart& part) const
    {
        const SieveGroup& group = groups_[part.group];
        const Word all = group.all | word;
        return std::ranges::any_of(given_, [&](const Given& other) {
            if (other.group == part.group) {
                return other.word == word && (other.credentials & part.credentials) != 0;
            }
            return covers(all, other.word) && (other.credentials & group.credentials) != 0;
        });
    }

    // How many words that no group covers the bits cover; counted to `most` and one.
    std::size_t spoils(std::size_t place, Word all, const std::vector<Word>& words, std::size_t most) const
    {
        if (all == words[place]) {
            return covering_[place] == 0 ? 1 : 0;  // a word covers no other
        }
        std::size_t count = 0;
        for (std::size_t i = 0; i < words.size() && count <= most; ++i) {
            count += covering_[i] == 0 && covers(all, words[i]) ? 1U : 0U;
        }
        return count;
    }

    std::size_t load(Word word) const
    {
        std::size_t sum = 0;
        for (std::size_t bit = 0; bit < load_.size(); ++bit) {
            sum += (word >> bit & 1U) != 0 ? load_[bit] : 0;
        }
        return sum;
    }

    struct Given {
        Word word = 0;
        Credentials credentials = 0;
        std::size_t group = 0;
    };

    std::vector<SievePart> parts_;
    std::vector<SieveGroup> groups_;
    std::vector<Given> given_;
    std::vector<Credentials> covering_;  // by word: of the groups that cover it
    std::vector<std::size_t> load_;      // suites in each list
};

// For any two suites of one credential: if their groups differ a list with the one and without all suites of
// the other's group, and if only their parts differ one with the one and without the other.
template <typename GroupOf, typename PartOf>
std::vector<Suites> apart(const Suites& suites, GroupOf group_of, PartOf part_of)
{
    std::map<Credential, int> credentials;
    std::map<decltype(group_of(CipherSuite{})), std::size_t> groups;
    std::map<std::pair<std::size_t, decltype(part_of(CipherSuite{}))>, std::size_t> numbers;
    std::vector<SievePart> parts;
    std::map<CipherSuite, std::size_t> part_number;
    for (const CipherSuite suite : suites) {
        const int credential = credentials.emplace(credential_of(suite), credentials.size()).first->second;
        const std::size_t group = groups.emplace(group_of(suite), groups.size()).first->second;
        const std::size_t part = numbers.emplace(std::pair{group, part_of(suite)}, parts.size()).first->second;
        if (part == parts.size()) {
            parts.push_back({group, 0, 0, std::nullopt});
        }
        parts[part].credentials |= Credentials{1} << credential;
        ++parts[part].suites;
        part_number[suite] = part;
    }
    Code code(std::move(parts), std::vector<SieveGroup>(groups.size()));
    int length = 1;
    while (!code.fill(length)) {
        ++length;
    }
    std::vector<Suites> out;
    for (int bit = 0; bit < length; ++bit) {
        out.push_back(
            those(suites, [&](CipherSuite suite) { return (code.word(part_number[suite]) >> bit & 1U) != 0; }));
    }
    return out;
}

std::vector<Suites> by_kind(const Suites& suites)
{
    // Drafts of a suite have its properties and a code of their own: which of them it is.
    std::map<CipherSuite, std::size_t> twins;
    std::map<std::tuple<Credential, Keys, Kind>, std::size_t> seen;
    for (const CipherSuite suite : suites) {
        twins[suite] = seen[{credential_of(suite), keys_of(suite), suite_kind_of(suite)}]++;
    }
    return apart(suites, suite_kind_of, [&](CipherSuite suite) { return twins[suite]; });
}

std::vector<Suites> by_key_exchange(const Suites& suites)
{
    return apart(
        suites, [](CipherSuite suite) { return info_of(suite).key_exchange; },
        [](CipherSuite suite) { return info_of(suite).authentication; });
}

}  // namespace

std::vector<Suites> sieve(const Suites& suites, const std::set<Credential>& served, bool joint)
{
    std::vector<Suites> lists;
    const auto add = [&lists](const std::vector<Suites>& more) {
        for (const Suites& list : more) {
            if (!list.empty() && std::find(lists.begin(), lists.end(), list) == lists.end()) {
                lists.push_back(list);
            }
        }
    };
    const bool tls13 = !suites.empty() && info_of(suites.front()).lowest == tls::ProtocolVersion::tls1_3;
    if (suites.size() <= (tls13 ? few_of_tls13 : few)) {
        add(by(suites, [](CipherSuite suite) { return suite; }));
        return lists;
    }
    const auto is_served = [&](CipherSuite suite) { return served.contains(credential_of(suite)); };
    const Suites known = those(suites, is_served);
    // What the server has is likelier accepted than what it is not known to have.
    add(by(known, credential_of));
    if (joint) {
        add(by(known, keys_of));
        add(by_kind(known));
    }
    add(by_kind(suites));
    add(by_key_exchange(suites));
    add(by(suites, credential_of));
    return lists;
}

}  // namespace smtptls::probes
