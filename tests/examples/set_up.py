#!/usr/bin/env python3
"""examples/support/set_up.sh with commands of this test's own in PATH: what it installs, what it says before, and what it
says where it may not install anything."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "examples" / "support" / "set_up.sh"


class SetUp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = pathlib.Path(folder.name) / "bin"
        self.bin.mkdir()
        self.calls = pathlib.Path(folder.name) / "calls"
        for name in ("cat", "env", "grep", "mktemp", "rm", "sh"):
            (self.bin / name).symlink_to(shutil.which(name))

    def command(self, name, body=""):
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{body}\n')
        path.chmod(0o755)

    def debian(self, user, installed=("meson",)):
        self.command("apt-get")
        self.command("id", f"echo {user}")
        cases = "".join(f"    {name}) echo 'install ok installed' ;;\n" for name in installed)
        (self.bin / "dpkg-query").write_text(f'#!/bin/sh\ncase $4 in\n{cases}    *) exit 1 ;;\nesac\n')
        (self.bin / "dpkg-query").chmod(0o755)

    def install(self, *packages, **variables):
        script = f'set -eu; . "{SCRIPT}"; install_missing {" ".join(packages)}; echo and on'
        run = subprocess.run(["sh", "-c", script], env={"PATH": str(self.bin), **variables}, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        return run.returncode, run.stdout, [call for call in calls if not call.startswith("id ")]

    def test_nothing_is_missing(self):
        self.debian(1000, ("meson", "git"))
        self.assertEqual(self.install("meson", "git"), (0, "and on\n", []))

    def test_root_installs_what_is_missing_and_says_so(self):
        self.debian(0)
        code, output, calls = self.install("meson", "g++", "git")
        self.assertEqual((code, calls), (0, ["apt-get update", "apt-get install --yes --no-install-recommends g++ git"]))
        self.assertIn("by apt-get: g++ git\n", output)

    def test_others_install_through_sudo(self):
        self.debian(1000)
        self.command("sudo", '"$@"')
        code, output, calls = self.install("meson", "g++", "git")
        self.assertEqual(code, 0, output)
        self.assertIn("through sudo by apt-get: g++ git\n", output)
        self.assertEqual(calls[:2], ["sudo apt-get update", "apt-get update"])
        self.assertEqual(calls[-1], "apt-get install --yes --no-install-recommends g++ git")

    def test_without_sudo_nothing_is_tried_and_roots_command_is_named(self):
        self.debian(1000)
        code, output, calls = self.install("meson", "g++", "git")
        self.assertEqual((code, calls), (1, []), output)
        self.assertIn("    apt-get update && apt-get install --yes --no-install-recommends g++ git\n", output)
        self.assertNotIn("and on\n", output)

    def test_what_was_being_installed_is_said_before_it_is_tried(self):
        self.debian(1000)
        self.command("sudo", "echo sorry, you are not in the sudoers file >&2; exit 1")
        code, output, calls = self.install("meson", "g++")
        self.assertEqual((code, calls), (1, ["sudo apt-get update"]))
        places = [output.index(words) for words in (
            "by apt-get: g++\n", "sorry, you", "this failed: sudo apt-get update\n",
            "    apt-get update && apt-get install --yes --no-install-recommends g++\n")]
        self.assertEqual(places, sorted(places), output)

    def test_a_package_that_cannot_be_had(self):
        self.debian(0)
        self.command("apt-get", 'case $1 in install) echo "E: Unable to locate package" >&2; exit 100 ;; esac')
        code, output, _ = self.install("meson", "nonesuch")
        self.assertEqual(code, 1)
        self.assertIn("E: Unable to locate package", output)
        self.assertIn("install --yes --no-install-recommends nonesuch\n", output)

    def test_without_apt_what_builds_must_be_there(self):
        code, output, _ = self.install("g++", "meson", "libxsimd-dev")
        self.assertEqual(code, 1)
        self.assertIn("not found: c++ meson ninja pkg-config git.", output)
        self.assertIn("    g++ meson libxsimd-dev\n", output)
        for name in ("clang++", "meson", "ninja", "pkg-config"):
            self.command(name)
        code, output, _ = self.install("g++", "meson", CXX="clang++ -stdlib=libc++")
        self.assertEqual(code, 1)
        self.assertIn("not found: git.", output)
        self.command("git")
        self.assertEqual(self.install("g++", "meson", CXX="clang++ -stdlib=libc++")[:2], (0, "and on\n"))

    def test_a_set_up_that_was_ended_half_way_is_done_again(self):
        folder = self.bin.parent / "a build"
        kept = folder / "meson-private" / "coredata.dat"
        kept.parent.mkdir(parents=True)
        kept.touch()
        self.command("meson", '[ -e "$2/meson-private/coredata.dat" ] || : > "$2/build.ninja"')
        script = f'set -eu; root=/source; . "{SCRIPT}"; configure "{folder}" -Dbench=disabled'
        for _ in range(2):  # the second time there is nothing to do
            subprocess.run(["sh", "-c", script], env={"PATH": str(self.bin)}, check=True)
            self.assertTrue((folder / "build.ninja").exists())
        self.assertEqual(self.calls.read_text(), f"meson setup {folder} /source -Dbench=disabled\n")

    def test_run_says_that_it_builds_and_hands_options_on(self):
        root = self.bin.parent / "a 'source'"
        for name in ("run", "support/set_up.sh", "first_steps/01_sine.cpp"):
            (root / "examples" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SCRIPT.parents[1] / name, root / "examples" / name)
        for name in ("basename", "dirname", "mkdir", "chmod"):
            (self.bin / name).symlink_to(shutil.which(name))
        for name in ("c++", "ninja", "pkg-config", "git"):
            self.command(name)
        build = root / "build" / "examples-c++"
        self.command("meson", f'''case $1 in
            setup) mkdir -p "$2" && : > "$2/build.ninja" ;;
            compile) mkdir -p "$3/examples" && echo 'printf "<%s>" "$@"' > "$3/examples/01_sine" && chmod +x "$3/examples/01_sine" ;;
            esac''')
        for said in ("building 01_sine, which takes a minute or more the first time\n", ""):
            run = subprocess.run([root / "examples" / "run", "01_sine", "--out", "a b", ""], env={"PATH": str(self.bin)}, check=True,
                                 capture_output=True, text=True)
            self.assertEqual((run.stdout, run.stderr), ("<--out><a b><>", said))
        self.assertEqual(self.calls.read_text().count("meson setup"), 1)
        self.assertTrue(build.is_dir())

    def test_help_installs_and_builds_nothing(self):
        self.debian(0, ())
        for name in ("basename", "dirname", "sed"):
            (self.bin / name).symlink_to(shutil.which(name))
        for script in (SCRIPT.parents[1] / "run", SCRIPT.parents[2] / "tests" / "run"):
            for option in ("--help", "-h"):
                run = subprocess.run([script, option], env={"PATH": str(self.bin)}, check=True, capture_output=True, text=True)
                self.assertRegex(run.stdout, r"^Builds and (runs an example|passes every test), doing all the set-up: \./\w+/run \[[^#]*\n$")
                self.assertEqual(run.stderr, "")
        self.assertFalse(self.calls.exists())

    def test_only_examples_have_names_that_run_knows(self):
        for name in ("command_line", "module", "denoiser", "none"):  # files of examples/support, browser and networks
            run = subprocess.run([SCRIPT.parents[1] / "run", name], check=False, capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            self.assertEqual(run.stderr, f"no example is called {name}; ./examples/run --list says what there is\n")

    def test_from_another_folder_whatever_CDPATH_says(self):
        root = SCRIPT.parents[2]
        environment = {**os.environ, "CDPATH": f"{root}:."}
        for folder, script in ((root, "examples/run"), (root / "examples", "run"), (root.parent, f"{root.name}/examples/run")):
            run = subprocess.run(["sh", script, "--list"], cwd=folder, env=environment, check=False, capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("  01_sine ", run.stdout)


if __name__ == "__main__":
    unittest.main()
