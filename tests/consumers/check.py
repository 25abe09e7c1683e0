#!/usr/bin/env python3
"""A project that uses Strata, built outside of Strata's folder as its author would, and its program run.

    check.py WAY ROOT VERSION SINGLE_HEADER COMPILER [ARGUMENTS...]

WAY is how the project comes by Strata, one of WAYS; ROOT is Strata's folder, VERSION what its programs have to say,
SINGLE_HEADER what the build target of that name has made. Ends with 77 (a skipped test) where a program that this way needs
is not installed.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
STRICT = ["-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


class way_in:
    """What all ways share: a folder of their own, with a blank in its name, and how a program is compiled."""

    def __init__(self, folder, root, version, header, compiler):
        self.folder, self.root, self.header, self.compiler = folder, root, header, compiler
        self.output = f"0 1 1 0 by {version}\n"
        self.environment = {name: value for name, value in os.environ.items() if name != "DESTDIR"}
        # A compiler may be started through another program: ccache g++.
        words = 1 if compiler[1:2] == [] or compiler[1].startswith("-") else 2
        flags = compiler[words:] + ["-Wall", "-Wextra", "-Werror"]
        self.environment |= {"CXX": shlex.join(compiler[:words]), "CXXFLAGS": shlex.join(flags)}
        self.environment["CMAKE_GENERATOR"] = "Ninja"  # which is there, as these tests are built by it

    def run(self, *command, fails=False, folder=None):
        """What the command prints. It has to fail or to succeed."""
        result = subprocess.run([str(word) for word in command], cwd=folder or self.folder, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if (result.returncode != 0) != fails:
            sys.exit(f"{shlex.join(map(str, command))} ends with {result.returncode}:\n{result.stdout}")
        return result.stdout

    def expect(self, what, expected):
        if what != expected:
            sys.exit(f"{what!r} instead of {expected!r}")

    def check_program(self, program):
        self.expect(self.run(program), self.output)

    def compile(self, *arguments):
        self.run(*self.compiler, "-std=c++20", *STRICT, *arguments)

    def project(self, name):
        """A folder with the project of that name and its programs."""
        project = self.folder / "project"
        shutil.copytree(HERE / name, project)
        shutil.copy(HERE / "core.cpp", project / "program.cpp")
        shutil.copy(HERE / "xtensor.cpp", project / "program_xtensor.cpp")
        return project

    def copy(self, target):
        """Strata's folder as it would be checked out."""
        shutil.copytree(self.root, target, ignore=shutil.ignore_patterns(".git", "build", "build-*", "out", "__pycache__"))

    def repository(self):
        """A git repository of Strata's folder, with a branch named main."""
        repository = self.folder / "repository"
        self.copy(repository)
        git = ["git", "-c", "init.defaultBranch=main", "-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
        self.run(*git, "init", folder=repository)
        self.run(*git, "add", "--all", folder=repository)
        self.run(*git, "commit", "--message=Strata", folder=repository)
        return repository

    def install(self, *options):
        """The prefix into which meson has installed Strata, from the folder `installed`: the files for development are all there are."""
        prefix = self.folder / "prefix"
        options = options or ("-Dtests=disabled", "-Dexamples=disabled", "-Dbench=disabled")
        self.run("meson", "setup", self.folder / "installed", self.root, f"--prefix={prefix}", *options)
        self.run("meson", "install", "-C", self.folder / "installed", "--tags", "devel")
        return prefix

    def cmake(self, project, *arguments, fails=False):
        """Configures a project and builds it into `built`; where it has to fail, what it prints while configuring."""
        built = self.folder / "built"
        shutil.rmtree(built, ignore_errors=True)
        printed = self.run("cmake", "-S", project, "-B", built, "-DCMAKE_BUILD_TYPE=Release", *arguments, fails=fails)
        if not fails:
            self.run("cmake", "--build", built)
        return " ".join(printed.split())


def subproject(way):
    """A wrap, which meson clones."""
    project = way.project("subproject")
    (project / "subprojects").mkdir()
    (project / "subprojects/strata.wrap").write_text(
        f"[wrap-git]\nurl = {way.repository()}\nrevision = main\n\n[provide]\ndependency_names = strata, strata-xtensor\n")
    way.run("meson", "setup", way.folder / "built", project)
    way.run("meson", "compile", "-C", way.folder / "built")
    way.check_program(way.folder / "built/program")
    way.check_program(way.folder / "built/program_xtensor")

    # Kernels compiled once, for the instruction set that the project's units are compiled for as well: others do not link.
    way.run("meson", "setup", "--reconfigure", way.folder / "built", project, "-Dstrata:separate_kernels=true",
            "-Dstrata:march=x86-64-v2")
    commands = {pathlib.Path(one["file"]).name: one["command"]
                for one in json.loads((way.folder / "built/compile_commands.json").read_text())}
    assert all("-march=x86-64-v2" in commands[unit] for unit in ("program.cpp", "kernels.cpp")), commands
    assert "-DSTRATA_SEPARATE_KERNELS" in commands["program.cpp"], commands


def pkg_config(way):
    """Installed, and what pkg-config says; and uninstalling leaves nothing."""
    prefix = way.install()
    way.environment["PKG_CONFIG_PATH"] = os.pathsep.join(
        [str(prefix / "share/pkgconfig")] + way.environment.get("PKG_CONFIG_PATH", "").split(os.pathsep))
    for package, source in (("strata", "core.cpp"), ("strata-xtensor", "xtensor.cpp")):
        flags = shlex.split(way.run("pkg-config", "--cflags", package))
        way.compile(*flags, HERE / source, "-o", "program")
        way.check_program(way.folder / "program")
    way.run("ninja", "-C", way.folder / "installed", "uninstall")
    way.expect([str(path) for path in prefix.rglob("*")], [])


def find_package(way):
    """Installed, the prefix moved, on a machine without xtensor; which versions are compatible, and what is missing."""
    prefix = way.install("-Dxtensor=disabled").rename(way.folder / "moved")
    without = ["-DCMAKE_DISABLE_FIND_PACKAGE_xtensor=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_xtl=ON"]
    project = way.project("find_package")
    way.cmake(project, f"-DCMAKE_PREFIX_PATH={prefix}", *without)
    way.check_program(way.folder / "built/program")

    major, minor, patch = (int(part) for part in way.output.split()[-1].split("."))
    versions = {f"{major}.{minor}": True, f"{major}.{minor}.{patch}": True, f"{major}.{minor}.{patch + 1}": False,
                f"{major}.{minor + 1}": False, f"{major + 1}.{minor}": False, f"{major}": major > 0 or minor == 0,
                f"{major}.{minor - 1}": major > 0}
    script = way.folder / "version.cmake"
    script.write_text(f'include("{prefix}/share/cmake/strata/strataConfigVersion.cmake")\nmessage(${{PACKAGE_VERSION_COMPATIBLE}})\n')
    for version, compatible in versions.items():
        answer = way.run("cmake", f"-DPACKAGE_FIND_VERSION={version}", "-P", script)
        way.expect((version, answer), (version, f"{compatible}\n".upper()))

    nothing = way.cmake(project, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_DISABLE_FIND_PACKAGE_xsimd=ON", fails=True)
    assert "xsimd 8.1 or newer is needed" in nothing, nothing
    shutil.copy(HERE / "find_package_xtensor/CMakeLists.txt", project)
    nothing = way.cmake(project, f"-DCMAKE_PREFIX_PATH={prefix}", *without, fails=True)
    assert "xtensor 0.24 or newer is needed" in nothing, nothing
    lists = project / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("COMPONENTS xtensor", "COMPONENTS python"))
    nothing = way.cmake(project, f"-DCMAKE_PREFIX_PATH={prefix}", fails=True)
    assert "strata's only component is xtensor, not python" in nothing, nothing


def find_package_xtensor(way):
    """Installed, with xtensor."""
    prefix = way.install()
    project = way.project("find_package_xtensor")
    shutil.copy(project / "program_xtensor.cpp", project / "program.cpp")
    way.cmake(project, f"-DCMAKE_PREFIX_PATH={prefix}")
    way.check_program(way.folder / "built/program")


def add_subdirectory(way):
    """The checkout within the project; and with xsimd from the project itself, where CMake finds no package."""
    project = way.project("add_subdirectory")
    way.copy(project / "strata")
    way.cmake(project)
    way.check_program(way.folder / "built/program")
    way.check_program(way.folder / "built/program_xtensor")

    includes = pathlib.Path(way.run("pkg-config", "--variable=includedir", "xsimd").strip())
    shutil.copytree(includes / "xsimd", way.folder / "own/xsimd")
    way.cmake(project, "-DCMAKE_DISABLE_FIND_PACKAGE_xsimd=ON", f"-DXSIMD_FOLDER={way.folder / 'own'}",
              "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    way.check_program(way.folder / "built/program")
    compiled = (way.folder / "built/compile_commands.json").read_text()
    assert re.search(r"/own\b", compiled), compiled


def fetch_content(way):
    """A repository, which CMake clones; and a checkout that is there."""
    project = way.project("fetch_content")
    way.cmake(project, f"-DSTRATA_REPOSITORY={way.repository()}")
    way.check_program(way.folder / "built/program")
    way.cmake(project, f"-DFETCHCONTENT_SOURCE_DIR_STRATA={way.root}")
    way.check_program(way.folder / "built/program")


def plain(way):
    """-I and nothing else, with every warning."""
    way.compile("-I", way.root / "include", HERE / "core.cpp", "-o", "program")
    way.check_program(way.folder / "program")


def single_header(way):
    """One header beside the program, and nothing of Strata's anywhere else; made of another header, it has xtensors."""
    header = shutil.copy(way.header, way.folder)
    text = pathlib.Path(header).read_text(encoding="utf-8")
    assert '#include "' not in text, "an include of Strata's is left"
    parts = [line[3:] for line in text.splitlines() if line.startswith("// strata/") and line.endswith((".hpp", ".inc"))]
    way.expect(len(parts), len(set(parts)))
    way.compile("-DSINGLE_HEADER", "-I", way.folder, HERE / "core.cpp", "-o", "program")
    way.check_program(way.folder / "program")

    (way.folder / "strata").mkdir()
    way.run(sys.executable, way.root / "packaging/single_header.py", way.folder / "strata/strata.hpp", "strata/strata.hpp",
            "strata/io/weights.hpp")
    way.compile("-I", way.folder, HERE / "xtensor.cpp", "-o", "program")
    way.check_program(way.folder / "program")

    for output, name, words in (("x.hpp", "core.hpp", "there is no header core.hpp"), ("x.hpp", "strata/none.hpp", "no header strata/none.hpp"),
                                ("missing/x.hpp", "strata/version.hpp", "missing/x.hpp: No such file or directory")):
        said = way.run(sys.executable, way.root / "packaging/single_header.py", output, name, fails=True)
        assert words in said and said.count("\n") == 1, said


def units(way):
    """Two units in one program, and one of them in a shared object with hidden visibility, which shows no function of
    Strata's; the standard library's templates are never hidden, whatever they are made of."""
    include = ["-I", way.root / "include"]
    way.compile(*include, HERE / "units.cpp", HERE / "answers.cpp", "-o", "program")
    way.check_program(way.folder / "program")
    way.compile(*include, "-fPIC", "-fvisibility=hidden", "-shared", HERE / "answers.cpp", "-o", "libanswers.so")
    way.compile(*include, HERE / "units.cpp", "-L.", "-lanswers", "-Wl,-rpath,$ORIGIN", "-o", "with_object")
    way.check_program(way.folder / "with_object")
    shown = way.run("nm", "--dynamic", "--defined-only", "libanswers.so")
    assert "answers" in shown, shown
    assert not re.search(r"\b_Z(T[VIST]|GV|Z)?N?K?6strata", shown), shown


# What each way needs, beside a compiler.
WAYS = {
    "subproject": (subproject, ["meson", "ninja", "git"]),
    "pkg-config": (pkg_config, ["meson", "ninja", "pkg-config"]),
    "find_package": (find_package, ["meson", "ninja", "cmake"]),
    "find_package with xtensor": (find_package_xtensor, ["meson", "ninja", "cmake"]),
    "add_subdirectory": (add_subdirectory, ["cmake", "pkg-config"]),
    "FetchContent": (fetch_content, ["cmake", "git"]),
    "plain": (plain, []),
    "single header": (single_header, []),
    "units": (units, ["nm"]),
}


def main():
    name, root, version, header, *compiler = sys.argv[1:]
    check, programs = WAYS[name]
    for program in programs:
        if not shutil.which(program):
            print(f"{program} is not installed")
            return 77
    with tempfile.TemporaryDirectory(prefix="a consumer ") as folder:
        check(way_in(pathlib.Path(folder).resolve(), pathlib.Path(root), version, header, compiler))
    return 0


if __name__ == "__main__":
    sys.exit(main())
