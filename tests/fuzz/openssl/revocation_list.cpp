// Any bytes as a list of revoked certificates: the parts lie in the list, and a head is a list of its own without
// entries.
#include "openssl/revocation_list.hpp"
#include "fuzz/promise.hpp"

#include <array>

namespace {

using namespace smtptls;
using fuzz::promise;

bool lies_in(base::ByteView part, base::ByteView whole)
{
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_entries(base::ByteView entries, base::ByteView serial)
{
    const openssl::FoundEntry found = openssl::find_entry(entries, serial);
    promise(lies_in(found.entry, entries), "an entry is one of the list's");
    promise(!found.malformed || found.entry.empty(), "behind what is malformed nothing is found");
    if (!found.entry.empty()) {
        const openssl::FoundEntry again = openssl::find_entry(found.entry, serial);
        promise(again.entry.size() == found.entry.size(), "an entry alone is found too");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const base::ByteView bytes(data, size);
    constexpr std::array<std::uint8_t, 4> serial = {2, 2, 0x12, 0x34};
    check_entries(bytes, serial);
    check_entries(bytes, bytes);
    const auto parts = openssl::parse_list(bytes);
    if (!parts) {
        return 0;
    }
    promise(lies_in(parts->signed_part, bytes) && lies_in(parts->entries, parts->signed_part), "parts lie in the list");
    promise(parts->head.size() <= 2 * openssl::most_head_bytes + 16, "a head has a limit");
    const auto head = openssl::parse_list(parts->head);
    promise(head && head->entries.empty() && head->head == parts->head, "a head is a list without entries");
    check_entries(parts->entries, serial);
    return 0;
}
