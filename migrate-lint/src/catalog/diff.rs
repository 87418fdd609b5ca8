//! What has changed between two catalogs, and whether it breaks those who read the logs.
//!
//! As cargo-semver-checks does for functions: what was there and is gone or different breaks, what is new does not.
//! A statement is found again by its identifier, else by crate and message wherever it has gone, else by its place when
//! its words or keys are similar; a statement that is found nowhere is removed.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Catalog, Key, Kind, Statement};
use crate::report::plural;

/// A change of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What has changed.
    pub what: What,
    /// The statement before; `None` for a new one.
    pub old: Option<Statement>,
    /// The statement now; `None` for one that is gone.
    pub new: Option<Statement>,
    /// Queries that matched the statement and do not any more, with their places.
    pub breaks: Vec<String>,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The statement is gone.
    Removed,
    /// It has other words.
    Reworded,
    /// It has another severity: before and now.
    Severity(String, String),
    /// A key is gone.
    KeyRemoved(String),
    /// A key has another name: before and now.
    KeyRenamed(String, String),
    /// A key has values of another kind: before and now.
    KeyKind(String, Kind, Kind),
    /// It has another V level: before and now.
    Verbosity(Option<u32>, Option<u32>),
    /// A key is new.
    KeyAdded(String),
    /// The statement is new.
    Added,
}

impl What {
    /// Whether it breaks those who read the logs.
    pub fn is_breaking(&self) -> bool {
        match self {
            Self::Removed
            | Self::Reworded
            | Self::Severity(..)
            | Self::KeyRemoved(_)
            | Self::KeyRenamed(..)
            | Self::KeyKind(..) => true,
            Self::Verbosity(..) | Self::KeyAdded(_) | Self::Added => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Removed => "statement-removed",
            Self::Reworded => "message-reworded",
            Self::Severity(..) => "severity-changed",
            Self::KeyRemoved(_) => "key-removed",
            Self::KeyRenamed(..) => "key-renamed",
            Self::KeyKind(..) => "key-kind-changed",
            Self::Verbosity(..) => "verbosity-changed",
            Self::KeyAdded(_) => "key-added",
            Self::Added => "statement-added",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = |v: &Option<u32>| v.map_or_else(|| "unknown".to_owned(), |v| format!("V{v}"));
        match self {
            Self::Removed => write!(f, "statement removed"),
            Self::Reworded => write!(f, "message reworded"),
            Self::Severity(old, new) => write!(f, "severity changed from {old} to {new}"),
            Self::KeyRemoved(key) => write!(f, "key `{key}` removed"),
            Self::KeyRenamed(old, new) => write!(f, "key `{old}` renamed to `{new}`"),
            Self::KeyKind(key, old, new) => {
                write!(f, "values of `{key}` changed from {} to {}", old.name(), new.name())
            }
            Self::Verbosity(old, new) => {
                write!(f, "verbosity changed from {} to {}", level(old), level(new))
            }
            Self::KeyAdded(key) => write!(f, "key `{key}` added"),
            Self::Added => write!(f, "statement added"),
        }
    }
}

/// Compares two catalogs; breaking changes come first.
pub fn compare(old: &Catalog, new: &Catalog) -> Vec<Change> {
    let mut changes = Vec::new();
    for (old, new) in pairs(old, new) {
        let found = match (old, new) {
            (Some(_), None) => vec![What::Removed],
            (None, Some(_)) => vec![What::Added],
            (Some(old), Some(new)) => differences(old, new),
            (None, None) => Vec::new(),
        };
        for what in found {
            changes.push(Change { what, old: old.cloned(), new: new.cloned(), breaks: Vec::new() });
        }
    }
    changes.sort_by_key(|change| {
        let statement = change.new.as_ref().or(change.old.as_ref());
        let place = statement.map(|it| (it.file.clone(), it.line));
        (!change.what.is_breaking(), place, change.what.clone())
    });
    changes
}

/// Which statement of one catalog is which of the other.
fn pairs<'a>(
    old: &'a Catalog,
    new: &'a Catalog,
) -> Vec<(Option<&'a Statement>, Option<&'a Statement>)> {
    let mut old_left: Vec<&Statement> = old.statements.iter().collect();
    let mut new_left: Vec<&Statement> = new.statements.iter().collect();
    let mut pairs = Vec::new();
    // The last one finds what has moved to a crate of another name.
    let names: [fn(&Statement) -> String; 4] = [
        |it| it.id.clone(),
        |it| format!("{:?}", (&it.crate_name, &it.message, &it.function)),
        |it| format!("{:?}", (&it.crate_name, &it.message)),
        |it| format!("{:?}", (&it.message, &it.severity, key_names(it))),
    ];
    for name in names {
        let mut by_name = HashMap::<String, VecDeque<usize>>::new();
        for (index, statement) in new_left.iter().enumerate() {
            by_name.entry(name(statement)).or_default().push_back(index);
        }
        let mut taken = BTreeSet::new();
        old_left.retain(|a| {
            let found = by_name.get_mut(&name(a)).and_then(VecDeque::pop_front);
            if let Some(index) = found {
                taken.insert(index);
                pairs.push((Some(*a), Some(new_left[index])));
            }
            found.is_none()
        });
        let mut index = 0;
        new_left.retain(|_| {
            index += 1;
            !taken.contains(&(index - 1))
        });
    }
    // Of equal statements one may go or come: what is printed stays the same.
    let printed =
        |catalog: &Catalog| -> HashSet<String> { catalog.statements.iter().map(printed).collect() };
    let (was_printed, is_printed) = (printed(old), printed(new));
    old_left.retain(|a| !is_printed.contains(&self::printed(a)));
    new_left.retain(|b| !was_printed.contains(&self::printed(b)));
    let (old, new) = (old_left, new_left);
    let mut by_function = HashMap::<_, Vec<usize>>::new();
    for (other, b) in new.iter().enumerate() {
        by_function.entry((&b.crate_name, &b.module, &b.function)).or_default().push(other);
    }
    // The most similar first, so that a removed statement does not take the place of its neighbour.
    let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
    for (index, a) in old.iter().enumerate() {
        let same = by_function.get(&(&a.crate_name, &a.module, &a.function));
        for other in same.into_iter().flatten() {
            let similarity = similarity(a, new[*other]);
            if similarity > 0 {
                candidates.push((similarity, index, *other));
            }
        }
    }
    candidates
        .sort_by_key(|(similarity, index, other)| (std::cmp::Reverse(*similarity), *index, *other));
    let (mut taken_old, mut taken_new) = (BTreeSet::new(), BTreeSet::new());
    for (_, index, other) in candidates {
        if !taken_old.contains(&index) && !taken_new.contains(&other) {
            taken_old.insert(index);
            taken_new.insert(other);
            pairs.push((Some(old[index]), Some(new[other])));
        }
    }
    let gone = old.iter().enumerate().filter(|(index, _)| !taken_old.contains(index));
    let came = new.iter().enumerate().filter(|(index, _)| !taken_new.contains(index));
    pairs.extend(gone.map(|(_, a)| (Some(*a), None)));
    pairs.extend(came.map(|(_, b)| (None, Some(*b))));
    pairs
}

