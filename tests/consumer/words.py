#!/usr/bin/env python3
"""The words that `using namespace strata` shows are those in words.txt: words.py INCLUDE_FOLDER WORDS

A word that is added there may be one that programs have; the README names those that are likely to be.
"""

import os
import re
import sys


def without_comments(text):
    # In one pass: a string may hold what begins a comment.
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', lambda m: '""' if m[0][0] == '"' else " ", text, flags=re.S)
    text = re.sub(r"'(?:\\.|[^'\\\n])'", "' '", text)
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", " ", text, flags=re.M)


def statements(text):
    """Pairs (namespaces, the head of a declaration) for all that is declared in namespaces, not in classes."""
    namespaces, head, depth, i = [], "", 0, 0
    while i < len(text):
        c = text[i]
        if c == "{":
            # The namespace of the instruction set is inline, and its name no word that anybody writes.
            head = head.replace("::inline STRATA_TARGET", "")
            name = re.search(r"(?:^|\s)namespace\s+([\w:]+)\s*$", head)
            if depth == 0 and name:
                namespaces.append(name.group(1))
                head = ""
            else:
                if depth == 0:
                    head += " {"
                depth += 1
        elif c == "}":
            if depth > 0:
                depth -= 1
                after = re.match(r"\s*([;,)\]>(.:=?&|+]|const\b)", text[i + 1:])
                if depth == 0 and not (after or "(" not in head and "=" in head):
                    yield "::".join(namespaces), head
                    head = ""
            elif namespaces:
                namespaces.pop()
                head = ""
        elif c == ";" and depth == 0:
            yield "::".join(namespaces), head
            head = ""
        elif depth == 0:
            head += c
        i += 1


def declared(head):
    """The word that a declaration declares, None if it is a specialization, a deduction guide or an operator."""
    head = re.sub(r"\s+", " ", head).strip().replace("[[nodiscard]]", "").strip()
    while head.startswith("template"):
        depth, i = 0, head.index("<")
        while i < len(head):
            depth += {"<": 1, ">": -1}.get(head[i], 0)
            i += 1
            if depth == 0:
                break
        head = head[i:].strip()
    kind = re.search(r"(?:^|\)\s*|>\s*)(?:struct|class|concept|enum(?: class)?)\s+(\w+)\s*(<|::)?", head)
    if kind and not re.match(r"(?:inline|constexpr)\b", head):
        return None if kind.group(2) else kind.group(1)
    alias = re.match(r"using (\w+) =", head)
    if alias:
        return alias.group(1)
    if "operator" in head or not head or head.startswith("requires"):
        return None  # the last: an overload or a specialization of what is declared elsewhere
    if re.match(r"[\w: ]*\bconstexpr\b[^=(]*>\s*=", head):
        return None  # a variable template's specialization
    name = re.search(r"(\w+)\s*(?:\(|=|\{|$)", re.sub(r"(?:requires|__attribute__)\s*\([^()]*\)", " ", head))
    return name.group(1) if name else None


def words_of(folder):
    found = set()
    for where, _, names in os.walk(folder):
        for name in (name for name in names if name.endswith(".hpp")):
            with open(os.path.join(where, name), encoding="utf-8") as file:
                text = without_comments(file.read())
            found |= {declared(head) for namespaces, head in statements(text) if namespaces == "strata"}
    return found - {None}


def main():
    found = words_of(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        listed = set(file.read().split())
    for word in sorted(found - listed):
        print(f"{word} is a word that programs see, and not in the list")
    for word in sorted(listed - found):
        print(f"{word} is in the list, and no word that programs see")
    print(f"{len(found)} words")
    return 0 if found == listed and found else 1


if __name__ == "__main__":
    sys.exit(main())
