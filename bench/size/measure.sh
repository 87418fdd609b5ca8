#!/usr/bin/env bash
# Code of a call site, time of a check of many and of a clean build, beside others'. Prints tables for BENCHMARKS.md.
#
# Generated crates with 2,000 calls of one shape, each in a function of its own, are built with optimisation; what a call
# takes is the growth of the program's text and data over the same crate with 1,000 calls, divided by 1,000.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
klog="klog-rs = { path = \"$here/../../klog-rs\" }"
subscriber='tracing-subscriber = { version = "0.3.23", features = ["fmt", "env-filter", "json"] }'

# crate NAME N DEPENDENCIES CALL: a program with N calls.
crate() {
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n%s\n[workspace]\n[profile.release]\nopt-level = 3\n' "$1" "$3" >"$work/$1/Cargo.toml"
    {
        echo 'use std::hint::black_box;'
        for i in $(seq "$2"); do
            printf '#[inline(never)]\nfn f%s(status: &str, count: u64) {\n%s\n}\n' "$i" "${4//NUMBER/$i}"
        done
        echo 'fn main() {'
        for i in $(seq "$2"); do echo "f$i(black_box(\"ready\"), black_box($i));"; done
        echo '}'
    } >"$work/$1/src/main.rs"
    CARGO_TARGET_DIR="$work/target" cargo build --quiet --release --manifest-path "$work/$1/Cargo.toml"
    size "$work/target/release/$1" | awk 'NR == 2 { print $1 + $2 }'
}

# call NAME DEPENDENCIES CALL: bytes a call.
call() {
    local few many
    few=$(crate "$1-few" 1000 "$2" "$3")
    many=$(crate "$1-many" 2000 "$2" "$3")
    echo "| $1 | $(((many - few) / 1000)) |"
}

# project NAME DEPENDENCIES: an empty program.
project() {
    mkdir -p "$work/$1/src"
    echo 'fn main() {}' >"$work/$1/src/main.rs"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n%s\n[workspace]\n' "$1" "$2" >"$work/$1/Cargo.toml"
    cargo fetch --quiet --manifest-path "$work/$1/Cargo.toml"
}

# build NAME: seconds that processors spend on a clean debug build, which do not depend on their number and little on other
# work. Without incremental compilation, as crates from a registry are built: klog-rs is in a folder here.
build() {
    rm -rf "$work/target-$1"
    local TIMEFORMAT=%U
    { time CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$work/target-$1" cargo build --quiet --manifest-path "$work/$1/Cargo.toml" 2>/dev/null; } 2>&1
}

# builds NAME...: the least of three builds of each, in turns.
builds() {
    for _ in 1 2 3; do
        for name; do build "$name" >>"$work/$name.seconds"; done
    done
    local crates
    for name; do
        crates=$(cargo tree --manifest-path "$work/$name/Cargo.toml" -e normal,build --prefix none | sed 's/ (\*)//' | sort -u | wc -l)
        printf '| %s | %.1f | %d |\n' "$name" "$(sort -n "$work/$name.seconds" | head -1)" "$((crates - 1))"
    done
}

# check NAME: processor seconds of `cargo check` of 2,000 calls whose dependencies are there, and again after one line.
check() {
    local crate=$work/$1-many TIMEFORMAT='%U %S' whole line
    run() { CARGO_TARGET_DIR="$work/target" cargo check --quiet --manifest-path "$crate/Cargo.toml"; }
    run
    least() { sort -n | head -1 | awk '{ printf "%.1f", $1 + $2 }'; }
    whole=$(for _ in 1 2 3; do { rm -rf "$work/target/debug/incremental/"*; touch "$crate/src/main.rs"; time run; } 2>&1; done | least)
    line=$(for i in 1 2 3; do { sed -i "2i // $i" "$crate/src/main.rs"; time run; } 2>&1; done | least)
    echo "| $1 | $whole | $line |"
}

printf '| a call with three pairs | bytes |\n|---|--:|\n'
call klog "$klog" 'klog::info!("Pod status updated NUMBER", pod = klog::kref("kube-system", "kubedns"), status = status, count = count);'
call klog-strings "$klog" 'klog::info!("Pod status updated NUMBER", pod = "kubedns", status = status, count = count);'
call tracing 'tracing = "0.1.44"' 'tracing::info!(pod = "kubedns", status, count, "Pod status updated NUMBER");'
call log 'log = { version = "0.4.33", features = ["kv"] }' 'log::info!(pod = "kubedns", status = status, count = count; "Pod status updated NUMBER");'
printf '\n| `cargo check` of 2,000 such calls | processor seconds | again after one line |\n|---|--:|--:|\n'
check klog
check tracing
check log
printf '\n| clean debug build | processor seconds | crates |\n|---|--:|--:|\n'
project klog "$klog"
project tracing-subscriber "$subscriber"
builds klog tracing-subscriber