/// What its lines have in common, wherever it is: severity and V level, logger, message, keys.
fn printed(statement: &Statement) -> String {
    let Statement { severity, v, logger, message, keys, .. } = statement;
    let keys: Vec<_> = keys.iter().map(|key| (&key.name, key.kind)).collect();
    format!("{:?}", (severity, v, logger, message, keys))
}

fn key_names(statement: &Statement) -> Vec<&str> {
    statement.keys.iter().map(|key| key.name.as_str()).collect()
}

/// How alike two statements of one function are, in per cent; 0 when they are not the same statement.
fn similarity(a: &Statement, b: &Statement) -> usize {
    let words = strsim::normalized_damerau_levenshtein(
        &a.message.to_lowercase(),
        &b.message.to_lowercase(),
    );
    let names = |statement: &Statement| -> BTreeSet<String> {
        statement.keys.iter().map(|key| key.name.clone()).collect()
    };
    let (a_keys, b_keys) = (names(a), names(b));
    let n_shared = a_keys.intersection(&b_keys).count();
    let n_all = a_keys.union(&b_keys).count();
    let keys = if n_all == 0 { 0.0 } else { n_shared as f64 / n_all as f64 };
    if words >= 0.5 || keys >= 0.5 { ((words + keys) * 50.0) as usize + 1 } else { 0 }
}

