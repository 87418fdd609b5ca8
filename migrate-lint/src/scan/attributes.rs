//! The few attributes that say something about names or test code.

use std::ops::Range;

use crate::syntax::token::{Kind, Reader};

/// What the attributes of an item say.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// `#[test]`, `#[tokio::test]`, `#[cfg(test)]` and their kin.
    pub(super) is_test: bool,
    /// `#[cfg(…)]`.
    pub(super) has_cfg: bool,
    /// `#[macro_use]` or `#[macro_use(a, b)]`; an empty list stands for all names.
    pub(super) macro_use: Option<Vec<String>>,
    /// `#[macro_export]`.
    pub(super) macro_export: bool,
    /// `#[path = "…"]`, one for each `cfg_attr` that holds one.
    pub(super) paths: Vec<String>,
}

/// Last words of attributes that make a function a test or a benchmark.
const TESTS: &[&str] =
    &["test", "bench", "rstest", "test_case", "test_log", "quickcheck", "wasm_bindgen_test"];

impl Attributes {
    /// Reads what is between `#[` and `]`.
    pub(super) fn read(&mut self, reader: &Reader<'_>, tokens: Range<usize>) {
        let mut last = tokens.start;
        while reader.is_pair(last + 1, b"::") && last + 3 < tokens.end {
            last += 3;
        }
        let arguments = last + 2..reader.mate(last + 1).min(tokens.end);
        let has_arguments = last + 1 < tokens.end && reader.is_open(last + 1);
        match reader.word(last) {
            "cfg" if has_arguments => {
                self.has_cfg = true;
                self.is_test |= asks_for_test(reader, arguments);
            }
            "cfg_attr" if has_arguments => {
                let mut parts = split(reader, arguments);
                if !parts.is_empty() {
                    parts.remove(0);
                }
                // One `cfg_attr` inside another is rare, a hundred are an attack.
                if self.paths.len() < 32 {
                    for part in parts {
                        if !reader.is_word(part.start, "cfg_attr") {
                            self.read(reader, part);
                        }
                    }
                }
            }
            "macro_use" => {
                let names = has_arguments.then(|| {
                    let names = arguments.filter(|&at| reader.kind(at) == Some(Kind::Ident));
                    names.map(|at| reader.word(at).to_owned()).collect()
                });
                self.macro_use = Some(names.unwrap_or_default());
            }
            "macro_export" => self.macro_export = true,
            "path" if reader.is(last + 1, b'=') && reader.kind(last + 2) == Some(Kind::Str) => {
                self.paths.push(reader.word(last + 2).trim_matches('"').to_owned());
            }
            word => self.is_test |= TESTS.contains(&word),
        }
    }
}

/// Whether a `cfg` predicate can hold only (or also) in tests.
fn asks_for_test(reader: &Reader<'_>, tokens: Range<usize>) -> bool {
    let mut index = tokens.start;
    let mut denied_until = 0;
    while index < tokens.end {
        if reader.is_word(index, "not") && reader.is_open(index + 1) {
            denied_until = reader.mate(index + 1);
        }
        let is_name = !reader.is(index + 1, b'=');
        if index >= denied_until && is_name && reader.is_word(index, "test") {
            return true;
        }
        index += 1;
    }
    false
}

fn split(reader: &Reader<'_>, tokens: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = tokens.start;
    let mut index = tokens.start;
    while index < tokens.end {
        if reader.is(index, b',') {
            parts.push(start..index);
            start = index + 1;
        }
        index = reader.next(index);
    }
    parts.push(start..tokens.end);
    parts
}
