// What the endpoints of a scan show only together.
#pragma once

#include "model/scan_result.hpp"
#include "model/side_by_side.hpp"

#include <memory>

namespace smtptls {

/// Endpoints, one by one as they come, to be held against each other in the end. Keeps some hundred bytes of each.
class Comparison {
public:
    Comparison();
    ~Comparison();
    Comparison(Comparison&&) noexcept;
    Comparison& operator=(Comparison&&) noexcept;

    /// Each once, in any order.
    void add(const model::EndpointResult& result);

    /// Of those that were added. Takes half a minute for ten thousand RSA keys, which is the most
    /// that are looked through (docs/side-by-side.md).
    model::SideBySide result() const;

private:
    struct State;

    std::unique_ptr<State> state_;
};

/// All endpoints of a scan.
model::SideBySide side_by_side(const model::ScanResult& scan);

}  // namespace smtptls
