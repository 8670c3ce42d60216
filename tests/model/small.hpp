// Small servers of one version, TLS 1.2, so that thousands can be tried; and how they are printed.
#pragma once

#include "tests/model/drive.hpp"

#include <random>

namespace smtptls::test {

constexpr auto tls12 = ProtocolVersion::tls1_2;

/// What small servers accept some of: several exchanges, ciphers and credentials. The eight are among the ten.
const Suites& ten();
const Suites& eight();

/// At least `least` and at most `most` of `suites`, in any order.
Suites some_of(Suites suites, std::size_t least, std::size_t most, std::mt19937& random);

Server of_table(Suites table, Order order = Order::server);

/// Its order and refusal as numbers, and its suites, those that break marked by how.
std::string text_of(const Server& server);

/// For whoever looks for the reason: the server, what was asked and answered, and the cells.
void print(const Server& server, const Run& run);

}  // namespace smtptls::test
