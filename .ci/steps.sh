# What the scripts of this directory share.

# Neither debuggers nor a second build look at what is built here.
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0
export RUSTDOCFLAGS="-D warnings"
TIMEFORMAT='-- %0lR, of processors %0lU and %0lS'

# step COMMAND: runs it, says what it is before and how long it took after.
step() {
    printf '\n== %s\n' "$*"
    time "$@"
}

# beside COMMAND: runs it beside the steps that follow. For what builds in a directory of its own.
beside() {
    local log
    log=$(mktemp)
    # With a process group of its own.
    set -m
    { time "$@"; } >"$log" 2>&1 &
    set +m
    beside_commands+=("$*") beside_logs+=("$log") beside_jobs+=($!)
}
beside_commands=() beside_logs=() beside_jobs=()

# join_beside: waits for all of them, and prints what they printed; fails where one has failed.
join_beside() {
    local i failed=0
    for i in "${!beside_jobs[@]}"; do
        wait "${beside_jobs[i]}" || failed=$?
        printf '\n== %s\n' "${beside_commands[i]}"
        cat "${beside_logs[i]}"
        rm "${beside_logs[i]}"
    done
    beside_commands=() beside_logs=() beside_jobs=()
    return "$failed"
}
# Where a step fails, nothing runs on.
trap 'for job in "${beside_jobs[@]}"; do kill -- "-$job" 2>/dev/null || true; done' EXIT

# need COMMAND: installs Debian's package of that name, unless the command is there.
need() {
    command -v "$1" >/dev/null && return
    local sudo=()
    ((EUID == 0)) || sudo=(sudo)
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq "$1" >/dev/null
}

# has_toolchain NAME: whether cargo +NAME works; nothing is installed.
has_toolchain() { rustup run "$1" cargo --version >/dev/null 2>&1; }
