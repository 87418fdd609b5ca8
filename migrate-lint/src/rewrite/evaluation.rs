//! What evaluating an argument may do besides giving its value, and whether a rewritten call evaluates each as often as
//! before, in the same order and under the same conditions.

use super::styling;
use crate::call::{Expr, LogCall, Pair, Shape};

/// A name, a field or a literal, borrowed or not: equal texts are equal values, and to read it does nothing.
pub(super) fn is_place(shape: &Shape) -> bool {
    match shape {
        Shape::Ident(name) => !name.starts_with('$'),
        Shape::Path(_) | Shape::Str(_) | Shape::Literal(_) => true,
        Shape::Field(base, _) | Shape::Reference(base) | Shape::Deref(base) => is_place(base),
        _ => false,
    }
}

/// Methods of the standard library that only look, and cannot fail.
const QUIET: &str = "\
    as_bytes as_deref as_micros as_millis as_nanos as_path as_ref as_secs as_secs_f32 as_secs_f64 \
    as_slice as_str capacity clone display elapsed is_empty is_err is_none is_ok is_some kind len \
    subsec_micros subsec_millis subsec_nanos to_owned to_string to_string_lossy trim trim_end \
    trim_start";

/// Macros that the compiler replaces by a constant.
const CONSTANT: &str =
    "cfg column concat env file include_str line module_path option_env stringify";

/// Whether evaluating the expression is noticed by nothing: no foreign code, no panic, no jump.
pub(super) fn is_quiet(expr: &Expr) -> bool {
    if expr.has_await || expr.has_control_flow {
        return false;
    }
    is_quiet_shape(&expr.shape) || is_comparison(&expr.text)
}

fn is_quiet_shape(shape: &Shape) -> bool {
    match shape {
        // A colour around a literal.
        shape if styling::literal(shape).is_some() => true,
        Shape::Method(base, name, arguments) => {
            let is_quiet = arguments.is_empty() && has(QUIET, name);
            is_quiet && is_quiet_shape(base)
        }
        Shape::MacroCall(..) => is_constant(shape),
        Shape::Field(inner, _)
        | Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Cast(inner)
        | Shape::Group(inner) => is_quiet_shape(inner),
        other => is_place(other),
    }
}

fn has(class: &str, name: &str) -> bool {
    class.split_ascii_whitespace().any(|other| other == name)
}

/// Names, literals and what compares and chooses among them: `if ready { "yes" } else { "no" }`, `a == b`.
fn is_comparison(text: &str) -> bool {
    let mut outside = String::new();
    let mut is_inside = false;
    let mut is_escaped = false;
    for char in text.chars() {
        if char == '"' && !is_escaped {
            is_inside = !is_inside;
        } else if !is_inside {
            outside.push(char);
        }
        is_escaped = char == '\\' && !is_escaped;
    }
    for known in ["=>", "==", "!=", "<=", ">=", "&&", "||"] {
        outside = outside.replace(known, " ");
    }
    !is_inside
        && !outside
            .contains(['(', '[', '?', '!', '=', '+', '-', '*', '/', '%', '^', ';', '|', '\''])
}

/// The number of arguments, from the first, that have to be computed by statements in front of the call.
///
/// A print always evaluates its arguments, a log call only when it is enabled; and what is awaited cannot be a pair.
/// What comes before such an argument goes with it, so that the order stays.
pub(super) fn n_computed_before(call: &LogCall, is_print: bool) -> usize {
    let goes_before = |value: &Expr| value.has_await || is_print && !is_quiet(value);
    call.format_args
        .iter()
        .rposition(|argument| goes_before(&argument.value))
        .map_or(0, |last| last + 1)
}

/// Whether an expression is worth a name of its own where others are computed in front of the call.
pub(super) fn needs_name(expr: &Expr) -> bool {
    !is_place(&expr.shape) && !is_constant(&expr.shape)
}

fn is_constant(shape: &Shape) -> bool {
    matches!(shape, Shape::MacroCall(path, _) if path.last().is_some_and(|name| has(CONSTANT, name)))
}

/// The value of a `let` that computes the expression; `None` where it could borrow what ends with the statement, or
/// hold a lock until the end of the block.
pub(super) fn statement_value(expr: &Expr) -> Option<String> {
    match &expr.shape {
        // What an index gives stays where it is.
        Shape::Index(base, _) if is_place(base) => Some(format!("&{}", expr.text)),
        shape if is_owned(shape, &expr.text) => Some(expr.text.clone()),
        _ => None,
    }
}

