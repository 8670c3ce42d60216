// JSON written straight: laid out and escaped as the JSON library does it. The goldens hold whole documents to it.
#include "record/writer.hpp"
#include "catch.hpp"

namespace smtptls::record {
namespace {

void write_sample(Writer& out)
{
    out.begin_object();
    out.key("empty"), out.begin_list(), out.end_list();
    out.key("none"), out.begin_object(), out.end_object();
    out.key("list"), out.begin_list();
    out.number(-9223372036854775807 - 1), out.boolean(false), out.begin_object(), out.key("a"), out.boolean(true);
    out.end_object(), out.end_list();
    out.key("numbers"), out.numbers({0, 4294967295});
    out.key("text"), out.text("b");
    out.end_object();
}

TEST_CASE("a value is written on one line, or indented by two spaces from where it stands", "[record]")
{
    std::string line;
    Writer flat(line, Writer::Layout::one_line);
    write_sample(flat);
    CHECK(line == R"({"empty":[],"none":{},"list":[-9223372036854775808,false,{"a":true}],)"
                  R"("numbers":[0,4294967295],"text":"b"})");
    std::string lines;
    Writer deep(lines, Writer::Layout::indented, 1);
    write_sample(deep);
    CHECK(lines == R"({
    "empty": [],
    "none": {},
    "list": [
      -9223372036854775808,
      false,
      {
        "a": true
      }
    ],
    "numbers": [
      0,
      4294967295
    ],
    "text": "b"
  })");
}

TEST_CASE("what JSON must not have in a text is escaped, in keys too, and all else stays", "[record]")
{
    std::string out;
    Writer writer(out, Writer::Layout::one_line);
    writer.begin_object();
    writer.key("a\"b"), writer.text("\\x1b \" / \u00e9 \u20ac\n\x01\x7f");
    writer.end_object();
    CHECK(out == "{\"a\\\"b\":\"\\\\x1b \\\" / \u00e9 \u20ac\\n\\u0001\x7f\"}");
}

TEST_CASE("a list of our sentences is made safe to be shown", "[record]")
{
    std::string out;
    Writer writer(out, Writer::Layout::one_line);
    writer.texts({"a\x1b[2J", "b"});
    CHECK(out == R"(["a\\x1b[2J","b"])");
}

}  // namespace
}  // namespace smtptls::record
