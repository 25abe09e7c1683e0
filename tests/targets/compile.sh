#!/bin/sh
# Compiles a unit for a target: compile.sh FOLDER_OF_HEADERS SOURCE EXPECTED_ARCHITECTURE COMPILER [FLAGS...]
# Ends with 77 (skipped) if there is no such compiler, or it has no standard library for the target, and with 1 if no kernel is
# for the architecture.
set -eu
include=$1
source=$2
expected=$3
shift 3
command -v "$1" >/dev/null || exit 77
echo '#include <vector>' | "$@" -std=c++20 -x c++ -fsyntax-only - 2>/dev/null || exit 77
object=$(mktemp)
trap 'rm -f "$object"' EXIT
"$@" -std=c++20 -O1 -Wall -Wextra -Werror "-I$include" -c -o "$object" "$source"
grep -aq "$expected" "$object"
