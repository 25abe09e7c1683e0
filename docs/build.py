#!/usr/bin/env python3
"""Builds the reference: build.py ROOT OUT [DOXYGEN], into OUT/html; or build.py --self-test [DOXYGEN]

Fails where Doxygen warns (of a public name without a comment, of a link to nothing), where a page or a program of the course is
missing, where docs/layers.md does not link a header of layers, losses, ..., and where a link within the pages leads nowhere.
Ends with 77 where there is no doxygen.
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import headers  # noqa: E402

# The pages, in the order of the sidebar.
PAGES = "index install course layers graphs training files threads plan own_layer limits".split()
FIRST_STEPS = os.path.join("examples", "first_steps")
# Labels of those whose own would be a file of Doxygen's.
LABELS = {"files": "weights_and_files"}
# docs/layers.md links every header of these folders, but for those that have no layer, loss, ... of their own.
OVERVIEW = "layers losses penalties optimizers initializers metrics".split()
PARTS = {
    "layers": {"activation", "noise", "pooling", "window"},
    "losses": {"class_indices", "expected_output", "mean", "targets", "terms"},
    "optimizers": {"misnamed"},
    "metrics": {"predictions"},
}


def slug(heading):
    """The anchor that a heading has where Markdown is shown as it is."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def label(page, anchor=""):
    """What Doxygen calls a page, or a heading of it: a page's is its file's name."""
    page = LABELS.get(page, page)
    return f"{page}_{anchor}".replace("-", "_") if anchor else page


