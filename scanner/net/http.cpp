#include "net/http.hpp"

#include <boost/beast/core/ostream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <sstream>

namespace smtptls::net {
namespace {

namespace http = boost::beast::http;
using base::UntrustedText;

// The shortest last chunk, "0", and the empty trailer behind it. With less of it Beast 1.81 fails an assertion of its
// own where the first chunk is the last.
constexpr std::size_t shortest_end = 5;

constexpr std::size_t http_read_size = std::size_t{16} << 10U;

std::string request_text(const HttpRequest& asked)
{
    const bool posts = !asked.body_type.empty();
    http::request<http::string_body> request(posts ? http::verb::post : http::verb::get, asked.target, 11);
    request.set(http::field::host, asked.host);
    request.set(http::field::user_agent, "smtptls-scan");
    request.set(http::field::connection, "close");
    if (posts) {
        request.set(http::field::content_type, asked.body_type);
        request.body() = base::text_of(asked.body);
        request.prepare_payload();
    }
    std::ostringstream out;
    out << request;
    return out.str();
}

// "text/html; charset=x" is "text/html": RFC 9110 section 8.3.1.
std::string media_type(boost::beast::string_view field)
{
    std::string type(field.data(), std::min(field.find(';'), field.size()));
    type.erase(type.find_last_not_of(" \t") + 1);
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::transform(type.begin(), type.end(), type.begin(), lower);
    return type;
}

std::string words_of(const error_code& error)
{
    return error == asio::error::timed_out           ? "it did not answer in time"
           : error == asio::error::operation_aborted ? "the scan ended before it answered"
                                                     : "the connection broke: " + error.message();
}

// Takes an answer as it comes.
class AnswerReader {
public:
    explicit AnswerReader(const HttpBounds& bounds) : bounds_(bounds)
    {
        parser_.header_limit(static_cast<std::uint32_t>(most_http_head));
        parser_.body_limit(bounds.most_bytes);
    }

    bool done() const { return !fault_.empty() || parser_.is_done(); }
    void fail(const std::string& words) { fault_ = words; }
    void take(base::ByteView came);
    void take_end();
    void exceed() { fail("its answer has more than " + std::to_string(bounds_.most_bytes) + " bytes"); }
    HttpBody result();

private:
    void judge_head();
    void judge(const error_code& error);

    const HttpBounds& bounds_;
    http::parser<false, http::vector_body<std::uint8_t>> parser_;
    base::Bytes pending_;
    bool head_judged_ = false;
    std::string fault_;
};

void AnswerReader::judge(const error_code& error)
{
    if (error == http::error::body_limit) {
        exceed();
    } else if (error == http::error::header_limit) {
        fail("the head of its answer has more than " + std::to_string(most_http_head) + " bytes");
    } else if (error == http::error::partial_message || error == http::error::end_of_stream) {
        fail("it closed the connection before its answer was whole");
    } else if (error) {
        fail("its answer is not HTTP: " + error.message());
    }
}

void AnswerReader::judge_head()
{
    head_judged_ = true;
    const auto& answer = parser_.get();
    if (answer.result_int() != 200) {
        fail("it answered with status " + std::to_string(answer.result_int()));
        return;
    }
    const std::string type = media_type(answer[http::field::content_type]);
    if (std::find(bounds_.types.begin(), bounds_.types.end(), type) == bounds_.types.end()) {
        fail(type.empty() ? "its answer has no type" : "its answer has the type " + type);
    }
}

void AnswerReader::take(base::ByteView came)
{
    pending_.insert(pending_.end(), came.begin(), came.end());
    while (!pending_.empty() && !done()) {
        if (parser_.is_header_done() && parser_.chunked() && pending_.size() < shortest_end) {
            return;
        }
        error_code error;
        const std::size_t used = parser_.put(asio::buffer(pending_), error);
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
        if (error == http::error::need_more || (!error && used == 0)) {
            return;
        }
        judge(error);
        if (fault_.empty() && parser_.is_header_done() && !head_judged_) {
            judge_head();
            parser_.eager(true);
        }
    }
}

void AnswerReader::take_end()
{
    error_code error;
    if (parser_.got_some()) {
        parser_.put_eof(error);
        judge(error);
    }
    if (!done()) {
        judge(http::error::partial_message);
    }
}

HttpBody AnswerReader::result()
{
    if (fault_.empty() && parser_.get().body().empty()) {
        fail("its answer is empty");
    }
    if (!fault_.empty()) {
        return base::Unexpected<UntrustedText>(UntrustedText(fault_));
    }
    return std::move(parser_.get().body());
}

}  // namespace

asio::awaitable<HttpBody> ask_by_http(Connection& connection, HttpRequest request, HttpBounds bounds, Deadline deadline,
                                      Stop& stop)
{
    AnswerReader reader(bounds);
    const std::string out = request_text(request);
    auto writing = connection.write(asio::buffer(out));
    const auto written = co_await race(std::move(writing), deadline, stop);
    if (std::get<0>(written)) {
        reader.fail(words_of(std::get<0>(written)));
    }
    base::Bytes buffer(http_read_size);
    std::size_t left = bounds.most_bytes + most_http_frame;
    while (!reader.done()) {
        const std::size_t room = std::min(buffer.size(), left);
        if (room == 0) {
            reader.exceed();
            continue;
        }
        auto reading = connection.read_some(asio::buffer(buffer.data(), room));
        const auto [error, size] = co_await race(std::move(reading), deadline, stop);
        left -= size;
        if (error == asio::error::eof) {
            reader.take_end();
        } else if (error) {
            reader.fail(words_of(error));
        } else {
            reader.take(base::ByteView(buffer.data(), size));
        }
    }
    co_return reader.result();
}

}  // namespace smtptls::net
