"""Headless Chromium by WebDriver (W3C), with nothing but the standard library."""
import base64
import json
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

from npm_file import skip


class Driver:
    """A chromedriver of our own and one session in it; use as a context."""

    def __init__(self):
        self.program = shutil.which("chromedriver")
        if not self.program or not (shutil.which("chromium") or shutil.which("google-chrome")):
            skip("chromium and chromedriver are not there (Debian: chromium chromium-driver)")

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([self.program, "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "started successfully on port" in line:
                self.base = "http://127.0.0.1:%d" % int(line.rstrip(" .\n").rsplit(" ", 1)[1])
                break
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                     "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
                     "--user-data-dir=" + self.profile.name]
        wanted = {"browserName": "chrome", "unhandledPromptBehavior": "ignore",
                  "timeouts": {"script": 120000, "pageLoad": 120000},
                  "goog:chromeOptions": {"args": arguments}}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base += "/session/" + made["sessionId"]
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()
            self.profile.cleanup()

    def call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def open(self, path):
        self.call("POST", "/url", {"url": path.resolve().as_uri()})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        return self.call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def tell(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width, height, scheme="light"):
        """The window's size in CSS pixels, and the colour scheme its user prefers."""
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def print_to(self, path):
        made = self.call("POST", "/print", {"page": {"width": 21.0, "height": 29.7}, "background": True})
        path.write_bytes(base64.b64decode(made))