/// Methods whose result lives as long as that of their receiver.
const KEEPING: &str = "expect unwrap unwrap_or unwrap_or_default unwrap_or_else";

/// Methods whose result borrows nothing.
const OWNING: &str = "\
    abs as_micros as_millis as_nanos as_secs as_secs_f32 as_secs_f64 clone collect count elapsed \
    fold is_empty is_err is_none is_ok is_some join len max min pow product round saturating_add \
    saturating_sub subsec_micros subsec_millis subsec_nanos sum to_owned to_string wrapping_add \
    wrapping_sub";

/// Methods that give a guard, where they take nothing.
const GUARDS: &str = "\
    acquire borrow borrow_and_update borrow_mut get get_mut lock read try_lock try_read try_write \
    upgradable_read write";

fn is_owned(shape: &Shape, text: &str) -> bool {
    match shape {
        Shape::Try(inner) | Shape::Group(inner) | Shape::Cast(inner) => {
            // A block with statements of its own.
            **inner == Shape::Other && text.starts_with(['{', 'u']) || is_owned(inner, text)
        }
        Shape::Reference(inner) => is_owned(inner, text),
        Shape::Method(base, name, arguments) => {
            if has(KEEPING, name) {
                return is_place(base) || is_owned(base, text);
            }
            let is_short = is_place(base) && arguments.iter().all(is_place);
            let is_guard = has(GUARDS, name) && arguments.is_empty() || is_lock(name);
            has(OWNING, name) || is_short && !is_guard
        }
        Shape::Call(path, arguments) => {
            arguments.iter().all(is_place) && !path.last().is_some_and(|name| is_lock(name))
        }
        Shape::MacroCall(path, _) => path.last().is_some_and(|name| name == "format"),
        Shape::Await(inner) => match &**inner {
            Shape::Method(base, name, _) => {
                let is_short = is_place(base)
                    || matches!(
                        **base,
                        Shape::Method(..) | Shape::Call(..) | Shape::Await(..) | Shape::Try(..)
                    );
                !has(GUARDS, name) && !is_lock(name) && is_short
            }
            Shape::Call(path, _) => !path.last().is_some_and(|name| is_lock(name)),
            inner => is_place(inner),
        },
        Shape::Operator(parts) => parts.iter().all(|part| is_place(part) || is_owned(part, "")),
        Shape::Branch => !text.contains('&'),
        other => is_place(other) && !matches!(other, Shape::Field(..) | Shape::Deref(_)),
    }
}

/// Methods that count what they did.
const COUNTING: &str = "read read_line read_to_end read_to_string write";

/// Whether a value has nothing to do when it goes: it may live as long as its block.
pub(super) fn goes_quietly(shape: &Shape) -> bool {
    match shape {
        Shape::Method(base, name, _) if has(KEEPING, name) => goes_quietly(base),
        Shape::Method(_, name, arguments) => {
            has(OWNING, name) || has(COUNTING, name) && !arguments.is_empty()
        }
        Shape::Call(path, _) => {
            matches!(path.first().map(String::as_str), Some("std" | "core" | "alloc"))
        }
        Shape::Try(inner) | Shape::Await(inner) | Shape::Group(inner) | Shape::Reference(inner) => {
            goes_quietly(inner)
        }
        Shape::Index(..) | Shape::Cast(_) | Shape::Operator(_) | Shape::MacroCall(..) => true,
        other => is_place(other),
    }
}

/// Methods that look at their receiver and leave it to the end of the statement.
const LOOKING: &str =
    "clone is_empty is_err is_none is_ok is_some join len to_owned to_string trim";

/// Whether the expression leaves something after that goes at the end of its statement, as `pool.get().len()` does.
pub(super) fn leaves_something(shape: &Shape) -> bool {
    match shape {
        Shape::Method(base, name, arguments) => {
            let is_looking = has(LOOKING, name) && !is_quiet_shape(base) && !goes_quietly(base);
            is_looking || leaves_something(base) || arguments.iter().any(leaves_something)
        }
        Shape::Call(_, parts) | Shape::Operator(parts) => parts.iter().any(leaves_something),
        Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Cast(inner)
        | Shape::Group(inner)
        | Shape::Reference(inner)
        | Shape::Index(inner, _)
        | Shape::Field(inner, _)
        | Shape::Deref(inner) => leaves_something(inner),
        _ => false,
    }
}

/// The last argument whose evaluation is noticed.
pub(super) fn last_noticed(call: &LogCall) -> Option<usize> {
    call.format_args.iter().rposition(|argument| !is_quiet(&argument.value))
}

