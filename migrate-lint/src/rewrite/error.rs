//! What an error is, by its looks: rewriting and rules ask here.
//!
//! A rewrite takes what is probably one for an error, because any key that it finds is its own.
//! A rule is stricter: a pair whose key the author has chosen may hold an element `e` or a `last_error` on purpose.

use super::method::SAME;
use super::words;
use crate::call::{Level, LogCall, Place, Shape};

/// Methods of an error that give it in another form.
const OF_ERRORS: &str =
    "as_report chain description err message report root_cause unwrap_err verbose";

/// Names of what an `Err` holds that is no error: `Err(len)` of a conversion.
const OF_OTHERS: &str =
    "code count id idx index len length n num offset pos position size val value";

/// Is it an error by its name?
pub(super) fn is_error_name(name: &str) -> bool {
    let mut words = words::split(name);
    // `error_str`, `err_msg`: its text.
    if words.len() > 1 && words.last().is_some_and(|last| words::has("str string", last)) {
        words.pop();
    }
    match words.last().map(String::as_str) {
        Some("e") => words.len() == 1,
        Some("err" | "error" | "ex" | "exception") => true,
        Some("cause") => words.len() == 1,
        Some(last) => {
            words.len() == 1 && last.ends_with("err") && last.len() <= 6 && last != "stderr"
        }
        None => false,
    }
}

/// Is a value that leaves a message probably an error, whose key is `err`?
pub(super) fn is_error(shape: &Shape, place: &Place) -> bool {
    match shape {
        Shape::Ident(name) => {
            place.error_names.contains(name) && !words::has(OF_OTHERS, name)
                || is_error_name(name) && !place.other_names.contains(name)
        }
        Shape::Field(_, name) => is_error_name(name),
        // `SealError::Missing`.
        Shape::Path(path) => {
            let of = path.len().checked_sub(2).map(|of| path[of].as_str());
            of.is_some_and(|of| of.ends_with("Error") && of.len() > 5)
                && path.last().is_some_and(|last| {
                    last.starts_with(char::is_uppercase) && last.contains(char::is_lowercase)
                })
        }
        Shape::Method(base, method, arguments) => {
            (words::has(SAME, method)
                || words::has(OF_ERRORS, method)
                || is_chain(method)
                || arguments.is_empty()
                    && ["display_", "format_", "pretty_", "to_"]
                        .iter()
                        .any(|form| method.starts_with(form)))
                && is_error(base, place)
                || method == "unwrap_err"
                || method == "err" && arguments.is_empty()
                || method == "last_os_error"
        }
        Shape::Call(path, arguments) => match &arguments[..] {
            [] if path.last().is_some_and(|name| name != "e" && is_error_name(name)) => true,
            [argument] if is_error(argument, place) => true,
            // `shorten(&e, 40)`.
            [argument, rest @ ..]
                if !rest.is_empty()
                    && rest.iter().all(|other| matches!(other, Shape::Literal(_))) =>
            {
                is_error(argument, place)
            }
            // `io::Error::from_raw_os_error(code)`.
            _ => {
                let of = path.len().checked_sub(2).map(|of| path[of].as_str());
                of.is_some_and(|of| of.ends_with("Error"))
                    || path.last().is_some_and(|name| name == "last_os_error")
            }
        },
        Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Cast(inner)
        | Shape::Group(inner) => is_error(inner, place),
        _ => false,
    }
}

/// `display_chain`, `to_report`: the error with its sources.
fn is_chain(method: &str) -> bool {
    words::split(method).iter().any(|word| matches!(word.as_str(), "chain" | "report"))
}

/// Is it surely an error, for a complaint about what its author has named?
pub(crate) fn is_surely_error(call: &LogCall, shape: &Shape) -> bool {
    match shape {
        Shape::Ident(name) => is_sure_name(call, name),
        Shape::Field(_, name) => matches!(name.as_str(), "err" | "error"),
        Shape::Reference(inner) | Shape::Deref(inner) | Shape::Group(inner) => {
            is_surely_error(call, inner)
        }
        Shape::Method(base, name, arguments) => match name.as_str() {
            "unwrap_err" | "expect_err" => true,
            "err" | "error" => arguments.is_empty(),
            "to_string" | "as_ref" | "clone" | "as_deref" | "borrow" | "root_cause" => {
                is_surely_error(call, base)
            }
            _ => false,
        },
        Shape::Call(path, arguments) => {
            let is_os_error = path.last().is_some_and(|name| name == "last_os_error");
            // `InlineErrorChain::new(&err)`, `DisplayErrorContext(e)`.
            let is_wrapper = path.iter().any(|name| name.contains("Error") || name == "Report");
            is_os_error
                || (is_wrapper && arguments.iter().any(|shape| is_surely_error(call, shape)))
        }
        _ => false,
    }
}

fn is_sure_name(call: &LogCall, name: &str) -> bool {
    match name {
        _ if call.place.other_names.iter().any(|other| other == name) => false,
        "err" | "error" => true,
        // Also an element or an entry, elsewhere than in a complaint.
        "e" => {
            matches!(call.level, Some(Level::Warn | Level::Error | Level::Fatal))
                || call.place.error_names.iter().any(|error| error == "e")
        }
        _ => {
            name.ends_with("_err")
                || name.ends_with("_error")
                || call.place.error_names.iter().any(|error| error == name)
        }
    }
}
