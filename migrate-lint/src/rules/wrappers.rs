//! Macros of the program that hand their arguments on: `macro_rules! note { ($($arg:tt)*) => { log::info!($($arg)*) } }`.
//!
//! What such a macro calls and what its calls give it change together or not at all, so one fix does it, which is possible
//! where one file has the macro and all its calls.

use std::collections::BTreeMap;

use super::needs::{Need, needs};
use super::{Context, structured};
use crate::call::LogCall;
use crate::dialect::Dialect;
use crate::finding::{Edit, Fix};
use crate::scan::Scanned;
use crate::tokens;
use crate::workspace::Workspace;

/// By name: what keeps a macro from moving with its calls; nothing does where there is `None`.
pub(super) type Wrappers = BTreeMap<String, Option<String>>;

/// Where a macro is defined and called.
#[derive(Default)]
struct Places<'a> {
    /// File, text and calls of the body.
    bodies: Vec<(usize, &'a Scanned, &'a LogCall)>,
    /// File and call.
    calls: Vec<(usize, &'a LogCall)>,
}

/// What a file says of a macro by its name.
#[derive(Clone, Copy, Default)]
struct Mentions {
    n_definitions: usize,
    n_calls: usize,
    /// It can be used from elsewhere.
    is_shared: bool,
}

/// The macros in whose bodies calls are, and what keeps each where it is.
pub(super) fn gather(workspace: &Workspace, scanned: &[Scanned]) -> Wrappers {
    let mut places: BTreeMap<&str, Places<'_>> = BTreeMap::new();
    for one in scanned {
        for call in &one.calls {
            if let Some(name) = &call.place.macro_definition {
                places.entry(name).or_default().bodies.push((one.file, one, call));
            }
        }
    }
    for one in scanned {
        for call in &one.calls {
            let known = call.wrapper.as_deref().and_then(|name| places.get_mut(name));
            if let Some(known) = known {
                known.calls.push((one.file, call));
            }
        }
    }
    let mut mentions: BTreeMap<usize, BTreeMap<&str, Mentions>> = BTreeMap::new();
    let mut found = Wrappers::new();
    for (name, places) in places {
        let words = held(workspace, name, &places).or_else(|| {
            let (file, scanned, _) = places.bodies.first()?;
            let of_file = mentions.entry(*file).or_insert_with(|| of_file(&scanned.source.text));
            said(name, &places, of_file.get(name).copied().unwrap_or_default())
        });
        found.insert(name.to_owned(), words.map(|words| format!("it stays: {words}")));
    }
    found
}

/// What keeps a macro from moving, by its calls.
fn held(workspace: &Workspace, name: &str, places: &Places<'_>) -> Option<String> {
    let (file, ..) = places.bodies.first()?;
    let files = places.bodies.iter().map(|(file, ..)| file);
    let mut files = files.chain(places.calls.iter().map(|(file, _)| file));
    if let Some(other) = files.find(|other| *other != file) {
        let path = workspace.files.get(*other).map(|file| crate::files::shown(&file.path));
        let path = path.unwrap_or_default();
        return Some(format!("`{name}!` has to move together with its calls in {path}"));
    }
    let does_more = places.bodies.iter().any(|(_, scanned, call)| !hands_on(scanned, call));
    does_more.then(|| format!("`{name}!` does more than to hand on its arguments"))
}

/// What keeps a macro from moving, by what its file says of it.
fn said(name: &str, places: &Places<'_>, mentions: Mentions) -> Option<String> {
    if mentions.is_shared || mentions.n_definitions != 1 {
        return Some(format!(
            "`{name}!` may be used from other files, which would have to move too"
        ));
    }
    let is_plain = |call: &LogCall| call.forwards_tokens && call.place.macro_definition.is_none();
    let n_plain = places.calls.iter().filter(|(_, call)| is_plain(call)).count();
    // A call that is not read as one would keep the arguments of the other library.
    (n_plain != mentions.n_calls || n_plain == 0)
        .then(|| format!("a call of `{name}!` cannot be read, or there is none"))
}

