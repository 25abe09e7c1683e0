"""The public headers as Doxygen is to read them, line for line.

Without the inline namespace of an instruction set; each file's first comment is what its page says; examples are listings;
and what a layer, a loss, a rule, ... has because a concept asks for it is left out, as the concept's page describes it once.
"""

import os
import re

# What a thing of a folder, or of one header, has because it is one: shown only where it has a comment of its own.
LAYER = (
    "traits accepts output parameters weight scratch saved describe forward input_gradient parameter_gradient operands "
    "owner ties mark_name value geometry options numbers mixes group_count in_groups may_be_fast"
)
LOSS = "expects targets takes_class_indices row_loss means value gradient operator+ operator* get type"
MEMBERS = {
    "graph/input.hpp": LAYER,
    "graph/joins.hpp": LAYER,
    "graph/mark.hpp": LAYER,
    "graph/resume.hpp": LAYER,
    "initializers": "operator() check",
    "layers": LAYER,
    "losses": LOSS,
    "optimizers": "states update",
    "penalties": "penalize",
    # What the library's own headers call.
    "io/checkpoint_part.hpp": "add_to",
    "io/onnx_graph.hpp": "message",
    "io/onnx_layer.hpp": "onnx_layer add_input own tied",
}
# Layers' are the concept's even where a comment says something of them.
ALWAYS_HIDDEN = {"layers": "saved scratch describe not_accepted"}
# What they inherit, of which nothing is shown either.
BASES = r"layer_defaults|activation\w*|detail::pooling|mean_of_rows|join_defaults"
# Names of template parameters that say in compilers' messages what to write.
SPOKEN_NAMES = {
    r",\s+std::size_t\.\.\. takes_no_\w+": "",
    r"\bno_(?:channels|number)_\w+": "Options",
    r"\bentries_are_types_\w+": "Entries",
}
# Sentences for compilers to print, and overloads that exist to print them.
REFUSALS = {
    "graph/messages.hpp",
    "graph/operand_messages.hpp",
    "model/misordered.hpp",
    "model/refused_rows.hpp",
    "optimizers/misnamed.hpp",
    "train/misnamed_options.hpp",
    "train/misordered.hpp",
    "train/refusals.hpp",
}


def is_read(name):
    """Whether a header, by its path within strata, is part of the reference: of the kernels one, which has backend()."""
    return (
        (not name.startswith("kernels/") or name == "kernels/vectors.hpp")
        and name not in REFUSALS
        and name not in ("meta/language.hpp", "meta/target.hpp")
        and not name.startswith("meta/macros_")
    )


def code_of(line):
    """A line without its strings, characters and comment."""
    return re.sub(r"'(?:\\.|[^'\\])'", "' '", re.sub(r'"(?:\\.|[^"\\])*"', '""', line)).split("//")[0]


def statements(lines, indent="", first=0, end=None):
    """First and last line of each declaration in a namespace or a class, by the form that clang-format gives them."""
    begins = re.compile(indent + r"(?!(?:public|private|protected):|namespace\b)[\w\[~]")
    while first < (len(lines) if end is None else end):
        last = first
        if begins.match(lines[first]):
            depth = 0
            while last < len(lines):
                code = code_of(lines[last])
                depth += len(re.findall(r"[({\[]", code)) - len(re.findall(r"[)}\]]", code))
                if depth == 0 and re.search(r"[;}]\s*$", code):
                    break
                last += 1
            yield first, last
            head = re.sub(r"template <.*?> (?=[a-z])", "", " ".join(line.strip() for line in lines[first : last + 1]))
            if not indent and re.match(r"(?:requires .* )?(?:struct|class) ", head):
                yield from statements(lines, "    ", first + 1, last)
        first = last + 1


def is_ordinary(text):
    """Copies, moves and comparisons as everyone has them; variables' specialisations, and deduction guides."""
    return (
        re.search(r"=\s*(?:default|delete)\s*;", text)
        or re.search(r"\b(\w+)\((?:const )?\1(?:<[^>]*>)?\s*&", text)
        or re.search(r"operator==?\s*\(", text)
        or re.search(r"^(?:template <.*> )?(?:requires .* )?inline constexpr [\w ]+<[^=]*> = ", text)
        or re.search(r"^(?:template <.*> )?(\w+)\([^{]*\)\s*-> \1<", text)
    )


def refuses(text):
    """Overloads that do nothing but stop the compiler with a sentence."""
    body = re.search(r"[)&>] (?:requires .* |: \w+\{.*\} )?\{ ?static_assert\([^;]*\); (?:return [^;]*; )?\}$", text)
    stands_in = r"(?:template <.*> )?(?:detail::refused_losses |class [^{]*\{ ?static_assert\(sizeof\(messages::[^;]*; \};$)"
    return body or re.match(stands_in, text)


