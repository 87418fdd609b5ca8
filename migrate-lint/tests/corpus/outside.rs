//! Whether a fix has left alone what is no log call and no import.

use migrate_lint::internal::call::Span;
use syn::spanned::Spanned as _;
use syn::visit::Visit;

use crate::fixed::File;
use crate::values;

/// Lines that differ once calls and imports are cut out.
pub(crate) fn differences(before: &File, after: &File) -> Vec<String> {
    // A comment between the arguments of a call is above it afterwards.
    let comments = before.calls.iter().flat_map(|call| &call.comments);
    let moved: Vec<&str> = comments.filter_map(|span| before.text.get(span.clone())).collect();
    let (old, new) = (rest(before, &[], &after.text), rest(after, &moved, &before.text));
    // rustfmt gives the body of a closure or an arm braces where it does not fit a line.
    let bare = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.replace("{LOG}", "LOG")
            .replace("{LOG;}", "LOG")
            .replace("LOG,", "LOG")
            .replace(",)", ")")
    };
    if bare(&old) == bare(&new) {
        return Vec::new();
    }
    let diff = similar::TextDiff::from_lines(&old, &new);
    let changed =
        diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changed.take(6).map(|change| format!("{} {}", change.tag(), change.value().trim())).collect()
}

/// The text with a mark for each call and without imports, blank lines, indentation and `moved` comments.
/// What the `other` text has as well was not put there by a fix.
fn rest(file: &File, moved: &[&str], other: &str) -> String {
    let mut cuts: Vec<(Span, &str)> = file
        .calls
        .iter()
        .map(|call| {
            let start = hoist_start(&file.text, call.span.start, other);
            guarded(&file.text, start..call.span.end).unwrap_or((start..call.span.end, "LOG"))
        })
        .collect();
    if let Ok(parsed) = syn::parse_file(&file.text) {
        let mut imports = Imports::default();
        imports.visit_file(&parsed);
        cuts.extend(imports.spans.into_iter().map(|span| (span, "")));
    }
    cuts.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut text = String::new();
    let mut done = 0;
    for (span, mark) in cuts {
        if span.start < done {
            continue;
        }
        text.push_str(&file.text[done..span.start]);
        text.push_str(mark);
        done = span.end;
    }
    text.push_str(&file.text[done..]);
    // An exit after an error becomes one that flushes.
    for exit in ["std::process::exit(", "process::exit(", "klog::flush_and_exit("] {
        text = text.replace(exit, "EXIT(");
    }
    let is_moved = |line: &str| moved.iter().any(|comment| comment.trim() == line);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_moved(line));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Where the `let`s with an `.await` before a statement begin, which a fix may have put there.
fn hoist_start(text: &str, start: usize, other: &str) -> usize {
    let mut start = start;
    for _ in values::hoists(text, start) {
        let before = text[..start].trim_end();
        let Some(at) = before.rfind("let ").filter(|at| !other.contains(&before[*at..])) else {
            break;
        };
        start = at;
    }
    start
}

/// The statement with the `if tracing::enabled!(…) {` around it, where that holds nothing else: what is awaited for an entry
/// is awaited only if there is one.
fn guarded(text: &str, call: Span) -> Option<(Span, &'static str)> {
    let before = text[..call.start].trim_end().strip_suffix('{')?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let condition = before[line..].trim();
    let is_guard = condition.starts_with("if ")
        && condition.contains("enabled!(")
        && condition.ends_with(')')
        && !condition.contains("&&");
    let after = text[call.end..].trim_start();
    let rest = after.strip_prefix(';').unwrap_or(after).trim_start();
    let end = text.len() - rest.strip_prefix('}').filter(|_| is_guard)?.len();
    Some((line..end, if after.starts_with(';') { "LOG;" } else { "LOG" }))
}

#[derive(Default)]
struct Imports {
    spans: Vec<Span>,
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.spans.push(item.span().byte_range());
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.spans.push(item.span().byte_range());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        // What `#[instrument]` captures is a log call's business.
        let is_conditional = attribute.path().is_ident("cfg_attr")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string().contains("instrument"));
        let is_plain =
            attribute.path().segments.last().is_some_and(|last| last.ident == "instrument");
        if is_plain || is_conditional {
            self.spans.push(attribute.span().byte_range());
        }
    }
}
