#include "api/side_by_side.hpp"

#include "compare/comparer.hpp"

namespace smtptls {

struct Comparison::State {
    compare::Comparer comparer = {};
};

Comparison::Comparison() : state_(std::make_unique<State>())
{
}

Comparison::~Comparison() = default;
Comparison::Comparison(Comparison&&) noexcept = default;
Comparison& Comparison::operator=(Comparison&&) noexcept = default;

void Comparison::add(const model::EndpointResult& result)
{
    state_->comparer.add(result);
}

model::SideBySide Comparison::result() const
{
    return state_->comparer.result();
}

model::SideBySide side_by_side(const model::ScanResult& scan)
{
    Comparison comparison;
    for (const model::EndpointResult& endpoint : scan.endpoints) {
        comparison.add(endpoint);
    }
    return comparison.result();
}

}  // namespace smtptls
