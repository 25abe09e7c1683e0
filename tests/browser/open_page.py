"""What tests of the page of examples/browser do with it in common."""

import contextlib
import pathlib
import tempfile
import unittest

from webdriver import Browser, served

SERVER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "browser" / "serve.py"


class OpenPage(unittest.TestCase):
    """Tests of one page, with networks of two epochs at first. Its console stays empty."""

    site = None  # the folder

    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.downloads = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cls.address = stack.enter_context(served(SERVER, cls.site))
        cls.browser = stack.enter_context(Browser(cls.downloads))
        cls.open_page()
        cls.train(2)

    @classmethod
    def open_page(cls):
        cls.browser.open(cls.address)
        cls.browser.wait(lambda: "3000 digits to learn from" in cls.browser.text("#status"), "the page does not start")

    @classmethod
    def train(cls, epochs, during=lambda: None):
        """Trains, and calls `during` in the meantime."""
        browser = cls.browser
        browser.script("const s = document.getElementById('epochs'); s.add(new Option(arguments[0])); s.value = arguments[0]", epochs)
        browser.click("#start")
        assert browser.text("#start") == "Stop"
        during()
        browser.wait(lambda: browser.text("#start") == "Train", "the training does not end", 120)

    def picture(self, name):
        return self.browser.script("return document.getElementById(arguments[0]).toDataURL()", name)

    def settled(self, name):
        """A picture that stays as it is."""
        seen = []

        def still():
            seen.append(self.picture(name))
            return len(seen) > 3 and len(set(seen[-4:])) == 1

        self.browser.wait(still, f"{name} changes all the time")
        return seen[-1]

    def changed(self, name, before):
        self.browser.wait(lambda: self.picture(name) != before, f"{name} stays as it was")
        return self.settled(name)

    def code(self):
        return [float(number) for number in self.browser.text("#code").split(", ")]

    def alarm(self):
        return self.browser.script("const a = document.getElementById('alarm'); return a.hidden ? '' : a.textContent")

    def choose(self, selector, path):
        self.browser.call("POST", f"/element/{self.browser.find(selector)}/value", {"text": str(path)})

    def save(self, network, name):
        (self.downloads / name).unlink(missing_ok=True)
        self.browser.click(f"#save-{network}")
        self.browser.wait((self.downloads / name).exists, f"{name} is not there")
        return self.downloads / name

    def clear(self):
        """An empty pad; returns what is denoised of it."""
        self.browser.click("#clear")
        self.browser.wait(lambda: self.browser.script("return document.getElementById('drawn-marker').hidden"), "not cleared")
        return self.settled("denoised")

    def tearDown(self):
        self.assertEqual(self.browser.log(), [])
