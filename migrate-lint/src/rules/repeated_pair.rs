//! `debug!("Syncing", pod)` … `info!("Synced", pod)` … `warn!("Not ready", pod)`.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::context_fix::{self, Names, Plan};
use super::{Check, Context, FixKind, Rule, carried, finding, pair_in_context, unchanged, values};
use crate::call::{CallKind, LogCall, Pair};
use crate::dialect::{self, Dialect};
use crate::finding::{Finding, Fix, Level};
use crate::safety::Reason;
use crate::scan::made;

pub(super) static RULE: Rule = Rule {
    name: "repeated-pair",
    group: "contextual",
    level: Level::Allow,
    summary: "the same pair in three calls of a function or more, or in all of two",
    origin: "KEP-3077 (kubernetes/kubernetes#121998)",
    fix: FixKind::Unsafe,
    page: include_str!("repeated-pair.md"),
    check: Check::File(check),
};

/// Calls of a function that log the same under the same key.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// Index of the function, or of the outermost body.
    pub function: usize,
    pub key: String,
    pub members: Vec<(&'a LogCall, &'a Pair)>,
    /// Names at the roots of the value, or why it has none that can be followed.
    pub roots: Result<Vec<String>, Reason>,
    /// How the calls write their logger.
    pub logger: Option<String>,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let groups = groups(context);
    let mut names = Names::new();
    let plans: Vec<Result<Plan, Reason>> =
        groups.iter().map(|group| context_fix::plan(context, group, &mut names)).collect();
    let mut by_beginning: HashMap<_, Vec<(usize, &Plan)>> = HashMap::new();
    for (at, plan) in plans.iter().enumerate() {
        if let Ok(plan) = plan {
            by_beginning.entry(plan.beginning()).or_default().push((at, plan));
        }
    }
    let mut fixed: HashSet<usize> = HashSet::new();
    for (at, (group, plan)) in groups.iter().zip(&plans).enumerate() {
        let mut finding = reported(group);
        match plan {
            Err(reason) => finding.help.push(format!("no fix: {}", reason.words())),
            Ok(_) if fixed.contains(&at) => {
                finding.help.push("the fix of the first such pair takes this one along".to_owned());
            }
            Ok(plan) => {
                // All that begins at the same place in the same way goes into one logger or span.
                let beside = by_beginning.get(&plan.beginning()).into_iter().flatten();
                let with = beside.filter(|(_, other)| other.shape == plan.shape);
                let with: Vec<usize> = with.map(|(other, _)| *other).collect();
                let all: Vec<&Group<'_>> = with.iter().map(|one| &groups[*one]).collect();
                if let Some((title, edits)) = context_fix::edits(context, plan, &all) {
                    let reasons = vec![Reason::PairMoved];
                    finding.fix = Some(Fix { title, reasons, edits, writes: None });
                    fixed.extend(with);
                }
            }
        }
        findings.push(finding);
    }
}

fn reported(group: &Group<'_>) -> Finding {
    let (key, n_calls) = (&group.key, group.members.len());
    let (_, first) = group.members[0];
    let words = format!("`{key}` has the same value in {n_calls} calls of this function");
    let mut finding = finding(first.span.clone(), words);
    for (_, pair) in &group.members[1..] {
        finding.related.push((pair.span.clone(), "again here".to_owned()));
    }
    let dialect = group.members[0].0.dialect;
    let where_to = if dialect.traits.has_verbosity || is_slog(dialect) { "logger" } else { "span" };
    if dialect != &dialect::log::DIALECT {
        finding.help.push(format!("give it to a {where_to}, once: callees log it too"));
    }
    if group.members.iter().all(|(call, _)| values::is_usually_disabled(call)) {
        let words = "all of these calls are usually off: a logger costs two allocations even then";
        finding.help.push(words.to_owned());
    }
    finding
}

pub(super) fn is_slog(dialect: &Dialect) -> bool {
    dialect.logger == dialect::Logger::First
}

