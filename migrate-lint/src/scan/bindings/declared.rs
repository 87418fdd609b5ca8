//! What the types of a file say of names that patterns and matches bind.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::syntax::token::{Kind, Reader};

/// Structs, and variants with named fields, by their names; read when a pattern asks.
#[derive(Default)]
pub(in crate::scan) struct Declared(OnceCell<HashMap<String, Vec<Range<usize>>>>);

impl Declared {
    /// The type of a field of each struct or variant of that name in the file.
    pub(super) fn field(&self, reader: &Reader<'_>, of: &str, field: &str) -> Vec<Range<usize>> {
        let all = self.0.get_or_init(|| read(reader));
        let fields = all.get(of).into_iter().flatten();
        fields.filter_map(|fields| type_of(reader, fields.clone(), field)).collect()
    }
}

fn read(reader: &Reader<'_>) -> HashMap<String, Vec<Range<usize>>> {
    let mut found: HashMap<String, Vec<Range<usize>>> = HashMap::new();
    let mut at = 0;
    while at + 1 < reader.list.len() {
        let is_enum = reader.is_word(at, "enum");
        if !(is_enum || reader.is_word(at, "struct")) || reader.kind(at + 1) != Some(Kind::Ident) {
            at += 1;
            continue;
        }
        let name = at + 1;
        at += 2;
        while !reader.is_brace(at) && !reader.is(at, b';') && at < reader.list.len() {
            at = reader.next(at);
        }
        let inside = at + 1..reader.mate(at).min(reader.list.len());
        if !reader.is_brace(at) {
            continue;
        }
        at = inside.end;
        if is_enum {
            let variants = inside
                .filter(|&at| reader.kind(at) == Some(Kind::Ident) && reader.is_brace(at + 1));
            for variant in variants {
                let fields = variant + 2..reader.mate(variant + 1).min(reader.list.len());
                found.entry(reader.word(variant).to_owned()).or_default().push(fields);
            }
        } else {
            found.entry(reader.word(name).to_owned()).or_default().push(inside);
        }
    }
    found
}

/// The type after `name:` among fields or parameters.
pub(super) fn type_of(
    reader: &Reader<'_>,
    inside: Range<usize>,
    name: &str,
) -> Option<Range<usize>> {
    let mut at = inside.start;
    let mut depth = 0_usize;
    while at < inside.end {
        let is_it = depth == 0 && reader.is_word(at, name) && reader.is(at + 1, b':');
        if is_it && !reader.is_pair(at + 1, b"::") {
            let end = end_of_type(reader, at + 2, inside.end);
            return Some(at + 2..end);
        }
        match reader.kind(at) {
            Some(Kind::Punct(b'<')) => depth += 1,
            Some(Kind::Punct(b'>')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = reader.next(at);
    }
    None
}

/// Where a type ends: at a comma that is not between its angle brackets.
pub(super) fn end_of_type(reader: &Reader<'_>, start: usize, limit: usize) -> usize {
    let mut end = start;
    let mut depth = 0_usize;
    while end < limit && !(depth == 0 && reader.is(end, b',')) {
        match reader.kind(end) {
            Some(Kind::Punct(b'<')) => depth += 1,
            Some(Kind::Punct(b'>')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        end = reader.next(end);
    }
    end.min(limit)
}

/// The type of a parameter of the function around a place, unless something binds its name again before.
pub(super) fn of_parameter(reader: &Reader<'_>, place: usize, name: &str) -> Option<Range<usize>> {
    let mut at = place;
    for _ in 0..1024 {
        let before = at.checked_sub(1)?;
        match reader.kind(before)? {
            Kind::Close(_) => {
                at = reader.mate(before).min(before);
                // `Err(code)`, `(code, row)` of a pattern, but not `check(code)`; longer brackets are none.
                let inside = at + 1..before;
                let of = at.checked_sub(1).map_or("", |of| reader.word(of));
                let is_pattern = inside.len() < 16 && !of.starts_with(char::is_lowercase);
                let binds = |at: usize| reader.is_word(at, name) && !reader.is(at + 1, b':');
                if is_pattern && inside.into_iter().any(binds) {
                    return None;
                }
            }
            Kind::Ident if reader.is_word(before, name) => {
                let above = before.checked_sub(1)?;
                let binds = ["let", "mut", "ref", "for"].contains(&reader.word(above));
                if binds || reader.is(above, b'|') {
                    return None;
                }
                at = before;
            }
            Kind::Ident if reader.is_word(before, "fn") => {
                let mut open = before + 2;
                while open < place && reader.kind(open) != Some(Kind::Open(b'(')) {
                    open = reader.next(open);
                }
                return type_of(reader, open + 1..reader.mate(open).min(place), name);
            }
            _ => at = before,
        }
    }
    None
}