def course(root):
    """The programs of examples/first_steps, each with its first comment as its heading's text."""
    folder = os.path.join(root, FIRST_STEPS)
    parts = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if not name.endswith(".cpp"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        comment = re.match(r"(?:// [^\n]*\n)+", text)
        said = " ".join(line[3:] for line in comment[0].splitlines()) if comment else ""
        title = os.path.splitext(name)[0].replace("_", " ")
        parts.append(f"## {title}\n\n{said}\n\n```cpp\n{text[comment.end() if comment else 0:].strip()}\n```\n")
    return "\n".join(parts)


def page_text(root, name):
    """A page as Doxygen is to read it: with labels, and with links that it knows."""
    with open(os.path.join(root, "docs", name + ".md"), encoding="utf-8") as file:
        text = file.read()
    if name == "course":
        text += "\n" + course(root)
    here = os.path.join(root, "docs")

    def link(found):
        words, target = found[1], found[2]
        if re.match(r"\w+:", target):
            return found[0]
        path, _, anchor = target.partition("#")
        whole = os.path.normpath(os.path.join(here, path)) if path else None
        if whole is None or os.path.dirname(whole) == here and path.endswith(".md"):
            page = os.path.splitext(path)[0] if path else name
            return f'@ref {label(page, anchor)} "{words}"'.replace("`", "")
        include = os.path.join(root, "include") + os.sep
        if whole.startswith(include) and whole.endswith(".hpp") and headers.is_read(whole[len(include + "strata/") :]):
            symbol = re.fullmatch(r"`([\w:]+)(?:<[^`]*>)?`", words)
            if symbol:
                return f'@ref strata::{symbol[1]} "{words[1:-1]}"'.replace("<", "&lt;").replace(">", "&gt;")
            return f'@ref {whole[len(include):]} "{words}"'.replace("`", "")
        program = re.fullmatch(r"(\w+)\.cpp", os.path.relpath(whole, os.path.join(root, FIRST_STEPS)))
        if program:
            return f'@ref {label("course", program[1])} "{words}"'
        return words  # a file of the repository that is no page of the reference

    lines, within = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            within = not within
            line = re.sub(r"^```(\w+)$", r"```{.\1}", line)
        elif not within:
            heading = re.match(r"(#+) (.*)$", line)
            if heading:
                marks, words = heading.groups()
                line = f"{marks} {words} {{#{label(name, '' if marks == '#' else slug(words))}}}"
                if name == "index" and marks == "#":  # the main page's label is index by itself
                    line = f"# {words}"
            else:
                line = re.sub(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)", link, line)
        lines.append(line)
    return "\n".join(lines) + "\n"


def overview_gaps(root):
    """Headers of OVERVIEW that docs/layers.md does not link."""
    with open(os.path.join(root, "docs", "layers.md"), encoding="utf-8") as file:
        linked = set(re.findall(r"\(\.\./include/strata/([\w/]+)\.hpp\)", file.read()))
    for folder in OVERVIEW:
        for name in sorted(os.listdir(os.path.join(root, "include", "strata", folder))):
            stem = name[: -len(".hpp")]
            if stem not in PARTS.get(folder, ()) and f"{folder}/{stem}" not in linked:
                yield f"docs/layers.md does not link ../include/strata/{folder}/{name}"


def dead_links(folder):
    """Links in the pages to files that are not there, or to places that their file does not have."""
    ids = {}

    def places(path):
        if path not in ids:
            with open(path, encoding="utf-8") as file:
                ids[path] = set(re.findall(r'\b(?:id|name)="([^"]+)"', file.read()))
        return ids[path]

    for name in sorted(os.listdir(folder)):
        if not name.endswith(".html"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        for target in sorted(set(re.findall(r'\b(?:href|src)="([^"]+)"', text))):
            target = html.unescape(target)
            if re.match(r"(?:https?:)?//", target):
                if "doxygen.org" not in target and re.search(r'src="' + re.escape(target), text):
                    yield f"{name} fetches {target} from the network"
                continue
            path, _, anchor = target.partition("#")
            if path.startswith(("javascript:", "mailto:")):
                continue
            file = os.path.join(folder, path or name)
            if not os.path.exists(file):
                yield f"{name} links {target}, which is not there"
            elif anchor == "nested-classes":
                continue  # Doxygen 1.9.4 links the section of private classes, which it leaves out
            elif anchor and file.endswith(".html") and anchor not in places(file):
                yield f"{name} links {target}: there is no such place"


def layout(out, doxygen):
    """Doxygen's own layout, but for descriptions, which stand above the lists of members. Returns its path."""
    path = os.path.join(out, "layout.xml")
    subprocess.run([doxygen, "-l", path], check=True)
    with open(path, encoding="utf-8") as file:
        text = re.sub(r" *<detaileddescription [^>]*/>\n", "", file.read())
    with open(path, "w", encoding="utf-8") as file:
        file.write(re.sub(r"<briefdescription [^>]*/>", '<detaileddescription title=" "/>', text))
    return path


def lost_pages(root, folder):
    """Pages that are not at their place: of whose names Doxygen has a file of its own."""
    for name in PAGES:
        with open(os.path.join(root, "docs", name + ".md"), encoding="utf-8") as file:
            title = file.readline().strip("# \n")
        with open(os.path.join(folder, label(name) + ".html"), encoding="utf-8") as file:
            if f'<div class="title">{html.escape(title)}' not in file.read():
                yield f"docs/{name}.md is not in {label(name)}.html: give it another label"


def build(root, out, doxygen):
    """Writes OUT/html, and returns what is wrong."""
    problems = [f"docs/{name}.md is missing" for name in PAGES if not os.path.exists(os.path.join(root, "docs", name + ".md"))]
    if problems:
        return problems
    problems += overview_gaps(root)
    for folder in ("headers", "pages", "html"):
        shutil.rmtree(os.path.join(out, folder), ignore_errors=True)
    read, pages = os.path.join(out, "headers"), os.path.join(out, "pages")
    headers.prepare(os.path.join(root, "include"), read)
    os.makedirs(pages)
    for number, name in enumerate(PAGES):
        with open(os.path.join(pages, f"{number:02}_{name}.md"), "w", encoding="utf-8") as file:
            file.write(page_text(root, name))
    with open(os.path.join(root, "docs", "Doxyfile"), encoding="utf-8") as file:
        settings = file.read()
    with open(os.path.join(root, "include", "strata", "version.hpp"), encoding="utf-8") as file:
        version = ".".join(re.findall(r"^#define STRATA_VERSION_\w+ (\d+)$", file.read(), re.M))
    settings += f"""
LAYOUT_FILE = "{layout(out, doxygen)}"
PROJECT_NUMBER = {version}
INPUT = "{pages}" "{read}" "{os.path.join(root, 'docs', 'namespaces.dox')}"
STRIP_FROM_PATH = "{read}" "{pages}"
STRIP_FROM_INC_PATH = "{read}"
IMAGE_PATH = "{os.path.join(root, 'docs')}"
OUTPUT_DIRECTORY = "{out}"
USE_MDFILE_AS_MAINPAGE = "{os.path.join(pages, '00_index.md')}"
HTML_EXTRA_STYLESHEET = "{os.path.join(root, 'docs', 'style.css')}"
"""
    ran = subprocess.run([doxygen, "-"], input=settings, capture_output=True, text=True)
    said = (ran.stdout + ran.stderr).replace(read, os.path.join(root, "include")).strip()
    said = re.sub(re.escape(pages) + r"/\d\d_", os.path.join(root, "docs", ""), said)
    if said or ran.returncode:
        return problems + [said or f"doxygen ended with {ran.returncode}"]
    made = os.path.join(out, "html")
    return problems + list(lost_pages(root, made)) + list(dead_links(made))


def self_test(root, doxygen):
    """What is to be found is found: an undocumented name, a link to no page, a header that the overview lacks."""
    with tempfile.TemporaryDirectory() as place:
        made = os.path.join(place, "root")
        os.makedirs(os.path.join(made, "docs"))
        os.makedirs(os.path.join(made, "include", "strata"))
        for folder in OVERVIEW:
            os.makedirs(os.path.join(made, "include", "strata", folder))
        for name in ("Doxyfile", "namespaces.dox", "style.css"):
            shutil.copy(os.path.join(root, "docs", name), os.path.join(made, "docs"))
        shutil.copy(os.path.join(root, "include", "strata", "version.hpp"), os.path.join(made, "include", "strata"))

        def write(name, text):
            with open(os.path.join(made, name), "w", encoding="utf-8") as file:
                file.write(text)

        for name in PAGES:
            write(f"docs/{name}.md", f"# {name}\n\nText.\n")
        header = "// A header.\nnamespace strata::inline STRATA_TARGET {\n/// A thing.\nstruct thing {\n    int number = 0;%s\n};\n}\n"
        write("include/strata/thing.hpp", header % " ///< a number")
        os.makedirs(os.path.join(made, "examples", "first_steps"))
        write("examples/first_steps/01_sine.cpp", "// Learns a sine.\nint main() {}\n// prints: 0.84\n")
        out = os.path.join(place, "out")
        problems = build(made, out, doxygen)
        assert problems == [], problems
        with open(os.path.join(out, "html", "course.html"), encoding="utf-8") as file:
            course_page = file.read()
        assert all(said in course_page for said in ("01 sine", "Learns a sine.", "prints: 0.84")), course_page
        write("include/strata/thing.hpp", header % "")
        problems = build(made, out, doxygen)
        assert len(problems) == 1 and re.search(r"thing\.hpp:5: .*number.* is not documented", problems[0]), problems
        write("include/strata/thing.hpp", header % " ///< a number")
        write("docs/graphs.md", "# graphs\n\n[one](nowhere.md), [two](training.md#no-such-part)\n")
        problems = "\n".join(build(made, out, doxygen))
        assert re.search(r"graphs\.md:3: .*'nowhere'", problems) and "training_no_such_part" in problems, problems
        write("docs/graphs.md", "# graphs\n")
        label_of_files = LABELS.pop("files")
        problems = "\n".join(build(made, out, doxygen))
        assert "docs/files.md is not in files.html" in problems, problems
        LABELS["files"] = label_of_files
        write("include/strata/layers/new.hpp", "// A layer.\n")
        problems = build(made, out, doxygen)
        assert problems == ["docs/layers.md does not link ../include/strata/layers/new.hpp"], problems
    return []


def main():
    tests_itself = sys.argv[1] == "--self-test"
    given = sys.argv[2:] if tests_itself else sys.argv[3:]
    doxygen = shutil.which(given[0] if given else "doxygen")
    if doxygen is None:
        print("no doxygen")
        return 77
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if tests_itself:
        problems = self_test(root, doxygen)
    else:
        problems = build(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), doxygen)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
