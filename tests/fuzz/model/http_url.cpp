// A URL out of a certificate, any bytes: what is read can be sent in a request, and is read again as the same.
#include "model/http_url.hpp"
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    const auto url = model::parse_http_url(base::text_of(base::ByteView(data, size)));
    if (!url) {
        fuzz::promise(fuzz::is_harmless(url.error()) && !url.error().empty(), "an error is a phrase to show");
        return 0;
    }
    const std::string sent = url->authority() + url->target;
    fuzz::promise(fuzz::is_harmless(sent) && sent.find(' ') == std::string::npos, "it is one word of a request");
    fuzz::promise(url->port != 0 && url->target.front() == '/', "it has a port and a path");
    const auto again = model::parse_http_url("http://" + sent);
    fuzz::promise(sent.size() + 7 > model::longest_http_url || (again && *again == *url), "it is read again");
    return 0;
}
