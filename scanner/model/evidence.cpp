#include "model/evidence.hpp"

namespace smtptls::model::evidence {

Left summary_of(const EndpointResult& result)
{
    Left left{result.endpoint, result.status, result.connections, {}, result.duration_ms};
    for (std::size_t state = 0; state < left.cells.size(); ++state) {
        left.cells[state] = result.matrix.count(static_cast<CellState>(state));
    }
    return left;
}

}  // namespace smtptls::model::evidence
