#!/bin/sh
# Builds the page into a folder that any static server serves: build.sh FOLDER. Compiles nothing if nothing has changed. With
# build.sh FOLDER STAMP it leaves an empty file when it is done.
# build.sh --check ends with 0 where there is what it needs: Debian's clang-19, lld-19, wasi-libc, libc++-19-dev-wasm32 and
# libclang-rt-19-dev-wasm32, or others (CLANG names the compiler).
set -eu
here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/examples/support/set_up.sh"

# No exceptions, no RTTI, no threads. With -msimd128 Strata's plain C++ vectors are WebAssembly's.
compile() {
    "${CLANG:-clang++-19}" --target=wasm32-wasi -mexec-model=reactor -stdlib=libc++ -fuse-ld=lld \
        -std=c++20 -O3 -msimd128 -fno-exceptions -fno-rtti -DSTRATA_PORTABLE -DSTRATA_ERROR_HANDLER=raise_in_host \
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
        "-I$root/include" "-I$root/examples" -Wl,--strip-all,--export=__stack_pointer,--stack-first,-z,stack-size=1048576 "$@"
}

if [ $# -eq 0 ]; then
    usage "$0" >&2
    exit 2
fi
if [ "$1" = --check ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    printf '#include <vector>\nint main() { return std::vector<int>(1)[0]; }\n' >"$folder/check.cpp"
    compile "$folder/check.cpp" -o "$folder/check.wasm" 2>/dev/null
    exit
fi

mkdir -p "$1"
module=$1/strata.wasm
if [ ! -f "$module" ] || [ -n "$(find "$root/include" "$root/examples" -name '*.[hc]pp' -newer "$module" | head -n 1)" ] ||
    [ -n "$(find "$here/build.sh" -newer "$module")" ]; then
    compile "$here/module.cpp" -o "$module.new"
    mv "$module.new" "$module"
fi
cp "$here"/page/* "$1"
cp "$root"/examples/data/mnist/train-images-3000-idx3-ubyte.gz "$root"/examples/data/mnist/t10k-images-1000-idx3-ubyte.gz "$1"
[ -z "${2:-}" ] || : >"$2"
