//! Runs every stack in a process of its own together with the floor, and writes the tables to `BENCHMARKS.md`.
//!
//! `cargo bench --manifest-path bench/Cargo.toml` measures all; with a part of a name after `--` only those stacks,
//! and then it prints the tables and leaves the file alone.

mod child;
mod parent;

fn main() {
    // Cargo passes `--bench`.
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.split_first() {
        Some((first, rest)) if first == "child" => child::run(rest),
        Some((name, _)) => parent::run(Some(name)),
        None => parent::run(None),
    }
}
