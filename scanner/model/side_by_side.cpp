#include "model/side_by_side.hpp"

#include <algorithm>
#include <array>

namespace smtptls::model {

const ComparedCertificate* SideBySide::certificate(std::string_view sha256) const
{
    const auto found = std::ranges::find(certificates, sha256, &ComparedCertificate::sha256);
    return found == certificates.end() ? nullptr : &*found;
}

std::string_view format(Compared compared)
{
    static constexpr std::array<std::string_view, 9> names = {"starttls",    "version", "suite", "group", "key",
                                                              "certificate", "trusted", "name",  "dates"};
    return names.at(static_cast<std::size_t>(compared));
}

}  // namespace smtptls::model