def hide(lines, names, always):
    """Empties what is no part of the reference: these names, what is ordinary and has no comment, and what refuses."""

    def declares(listed, head):
        return listed and re.search(
            r"(?:^|[\s&*])(?:" + "|".join(re.escape(name) for name in listed) + r")\s*(?:\(|\{|=|;|\[|$|:|<)", head
        )

    previous = ""
    for first, last in list(statements(lines)):
        text = " ".join(code_of(line).strip() for line in lines[first : last + 1])
        comment = first
        while comment > 0 and lines[comment - 1].lstrip().startswith("//"):
            comment -= 1
        says = "///" in "".join(lines[comment : last + 1])
        head = re.sub(r"\s*(?:\{|requires\b).*", "{", re.sub(r"^template <.*?> (?=[a-z\[])", "", text))
        if (declares(names, head) or is_ordinary(text)) and not says or refuses(text) or declares(always, head):
            for number in range(comment, last + 1):
                lines[number] = ""
            continue
        # An overload right below the one that is described.
        name = re.search(r"(operator\W+|\w+)\(", re.sub(r"^(?:\[\[\w+\]\] )+", "", head))
        name = name and name[1]
        if name and name == previous and not says and first > 0 and lines[first - 1].strip():
            indent = len(lines[first]) - len(lines[first].lstrip())
            lines[first] = " " * indent + "/** \\overload */ " + lines[first].lstrip()
        previous = name


def with_short_names(text):
    """Names and comments as people read them, which in the source are for compilers' messages as well."""
    text = text.replace("strata::inline STRATA_TARGET", "strata")
    for spoken, written in SPOKEN_NAMES.items():
        text = re.sub(spoken, written, text)
    # A class that is declared for all, and defined for what may be its arguments.
    for declared in re.finditer(r"^template <[^>]*>\nclass (\w+); // .*\n", text, flags=re.M):
        text = text.replace(declared[0], "\n" * declared[0].count("\n"))
        text = re.sub(rf"^class {declared[1]}<[^>{{]*>(?= \{{$)", f"class {declared[1]}", text, flags=re.M)
    sentence = r" ?The \w+'s? name is for what compilers print[^.]*\.".replace(" ", r"(?: |\s+///\s)")
    return re.sub(sentence + r"(?=\s)", lambda found: "\n///" * found[0].count("\n"), text)


def with_listings(lines):
    """Comments as Doxygen's Markdown needs them: examples in @code, and what would be a tag, a list or a link is none."""
    example = False
    for number, line in enumerate(lines):
        if not line.lstrip().startswith("///"):
            continue
        if re.match(r"\s*/// {5}", line):
            line = line.replace("///     ", "///  " if example else "/// @code{.cpp} ", 1)
            example = True
        else:
            # A sign or a number in front of a line would begin a list: it ends the line above.
            begins = re.match(r"(\s*/// )([-+*]|\d+\.) (.*)", line)
            above = lines[number - 1]
            if begins and above.lstrip().startswith("/// ") and not above.endswith("@endcode"):
                lines[number - 1] += " " + begins[2]
                line = begins[1] + begins[3]
            line = re.sub(r"#(?=\w)", r"\#", line)
            line = re.sub(r"(?<![\w\"'])<(\w+(?:\.h)?)>", r"\\<\1\\>", line)
        if example and not (number + 1 < len(lines) and re.match(r"\s*/// {5}", lines[number + 1])):
            line += " @endcode"
            example = False
        lines[number] = line
    return lines


def prepared(text, name):
    """A header, by its path within strata, as Doxygen is to read it."""
    folder = name.split("/")[0]
    names = MEMBERS.get(name, MEMBERS.get(folder, "")).split()
    text = with_short_names(text)
    if "traits" in names or "row_loss" in names:  # whose members are left out
        text = re.sub(rf"^struct (\w+) : (?:{BASES})(?:<.*>)? \{{", r"struct \1 {", text, flags=re.M)
    lines = text.splitlines()
    # The first comment, up to the first other line, is the file's.
    count = next((number for number, line in enumerate(lines) if not line.startswith("// ")), len(lines))
    lines[:count] = ["/" + line for line in lines[:count]]
    hide(lines, names, ALWAYS_HIDDEN.get(folder, "").split())
    lines = with_listings(lines)
    if count > 0:
        comment = " ".join(line[len("/// ") :] for line in lines[:count])
        lines[:count] = [f"/** \\file {os.path.basename(name)} \\brief {comment} */"] + [""] * (count - 1)
    return "\n".join(lines) + "\n"


def prepare(source, target):
    """Writes the headers of a folder include/ to another one."""
    for folder, _, files in sorted(os.walk(source)):
        for file in sorted(files):
            path = os.path.join(folder, file)
            name = os.path.relpath(path, os.path.join(source, "strata"))
            if not file.endswith(".hpp") or not is_read(name):
                continue
            out = os.path.join(target, "strata", name)
            os.makedirs(os.path.dirname(out), exist_ok=True)
            with open(path, encoding="utf-8") as text, open(out, "w", encoding="utf-8") as to:
                to.write(prepared(text.read(), name))
