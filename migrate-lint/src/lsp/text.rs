//! Places and paths as editors write them.

use std::path::PathBuf;

use lsp_types::{Position, Range};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::call::Span;
use crate::finding::{Finding, Level};
use crate::links;
use crate::report::FileReport;
use crate::source::Source;

/// The file of a `file:` address; none of another scheme, such as a text that has no file yet.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    // `file://localhost/x` is `/x`; another host is not this machine.
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_decode_str(rest.strip_prefix('/')?).decode_utf8().ok()?;
    let has_drive = decoded.as_bytes().get(1) == Some(&b':');
    Some(PathBuf::from(if has_drive { decoded.into_owned() } else { format!("/{decoded}") }))
}

/// A place; lines and columns are counted from 0, columns in UTF-16.
pub(super) fn position(source: &Source, offset: usize) -> Position {
    let position = source.position(offset);
    let number = |number: usize| u32::try_from(number - 1).unwrap_or(u32::MAX);
    Position { line: number(position.line), character: number(position.column_utf16) }
}

/// Two places.
pub(super) fn range(source: &Source, span: &Span) -> Range {
    Range { start: position(source, span.start), end: position(source, span.end) }
}

/// The byte at a place; a column after the end of its line is the end.
pub(super) fn offset(source: &Source, position: Position) -> usize {
    let line = source.line_span((position.line as usize).saturating_add(1));
    let mut units = 0;
    for (index, char) in source.slice(&line).char_indices() {
        if units >= position.character as usize {
            return line.start + index;
        }
        units += char.len_utf16();
    }
    line.end
}

/// A finding as an editor shows it.
pub(super) fn diagnostic(uri: &str, file: &FileReport, finding: &Finding) -> Value {
    let message: Vec<&str> = std::iter::once(finding.message.as_str())
        .chain(finding.label.as_deref())
        .chain(finding.help.iter().map(String::as_str))
        .collect();
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|(span, words)| {
            let location = json!({ "uri": uri, "range": range(&file.source, span) });
            json!({ "location": location, "message": words })
        })
        .collect();
    json!({
        "range": range(&file.source, &finding.span),
        "severity": if finding.level == Level::Deny { 1 } else { 2 },
        "code": finding.rule,
        "codeDescription": { "href": links::rule(finding.rule) },
        "source": "klog",
        "message": message.join("\n"),
        "relatedInformation": related,
    })
}
