#!/bin/sh
# Builds the page into build/browser, installing what is missing, and serves it to this machine alone until Ctrl-C.
set -eu
here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/examples/support/set_up.sh"

usage='./examples/run browser [--port N] [--build-only]
  --port N      where the page is served on 127.0.0.1 (default: 8000; 0: any free one)
  --build-only  builds it and serves nothing'
port=8000
serve=yes
while [ $# -gt 0 ]; do
    case $1 in
    --port)
        port=${2:-}
        shift
        ;;
    --build-only) serve=no ;;
    --help | -h)
        echo "$usage"
        exit
        ;;
    *) port= ;;
    esac
    case $port in
    '' | *[!0-9]* | ??????*)
        echo "$usage" >&2
        exit 2
        ;;
    esac
    shift
done

if [ ! -f "$root/build/browser/strata.wasm" ] && ! "$here/build.sh" --check; then
    command -v apt-get >/dev/null || {
        echo "not found: a Clang for wasm32-wasi with libc++ and wasi-libc. Please install them (CLANG names the compiler);" \
            "Debian's packages are clang-19 lld-19 wasi-libc libc++-19-dev-wasm32 libclang-rt-19-dev-wasm32" >&2
        exit 1
    }
    install_missing clang-19 lld-19 wasi-libc libc++-19-dev-wasm32 libclang-rt-19-dev-wasm32 python3
fi
quietly "$here/build.sh" "$root/build/browser"
echo "built: $root/build/browser"
[ "$serve" = no ] || exec python3 "$here/serve.py" "$root/build/browser" "$port"
