#include "api/version.hpp"

namespace smtptls {

std::string_view version()
{
    return SMTPTLS_VERSION;
}

}  // namespace smtptls
