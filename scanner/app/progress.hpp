// How far a scan is, in one line for a terminal. No clock and no terminal: both belong to the caller.
#pragma once

#include "model/progress.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace smtptls::app {

class Progress {
public:
    explicit Progress(std::size_t targets) : targets_(targets) {}

    /// A target was looked up and became so many endpoints.
    void found(std::size_t endpoints);

    /// An endpoint is begun, goes on, or is done.
    void endpoint(const model::EndpointProgress& progress);

    /// The scan was told to end.
    void ending() { ending_ = true; }

    /// "mail.example.com:25  31 of about 113 connections, TLS 1.2, 0:26", or of many endpoints "37 of 300 endpoints,
    /// 12 a second, 0:22 left"; at most `columns` characters, all of them printable, in fewer words where there is
    /// not much room.
    std::string line(std::chrono::seconds elapsed, std::size_t columns) const;

private:
    static std::string line_of_one(const model::EndpointProgress& one, std::chrono::seconds elapsed, bool in_full);
    std::string line_of_many(std::chrono::seconds elapsed) const;
    std::string line_of_throttled(bool in_full) const;

    std::size_t targets_;
    std::size_t looked_up_ = 0;
    std::size_t endpoints_ = 0;
    std::size_t done_ = 0;
    bool ending_ = false;
    std::map<model::Endpoint, model::EndpointProgress> under_way_;
};

}  // namespace smtptls::app
