# What run and nightly share: tests that are counted. To be sourced in the project's folder.

. examples/support/set_up.sh

if [ -d ../shared/data ]; then
    STRATA_DATA=$(cd ../shared/data && pwd)
    export STRATA_DATA
fi
passed=0
failed=0

# Counts what `meson test` wrote down about a build, or one failure where there is nothing.
count() {
    local log good bad
    log=$(ls "$1"/meson-logs/testlog*.json 2>/dev/null) # has the wrapper's name in its own, where there is one
    if [ ! -s "$log" ]; then
        failed=$((failed + 1))
        return
    fi
    good=$(grep -c '"result": "\(OK\|EXPECTEDFAIL\)"' "$log")
    bad=$(grep -c '"result": "\(FAIL\|TIMEOUT\|ERROR\|INTERRUPT\|UNEXPECTEDPASS\)"' "$log")
    passed=$((passed + good))
    failed=$((failed + bad))
}

# tests/run, in a folder of the build: run_tests FOLDER COMPILER MARCH [ARGUMENTS...]. A suite that does not compile is a failure.
run_tests() {
    local folder=$1 before=$failed
    echo "== $(date +%T) tests, $folder: $2, -march=$3 ${SETUP:-}"
    rm -f "build/$folder"/meson-logs/testlog*.json
    if BUILD=$folder CXXFLAGS="-Werror ${CXXFLAGS:-}" CXX=$2 MARCH=$3 ./tests/run "${@:4}"; then
        count "build/$folder"
    else
        count "build/$folder"
        [ "$failed" -gt "$before" ] || failed=$((failed + 1))
    fi
}

expect() {
    echo "== $(date +%T) $*"
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# The last line, and how a script ends.
conclude() {
    echo "== $(date +%T)"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