fn differences(old: &Statement, new: &Statement) -> Vec<What> {
    let mut found = Vec::new();
    if old.message != new.message {
        found.push(What::Reworded);
    }
    if old.severity != new.severity {
        found.push(What::Severity(old.severity.clone(), new.severity.clone()));
    } else if old.v != new.v {
        found.push(What::Verbosity(old.v, new.v));
    }
    let has = |keys: &[Key], name: &str| keys.iter().any(|key| key.name == name);
    let gone: Vec<(usize, &Key)> =
        old.keys.iter().enumerate().filter(|(_, key)| !has(&new.keys, &key.name)).collect();
    let mut came: Vec<(usize, &Key)> =
        new.keys.iter().enumerate().filter(|(_, key)| !has(&old.keys, &key.name)).collect();
    for (index, key) in gone {
        // In the same place among the others, or alone on both sides: the same pair by another name.
        let renamed =
            came.iter().position(|(other, _)| *other == index && old.keys.len() == new.keys.len());
        match renamed {
            Some(place) => {
                let (_, by) = came.remove(place);
                found.push(What::KeyRenamed(key.name.clone(), by.name.clone()));
            }
            None => found.push(What::KeyRemoved(key.name.clone())),
        }
    }
    found.extend(came.iter().map(|(_, key)| What::KeyAdded(key.name.clone())));
    for key in &old.keys {
        let now = new.keys.iter().find(|other| other.name == key.name);
        if let Some(now) = now
            && now.kind != key.kind
            && now.kind != Kind::Unknown
            && key.kind != Kind::Unknown
        {
            found.push(What::KeyKind(key.name.clone(), key.kind, now.kind));
        }
    }
    found
}

/// A form of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Text,
    /// As data.
    Json,
    /// For a pull request.
    Markdown,
}

/// Writes changes.
///
/// # Errors
///
/// Those of `out`.
pub fn write(form: Form, changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Text => text(changes, out),
        Form::Json => json(changes, out),
        Form::Markdown => markdown(changes, out),
    }
}

fn text(changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    for change in changes {
        let level = if change.what.is_breaking() { "breaking" } else { "minor" };
        writeln!(out, "{level}[{}]: {}", change.what.name(), change.what)?;
        for (sign, statement) in [("-", &change.old), ("+", &change.new)] {
            if let Some(it) = statement {
                let message = one_line(&it.message);
                writeln!(out, "  {sign} {}:{}  \"{message}\"", it.file, it.line)?;
            }
        }
        for query in &change.breaks {
            writeln!(out, "  breaks {}", one_line(query))?;
        }
    }
    writeln!(out, "{}", conclusion(changes))
}

fn markdown(changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Changes of log statements\n\n{}.", conclusion(changes))?;
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| | change | message | where |\n|---|---|---|---|")?;
    for change in changes {
        let level = if change.what.is_breaking() { "**breaking**" } else { "minor" };
        let Some(it) = change.new.as_ref().or(change.old.as_ref()) else { continue };
        let message = one_line(&it.message).replace('|', "\\|");
        let mut what = change.what.to_string().replace('|', "\\|");
        for query in &change.breaks {
            what += &format!("; breaks {}", one_line(query).replace('|', "\\|"));
        }
        let (file, line) = (&it.file, it.line);
        writeln!(out, "| {level} | {what} | {message} | {file}:{line} |")?;
    }
    Ok(())
}

fn json(changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    let statement = |statement: &Option<Statement>| -> Value {
        statement.as_ref().map_or(
            Value::Null,
            |it| json!({ "id": it.id, "file": it.file, "line": it.line, "message": it.message }),
        )
    };
    let changes: Vec<Value> = changes
        .iter()
        .map(|change| {
            json!({
                "change": change.what.name(),
                "breaking": change.what.is_breaking(),
                "text": change.what.to_string(),
                "breaks": change.breaks,
                "old": statement(&change.old),
                "new": statement(&change.new),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "version": 1, "changes": changes }))?;
    writeln!(out)
}

fn conclusion(changes: &[Change]) -> String {
    let n_breaking = changes.iter().filter(|change| change.what.is_breaking()).count();
    let n_minor = changes.len() - n_breaking;
    match (n_breaking, n_minor) {
        (0, 0) => "no changes".to_owned(),
        _ => format!(
            "{}, {}",
            plural(n_breaking, "breaking change", "breaking changes"),
            plural(n_minor, "minor change", "minor changes")
        ),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
