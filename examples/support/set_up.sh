# What examples/run and tests/run share: installing what is missing, configuring a build. To be sourced.

# Installs those of the Debian or Ubuntu packages that are missing; elsewhere meson falls back on subprojects/.
install_missing() {
    if ! command -v apt-get >/dev/null; then
        command -v meson >/dev/null || {
            echo "please install meson (1.0 or newer), ninja and a C++20 compiler first" >&2
            exit 1
        }
        return 0
    fi
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    echo "installing$missing"
    quietly $as_root apt-get update
    # shellcheck disable=SC2086 # a list of words
    quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing
}

# Configures a release build in a folder, unless it is there already.
configure() {
    folder=$1
    shift
    [ -f "$folder/build.ninja" ] || quietly meson setup "$folder" "$root" "$@"
}

# Runs a command and shows what it printed only if it fails.
quietly() {
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        status=$?
        cat "$log" >&2
        rm -f "$log"
        return "$status"
    fi
}
