// An Exim configuration of anybody: what is read can be explained, and what is printed can be shown.
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "report/remedy/explain_exim.hpp"
#include "report/remedy/explanation_text.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    const std::string_view text = base::text_of(base::ByteView(data, size));
    const remedy::EximConfig config = remedy::parse_exim(text, base::UntrustedText("exim.conf"));
    const remedy::Explanation explanation = remedy::explain_exim(config, std::nullopt);
    fuzz::promise(explanation.services.size() == 2, "both libraries are explained");
    std::string written = remedy::write_text(explanation);
    std::erase(written, '\n');
    fuzz::promise(fuzz::is_harmless(written), "what is printed can be shown");
    return 0;
}
