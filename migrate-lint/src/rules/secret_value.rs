//! `info!(token = %token, "…")`.

use super::{Check, Context, FixKind, Rule, finding, keys, values};
use crate::call::{LogCall, Shape};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "secret-value",
    group: "values",
    level: Level::Deny,
    summary: "a value named like a credential, not redacted",
    origin: "KEP-1753, KEP-1933",
    fix: FixKind::None,
    page: include_str!("secret-value.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.dialect.prints || call.place.test_code || context.file.test_code {
        return;
    }
    for logged in values::logged(call) {
        if is_redacted(&logged.shape) {
            continue;
        }
        let in_value = values::last_name(inside(&logged.shape));
        let names = [logged.key, in_value];
        let Some(name) = names.into_iter().flatten().find(|name| is_secret(context, name)) else {
            continue;
        };
        let message = format!("`{name}` is logged as it is");
        let mut finding = finding(logged.span, message);
        finding
            .help
            .push("leave it out, or log that it is set, its name, or a redacted form".to_owned());
        findings.push(finding);
    }
}

/// Named like a credential, by its last word: `token_count` and `password_file` are none.
pub(super) fn is_secret(context: &Context<'_>, name: &str) -> bool {
    let words = keys::words(name);
    let configured = &context.settings.keys.secret;
    if configured.iter().any(|part| words.contains(&part.to_lowercase())) {
        return true;
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first().is_some_and(|first| QUESTIONS.contains(first)) {
        return false;
    }
    match words[..] {
        [.., before, "token"] => !PLACES.contains(&before),
        // Also a token of a parser.
        ["token"] => is_about_access(&context.scanned.source.text),
        [.., before, "key"] => KEYS.contains(&before),
        [.., last] => CREDENTIALS.contains(&last),
        [] => false,
    }
}

const CREDENTIALS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "credential",
    "credentials",
    "authorization",
    "jwt",
    "cookie",
    "apikey",
    "privatekey",
];

/// Of keys those that open something.
const KEYS: &[&str] = &["api", "private", "access", "secret", "signing", "encryption", "auth"];

/// A token that is a place in a list or a text, or a signal.
const PLACES: &[&str] = &[
    "next",
    "page",
    "continue",
    "continuation",
    "resume",
    "start",
    "end",
    "current",
    "prev",
    "previous",
    "last",
    "first",
    "peek",
    "eof",
    "lexer",
    "syntax",
    "cancel",
    "cancellation",
    "stop",
    "shutdown",
    "fencing",
    "sync",
    "epoch",
    "drop",
    "input",
    "expected",
    "unexpected",
    "other",
];

/// What makes a name a yes-or-no question.
const QUESTIONS: &[&str] = &[
    "has", "is", "use", "uses", "with", "no", "needs", "requires", "missing", "must", "should",
    "check", "skip", "allow", "allows", "enable", "disable",
];

fn is_about_access(text: &str) -> bool {
    let words =
        ["bearer", "Bearer", "oauth", "OAuth", "jwt", "JWT", "password", "login", "Authorization"];
    words.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// The value without what shows it all the same: `password.to_string()`.
fn inside(shape: &Shape) -> &Shape {
    const SHOWING: &[&str] = &[
        "to_string",
        "to_owned",
        "clone",
        "as_str",
        "as_ref",
        "as_deref",
        "unwrap",
        "expect",
        "unwrap_or_default",
        "unwrap_or",
        "as_bytes",
        "to_vec",
        "into",
        "borrow",
        "display",
        "trim",
    ];
    match values::bare(shape) {
        Shape::Method(base, name, _) if SHOWING.contains(&name.as_str()) => inside(base),
        Shape::Try(base) | Shape::Await(base) | Shape::Cast(base) => inside(base),
        other => other,
    }
}

/// Nothing of the secret is shown: a number, a question, its name, a wrapper that hides it.
fn is_redacted(shape: &Shape) -> bool {
    const HIDING: &[&str] = &[
        "redact", "mask", "hash", "digest", "sha", "obfus", "sanit", "finger", "secret", "kobj",
        "kref", "censor",
    ];
    const ABOUT: &[&str] = &[
        "len",
        "name",
        "name_any",
        "namespace",
        "id",
        "kind",
        "uid",
        "path",
        "count",
        "exists",
        "type_id",
    ];
    let hides = |name: &str| {
        let name = name.to_lowercase();
        name != "expose_secret" && HIDING.iter().any(|part| name.contains(part))
    };
    match values::bare(shape) {
        Shape::Str(_)
        | Shape::Literal(_)
        | Shape::Operator(_)
        | Shape::Branch
        | Shape::Index(..) => true,
        Shape::Method(base, name, _) => {
            name.starts_with("is_")
                || ABOUT.contains(&name.as_str())
                || (hides(name) && name.contains('_'))
                || (hides(name) && !name.contains("secret"))
                || is_redacted(base) && !matches!(values::bare(base), Shape::Index(..))
        }
        Shape::Call(path, _) => path.iter().any(|name| hides(name)),
        Shape::MacroCall(path, _) => path.last().is_some_and(|name| name != "format"),
        Shape::Cast(inner) | Shape::Try(inner) | Shape::Await(inner) => is_redacted(inner),
        _ => false,
    }
}
