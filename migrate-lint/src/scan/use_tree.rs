//! `use a::{b, c as d, e::*};` as a list of paths.

use std::ops::Range;

use crate::syntax::token::{Kind, Reader};

/// Calls `leaf` with the path and the local name of every leaf; a glob's name is `*`.
pub(super) fn read(reader: &Reader<'_>, tokens: Range<usize>, leaf: &mut dyn FnMut(&str, &str)) {
    // Trees to read, each with the path before it; a list instead of recursion, because the text decides how deep it is.
    let mut left = vec![(tokens, String::new())];
    while let Some((tokens, mut path)) = left.pop() {
        let mut index = tokens.start;
        let mut last = "";
        while index < tokens.end {
            match reader.kind(index) {
                Some(Kind::Ident) if reader.is_word(index, "as") => {
                    leaf(&path, reader.word(index + 1).trim_start_matches("r#"));
                    last = "";
                    break;
                }
                Some(Kind::Ident) => {
                    let word = reader.word(index).trim_start_matches("r#");
                    if word != "self" || path.is_empty() {
                        join(&mut path, word);
                    }
                    last = word;
                }
                // `$crate`
                Some(Kind::Punct(b'$')) => {}
                Some(Kind::Punct(b':')) if path.is_empty() => path.push_str("::"),
                Some(Kind::Punct(b'*')) => {
                    leaf(&path, "*");
                    last = "";
                    break;
                }
                Some(Kind::Open(b'{')) => {
                    last = "";
                    let inside = index + 1..reader.mate(index).min(tokens.end);
                    let mut start = inside.start;
                    let mut at = inside.start;
                    while at <= inside.end {
                        if at == inside.end || reader.is(at, b',') {
                            if start < at {
                                left.push((start..at, path.clone()));
                            }
                            start = at + 1;
                        }
                        at = reader.next(at);
                    }
                    break;
                }
                _ => {}
            }
            index += 1;
        }
        if last == "self" && path != "self" {
            last = path.rsplit("::").next().unwrap_or_default();
        }
        if !last.is_empty() {
            leaf(&path, last);
        }
    }
}

fn join(path: &mut String, word: &str) {
    if !path.is_empty() && !path.ends_with("::") {
        path.push_str("::");
    }
    path.push_str(word);
}
