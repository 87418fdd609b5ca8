#!/usr/bin/env bash
# The linter over trees of Rust code beside ripgrep and ast-grep, and check-log beside wc and jq; prints the tables of
# BENCHMARKS.md.
#
#   bench/lint/measure.sh TREE…
#
# The trees are checkouts of large repositories, as many as you like. Wall time is the least of three runs, memory the
# peak of a process as /usr/bin/time measures it. A tool that is not installed is left out.
set -euo pipefail
[[ $# -gt 0 ]] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")/../.." && pwd)
trees=()
for tree in "$@"; do trees+=("$(cd "$tree" && pwd)"); done
work=$(mktemp -d -p "${KLOG_BENCH_DIRECTORY:-/dev/shm}")
trap 'rm -rf "$work"' EXIT
(cd "$here" && cargo build --quiet --release -p migrate-lint --bin cargo-klog && cargo build --quiet -p controller)
klog=$here/target/release/cargo-klog

# measure DIRECTORY COMMAND…: seconds and MiB, the least of three runs.
measure() {
    local directory=$1 run
    shift
    for run in 1 2 3; do
        (cd "$directory" && /usr/bin/time -o "$work/time" -f '%e %M' "$@" >/dev/null 2>&1) || true
        tail -n 1 "$work/time"
    done | sort -n | head -n 1
}

lines() { find "$@" -name '*.rs' -type f -print0 | xargs -0 cat | wc -l; }

# row NAME N UNIT SECONDS MEMORY: N a second in millions.
row() { awk -v name="$1" -v n="$2" -v s="$3" -v kib="$4" 'BEGIN { printf "| %s | %.2f | %.2f | %.0f |\n", name, s, n / 1e6 / (s > 0 ? s : 0.01), kib / 1024 }'; }

# over NAME COMMAND…: a tool over all trees, one after the other.
over() {
    local name=$1 tree seconds=0 memory=0 result
    shift
    for tree in "${trees[@]}"; do
        result=$(measure "$tree" "$@")
        seconds=$(awk -v a="$seconds" -v b="${result% *}" 'BEGIN { print a + b }')
        memory=$((memory > ${result#* } ? memory : ${result#* }))
    done
    row "$name" "$n_lines" "$seconds" "$memory"
}

n_lines=$(lines "${trees[@]}")
printf '%s lines of Rust.\n\n| over them | seconds | MLOC/s | MiB |\n|---|--:|--:|--:|\n' "$n_lines"
over '`cargo klog lint`, all rules with fixes' "$klog" klog lint --no-baseline --format short .
if command -v rg >/dev/null; then over 'ripgrep, one pattern' rg --type rust --count '(trace|debug|info|warn|error)!' .; fi
if command -v ast-grep >/dev/null; then over 'ast-grep, one pattern' ast-grep run --lang rust --pattern 'info!($$$)' .; fi

printf '\n| `cargo klog lint` over | seconds | MLOC/s | MiB |\n|---|--:|--:|--:|\n'
mkdir "$work/trees"
for n in 1 2 4; do
    while [[ $(find "$work/trees" -mindepth 1 -maxdepth 1 | wc -l) -lt $n ]]; do
        copy=$work/trees/$(find "$work/trees" -mindepth 1 -maxdepth 1 | wc -l)
        mkdir "$copy"
        for tree in "${trees[@]}"; do
            (cd "$tree" && find . -name '*.rs' -type f -print0 | tar c --null -T -) | (mkdir -p "$copy/$(basename "$tree")" && tar x -C "$copy/$(basename "$tree")")
        done
    done
    result=$(measure "$work/trees" "$klog" klog lint --no-baseline --format short .)
    row "the files $n ×" $((n * n_lines)) "${result% *}" "${result#* }"
done
rm -rf "$work/trees"

printf '\n| a log of the controller | MB | seconds | MB/s | MiB |\n|---|--:|--:|--:|--:|\n'
for format in text json; do
    "$here/target/debug/controller" -v=4 --logging-format=$format 2>"$work/once" >&2
    for megabytes in 50 100 200; do
        while [[ $(stat -c %s "$work/once") -lt 1000000 ]]; do cat "$work/once" "$work/once" >"$work/more" && mv "$work/more" "$work/once"; done
        for _ in $(seq $((megabytes * 1000000 / $(stat -c %s "$work/once")))); do cat "$work/once"; done >"$work/log"
        n_bytes=$(stat -c %s "$work/log")
        commands=("\`cargo klog check-log\`, $format:$klog klog check-log --format $format -A all -D malformed-header $work/log" "\`cargo klog check-log\`, $format, all rules:$klog klog check-log --format $format $work/log")
        [[ $megabytes -lt 200 ]] || commands+=("wc -l, $format:wc -l $work/log")
        [[ $megabytes -gt 50 || $format == text ]] || commands+=("jq, $format:jq -c . $work/log")
        for command in "${commands[@]}"; do
            result=$(measure "$work" ${command#*:})
            awk -v name="${command%%:*}" -v n="$n_bytes" -v s="${result% *}" -v kib="${result#* }" 'BEGIN { printf "| %s | %.0f | %.2f | %.0f | %.1f |\n", name, n / 1e6, s, n / 1e6 / (s > 0 ? s : 0.01), kib / 1024 }'
        done
    done
done
