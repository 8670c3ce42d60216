// What a scan would do, for people. Pure.
#pragma once

#include "model/outlook.hpp"

#include <string>

namespace smtptls::report {

std::string write_outlook(const model::Outlook& outlook);

}  // namespace smtptls::report
