//! What the linter finds, beside what the compiler says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use migrate_lint::internal::call::LogCall;
use migrate_lint::internal::scan::{self, ScanConfig};
use migrate_lint::internal::workspace::Selection;

use crate::compiler::{self, Place, Uses};
use crate::subject::Subject;

/// The outcome for one crate.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) subject: String,
    /// Places that the compiler names.
    pub(crate) n_uses: usize,
    /// Uses of macros that log nothing, left out of the count.
    pub(crate) n_parts: usize,
    /// Those of them that the linter finds.
    pub(crate) n_found: usize,
    /// Calls of wrappers that the linter finds, and those whose expansion the compiler names.
    pub(crate) n_wrapped: usize,
    pub(crate) n_wrapped_confirmed: usize,
    /// What the compiler names and the linter does not find.
    pub(crate) missed: Vec<String>,
    /// What the linter finds in code that is compiled and logs nothing.
    pub(crate) wrong: Vec<String>,
    /// What the linter finds in code that is not compiled, by reason.
    pub(crate) not_compiled: BTreeMap<&'static str, usize>,
}

struct Found {
    call: LogCall,
    line: String,
    end: usize,
}

/// Compares both lists.
pub(crate) fn compare(work: &Path, directory: &Path, subject: &Subject, uses: &Uses) -> Outcome {
    let found = calls(directory);
    let mut outcome = Outcome {
        subject: format!("{} {}", subject.name, subject.version),
        n_uses: uses.places.len(),
        n_parts: uses.n_parts,
        ..Outcome::default()
    };
    // The compiler may name a path's last word only.
    let covering = |place: &Place| {
        let before = found.range((place.0.clone(), 0)..=place.clone()).next_back();
        before.filter(|(_, found)| found.end > place.1).map(|(place, _)| place.clone())
    };
    let mut confirmed: BTreeSet<Place> = BTreeSet::new();
    for (place, package) in &uses.places {
        match covering(place) {
            Some(place) => {
                outcome.n_found += 1;
                confirmed.insert(place);
            }
            None => outcome.missed.push(describe(directory, place, package)),
        }
    }
    confirmed.extend(uses.callers.keys().filter_map(covering));
    for (caller, used) in &uses.callers {
        // A macro whose body has a message of its own is no log call where it is called.
        let takes_message = |place: &Place| {
            let call = covering(place).and_then(|place| found.get(&place));
            call.is_none_or(|found| found.call.message.is_none())
        };
        if covering(caller).is_none()
            && !uses.places.contains_key(caller)
            && is_macro_call(directory, caller)
            && used.iter().all(takes_message)
        {
            outcome.n_uses += 1;
            outcome.missed.push(describe(directory, caller, "through a macro"));
        }
    }
    let extra: Vec<(&Place, &Found)> =
        found.iter().filter(|(place, _)| !confirmed.contains(*place)).collect();
    let compiled = compiled(work, directory, subject, &extra);
    // No call in the wrapper's own body is compiled.
    let is_silent = |call: &LogCall| {
        call.wrapper.is_some()
            && !confirmed.iter().any(|place| {
                let inside =
                    found.get(place).and_then(|it| it.call.place.macro_definition.as_ref());
                inside == call.wrapper.as_ref()
            })
    };
    for (place, found) in &found {
        let call = &found.call;
        outcome.n_wrapped += usize::from(call.wrapper.is_some());
        if confirmed.contains(place) {
            outcome.n_wrapped_confirmed += usize::from(call.wrapper.is_some());
        } else if compiled.contains(place) && is_silent(call) {
            *outcome.not_compiled.entry("a wrapper that logs with other features").or_default() +=
                1;
        } else if compiled.contains(place) {
            outcome.wrong.push(found.line.clone());
        } else {
            let reason = match &call.place {
                place if place.macro_definition.is_some() => "a macro's rule that is not used",
                place if place.test_code => "tests, benches, examples",
                _ => "code that `cfg` leaves out",
            };
            *outcome.not_compiled.entry(reason).or_default() += 1;
        }
    }
    outcome
}

/// The calls of the three facades that are found in a directory.
fn calls(directory: &Path) -> BTreeMap<Place, Found> {
    let selection = Selection { directory: directory.to_owned(), ..Selection::default() };
    let workspace = scan::load(&selection);
    let (_, scanned) = scan::workspace(&workspace, &ScanConfig::default(), &|_| {});
    let mut found: BTreeMap<Place, Found> = BTreeMap::new();
    for file in scanned {
        let path = workspace.files[file.file].path.to_string_lossy().into_owned();
        for call in file.calls {
            if matches!(call.dialect.name, "log" | "tracing" | "slog") {
                let position = file.source.position(call.path_span.start);
                let line =
                    format!("`{path}:{}:{}` `{}!`", position.line, position.column, call.written);
                let end = call.path_span.end;
                found.insert((path.clone(), call.path_span.start), Found { call, line, end });
            }
        }
    }
    found
}

/// Whether a macro is called at a place, and no attribute or derive is there.
fn is_macro_call(directory: &Path, (path, start): &Place) -> bool {
    let text = std::fs::read_to_string(directory.join(path)).unwrap_or_default();
    let rest = text.get(*start..).unwrap_or_default();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
    end.is_some_and(|end| end > 0 && rest[end..].trim_start().starts_with('!'))
}

fn describe(directory: &Path, (path, start): &Place, package: &str) -> String {
    let text = std::fs::read_to_string(directory.join(path)).unwrap_or_default();
    let line = text.get(..*start).map_or(0, |before| before.matches('\n').count() + 1);
    let rest = text.get(*start..).unwrap_or_default();
    let written = rest.lines().next().unwrap_or_default();
    format!("`{path}:{line}` {package}: `{written}`")
}

/// Which of these calls are compiled: those about whose name the compiler complains when it does not exist.
fn compiled(
    work: &Path,
    directory: &Path,
    subject: &Subject,
    calls: &[(&Place, &Found)],
) -> BTreeSet<Place> {
    let mut compiled = BTreeSet::new();
    if calls.is_empty() {
        return compiled;
    }
    let mut before: BTreeMap<&str, String> = BTreeMap::new();
    // From the last to the first, so that the places of those before stay.
    for ((path, start), found) in calls.iter().rev() {
        let file = directory.join(path);
        let text = std::fs::read_to_string(&file).unwrap();
        before.entry(path).or_insert_with(|| text.clone());
        // As long as the name that it stands for.
        let name = "klog_oracle_probe_".chars().cycle().take(found.end - start).collect::<String>();
        let name = format!("Q{}", &name[1..]);
        let changed = format!("{}{}{}", &text[..*start], name, &text[found.end..]);
        std::fs::write(&file, changed).unwrap();
    }
    compiler::check(work, directory, subject, &mut |message| {
        let text = message["message"].as_str().unwrap_or_default();
        if !text.starts_with("cannot find macro `Q") {
            return;
        }
        for span in message["spans"].as_array().into_iter().flatten() {
            if let Some(place) = compiler::place(directory, span) {
                compiled.insert(place);
            }
        }
    });
    for (path, text) in before {
        std::fs::write(directory.join(path), text).unwrap();
    }
    compiled
}
