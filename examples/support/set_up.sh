# What examples/run and tests/run share: installing what is missing, configuring a build. To be sourced.

# A script's first comment.
usage() {
    sed -n '2,${/^#/!q; s/^# //p; }' "$1"
}

# Installs those of the Debian or Ubuntu packages that are missing, and says so before; elsewhere meson falls back on
# subprojects/. Ends the script where it cannot, with the command that whoever may install packages runs instead.
install_missing() {
    if ! command -v apt-get >/dev/null; then
        require_commands "$@"
        return 0
    fi
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    install="apt-get install --yes --no-install-recommends$missing"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
        command -v sudo >/dev/null || refuse_to_install "packages are missing, and only root may install them; there is no sudo"
    fi
    echo "missing packages, being installed${as_root:+ through sudo} by apt-get:$missing"
    # shellcheck disable=SC2086 # lists of words
    if ! { quietly $as_root apt-get update && quietly $as_root env DEBIAN_FRONTEND=noninteractive $install; }; then
        refuse_to_install "the missing packages could not be installed"
    fi
}

# Says why, and what is to be done.
refuse_to_install() {
    cat >&2 <<END
$1. Please let root run
    apt-get update && $install
and then start this again. With a compiler, meson, ninja, pkg-config, git, zlib and (for charts) gnuplot alone, this may do as
well, since meson fetches the libraries that are missing:
    meson setup build && meson compile -C build
END
    exit 1
}

# Without apt-get: ends the script where what builds is missing, naming what apt-get would have got.
require_commands() {
    missing=
    for command in "${CXX:-c++}" meson ninja pkg-config git; do
        # CXX may have options behind the compiler.
        command -v "${command%% *}" >/dev/null || missing="$missing ${command%% *}"
    done
    [ -n "$missing" ] || return 0
    cat >&2 <<END
not found:$missing. Please install them (meson 1.0 or newer, a C++20 compiler) by your system's own means, and zlib with
its headers; meson fetches the other libraries if they are missing. Debian's names of all that is used:
    $*
END
    exit 1
}

# Configures a release build in a folder, unless it is there already. Of a set-up that was ended half-way meson would say that the
# folder is configured, and write no build.ninja.
configure() {
    folder=$1
    shift
    [ ! -f "$folder/build.ninja" ] || return 0
    rm -f "$folder/meson-private/coredata.dat"
    quietly meson setup "$folder" "$root" "$@"
}

# Runs a command and shows what it printed only if it fails, and then the command too.
quietly() {
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        status=$?
        cat "$log" >&2
        rm -f "$log"
        echo "this failed: $*" >&2
        return "$status"
    fi
}
