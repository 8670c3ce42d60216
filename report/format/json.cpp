// The whole scan as one JSON document; what it looks like is record's business.
#include "record/json.hpp"
#include "report/format/format.hpp"

namespace smtptls::report {

std::string write_json(const model::ScanResult& result, const Style&);

std::string write_json(const model::ScanResult& result, const Style&)
{
    return record::encode(result);
}

}  // namespace smtptls::report
