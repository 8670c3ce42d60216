// Escaping: each function makes hostile text harmless where it is to stand, and leaves the rest alone.
#include "report/format/escape.hpp"

#include "catch.hpp"

namespace smtptls::report {
namespace {

struct EscapeCase {
    std::string text;
    std::string markup;
    std::string label;
    std::string plugin;
};

TEST_CASE("hostile text is harmless in markup, in labels and in a plugin's output", "[format]")
{
    const auto row = GENERATE(values<EscapeCase>({
        {"TLS 1.2", "TLS 1.2", "TLS 1.2", "TLS 1.2"},
        {"<script>", "&lt;script&gt;", "<script>", "<script>"},
        {"a\"b'c", "a&quot;b&#39;c", "a\\\"b'c", "a\"b'c"},
        {"]]>", "]]&gt;", "]]>", "]]>"},
        {"&amp;", "&amp;amp;", "&amp;", "&amp;"},
        {"a|b", "a|b", "a|b", "a\\x7cb"},
        {"a\nb", "a\\x0ab", "a\\\\x0ab", "a\\x0ab"},
        {"a\\x0ab", "a\\x0ab", "a\\\\x0ab", "a\\x0ab"},
        {"\xe2\x80\xae", "\\xe2\\x80\\xae", "\\\\xe2\\\\x80\\\\xae", "\\xe2\\x80\\xae"},
        {"\xff", "\\xff", "\\\\xff", "\\xff"},
        {"\xc3\xa9", "\xc3\xa9", "\xc3\xa9", "\xc3\xa9"},
    }));
    CHECK(markup(row.text) == row.markup);
    CHECK(label_value(row.text) == row.label);
    CHECK(plugin_text(row.text) == row.plugin);
}

TEST_CASE("a performance label has neither quote nor equals sign", "[format]")
{
    CHECK(perfdata_label("it's a=b|c") == "it_s a_b\\x7cc");
}

}  // namespace
}  // namespace smtptls::report
