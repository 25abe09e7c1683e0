"""Chromium without a window, driven by WebDriver's HTTP (W3C, "WebDriver Level 2"), and a server for one folder."""

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
LEFT, UP, RIGHT, DOWN, SHIFT, TAB = "\ue012", "\ue013", "\ue014", "\ue015", "\ue008", "\ue004"


@contextlib.contextmanager
def served(server, folder):
    """The address at which examples/browser/serve.py, `server`, serves a folder."""
    with subprocess.Popen([sys.executable, server, folder, "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def programs():
    """Chromium and its driver, or None where one is missing."""
    found = [shutil.which("chromium"), shutil.which("chromedriver")]
    return found if all(found) else None


class Browser:
    """One session. Ends with its `with`."""

    def __init__(self, downloads, width=1280, height=900):
        chromium, driver = programs()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait(lambda: self.request("GET", "/status")["ready"], "the driver does not answer", 20)
            options = {
                "binary": chromium,
                "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={width},{height}",
                         "--force-device-scale-factor=1", "--disable-background-networking"],
                "prefs": {"download.default_directory": str(downloads)},
            }
            always = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            answer = self.request("POST", "/session", {"capabilities": {"alwaysMatch": always}})
            self.session = f"/session/{answer['sessionId']}"
        except BaseException:
            self.driver.kill()
            self.driver.wait()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.request("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()

    def request(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {json.load(error)['value']['message']}") from None

    def call(self, method, path, body=None):
        return self.request(method, self.session + path, body)

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def script(self, text, *values):
        """What a JavaScript function body returns."""
        return self.call("POST", "/execute/sync", {"script": text, "args": list(values)})

    def devtools(self, command, parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self):
        """What the page wrote on its console since the last call."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def type(self, selector, text):
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0]).textContent", selector)

    def drag(self, selector, points, kind="mouse"):
        """Presses at the first of these points, which are shares of the element's width and height, and moves to the others."""
        box = self.script("const e = document.querySelector(arguments[0]); e.scrollIntoView({block: 'center'});"
                          "const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]", selector)
        moves = [{"type": "pointerMove", "duration": 16, "x": round(box[0] + box[2] * x), "y": round(box[1] + box[3] * y)}
                 for x, y in points]
        actions = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        pointer = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions}
        self.call("POST", "/actions", {"actions": [pointer]})

    def wait(self, condition, problem, seconds=60):
        """Until the condition holds, which is returned."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = condition()
            except (urllib.error.URLError, ConnectionError):
                value = None
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(problem)
            time.sleep(0.05)
