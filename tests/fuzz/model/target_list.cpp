// A list of targets, any text: what is refused is refused in a sentence that can be shown.
#include "model/target_list.hpp"
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"

#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    std::istringstream input{std::string(base::text_of(base::ByteView(data, size)))};
    const auto targets = model::read_targets(input, "list");
    fuzz::promise(targets ? !targets->empty() : fuzz::is_harmless(targets.error()), "an error is a sentence to show");
    return 0;
}
