"""The HTML pages in headless Chromium: `test_page.py GOLDEN BENCH FOLDER`. Pictures are left in FOLDER to be looked at.

Needs chromium, chromium-driver and npm (for axe-core); skips loudly without.
"""
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

from driver import Driver
from npm_file import npm_file

AXE = "axe-core@4.14.1"
MANY = 300
# Generous: the machine may have other things to do. Linear work takes a few seconds.
MOST_SECONDS = 60
MOST_BYTES = 8 << 20


class Pages(unittest.TestCase):
    driver = folder = axe = None
    pages = {}

    def violations(self):
        """What axe-core objects to on the open page."""
        self.driver.run(self.axe)
        return self.driver.run_async("""const done = arguments[0];
            axe.run(document, {resultTypes: ["violations"]}).then(found => done(found.violations.map(
                one => one.id + ": " + one.help + ": " + one.nodes.slice(0, 3).map(node => node.html).join(" | "))),
                error => done([String(error)]))""")

    def test_nothing_of_a_hostile_server_runs_or_is_loaded(self):
        for name in ("hostile", "hostile_judged"):
            with self.subTest(name):
                self.driver.open(self.pages[name])
                self.assertIn("<script>", self.driver.run("return document.body.innerText"))
                self.assertEqual(self.driver.run("""return [document.scripts.length, document.styleSheets.length,
                    performance.getEntriesByType("resource").length,
                    document.querySelectorAll("img,iframe,object,embed,link,base,svg,[style]").length]"""), [1, 1, 0, 0])
                self.assertEqual(self.driver.run("""return Array.from(document.querySelectorAll("*")).filter(one =>
                    Array.from(one.attributes).some(each => each.name.startsWith("on"))).length"""), 0)

    def test_the_policy_of_the_page_stops_what_is_put_into_it(self):
        self.driver.open(self.pages["hostile"])
        self.assertIsNone(self.driver.run("""const script = document.createElement("script");
            script.textContent = "window.ran = 1"; document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<b onclick='window.ran = 2' style='color: red'>b</b>");
            document.body.lastElementChild.click(); return window.ran"""))
        self.assertNotEqual(self.driver.run("return getComputedStyle(document.body.lastElementChild).color"),
                            "rgb(255, 0, 0)")

    def test_the_style_and_the_script_of_the_page_take_effect(self):
        self.driver.open(self.pages["many"])
        self.assertEqual(self.driver.run("return document.getElementById('filter').hidden"), False)
        self.assertEqual(self.driver.run("return getComputedStyle(document.body).marginTop"), "0px")

    def test_axe_finds_nothing_wide_or_narrow_light_or_dark(self):
        for name in ("violations", "hostile_judged", "open_cells", "unreachable", "all_pass"):
            for width, scheme in ((1200, "light"), (1200, "dark"), (375, "light")):
                with self.subTest(name=name, width=width, scheme=scheme):
                    self.driver.look(width, 900, scheme)
                    self.driver.open(self.pages[name])
                    self.assertEqual(self.violations(), [])
                    self.driver.picture(self.folder / ("%s-%d-%s.png" % (name, width, scheme)))

    def test_a_narrow_page_does_not_scroll_sideways(self):
        self.driver.look(375, 900)
        for name in ("violations", "open_cells", "hostile_judged"):
            with self.subTest(name):
                self.driver.open(self.pages[name])
                self.driver.run("document.querySelectorAll('details').forEach(one => one.open = true)")
                self.assertLessEqual(self.driver.run("return document.documentElement.scrollWidth"), 375)

    def test_three_hundred_endpoints_stay_usable(self):
        self.driver.look(1200, 900)
        self.assertLess(self.pages["many"].stat().st_size, MOST_BYTES)
        begun = time.monotonic()
        self.driver.open(self.pages["many"])
        self.assertEqual(self.driver.run("return document.querySelectorAll('details.endpoint').length"), MANY)
        opened = time.monotonic()
        seen = self.driver.run("""const words = document.getElementById("words"); words.value = "mail7.example 465";
            words.dispatchEvent(new Event("input", {bubbles: true}));
            document.getElementById("look").checked = true;
            document.getElementById("look").dispatchEvent(new Event("input", {bubbles: true}));
            return [document.getElementById("count").textContent,
                    Array.from(document.querySelectorAll("details.endpoint")).filter(one => !one.hidden).length]""")
        self.assertEqual(seen, ["0 of %d" % MANY, 0])
        seen = self.driver.run("""document.getElementById("words").value = "MAIL7.example";
            document.getElementById("look").dispatchEvent(new Event("input", {bubbles: true}));
            return [document.getElementById("count").textContent,
                    Array.from(document.querySelectorAll("details.endpoint")).filter(one => !one.hidden).length]""")
        filtered = time.monotonic()
        self.assertEqual(seen, ["1 of %d" % MANY, 1])
        print("%d endpoints: %.1f MB, opened in %.1f s, filtered in %.2f s"
              % (MANY, self.pages["many"].stat().st_size / 1e6, opened - begun, filtered - opened))
        self.assertLess(filtered - begun, MOST_SECONDS)
        self.driver.picture(self.folder / "many-filtered.png")

    def test_a_link_of_the_list_unfolds_its_endpoint(self):
        self.driver.look(1200, 900)
        self.driver.open(self.pages["many"])
        link = "document.querySelector('#all tbody tr:nth-child(299) a')"
        body = "document.getElementById('e299')"
        self.assertFalse(self.driver.run("return %s.parentElement.open" % body))
        self.driver.run("%s.click()" % link)
        self.assertTrue(self.driver.run("return %s.parentElement.open" % body))
        self.driver.picture(self.folder / "many-linked.png")

    def test_the_picture_of_the_readme_is_of_this_page(self):
        """docs/html.png is what this test makes: copy readme.png there when the page has changed to the eye."""
        self.driver.look(1000, 720)
        self.driver.open(self.pages["violations"])
        made = self.folder / "readme.png"
        self.driver.picture(made)
        size = slice(16, 24)  # PNG, third edition, section 11.2.2: width and height
        kept = (pathlib.Path(__file__).parents[2] / "docs/html.png").read_bytes()
        self.assertEqual(kept[size], made.read_bytes()[size])

    def test_a_printed_page_has_everything_unfolded(self):
        self.driver.open(self.pages["many"])
        self.driver.tell("Emulation.setEmulatedMedia", media="print")
        hidden = self.driver.run("""return Array.from(document.querySelectorAll("details:not([open]) > .body")).filter(
            one => one.getBoundingClientRect().height === 0).length""")
        self.assertEqual(hidden, 0)
        self.driver.tell("Emulation.setEmulatedMedia", media="")
        self.driver.open(self.pages["violations"])
        self.driver.print_to(self.folder / "violations.pdf")

    @unittest.skipIf(shutil.which("pdftotext") is None, "pdftotext (poppler-utils) is not installed")
    def test_the_summary_of_one_host_is_two_pages_of_paper(self):
        paper = self.folder / "summary.pdf"
        self.driver.open(self.pages["violations"])
        self.driver.print_to(paper)
        text = subprocess.run(["pdftotext", paper, "-"], check=True, capture_output=True, text=True).stdout
        pages = text.split("\f")
        self.assertIn("What follows is the evidence", pages[1])
        self.assertIn("Endpoints and versions", pages[2])


def main():
    golden, bench, folder = sys.argv[1:4]
    Pages.folder = pathlib.Path(folder)
    Pages.folder.mkdir(parents=True, exist_ok=True)
    Pages.axe = npm_file(AXE, "axe.min.js", folder)
    commands = {name: [golden, "html", name] for name in
                ("hostile", "hostile_judged", "violations", "open_cells", "unreachable", "all_pass")}
    commands["many"] = [bench, str(MANY), "html"]
    for name, command in commands.items():
        Pages.pages[name] = Pages.folder / (name + ".html")
        Pages.pages[name].write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    with Driver() as Pages.driver:
        return unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
