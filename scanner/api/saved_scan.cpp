#include "api/saved_scan.hpp"

#include "model_json/report.hpp"

namespace smtptls {

base::Expected<model::ScanResult, std::string> read_scan(std::istream& stream)
{
    return model_json::decode(stream);
}

std::string write_scan(const model::ScanResult& scan, bool exchanges)
{
    model_json::Detail detail;
    detail.exchanges = exchanges;
    return model_json::encode(scan, detail);
}

}  // namespace smtptls
