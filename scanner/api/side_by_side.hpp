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

    /// Of those that were added. Ten thousand RSA keys of 2,048 bits take half a minute of a processor; of more than
    /// 16,384 of them the rest is not looked through.
    model::SideBySide result() const;

private:
    struct State;

    std::unique_ptr<State> state_;
};

/// All endpoints of a scan.
model::SideBySide side_by_side(const model::ScanResult& scan);

}  // namespace smtptls
