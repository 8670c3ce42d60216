// log::decode_journal_line: a line is an entry or nothing, and an entry has a message of one line.
#include "report/log/journal_line.hpp"
#include "fuzz/promise.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    const auto entry = log::decode_journal_line({reinterpret_cast<const char*>(data), size});
    if (entry) {
        fuzz::promise(!entry->message.empty(), "an entry has a message");
        fuzz::promise(entry->message.find_first_of("\r\n") == std::string::npos, "a message is one line");
        fuzz::promise(entry->message.size() <= size, "a message is no longer than its line");
        fuzz::promise(!entry->microseconds || *entry->microseconds >= 0, "no time is before 1970");
    }
    return 0;
}
