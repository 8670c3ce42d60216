// Lines of the text: they keep within a width, and lines of a configuration stay what they are when folded.
#include "report/format/text_page.hpp"

#include "catch.hpp"

#include <sstream>

namespace smtptls::report {
namespace {

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST_CASE("a value is wrapped at blanks and aligned under itself", "[text]")
{
    CHECK(wrapped("  label", "one two three", 10, 20) == "  label   one two\n          three\n");
}

TEST_CASE("a version is not torn from its number", "[text]")
{
    CHECK(wrapped("", "accepted: TLS 1.2", 0, 14) == "accepted:\nTLS 1.2\n");
}

TEST_CASE("a word that fits in no line is cut, and no letter of it is cut in two", "[text]")
{
    std::string word = "a";
    for (int i = 0; i < 20; ++i) {
        word += "\xc3\xa9";
    }
    for (const std::string& line : lines_of(wrapped("", word, 4, 20))) {
        CHECK(line.size() <= 20);
        CHECK((static_cast<unsigned char>(line[4]) & 0xc0U) != 0x80U);
    }
}

TEST_CASE("a comment of a configuration is continued by a comment", "[text]")
{
    CHECK(config_lines("# one two three four", 2, 16) == "  # one two\n  # three four\n");
}

TEST_CASE("a setting of Postfix is continued by a line that begins with blanks", "[text]")
{
    CHECK(config_lines("  -o { a = one, two, three }", 4, 22) == "      -o { a = one,\n          two, three }\n");
}

TEST_CASE("a path in a configuration line is not cut, and a line of Exim that is no list is not folded", "[format]")
{
    CHECK(config_lines("smtpd_tls_chain_files = /etc/letsencrypt/live/mail.example.com/privkey.pem", 0, 40) ==
          "smtpd_tls_chain_files = /etc/letsencrypt/live/mail.example.com/privkey.pem\n");
    CHECK(config_lines("tls_certificate = /etc/ssl/mail.pem", 4, 30) == "    tls_certificate = /etc/ssl/mail.pem\n");
}

TEST_CASE("a list of ciphers of Exim is continued behind a backslash", "[text]")
{
    CHECK(config_lines("tls_require_ciphers = AAAA:BBBB:CCCC", 0, 33) ==
          "tls_require_ciphers = AAAA:BBBB:\\\n    CCCC\n");
}

TEST_CASE("a line of a configuration that fits stays as it is", "[text]")
{
    CHECK(config_lines("  -o a=b", 4, 80) == "      -o a=b\n");
}

}  // namespace
}  // namespace smtptls::report
