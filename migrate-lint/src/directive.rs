//! `// klog: allow(rule, …) reason`: the comments that speak to the linter, as data.
//!
//! A comment on a line of its own speaks for the statement, item, match arm or argument below it, however many lines that
//! has; after code it speaks for its line; `//! klog: allow(…)` speaks for the file. Names are those of rules and groups,
//! and `all`.

use crate::call::Span;
use crate::scan::Scanned;
use crate::tokens::statement_at;

/// A comment that speaks to the linter.
#[derive(Clone, Debug)]
pub struct Directive {
    /// The whole comment.
    pub span: Span,
    /// What it says.
    pub saying: Saying,
    /// What it speaks for, in bytes of the file.
    pub scope: Span,
}

/// What a directive says.
#[derive(Clone, Debug)]
pub enum Saying {
    /// `allow(name, …) reason`.
    Allow {
        /// The names between the parentheses.
        names: Vec<AllowedName>,
        /// From the first name to the last, without the parentheses.
        list: Span,
        /// What follows the parentheses, trimmed.
        reason: String,
    },
    /// Something else that looks like a directive, by its first word.
    Unknown(String),
}

/// A name of an `allow(…)`.
#[derive(Clone, Debug)]
pub struct AllowedName {
    /// As written.
    pub name: String,
    /// Its place in the file.
    pub span: Span,
    /// It took back a finding.
    pub used: bool,
}

/// The directives of a file.
pub(crate) fn read(scanned: &Scanned) -> Vec<Directive> {
    let text = &scanned.source.text;
    let mut directives = Vec::new();
    // Of several comments above a statement the last is asked how far that goes.
    let mut next: Option<(usize, Span)> = None;
    for comment in scanned.comments.iter().rev() {
        let scope = if comment.inner {
            0..text.len()
        } else if comment.own_line {
            let between = |start| text.get(comment.span.end..start).unwrap_or("no");
            let same = next.take().filter(|(start, _)| between(*start).trim().is_empty());
            let scope =
                same.map(|(_, scope)| scope).or_else(|| statement_at(text, comment.span.end));
            let scope = scope.unwrap_or(comment.span.end..comment.span.end);
            next = Some((comment.span.start, scope.clone()));
            scope
        } else {
            let line = scanned.source.position(comment.span.start).line;
            scanned.source.line_span(line)
        };
        let saying = saying(scanned.source.slice(&comment.span), comment.span.start);
        directives.extend(saying.map(|saying| Directive {
            span: comment.span.clone(),
            saying,
            scope,
        }));
    }
    directives.reverse();
    directives
}

/// What a comment's text says; `None` for prose that only begins with `klog:`.
fn saying(comment: &str, start: usize) -> Option<Saying> {
    let (before, words) = comment.split_once("klog:")?;
    let mut offset = start + before.len() + "klog:".len();
    let words = words.strip_suffix("*/").unwrap_or(words);
    offset += words.len() - words.trim_start().len();
    let words = words.trim();
    let n_first = words.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
    let (first, rest) = words.split_at(n_first.unwrap_or(words.len()));
    if first != "allow" || !rest.starts_with('(') {
        return looks_like_one(first, rest).then(|| Saying::Unknown(first.to_owned()));
    }
    let Some((list, reason)) = rest[1..].split_once(')') else {
        return Some(Saying::Unknown(words.to_owned()));
    };
    let list_start = offset + first.len() + 1;
    let mut at = list_start;
    let mut names = Vec::new();
    for part in list.split(',') {
        let name = part.trim();
        let from = at + part.len() - part.trim_start().len();
        if !name.is_empty() {
            names.push(AllowedName {
                name: name.to_owned(),
                span: from..from + name.len(),
                used: false,
            });
        }
        at += part.len() + 1;
    }
    let list = list_start..list_start + list.len();
    let reason = reason.trim_start_matches([':', '-', '–', '—', ' ']).trim().to_owned();
    Some(Saying::Allow { names, list, reason })
}

fn looks_like_one(first: &str, rest: &str) -> bool {
    const KIN: [&str; 8] = ["ignore", "disable", "off", "nolint", "noqa", "expect", "deny", "skip"];
    let is_near = strsim::jaro_winkler(first, "allow") > 0.85;
    is_near
        || (rest.starts_with('(') && !first.is_empty())
        || KIN.contains(&first) && rest.is_empty()
}
