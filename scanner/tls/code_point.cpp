#include "tls/code_point.hpp"

namespace smtptls::tls {

std::string format_code(std::uint32_t value, unsigned digits)
{
    constexpr std::string_view hex = "0123456789abcdef";
    std::string reversed;
    while (value != 0 || reversed.size() < digits) {
        reversed += hex[value & 0x0fU];
        value >>= 4U;
    }
    return "0x" + std::string(reversed.rbegin(), reversed.rend());
}

}  // namespace smtptls::tls
