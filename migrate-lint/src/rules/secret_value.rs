//! `info!(token = %token, "…")`.

use super::values::Logged;
use super::{Check, Context, FixKind, Rule, finding, keys, values};
use crate::call::{HoleArgument, LogCall, MessageForm, Piece, Shape};
use crate::finding::{Finding, Level};
use crate::work;

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
        finding.help.push(HELP.to_owned());
        findings.push(finding);
    }
    for (label, argument) in labelled(context, call) {
        if findings.iter().all(|known| known.span != argument.span) && !is_about(&argument.shape) {
            let message = format!("what follows `{label}` in the message is logged as it is");
            let mut finding = finding(argument.span, message);
            finding.help.push(HELP.to_owned());
            findings.push(finding);
        }
    }
}

const HELP: &str = "leave it out, or log that it is set, its name, or a redacted form";

/// Values of the message that its words call a credential: `password={}`, `api key: {}`.
fn labelled<'a>(context: &Context<'_>, call: &'a LogCall) -> Vec<(String, Logged<'a>)> {
    let Some(MessageForm::Literal { pieces, .. }) = call.message.as_ref().map(|it| &it.form) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for pair in pieces.windows(2) {
        let [Piece::Text(text), Piece::Hole(hole)] = pair else { continue };
        let Some(label) = label(context, text) else { continue };
        let argument = match &hole.argument {
            HoleArgument::Index(index) => call.format_args.get(*index).map(|argument| Logged {
                key: argument.name.as_deref(),
                span: argument.span.clone(),
                shape: argument.value.shape.clone(),
            }),
            HoleArgument::Capture(name) => hole.span.clone().map(|span| Logged {
                key: Some(name),
                span,
                shape: Shape::Ident(name.clone()),
            }),
            HoleArgument::Missing => None,
        };
        found.extend(argument.map(|argument| (label, argument)));
    }
    found
}

/// The words before a value that end in `=` or `:`, where they name a credential; `secret: web-tls` names an object.
fn label(context: &Context<'_>, text: &str) -> Option<String> {
    let text = text.trim_end_matches(['"', '\'', '`', ' ']);
    let sign = text.strip_suffix(['=', ':']).map(str::trim_end);
    // `the password is: {}`.
    let sign = sign.map(|words| words.strip_suffix(" is").unwrap_or(words));
    let Some(words) = sign.or_else(|| text.strip_suffix(" is")).map(str::trim_end) else {
        return plain_label(text);
    };
    let is_joint = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let last = words.rsplit(is_joint).next().unwrap_or_default();
    let before = words[..words.len() - last.len()].trim_end();
    let is_of_other = names_other(before);
    let before = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let words = keys::words(last);
    // Which token or key it is, the word before says: `api key`, `next token`.
    let is_open = matches!(words.last().map(String::as_str), Some("token" | "key"));
    let name = match is_open && words.len() == 1 && !before.is_empty() {
        true => format!("{before}_{last}"),
        false => last.to_owned(),
    };
    let names_object =
        words.last().is_some_and(|word| word == "secret") && !opens_something(&words);
    let is_hidden = is_of_other || says_hidden(&keys::words(before));
    let is_one = !words.is_empty() && !names_object && !is_hidden && is_secret(context, &name);
    is_one.then(|| name.replace('_', " "))
}

/// `sha256 of the `, `length of the access `: what follows the label is another thing than what the label names.
fn names_other(before: &str) -> bool {
    const BETWEEN: &[&str] = &["the", "a", "an", "this", "that", "your", "their", "its"];
    const SAME: &[&str] = &["value", "content", "contents", "text", "copy", "rest", "part", "use"];
    let words = before.rsplit(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words = words.map(str::to_lowercase).skip_while(|word| {
        let word = word.as_str();
        BETWEEN.contains(&word) || TOKENS.contains(&word) || KEYS.contains(&word)
    });
    words.next().is_some_and(|word| word == "of")
        && words.next().is_some_and(|word| !SAME.contains(&word.as_str()))
}

/// `client_secret`, and no object's kind as in `tls secret`.
fn opens_something(words: &[String]) -> bool {
    const OPENED: &[&str] =
        &["client", "app", "application", "api", "shared", "webhook", "consumer", "jwt", "hmac"];
    words.iter().rev().nth(1).is_some_and(|before| OPENED.contains(&before.as_str()))
}

/// Words that lead to a value without a sign: `Bearer {}`, `access token {}`. Others may speak of it: `token {}`.
fn plain_label(text: &str) -> Option<String> {
    const SURE: &[&str] =
        &["bearer", "password", "passwd", "passphrase", "jwt", "credential", "credentials"];
    let mut words = text.rsplit(|c: char| !c.is_alphanumeric());
    let last = words.next()?;
    let is_of_other = names_other(&text[..text.len() - last.len()]);
    let (last, before) = (last.to_lowercase(), words.next().unwrap_or_default().to_lowercase());
    if is_of_other || says_hidden(std::slice::from_ref(&before)) {
        return None;
    }
    let is_one = match last.as_str() {
        "token" => TOKENS.contains(&before.as_str()),
        "key" => KEYS.contains(&before.as_str()),
        last => SURE.contains(&last),
    };
    let is_pair = matches!(last.as_str(), "token" | "key");
    is_one.then(|| if is_pair { format!("{before} {last}") } else { last })
}

/// The value says by its own name that it is not the secret.
fn is_about(shape: &Shape) -> bool {
    const ABOUT: &[&str] = &[
        "name", "id", "uid", "path", "file", "len", "length", "count", "kind", "type", "status",
        "state", "present", "set", "valid", "err", "error", "e",
    ];
    let last = values::last_name(inside(shape)).map(keys::words).unwrap_or_default();
    is_redacted(shape)
        || last.last().is_some_and(|word| ABOUT.contains(&word.as_str()))
        || says_hidden(&last)
}

/// Words that say that a value is no longer what it was: `redacted_token`, `password_hash`.
fn says_hidden(words: &[String]) -> bool {
    const HIDDEN: &[&str] = &[
        "redacted",
        "hashed",
        "masked",
        "encrypted",
        "obfuscated",
        "sanitized",
        "censored",
        "scrubbed",
        "truncated",
        "anonymized",
        "hidden",
        "hash",
        "digest",
        "fingerprint",
        "masking",
        "dummy",
        "fake",
        "placeholder",
    ];
    words.iter().any(|word| HIDDEN.contains(&word.as_str()))
}

/// Named like a credential, by its last word: `token_count` and `password_file` are none.
pub(super) fn is_secret(context: &Context<'_>, name: &str) -> bool {
    let words = keys::words(name);
    let configured = &context.settings.keys.secret;
    if configured.iter().any(|part| words.contains(&part.to_lowercase())) {
        return true;
    }
    if says_hidden(&words) {
        return false;
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first().is_some_and(|first| QUESTIONS.contains(first)) {
        return false;
    }
    match words[..] {
        [.., before, "token"] => !PLACES.contains(&before),
        // Also a token of a parser.
        ["token"] => {
            let scanned = context.scanned;
            *scanned.is_about_access.get_or_init(|| is_about_access(&scanned.source.text))
        }
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

/// Of tokens those that open something.
const TOKENS: &[&str] =
    &["access", "auth", "api", "bearer", "csrf", "id", "jwt", "oauth", "refresh", "session"];

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
    work::count(text.len());
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
