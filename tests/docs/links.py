#!/usr/bin/env python3
"""Every relative link and picture of the repository's Markdown files leads somewhere: links.py ROOT, or links.py --self-test

A link to a heading needs that heading. Files that git ignores (build folders, fetched subprojects) are not looked at.
"""

import os
import re
import subprocess
import sys
import tempfile


def markdown_files(root):
    """Paths from the root: those that git knows or would take, without git all outside build folders and subprojects."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"], capture_output=True, text=True
    )
    if listed.returncode == 0:
        return sorted(name for name in set(listed.stdout.split("\0")) if name and os.path.exists(os.path.join(root, name)))
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith((".", "build")) and f != "packagecache"]
        if os.path.basename(os.path.dirname(folder)) == "subprojects":
            continue
        found += [os.path.relpath(os.path.join(folder, name), root) for name in files if name.endswith(".md")]
    return sorted(found)


def prose(text):
    """Without listings and code, of which the lines stay."""
    text = re.sub(r"^```.*?^```$", lambda m: "\n" * m[0].count("\n"), text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(text):
    """The headings' anchors, as hosts make them: a second one of a name gets -1."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    counts, found = {}, set(re.findall(r'<a (?:id|name)="([^"]+)"', text))
    for heading in re.findall(r"^#+ +(.*?) *#*$", text, re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")
        found.add(anchor + (f"-{counts[anchor]}" if anchor in counts else ""))
        counts[anchor] = counts.get(anchor, 0) + 1
    return found


def check(root):
    problems, links = [], 0
    for name in markdown_files(root):
        with open(os.path.join(root, name), encoding="utf-8") as file:
            text = prose(file.read())
        for link in re.finditer(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|^\[[^\]]+\]: +(\S+)|<img [^>]*src=\"([^\"]+)\"", text, re.M):
            target = next(part for part in link.groups() if part)
            if re.match(r"\w+:", target):
                continue
            links += 1
            where = f"{name}:{text.count(chr(10), 0, link.start()) + 1}: {target}"
            path, _, anchor = target.partition("#")
            whole = os.path.normpath(os.path.join(root, os.path.dirname(name), path)) if path else os.path.join(root, name)
            if path.startswith("/") or os.path.relpath(whole, root).startswith(".."):
                problems.append(f"{where} leads out of the repository")
            elif not os.path.exists(whole):
                problems.append(f"{where} is not there")
            elif anchor and whole.endswith(".md"):
                with open(whole, encoding="utf-8") as file:
                    if anchor not in anchors(file.read()):
                        problems.append(f"{where}: there is no such heading")
    return problems if links else [*problems, "no file has a relative link"]


def self_test():
    """What is to be found is found."""
    made = {
        "one.md": "# One\n\n[a](two.md), [b](two.md#a-part), [c](#one) ![d](e.png) `[no](code)`\n\n```\n[no](listing)\n```\n"
        "[e](https://example.org/x) [f](sub/)\n",
        "two.md": "# Two\n\n## A `part`\n\n## A part\n\n[a](one.md#a-part) [b](three.md)\n[c](../x.md) [d](#a-part-1) [e](#a-part-2)\n",
        "sub/three.md": "[up](../one.md)\n",
        "build/ignored.md": "[x](nowhere.md)\n",
    }
    with tempfile.TemporaryDirectory() as root:
        for name, text in made.items():
            os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                file.write(text)
        expected = [
            "one.md:3: e.png is not there",
            "two.md:7: one.md#a-part: there is no such heading",
            "two.md:7: three.md is not there",
            "two.md:8: ../x.md leads out of the repository",
            "two.md:8: #a-part-2: there is no such heading",
        ]
        found = check(root)
        assert found == expected, found
    return []


if __name__ == "__main__":
    problems = self_test() if sys.argv[1] == "--self-test" else check(os.path.abspath(sys.argv[1]))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