/// The body's call is given what the macro is, after a target perhaps.
fn hands_on(scanned: &Scanned, call: &LogCall) -> bool {
    let text = |from, to| scanned.source.text.get(from..to).unwrap_or_default();
    let start = call.prefix.last().map_or(call.args_span.start, |prefix| prefix.span.end);
    let rest = text(start, call.args_span.end);
    let rest: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
    let variable = rest
        .trim_start_matches(',')
        .strip_prefix("$($")
        .and_then(|rest| rest.strip_suffix(")*").or_else(|| rest.strip_suffix(")+")));
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    variable.is_some_and(is_name)
        && !call.written.contains('$')
        && call.wrapper.is_none()
        && call.prefix.iter().all(|prefix| prefix.name == "target")
}

/// What a file says of the macros that it defines, in one pass over its names.
fn of_file(text: &str) -> BTreeMap<&str, Mentions> {
    let mut mentions: BTreeMap<&str, Mentions> = BTreeMap::new();
    for (at, name) in tokens::identifiers(text) {
        let before = text[..at].trim_end();
        let after = text[at + name.len()..].trim_start();
        let ends = |end: &str| before.strip_suffix(end).map(str::trim_end);
        if ends("!").is_some_and(|before| before.ends_with("macro_rules")) {
            let known = mentions.entry(name).or_default();
            known.n_definitions += 1;
            known.is_shared |= is_exported(before);
        } else if after.starts_with('!') && !after.starts_with("!=") {
            let known = mentions.entry(name).or_default();
            known.n_calls += 1;
            known.is_shared |= before.ends_with("::");
        } else if before.ends_with("use") || before.ends_with("::") || after.starts_with("as ") {
            mentions.entry(name).or_default().is_shared = true;
        }
    }
    mentions
}

/// An attribute in front of a definition exports it.
fn is_exported(before: &str) -> bool {
    const N_BACK: usize = 1024;
    let near = &before[tokens::boundary_before(before, before.len().saturating_sub(N_BACK))..];
    near.rsplit(['}', ';']).next().unwrap_or_default().contains("macro_export")
}

/// The macro of the body and all its calls in another dialect, or what keeps them where they are.
pub(super) fn moved(context: &Context<'_>, name: &str, dialect: &Dialect) -> Result<Fix, String> {
    match context.workspace.wrapper(name) {
        Some(None) => {}
        Some(Some(words)) => return Err(words.clone()),
        None => return Err(format!("it stays: `{name}!` has to move together with its calls")),
    }
    let (mut edits, mut reasons) = (Vec::new(), Vec::new());
    for body in context.scanned.of_macro(name, true) {
        match needs(context, body, dialect) {
            Some(Need { words, is_addable: false }) => return Err(format!("a fix needs {words}")),
            Some(Need { words, .. }) if !context.settings.edit_manifest => {
                return Err(format!("a fix needs {words}: `--edit-manifest` adds it"));
            }
            _ => {}
        }
        let text = format!("{}{}", structured::path(context, body, dialect), body.macro_name);
        edits.push(Edit { span: body.path_span.clone(), text });
    }
    for call in context.scanned.of_macro(name, false) {
        let line = context.scanned.source.position(call.span.start).line;
        let (more, why) = structured::through_wrapper(context, call)
            .map_err(|words| format!("`{name}!` stays for its call in line {line}, and {words}"))?;
        edits.extend(more);
        reasons.extend(why);
    }
    edits.sort_by_key(|edit: &Edit| edit.span.start);
    reasons.sort();
    reasons.dedup();
    let title = format!("move `{name}!` and all its calls to {}", dialect.name);
    Ok(Fix { title, reasons, edits, writes: Some(dialect.name) })
}
