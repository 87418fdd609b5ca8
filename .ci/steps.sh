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
