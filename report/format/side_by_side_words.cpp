#include "report/format/side_by_side_words.hpp"

#include "report/format/verdicts.hpp"
#include "report/format/words.hpp"

#include <algorithm>
#include <iterator>

namespace smtptls::report {
namespace {

using model::Compared;
using model::Difference;

constexpr std::size_t most_places = 4;  // of each side
constexpr std::size_t most_items = 4;
constexpr std::size_t most_certificates_of_key = 3;
constexpr std::size_t enough_of_digest = 16;

struct SideWords {
    const char* label;
    const char* at;
    const char* not_at;
};

SideWords sides_of(Compared of)
{
    switch (of) {
        case Compared::starttls: return {"STARTTLS", "offered", "not offered"};
        case Compared::version: return {"versions", "accepted", "refused"};
        case Compared::suite: return {"suites", "accepted", "refused"};
        case Compared::group: return {"groups", "accepted", "refused"};
        case Compared::key: return {"keys", "shown", "not shown"};
        case Compared::certificate: return {"certificate", "shown", "not shown"};
        case Compared::trusted: return {"trust", "all certificates trusted", "not all trusted"};
        case Compared::name: return {"name", "all certificates for the name", "not all for the name"};
        case Compared::dates: break;
    }
    return {"dates", "all certificates within their dates", "not all within their dates"};
}

std::string places_words(const std::vector<std::string>& places)
{
    return base::shown(joined(some_of(places, most_places)));
}

// "CN=mail.example.com, RSA 2048 bits, until 2027-01-02, SHA-256 0123456789abcdef..."
std::string named_certificate_words(const std::string& sha256, const model::SideBySide& all)
{
    constexpr std::size_t day_length = 10;
    const std::string digest = "SHA-256 " + base::shown(sha256.substr(0, enough_of_digest)) + "...";
    const model::ComparedCertificate* const known = all.certificate(sha256);
    if (known == nullptr) {
        return digest;
    }
    const std::string subject = known->subject.empty() ? "without a subject" : known->subject.escaped();
    return subject + ", " + base::shown(known->key) + ", until " + base::shown(known->not_after.substr(0, day_length)) +
           ", " + digest;
}

std::string items_words(const Difference& one, const model::SideBySide& all)
{
    switch (one.of) {
        case Compared::version:
        case Compared::group:
        case Compared::key: return base::shown(joined(some_of(one.items, most_items))) + ": ";
        case Compared::suite: return base::shown(one.version + " " + joined(some_of(one.items, most_items))) + ": ";
        case Compared::certificate: {
            std::vector<std::string> words;
            std::ranges::transform(one.items, std::back_inserter(words),
                                   [&all](const std::string& item) { return named_certificate_words(item, all); });
            return joined(some_of(words, most_items), "; and ") + ": ";
        }
        case Compared::starttls:
        case Compared::trusted:
        case Compared::name:
        case Compared::dates: break;
    }
    return "";
}

std::string where_words(const model::ComparedCertificate& certificate)
{
    std::vector<std::string> places = some_of(certificate.places, most_places);
    const std::size_t told = std::min(certificate.places.size(), most_places);
    if (certificate.place_count > certificate.places.size()) {
        places.resize(told);
        places.push_back("and " + std::to_string(certificate.place_count - told) + " more");
    }
    return base::shown(joined(places));
}

}  // namespace

std::string compared_words(const model::ComparedName& name)
{
    const std::string count = plural(name.endpoints.size(), "endpoint");
    if (!name.differences.empty()) {
        return count + ", " + plural(name.differences.size(), "difference");
    }
    return count + (name.endpoints.size() > 1 ? " alike" : ", with nothing to compare it with");
}

bool is_to_be_told(const model::ComparedName& name)
{
    return !name.differences.empty() || !name.not_compared.empty() || name.endpoints.size() < 2;
}

Hints difference_words(const model::ComparedName& name, const model::SideBySide& all)
{
    Hints hints;
    for (const Difference& one : name.differences) {
        const SideWords words = sides_of(one.of);
        std::string value = items_words(one, all) + words.at + " at " + places_words(one.at) + "; " + words.not_at +
                            " at " + places_words(one.not_at);
        value += one.not_known_at.empty() ? "" : "; not known at " + places_words(one.not_known_at);
        hints.emplace_back(words.label, value);
    }
    std::vector<std::string> others;
    for (const model::NotCompared& one : name.not_compared) {
        others.push_back(base::shown(one.endpoint) + " (" + sentence(one.failure) + ")");
    }
    if (!others.empty()) {
        hints.emplace_back("not compared", joined(some_of(others, most_places)));
    }
    return hints;
}

std::string key_use_words(const model::KeyUse& use, const model::SideBySide& all)
{
    std::vector<std::string> certificates;
    for (const std::string& sha256 : use.certificates) {
        const model::ComparedCertificate* const known = all.certificate(sha256);
        certificates.push_back(named_certificate_words(sha256, all) +
                               (known == nullptr ? "" : ", at " + where_words(*known)));
    }
    const std::string names = plural(use.names, "name");
    const std::string what = certificates.size() == 1
                                 ? "one certificate for " + names
                                 : "one key in " + plural(certificates.size(), "certificate") + ", for " + names;
    return what + ": " + joined(some_of(certificates, most_certificates_of_key), "; ");
}

std::string factor_words(const model::SharedFactor& factor, const model::SideBySide& all)
{
    const auto one = [&all](const std::string& sha256) {
        const model::ComparedCertificate* const known = all.certificate(sha256);
        return named_certificate_words(sha256, all) + (known == nullptr ? "" : ", at " + where_words(*known));
    };
    const std::string what =
        factor.whole ? "the same modulus in two keys, so that whoever has one private key has the other"
                     : "a factor of " + std::to_string(factor.bits) +
                           " bits in two keys, so that each private key can be worked out from the two certificates";
    return what + ": " + one(factor.first) + "; " + one(factor.second);
}

}  // namespace smtptls::report
