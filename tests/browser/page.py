#!/usr/bin/env python3
"""The page of examples/browser in Chromium: page.py SITE. It trains, is touched, drawn on and typed at, keeps its weights in
files, and measures itself.

Ends with 77 (skipped) where the page was not built, for want of a tool chain, or there is no Chromium with its driver."""

import json
import pathlib
import struct
import sys
import unittest

from open_page import OpenPage
from webdriver import DOWN, LEFT, RIGHT, SHIFT, TAB, UP, programs

SKIPPED = 77
MOST_DECODING = 8  # ms
ROUNDS = 5


def tensors_of(path):
    """The shapes in a safetensors file, whose data are all there."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    assert max(entry["data_offsets"][1] for entry in header.values()) == len(data) - 8 - length
    return [entry["shape"] for entry in header.values()]


class Page(OpenPage):
    def test_the_loss_falls(self):
        self.open_page()
        self.train(2)
        curves = self.browser.script("""return [0, 1].map((network) => {
            const svg = document.getElementById(`loss-${network}`);
            const heights = svg.querySelector("polyline").getAttribute("points").split(" ").map((p) => +p.split(",")[1]);
            const rings = [...svg.querySelectorAll("circle")].map((ring) => +ring.getAttribute("cy"));
            return [heights, rings];
        })""")
        for heights, rings in curves:
            self.assertGreaterEqual(len(heights), 24)  # two epochs of 94 batches, eight a report
            self.assertLess(heights[0] + 30, heights[-1])  # y points downwards
            self.assertEqual(len(rings), 2)
            self.assertLess(rings[0], rings[1])
        self.assertRegex(self.browser.text("#status"), r"^2 epochs in [\d.]+ s\. "
                                                       r"Test digits: error 0\.04\d\d, 1\d\d\.\d nats\.$")

    def test_the_point_is_dragged(self):
        before = self.settled("decoded")
        self.browser.drag("#plane", [(0.5, 0.5), (0.3, 0.6), (0.25, 0.75)])
        dragged = self.changed("decoded", before)
        self.assertAlmostEqual(self.code()[0], -1.5, delta=0.03)
        self.assertAlmostEqual(self.code()[1], -1.5, delta=0.03)
        self.browser.drag("#plane", [(0.25, 0.75), (0.5, 0.5), (0.75, 0.25)], "touch")
        touched = self.changed("decoded", dragged)
        self.assertAlmostEqual(self.code()[0], 1.5, delta=0.03)
        # Beyond the edge the point stays at it.
        self.browser.drag("#plane", [(0.9, 0.1), (1.02, 0.5)])
        self.assertEqual(self.code()[0], 3)
        self.assertNotEqual(self.settled("decoded"), touched)

    def test_the_point_is_moved_by_keys(self):
        self.browser.drag("#plane", [(0.5, 0.5), (0.5, 0.5)])
        (x, y), before = self.code(), self.settled("decoded")
        self.browser.type("#plane", RIGHT * 3 + UP * 2)
        self.assertAlmostEqual(self.code()[0], x + 0.3, delta=0.011)
        self.assertAlmostEqual(self.code()[1], y + 0.2, delta=0.011)
        moved = self.changed("decoded", before)
        self.browser.type("#plane", LEFT * 3 + DOWN * 2)
        self.assertEqual(self.changed("decoded", moved), before)
        self.browser.type("#plane", SHIFT + RIGHT)
        self.assertAlmostEqual(self.code()[0], x + 0.02, delta=0.011)

    def test_between_two_digits(self):
        middle, strip = self.settled("middle"), self.settled("strip")
        self.browser.type("#weight", RIGHT * 10)
        self.assertEqual(self.browser.text("#weight-text"), "60 %")
        self.changed("middle", middle)
        self.browser.script("const f = document.getElementById('from'); f.value = 3; f.dispatchEvent(new Event('input'))")
        strip = self.changed("strip", strip)
        self.browser.click("#to-another")
        self.changed("strip", strip)
        # What is no test digit changes nothing.
        strip = self.settled("strip")
        self.browser.script("const f = document.getElementById('from'); f.value = 1000; f.dispatchEvent(new Event('input'))")
        self.assertEqual(self.settled("strip"), strip)
        dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        self.browser.devtools("Emulation.setEmulatedMedia", dark)  # which draws everything again
        self.changed("strip", strip)
        self.browser.devtools("Emulation.setEmulatedMedia", {"features": []})
        self.browser.wait(lambda: self.picture("strip") == strip, "the strip stays dark")
        self.browser.script("const f = document.getElementById('from'); f.value = 128; f.dispatchEvent(new Event('input'))")

    def test_a_digit_is_drawn(self):
        empty = self.clear()
        one = [(0.55, 0.15), (0.52, 0.4), (0.5, 0.6), (0.48, 0.85)]
        self.browser.drag("#pad", one)
        denoised = self.changed("denoised", empty)
        self.assertFalse(self.browser.script("return document.getElementById('drawn-marker').hidden"))
        # A figure 20 pixels high in the middle, whatever its size on the pad.
        self.browser.click("#noise")
        ink = """const c = new OffscreenCanvas(28, 28).getContext("2d", {willReadFrequently: true});
            c.drawImage(document.getElementById("seen"), 0, 0);
            const a = c.getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 3);
            const rows = [...Array(28).keys()].filter((y) => a.slice(28 * y, 28 * y + 28).some((v) => v > 64));
            return [rows[0], rows.at(-1), a.reduce((s, v) => s + v, 0)]"""
        self.changed("denoised", denoised)
        first, last, mass = self.browser.script(ink)
        self.assertAlmostEqual(last - first + 1, 20, delta=2)
        self.assertAlmostEqual(first + last, 27, delta=2)
        self.assertEqual(self.clear(), empty)
        self.browser.drag("#pad", [(x / 2, y / 2) for x, y in one], "touch")
        self.changed("denoised", empty)
        smaller = self.browser.script(ink)
        self.assertAlmostEqual(smaller[2] / mass, 1, delta=0.1)
        self.browser.click("#noise")

    def test_a_digit_is_drawn_by_keys(self):
        empty = self.clear()
        self.browser.type("#pad", UP * 8 + " ")
        self.assertEqual(self.browser.text("#pen"), "pen down")
        self.browser.type("#pad", DOWN * 16 + " ")
        self.assertEqual(self.browser.text("#pen"), "pen up")
        drawn = self.changed("denoised", empty)
        self.browser.type("#pad", UP * 3)
        self.assertEqual(self.settled("denoised"), drawn)
        self.browser.click("#example")
        self.changed("denoised", drawn)

    def test_the_pad_is_cleared_in_the_middle_of_a_line(self):
        empty = self.clear()
        self.browser.script("document.getElementById('pad').addEventListener('gotpointercapture',"
                            "() => document.getElementById('clear').click(), {once: true})")
        self.browser.drag("#pad", [(0.5, 0.2), (0.5, 0.4), (0.5, 0.6), (0.5, 0.8)])
        self.changed("denoised", empty)
        # With the pen that keys move, too, where a test digit comes in between.
        self.browser.type("#pad", " " + DOWN * 3)
        self.browser.script("document.getElementById('example').click()")
        self.browser.wait(lambda: self.browser.script("return document.getElementById('pad').width") == 28, "no test digit")
        self.browser.type("#pad", UP * 3)
        self.clear()

    def test_weights_are_kept_in_files(self):
        self.browser.drag("#plane", [(0.4, 0.4), (0.3, 0.3)])
        files = [self.save(0, "autoencoder.safetensors"), self.save(1, "variational.safetensors")]
        self.assertIn([784], tensors_of(files[1]))
        self.assertIn([32], tensors_of(files[0]))
        self.assertFalse(set(map(tuple, tensors_of(files[0]))) == set(map(tuple, tensors_of(files[1]))))
        trained = [self.settled("strip"), self.settled("map")]
        self.browser.click("#begin")
        untrained = [self.changed("strip", trained[0]), self.changed("map", trained[1])]

        # The other network's file and half a file are refused, and change nothing.
        (self.downloads / "half.safetensors").write_bytes(files[0].read_bytes()[:1000])
        for path, sentence in ((files[1], "does not fit this network"), (self.downloads / "half.safetensors", "expected")):
            self.choose("#load-0", path)
            self.browser.wait(lambda sentence=sentence: sentence in self.alarm(), "no word of what is wrong with the file")
            self.assertEqual(self.settled("strip"), untrained[0])

        self.choose("#load-0", files[0])
        self.assertEqual(self.changed("strip", untrained[0]), trained[0])
        self.assertEqual(self.alarm(), "")
        self.choose("#load-1", files[1])
        self.assertEqual(self.changed("map", untrained[1]), trained[1])
        # In a page that was opened anew, too.
        saved = [path.read_bytes() for path in files]
        self.open_page()
        self.choose("#load-0", files[0])
        self.browser.wait(lambda: "autoencoder.safetensors is what" in self.browser.text("#status"), "not opened")
        self.assertEqual(self.settled("strip"), trained[0])
        self.choose("#load-1", files[1])
        self.browser.wait(lambda: "variational.safetensors is what" in self.browser.text("#status"), "not opened")
        self.assertEqual(self.settled("map"), trained[1])
        self.assertEqual([self.save(0, files[0].name).read_bytes(), self.save(1, files[1].name).read_bytes()], saved)

    def test_it_is_quick(self):
        """Others may use this machine, too: of a few rounds one has to be quick."""
        for attempt in range(ROUNDS):
            self.open_page()
            self.browser.drag("#plane", [(0.5 + 0.01 * i, 0.5) for i in range(-30, 30)])
            self.train(1, lambda: self.browser.drag("#plane", [(0.5, 0.5 + 0.01 * i) for i in range(-30, 30)]))
            self.browser.drag("#pad", [(0.3, 0.25), (0.4, 0.2), (0.6, 0.25), (0.5, 0.5), (0.3, 0.8), (0.7, 0.8)])
            self.browser.type("#weight", RIGHT * 30)
            self.browser.wait(lambda: self.browser.script("return +document.getElementById('latency').dataset.count") >= 100,
                              "codes are not decoded")
            median, longest = self.browser.script("return [+document.getElementById('latency').dataset.median,"
                                                  "+document.getElementById('longest').dataset.milliseconds]")
            print(f"code to pixels {median:.2f} ms (median), longest task of the main thread "
                  f"{f'{longest:.0f} ms' if longest else 'below 50 ms'}")
            if median < MOST_DECODING and longest <= 50:
                break
        self.assertLess(median, MOST_DECODING)
        self.assertLessEqual(longest, 50)

    def test_training_stops(self):
        def stop():
            self.browser.click("#start")
            self.assertEqual(self.browser.text("#status"), "Stops after this epoch…")

        self.train(50, stop)
        self.assertRegex(self.browser.text("#status"), "^1 epoch in ")

    def test_nothing_comes_from_elsewhere(self):
        fetched = self.browser.script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        self.assertGreater(len(fetched), 10)
        self.assertEqual([name for name in fetched if not name.startswith((self.address, "data:", "blob:"))], [])

    def test_every_control_is_reached_and_has_a_name(self):
        nameless = self.browser.script("""return [...document.querySelectorAll("button, input, select, [tabindex], canvas, svg")]
            .filter((e) => !(e.ariaLabel || e.labels?.[0]?.textContent.trim() || (e.tagName === "BUTTON" && e.textContent.trim())
                || e.closest("[aria-hidden]"))).map((e) => e.id)""")
        self.assertEqual(nameless, [])
        reached = []
        self.browser.script("document.activeElement.blur(); document.body.tabIndex = -1; document.body.focus()")
        for _ in range(30):
            keys = [{"type": kind, "value": TAB} for kind in ("keyDown", "keyUp")]
            self.browser.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})
            reached.append(self.browser.script("return document.activeElement.id"))
        for name in ("epochs", "start", "begin", "plane", "save-1", "load-1", "from", "to", "weight", "pad", "clear", "noise"):
            self.assertIn(name, reached)

    def test_it_fits_phones(self):
        try:
            for width in (320, 360, 400, 800, 1280):
                for scheme in ("light", "dark"):
                    self.browser.devtools("Emulation.setDeviceMetricsOverride",
                                          {"width": width, "height": 700, "deviceScaleFactor": 1, "mobile": width < 500})
                    self.browser.devtools("Emulation.setEmulatedMedia",
                                          {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
                    self.assertLessEqual(self.browser.script("return document.documentElement.scrollWidth"), width)
                    small = self.browser.script("""return [...document.querySelectorAll("button, select, .button, .check")]
                        .filter((e) => e.getBoundingClientRect().height < 40).map((e) => e.id)""")
                    self.assertEqual(small, [])
        finally:
            self.browser.devtools("Emulation.clearDeviceMetricsOverride", {})
            self.browser.devtools("Emulation.setEmulatedMedia", {"features": []})

    def test_a_browser_without_simd_is_told(self):
        script = self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", {"source": "WebAssembly.validate = () => false"})
        try:
            self.browser.open(self.address)
            self.browser.wait(lambda: "lacks WebAssembly SIMD" in self.alarm(), "no word of what is missing")
            self.assertTrue(self.browser.script("return document.getElementById('start').disabled"))
        finally:
            self.browser.devtools("Page.removeScriptToEvaluateOnNewDocument", script)
            self.open_page()
            self.train(1)


if __name__ == "__main__":
    OpenPage.site = pathlib.Path(sys.argv.pop(1))
    if not (OpenPage.site / "strata.wasm").exists() or programs() is None:
        sys.exit(SKIPPED)
    unittest.main()
