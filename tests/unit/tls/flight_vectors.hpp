// The exchanges of tests/data/flights, read for the tests of this room.
#pragma once

#include "base/bytes.hpp"
#include "tls/hello_exchange.hpp"

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace smtptls::tls::testing {

struct FlightVector {
    std::string server;
    std::string what;
    base::Bytes client;
    base::Bytes answer;
    std::string outcome;
};

inline base::Bytes unhex(std::string_view text)
{
    base::Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

inline std::vector<FlightVector> read_flight_vectors()
{
    std::ifstream lines(SMTPTLS_TEST_DATA "/flights/server_flights.txt");
    std::vector<FlightVector> vectors;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with('#') || colon == std::string::npos) {
            continue;
        }
        const std::string key = line.substr(0, colon);
        const std::string value = line.substr(colon + 2);
        if (key == "server") {
            vectors.push_back({value, {}, {}, {}, {}});
        } else if (key == "what") {
            vectors.back().what = value;
        } else if (key == "client") {
            vectors.back().client = unhex(value);
        } else if (key == "answer") {
            vectors.back().answer = unhex(value);
        } else {
            vectors.back().outcome = value;
        }
    }
    if (vectors.empty()) {
        throw std::runtime_error("tests/data/flights/server_flights.txt is missing or empty");
    }
    return vectors;
}

inline const std::vector<FlightVector>& flight_vectors()
{
    static const std::vector<FlightVector> vectors = read_flight_vectors();
    return vectors;
}

/// The client's record or records without their headers, as one handshake message's body.
inline base::Bytes client_hello_body(const FlightVector& vector)
{
    RecordBuffer records;
    MessageBuffer messages;
    records.append(vector.client);
    while (const auto record = records.next().value()) {
        messages.append(record->fragment);
    }
    return messages.next().value().value().body;
}

/// An exchange that has sent its hello and waits.
inline HelloExchange waiting_exchange()
{
    HelloExchange exchange(ClientHello{});
    exchange.written();
    return exchange;
}

/// The outcome of bytes that come in one piece, and of the peer's close if they are no answer yet.
inline HelloOutcome outcome_of(base::ByteView answer)
{
    HelloExchange exchange = waiting_exchange();
    exchange.received(answer);
    if (!exchange.outcome()) {
        exchange.peer_closed();
    }
    return exchange.outcome().value();
}

/// The handshake messages of an answer in TLS records, alerts left out.
inline std::vector<HandshakeMessage> messages_of(const FlightVector& vector)
{
    RecordBuffer records;
    MessageBuffer buffer;
    std::vector<HandshakeMessage> messages;
    records.append(vector.answer);
    while (const auto record = records.next().value()) {
        if (record->type == ContentType::handshake) {
            buffer.append(record->fragment);
        }
    }
    while (auto message = buffer.next().value()) {
        messages.push_back(*std::move(message));
    }
    return messages;
}

inline bool is_ssl2(const FlightVector& vector)
{
    return vector.what.starts_with("SSLv2");
}

}  // namespace smtptls::tls::testing