fn is_lock(name: &str) -> bool {
    name == "lock" || name.ends_with("_lock") || name.ends_with("_owned")
}

/// Whether the arguments that do something are evaluated once each, in the order of the source.
///
/// `emitted` are the arguments in the order of the new call, without those that statements compute in front of it.
/// Where `is_lenient`, a function that only borrows names and fields may change its place.
pub(super) fn keeps_order(
    call: &LogCall,
    n_before: usize,
    emitted: &[usize],
    is_lenient: bool,
) -> bool {
    let is_noticed = |index: &usize| {
        *index >= n_before
            && call.format_args.get(*index).is_some_and(|argument| !is_quiet(&argument.value))
    };
    let is_ordered = |index: &usize| {
        is_noticed(index) && !(is_lenient && only_borrows(&call.format_args[*index].value))
    };
    let now: Vec<usize> = emitted.iter().copied().filter(is_ordered).collect();
    let before: Vec<usize> = (0..call.format_args.len()).filter(is_ordered).collect();
    let n_evaluations = emitted.iter().filter(|index| is_noticed(index)).count();
    let n_arguments = (0..call.format_args.len()).filter(is_noticed).count();
    // Pairs are evaluated after the message; new ones would be among them.
    let has_pairs = call
        .pairs
        .iter()
        .filter_map(|pair| pair.value.as_ref())
        .any(|value| !is_quiet(value) || may_change(call, n_before, &value.text));
    now == before && n_evaluations == n_arguments && !(has_pairs && n_arguments > 0)
}

/// Whether evaluating an argument in the call may change what an expression reads.
pub(super) fn may_change(call: &LogCall, n_before: usize, read: &str) -> bool {
    let arguments = call.format_args.iter().skip(n_before);
    changes(arguments.map(|argument| &argument.value), read)
}

fn changes<'a>(mut evaluated: impl Iterator<Item = &'a Expr>, read: &str) -> bool {
    let words = |text: &'_ str| -> Vec<String> {
        text.split(|char: char| char != '_' && !char.is_alphanumeric()).map(str::to_owned).collect()
    };
    let is_name =
        |word: &String| word.starts_with(|char: char| char == '_' || char.is_alphabetic());
    let read = words(read);
    evaluated.any(|expr| {
        !is_quiet(expr)
            && !only_borrows(expr)
            && words(&expr.text).iter().any(|word| is_name(word) && read.contains(word))
    })
}

/// Whether a pair may be evaluated before the other ones of its call.
pub(crate) fn can_be_first(call: &LogCall, pair: &Pair) -> bool {
    let Some(value) = &pair.value else { return false };
    let is_before = |other: &&Pair| other.span.start < pair.span.start;
    let before = || call.pairs.iter().filter(is_before).filter_map(|other| other.value.as_ref());
    if is_quiet(value) { !changes(before(), &value.text) } else { before().all(is_quiet) }
}

/// Whether nothing that is evaluated after a pair does something: a temporary value of the pair may live until then.
pub(crate) fn is_last_to_act(call: &LogCall, pair: &Pair) -> bool {
    let pairs = call.pairs.iter().filter_map(|other| other.value.as_ref());
    let values = pairs.chain(call.format_args.iter().map(|argument| &argument.value));
    values.filter(|value| value.span.start >= pair.span.end).all(is_quiet)
}

/// `short(error)`, `display_name(&pod)`.
fn only_borrows(expr: &Expr) -> bool {
    let is_name =
        |shape: &Shape| is_place(shape) && !matches!(shape, Shape::Str(_) | Shape::Literal(_));
    let is_call = matches!(&expr.shape, Shape::Call(_, arguments) if !arguments.is_empty() && arguments.iter().all(is_name));
    is_call && !expr.text.contains("&mut") && !expr.has_await && !expr.has_control_flow
}

/// What the call does beside its arguments would be lost with its logger.
pub(super) fn logger_does_something(call: &LogCall) -> bool {
    let is_getter = |shape: &Shape| match shape {
        Shape::Method(base, _, arguments) => arguments.is_empty() && is_quiet_shape(base),
        Shape::Call(_, arguments) => arguments.iter().all(is_quiet_shape),
        Shape::MacroCall(_, arguments) => arguments.trim().is_empty(),
        shape => is_quiet_shape(shape),
    };
    let loggers = call.prefix.iter().filter(|prefix| prefix.name == "logger");
    loggers.map(|prefix| &prefix.value).any(|value| {
        value.has_await
            || value.has_control_flow
            || !match &value.shape {
                Shape::Reference(inner) => is_getter(inner),
                shape => is_getter(shape),
            }
    })
}
