"""Each lint finds what it is there for: the violation is put into a copy of the tree."""
import os
import pathlib
import shutil
import tempfile
import unittest

import anchors
import coroutines
import counts
import figures
import fuzzed
import headers
import layers
import lists
import names
import observations
import paths
import quotes
import sizes
import tree


class Broken(unittest.TestCase):
    """A copy of the tree for each test; only what is broken there may be found on top."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for name in tree.tracked(tree.REPOSITORY):
            if not name.startswith("tests/data/"):
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(tree.REPOSITORY / name, self.root / name)
        (self.root / "docs/formats").mkdir(parents=True, exist_ok=True)

    def tearDown(self):
        self.folder.cleanup()

    def append(self, name, text):
        with open(self.root / name, "a") as file:
            file.write(text)

    def new(self, find, *wanted):
        """The findings of a lint beyond those of the real tree are these: (file, part of the words)."""
        known = set(find(tree.REPOSITORY))
        found = [finding for finding in find(self.root) if finding not in known]
        self.assertEqual(len(found), len(wanted), found)
        for finding, (file, words) in zip(found, wanted):
            self.assertEqual(finding.file, file)
            self.assertIn(words, finding.words)


class Layers(Broken):
    def test_an_upward_include_is_found(self):
        self.append("scanner/smtp/reply.cpp", '#include "model/question.hpp"\n')
        self.new(layers.find, ("scanner/smtp/reply.cpp", "smtp must not see model"))

    def test_an_upward_include_in_angle_brackets_is_found(self):
        self.append("scanner/base/bytes.cpp", "#  include <engine/scan.hpp>\n")
        self.new(layers.find, ("scanner/base/bytes.cpp", "base must not see engine"))

    def test_siblings_and_strangers_do_not_see_each_other(self):
        for file, written, words in [
            ("scanner/tls/alert.cpp", "smtp/reply.hpp", "tls must not see smtp"),
            ("probes/suites.cpp", "report/format/format.hpp", "probes must not see report"),
            ("probes/suites.cpp", "openssl/library.hpp", "probes must not see openssl"),
            ("report/format/text.cpp", "probes/probe.hpp", "report must not see probes"),
            ("report/format/text.cpp", "engine/scan.hpp", "report must not see engine"),
            ("scanner/net/race.cpp", "smtp/session.hpp", "net must not see smtp"),
            ("scanner/interview/rebuild.cpp", "net/race.hpp", "interview must not see net"),
            ("scanner/json/parse.cpp", "model/matrix.hpp", "json must not see model"),
            ("scanner/model_json/encode.cpp", "openssl/library.hpp", "model_json must not see openssl"),
            ("report/log/text.cpp", "report/policy/policy.hpp", "log must not see policy"),
            ("report/remedy/rule.cpp", "report/format/format.hpp", "remedy must not see report"),
            ("report/format/text.cpp", "report/remedy/rule.hpp", "report must not see remedy"),
        ]:
            with self.subTest(words):
                text = tree.read(self.root, file)
                self.append(file, '#include "%s"\n' % written)
                self.new(layers.find, (file, words))
                (self.root / file).write_text(text)

    def test_a_downward_include_is_no_finding(self):
        self.append("scanner/engine/scan.cpp", '#include "base/bytes.hpp"\n')
        self.new(layers.find)

    def test_an_include_relative_to_its_own_folder_is_found(self):
        self.append("scanner/smtp/reply.cpp", '#include "session.hpp"\n')
        self.new(layers.find, ("scanner/smtp/reply.cpp", "not written from scanner/"))

    def test_a_library_outside_its_rooms_is_found(self):
        for file, header, words in [
            ("probes/suites.cpp", "boost/asio/post.hpp", "Asio"),
            ("scanner/engine/scan.cpp", "openssl/ssl.h", "OpenSSL"),
            ("report/format/json.cpp", "nlohmann/json.hpp", "nlohmann"),
            ("scanner/app/run.cpp", "CLI/CLI.hpp", "CLI11"),
        ]:
            with self.subTest(words):
                self.append(file, "#include <%s>\n" % header)
                self.assertIn(words, str([f.words for f in layers.find(self.root) if f.file == file]))

    def test_a_link_against_the_graph_is_found(self):
        self.append("scanner/rooms.cmake", "smtptls_room(smtp scanner/smtp USES smtptls_model)\n")
        self.new(layers.find, ("scanner/rooms.cmake", "smtp must not link model"))


class Coroutines(Broken):
    def test_braces_and_capturing_lambdas_in_a_co_await_are_found(self):
        for text in ["co_await f(P{1});", "co_await f({.a = 1});", "co_await f({a, b});", "x = co_await P{1};",
                     "co_await co_spawn(ex, [x] { g(); }, t);", "co_await f(1,\n    std::vector<int>{1});",
                     "if (co_await f({1})) {", "co_await f(a, [&](int) {"]:
            with self.subTest(text):
                (self.root / "scanner/net/new.cpp").write_text(text + "\n")
                found = [f for f in coroutines.find(self.root) if f.file == "scanner/net/new.cpp"]
                self.assertEqual(len(found), 1, found)

    def test_a_co_await_under_and_or_or_in_a_condition_is_found(self):
        for text in ["if (a && co_await f(b)) {", "while (!(co_await f(b)) || c) {"]:
            with self.subTest(text):
                (self.root / "scanner/net/new.cpp").write_text("int x;\n" + text + "\n")
                found = [f for f in coroutines.find(self.root) if f.file == "scanner/net/new.cpp"]
                self.assertEqual([f.line for f in found], [2], found)

    def test_what_is_safe_is_no_finding(self):
        for text in ["const P p{1};\nco_await f(p);", "if (co_await f(a)) {\n    g(P{1});\n}",
                     "while (!co_await f(a, b[1])) {", "const bool r = a && co_await f(b);\nif (r && c) {",
                     "co_await co_spawn(ex, [] { g(); }, t);",
                     "// co_await f({1})", 'log("co_await f({1})");']:
            with self.subTest(text):
                (self.root / "scanner/net/new.cpp").write_text(text + "\n")
                self.assertEqual([f for f in coroutines.find(self.root) if f.file == "scanner/net/new.cpp"], [])


class Lists(Broken):
    def test_an_entry_without_its_files_is_found(self):
        self.append("probes/probes.def", "PROBE(ghost)\n")
        self.new(lists.find, *[("probes/probes.def", part) for part in
                               ("probes/ghost.cpp", "docs/probes/ghost.md", "tests/unit/probes/ghost_test.cpp")])
        self.append("report/format/formats.def", "FORMAT(ghost)\n")
        self.assertIn("tests/golden/ghost", str(lists.find(self.root)))

    def test_a_format_that_the_readme_does_not_describe_is_found(self):
        self.append("report/format/formats.def", 'FORMAT(ghost, "text/plain", "nobody", ".boo")\n')
        self.assertIn("no row of a table has [ghost](docs/formats/ghost.md) and .boo", str(lists.find(self.root)))

    def test_a_page_without_an_entry_is_found(self):
        (self.root / "docs/formats/ghost.md").write_text("boo\n")
        self.new(lists.find, ("docs/formats/ghost.md", "formats.def has no such entry"))


class Counts(Broken):
    def test_a_count_that_is_not_the_registrys_is_found(self):
        self.append("docs/man/smtptls-scan.1", "It asks about 1,418\ncipher suites.\n")
        self.append("docs/log.md", "Of 91 cells, %d suites.\n" % counts.counts(self.root)["suites"])
        self.new(counts.find, ("docs/man/smtptls-scan.1", "1,418 suites: the registry has"))

    def test_a_suite_more_makes_a_count_stale(self):
        self.append("README.md", "All %d cells.\n" % counts.counts(self.root)["cells"])
        self.append(counts.TABLE, 'SUITE(0xfffe, TLS_RSA_WITH_AES_128_CBC_SHA_NEW, "", ssl3)\n')
        self.new(counts.find, ("README.md", "cells: the registry has"))


class Figures(Broken):
    def test_a_number_that_prose_says_otherwise_is_found(self):
        self.append("docs/log.md", "Some 3 fuzz targets, 482 behaviours in SMTP and TLS.\n")
        self.new(figures.find, ("docs/log.md", "3 fuzz targets: fuzz targets are"))

    def test_a_page_that_is_not_what_the_tree_has_is_found(self):
        self.append("scanner/model/observations.def",
                    'OBSERVATION(smtp_new, "smtp.new", text, "", "new", "what is new", "dialogue")\n')
        self.new(figures.find, (figures.PAGE, "is not what the tree has"))


class Observations(Broken):
    def test_a_table_that_is_not_the_lists_is_found(self):
        self.append("scanner/model/observations.def",
                    'OBSERVATION(smtp_new, "smtp.new", text, "", "new", "what is new", "dialogue")\n')
        self.new(observations.find, ("docs/observations.md", "is not what observations.def says"))


class Quotes(Broken):
    def test_an_rfcs_words_in_quotation_marks_are_found(self):
        (self.root / "scanner/net/new.cpp").write_text(
            '// RFC 8446 section 6: "the client has to\n// say this word by word".\nint x;\n')
        self.new(quotes.find, ("scanner/net/new.cpp", "word by word"))

    def test_short_words_and_quotations_of_others_are_no_finding(self):
        before = quotes.find(self.root)
        (self.root / "scanner/net/new.cpp").write_text(
            '// RFC 5321 section 4.1.3: "[192.0.2.1]".\nint x;\n// A server says "come back in a while, please".\n')
        self.assertEqual(quotes.find(self.root), before)


class Names(Broken):
    def test_a_file_with_tests_under_another_name_is_found(self):
        (self.root / "tests/unit/smtp/new.cpp").write_text('TEST_CASE("a sentence")\n{\n}\n')
        self.new(names.find, ("tests/unit/smtp/new.cpp", "has tests"))

    def test_a_file_named_so_without_tests_is_found(self):
        (self.root / "tests/unit/smtp/new_test.cpp").write_text("// TEST_CASE(\n")
        self.new(names.find, ("tests/unit/smtp/new_test.cpp", "has no tests"))


class Others(Broken):
    def test_a_file_of_501_lines_is_found_and_a_long_table_is_not(self):
        (self.root / "scanner/base/long.cpp").write_text("\n" * 501)
        (self.root / "scanner/base/table.def").write_text("\n" * 501)
        (self.root / "scanner/base/just.cpp").write_text("\n" * 500)
        self.new(sizes.find, ("scanner/base/long.cpp", "1 over the limit"))

    def test_a_path_of_somebodys_machine_is_found(self):
        for path in ["/wor" + "k/main", "../shar" + "ed/DESIGN.md", "/hom" + "e/me/x"]:
            with self.subTest(path):
                (self.root / "docs/new.md").write_text("one\nsee %s\n" % path)
                self.new(paths.find, ("docs/new.md", path.split()[0]))
                self.assertEqual([f.line for f in paths.find(self.root) if f.file == "docs/new.md"], [2])

    def test_a_page_that_names_a_file_which_is_gone_is_found(self):
        (self.root / "tests/data").symlink_to(tree.REPOSITORY / "tests/data")
        (self.root / "docs/new.md").write_text("`probes/gone.cpp` `net/gone`\n`probes/suites.cpp` `net/race` `report/x.cpp` `a/b`\n")
        self.new(anchors.find, ("docs/new.md", "names probes/gone.cpp"), ("docs/new.md", "names net/gone"))

    def test_a_path_that_only_looks_so_is_no_finding(self):
        (self.root / "docs/new.md").write_text("a/wor" + "k ${x}/wor" + "k /wor" + "king /worker\n")
        self.new(paths.find)

    def test_a_parser_without_a_target_is_found(self):
        (self.root / "scanner/smtp/new.hpp").write_text("int parse_size(std::string_view text);\n")
        self.new(fuzzed.find, ("scanner/smtp/new.hpp", "declares parse_size"))

    def test_a_row_without_a_target_or_a_header_is_found(self):
        self.append(fuzzed.LIST, "scanner/smtp/reply.hpp smtp/ghost\nscanner/smtp/ghost.hpp smtp/session\n")
        words = str(fuzzed.find(self.root))
        self.assertIn("tests/fuzz/smtp/ghost.cpp", words)
        self.assertIn("there is no scanner/smtp/ghost.hpp", words)

    def test_a_header_that_leans_on_another_is_found(self):
        compiler = os.environ.get("CXX_COMPILER", "c++")
        new = {
            "leans": "inline std::string lean() { return {}; }\n",
            "alone": "#pragma once\ninline int alone() { return 1; }\n",
            "twice": "inline int twice() { return 1; }\n",
            "words": "#pragma once\n#include <string>\nusing Words = std::string;\n",
            # It includes <string>, as what it leans on does, but not that itself.
            "leans_on_words": "#pragma once\n#include <string>\n#include <vector>\ninline Words lean_more() { return {}; }\n",
            "has_words": "#pragma once\n#include <vector>\n#include \"base/words.hpp\"\ninline Words lean_less() { return {}; }\n",
        }
        for name, text in new.items():
            (self.root / ("scanner/base/%s.hpp" % name)).write_text(text)
        files = {name: "scanner/base/%s.hpp" % name for name in new}
        together = headers.batches(self.root, sorted(files.values()))
        self.assertIn([files["words"], files["has_words"]], together)
        found = [finding.file for batch in together for finding in headers.findings_of(self.root, batch, compiler)]
        self.assertEqual(sorted(found), sorted(files[name] for name in ("leans", "leans_on_words", "twice")))


if __name__ == "__main__":
    unittest.main()