/// Pairs that are repeated, in the order of their first calls.
fn groups<'a>(context: &Context<'a>) -> Vec<Group<'a>> {
    let calls: Vec<&LogCall> = context.scanned.calls.iter().filter(|call| is_asked(call)).collect();
    if !has_a_key_twice(&calls) {
        return Vec::new();
    }
    let flow = context.scanned.flow();
    let mut by_function: BTreeMap<usize, Vec<&LogCall>> = BTreeMap::new();
    for call in calls {
        let Some(body) = flow.body_at(call.span.start) else { continue };
        by_function.entry(flow.function_of(body)).or_default().push(call);
    }
    let mut groups = Vec::new();
    for (function, calls) in by_function {
        let mut known: Vec<Group<'a>> = Vec::new();
        let mut by_identity: HashMap<Identity, usize> = HashMap::new();
        let mut n_of_dialect: HashMap<&str, usize> = HashMap::new();
        for call in &calls {
            *n_of_dialect.entry(call.dialect.name).or_default() += 1;
        }
        for call in &calls {
            let carried = pair_in_context::repeated(context, call);
            for pair in &call.pairs {
                if carried.iter().any(|(one, _)| one.span == pair.span) {
                    continue;
                }
                let Some((identity, roots)) = identity(context, call, pair) else { continue };
                match by_identity.get(&identity) {
                    Some(at) => known[*at].members.push((call, pair)),
                    None => {
                        let (key, logger) = (identity.key.clone(), identity.logger.clone());
                        let members = vec![(*call, pair)];
                        by_identity.insert(identity, known.len());
                        known.push(Group { function, key, members, roots, logger });
                    }
                }
            }
        }
        groups.extend(known.into_iter().filter(|group| {
            let n_calls = group.members.len();
            let n_all = n_of_dialect.get(group.members[0].0.dialect.name).copied();
            n_calls >= 3 || n_calls == 2 && n_all == Some(2)
        }));
    }
    groups.sort_by_key(|group| group.members[0].1.span.start);
    groups
}

/// Without one, the flow of the file need not be known.
fn has_a_key_twice(calls: &[&LogCall]) -> bool {
    let keys = calls.iter().enumerate().flat_map(|(index, call)| {
        call.pairs.iter().filter_map(move |pair| Some((pair.key.as_deref()?, index)))
    });
    let mut first = HashMap::new();
    keys.into_iter().any(|(key, index)| *first.entry(key).or_insert(index) != index)
}

fn is_asked(call: &LogCall) -> bool {
    call.kind == CallKind::Event
        && !call.dialect.prints
        && !call.place.test_code
        && call.wrapper.is_none()
        && call.place.macro_definition.is_none()
        && !call.prefix.iter().any(|one| one.name == "parent")
}

/// What two pairs have in common that log the same.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Identity {
    dialect: &'static str,
    key: String,
    sigil: &'static str,
    value: String,
    logger: Option<String>,
    /// Where the names of the value are bound.
    bound: Vec<usize>,
}

fn identity(
    context: &Context<'_>,
    call: &LogCall,
    pair: &Pair,
) -> Option<(Identity, Result<Vec<String>, Reason>)> {
    let value = pair.value.as_ref()?;
    if value.has_await || value.has_control_flow {
        return None;
    }
    let flow = context.scanned.flow();
    let roots = unchanged::roots(context, &value.shape);
    let names = roots.clone().unwrap_or_default();
    let at = call.span.start;
    let bound = names.iter().map(|name| flow.binding(name, at).map_or(0, |one| one.scope.start));
    let logger = call.prefix.iter().find(|one| one.name == "logger");
    let identity = Identity {
        dialect: call.dialect.name,
        key: pair.key.clone()?,
        sigil: carried::sigil(pair)?,
        value: made::plain(&value.text),
        logger: logger.map(|one| made::plain(&one.value.text)),
        bound: bound.collect(),
    };
    Some((identity, roots))
}
