// The lab server's command line, and what it means.
#pragma once

#include "hello_table.hpp"
#include "script.hpp"
#include "tls_context.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtptls::lab {

struct ListenOption {
    Entry entry = Entry::starttls;
    std::uint16_t port = 0;    ///< 0: a free one
    bool or_any_port = false;  ///< a free one if this is taken
};

struct Options {
    std::vector<ListenOption> listen;
    std::string address = "127.0.0.1";
    TlsOptions tls;
    Script script;
    std::optional<HelloTable> hello_table;  ///< then no handshake is ever made
    std::string log_file;                   ///< empty: stderr
    std::uint64_t max_connections = 0;      ///< then exit; 0: never
    std::chrono::milliseconds idle{60'000};
};

std::string_view format(Entry entry);

/// The options, or the exit code when there is nothing to run (--help, --list-behaviours,
/// --print-table-example, wrong usage), with everything already said. Throws std::runtime_error for a value that means
/// nothing.
std::variant<Options, int> parse_options(int argc, const char* const* argv);

}  // namespace smtptls::lab
