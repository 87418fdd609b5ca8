//! Text that should not be in a log: one search for all that could begin it, then a close look.
//!
//! What is looked for is what scanners of repositories look for as well, where its form alone makes it plain:
//! JSON web tokens, private keys in PEM, keys of AWS, Google Cloud, Azure, GitHub and Slack, HTTP credentials, and passwords in URLs.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::rules::Id;
use crate::call::Span;
use crate::work;

/// Beginnings of what is looked for.
const BEGINNINGS: &[(&str, MarkKind)] = &[
    ("eyJ", MarkKind::Jwt),
    ("PRIVATE KEY-----", MarkKind::Pem),
    ("AKIA", MarkKind::Aws),
    ("ASIA", MarkKind::Aws),
    ("AIza", MarkKind::Google),
    ("AccountKey=", MarkKind::Azure),
    ("ghp_", MarkKind::Github),
    ("gho_", MarkKind::Github),
    ("ghs_", MarkKind::Github),
    ("ghu_", MarkKind::Github),
    ("github_pat_", MarkKind::Github),
    ("xoxb-", MarkKind::Slack),
    ("xoxp-", MarkKind::Slack),
    ("Bearer ", MarkKind::Http),
    ("bearer ", MarkKind::Http),
    ("Basic ", MarkKind::Http),
    ("<panic: ", MarkKind::Panic),
    ("PANIC=", MarkKind::Panic),
    ("<internal error: ", MarkKind::Panic),
    ("(MISSING)", MarkKind::Panic),
    ("!BADKEY", MarkKind::Panic),
];

#[derive(Clone, Copy, Debug)]
enum MarkKind {
    Jwt,
    Pem,
    Aws,
    Google,
    Azure,
    Github,
    Slack,
    Http,
    Url,
    Panic,
}

/// The search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks(&'static AhoCorasick);

impl Marks {
    /// It is made once in a program.
    pub(super) fn new() -> Self {
        static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .build(BEGINNINGS.iter().map(|(text, _)| text))
                .expect("a few dozen short constant patterns")
        });
        Self(&SEARCH)
    }

    /// Where in `bytes` something of that kind could begin, in order; put into `hits`.
    pub(super) fn find(&self, bytes: &[u8], hits: &mut Vec<Hit>) {
        hits.clear();
        hits.extend(self.0.find_iter(bytes).filter_map(|hit| {
            let (_, kind) = BEGINNINGS.get(hit.pattern().as_usize())?;
            Some(Hit { span: hit.start()..hit.end(), kind: *kind })
        }));
        let n_others = hits.len();
        // Logs are full of URLs, and of an `@` there is seldom one.
        hits.extend(memchr::memchr_iter(b'@', bytes).filter_map(|at| {
            let span = before_user(&bytes[..at])?;
            Some(Hit { span, kind: MarkKind::Url })
        }));
        if n_others > 0 && hits.len() > n_others {
            hits.sort_unstable_by_key(|hit| hit.span.start);
        }
    }
}

/// The `://` before the user and password that the text ends with.
fn before_user(text: &[u8]) -> Option<Span> {
    let n_user = text.iter().rev().take_while(|byte| is_of_user(**byte)).count();
    work::count(n_user);
    let end = text.len() - n_user;
    text[..end].ends_with(b"://").then(|| end - 3..end)
}

/// Whether a byte can be part of the user or password of a URL.
fn is_of_user(byte: u8) -> bool {
    byte > b' ' && !b"/?#\"\\@<>".contains(&byte)
}

/// A place where something could begin.
#[derive(Debug)]
pub(super) struct Hit {
    pub span: Span,
    kind: MarkKind,
}

impl Hit {
    /// What it is, when the bytes around it are an entry whose text begins at `body`; `start` is where the entry begins.
    #[cold]
    pub(super) fn closer(
        &self,
        entry: &[u8],
        start: usize,
        body: usize,
        runs: &mut Runs,
    ) -> Option<(Id, Span, &'static str)> {
        let span = self.span.start.checked_sub(start)?..self.span.end.checked_sub(start)?;
        if span.start < body || span.end > entry.len() {
            return None;
        }
        self.kind.closer(entry, body, span, runs)
    }
}

/// The first text after `body` that looks like the end of a header: `name:digits] `.
#[inline]
pub(super) fn header_look_alike(entry: &[u8], body: usize) -> Option<Span> {
    let text = entry.get(body..)?;
    memchr::memchr_iter(b']', text)
        .find_map(|close| end_of_header(text, close))
        .map(|span| span.start + body..span.end + body)
}

fn end_of_header(text: &[u8], close: usize) -> Option<Span> {
    let last = close.checked_sub(1)?;
    if !text[last].is_ascii_digit() || text.get(close + 1) != Some(&b' ') {
        return None;
    }
    let n_digits = text[..close].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (name, _) = text[..close - n_digits]
        .split_last()
        .filter(|(colon, _)| **colon == b':')
        .map(|(_, name)| (name, ()))?;
    let n_name =
        name.iter().rev().take_while(|byte| is_word(**byte) || b".-/".contains(byte)).count();
    (n_name > 0).then_some(name.len() - n_name..close + 2)
}

impl MarkKind {
    #[cold]
    fn closer(
        self,
        bytes: &[u8],
        from: usize,
        hit: Span,
        runs: &mut Runs,
    ) -> Option<(Id, Span, &'static str)> {
        let begins_word = hit.start == from || !is_word(bytes[hit.start - 1]);
        if !begins_word && !matches!(self, Self::Pem | Self::Url | Self::Panic) {
            return None;
        }
        let mut tail = |at: usize, accept: fn(u8) -> bool| runs.length(self, bytes, at, accept);
        let secret = |length: usize, least: usize, what: &'static str| {
            let span = hit.start..hit.end + length;
            (length >= least).then_some((Id::SecretValue, span, what))
        };
        match self {
            Self::Jwt => {
                let length = tail(hit.end, |byte| is_base64url(byte) || byte == b'.');
                let end = hit.end + length;
                let (head, body) = runs.parts(bytes, hit.start..end);
                let is_token = head >= 12 && body.is_some_and(|body| body >= 8);
                if is_token && bytes[..hit.start].last() != Some(&b'.') {
                    secret(length, 20, "a JSON web token")
                } else {
                    None
                }
            }
            Self::Pem => {
                let window = hit.start.saturating_sub(40).max(from);
                let open =
                    memchr::memmem::rfind(&bytes[window..hit.start], b"-----BEGIN ")? + window;
                Some((Id::SecretValue, open..hit.end, "a private key"))
            }
            Self::Aws => {
                let length =
                    tail(hit.end, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
                if length == 16 { secret(length, 16, "an access key of AWS") } else { None }
            }
            Self::Google => secret(tail(hit.end, is_base64url), 35, "an API key of Google Cloud"),
            Self::Azure => secret(tail(hit.end, is_base64), 40, "an account key of Azure"),
            Self::Github => secret(tail(hit.end, is_word), 22, "a token of GitHub"),
            Self::Slack => secret(tail(hit.end, is_base64url), 20, "a token of Slack"),
            Self::Http => {
                let length = tail(hit.end, |byte| {
                    is_base64(byte) || is_base64url(byte) || b".~".contains(&byte)
                });
                // Random text has a digit; a sentence that goes on with a long word has none.
                let token = &bytes[hit.end..hit.end + length];
                let is_random = token.iter().any(u8::is_ascii_digit);
                if is_random { secret(length, 16, "credentials of an HTTP request") } else { None }
            }
            Self::Url => {
                let length = tail(hit.end, is_of_user);
                let user = &bytes[hit.end..hit.end + length];
                let colon = user.iter().position(|byte| *byte == b':')?;
                let password = &user[colon + 1..];
                let is_real = bytes.get(hit.end + length) == Some(&b'@')
                    && !password.is_empty()
                    && !is_redacted(password);
                let start = hit.end + colon + 1;
                is_real.then_some((Id::SecretValue, start..hit.end + length, "a password in a URL"))
            }
            Self::Panic => is_at_start_of_value(bytes, hit.start).then_some((
                Id::ValuePanic,
                hit,
                "a value failed while it was formatted",
            )),
        }
    }
}

/// How far the text after hits goes on, remembered from hit to hit: else a line of nothing but beginnings would be read
/// to its end for each of them.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// The last run of each kind.
    last: [Span; MarkKind::Panic as usize],
    /// The last two dots that were looked for: where the search began, and where it found them.
    dots: [Span; 2],
    #[cfg(test)]
    n_read: usize,
}

impl Runs {
    /// How many bytes are accepted from `at` on; places come in order, and a kind always accepts the same.
    fn length(&mut self, kind: MarkKind, bytes: &[u8], at: usize, accept: fn(u8) -> bool) -> usize {
        let Some(last) = self.last.get_mut(kind as usize) else { return 0 };
        if !(last.start..=last.end).contains(&at) || last.end == 0 {
            let n_bytes = bytes[at..].iter().take_while(|byte| accept(**byte)).count();
            work::count(n_bytes);
            *last = at..at + n_bytes;
            #[cfg(test)]
            (self.n_read += n_bytes);
        }
        last.end - at
    }

    /// Lengths of the first two parts of a text between dots.
    fn parts(&mut self, bytes: &[u8], text: Span) -> (usize, Option<usize>) {
        let first = self.dot(0, bytes, &text);
        if first >= text.end {
            return (text.len(), None);
        }
        let second = self.dot(1, bytes, &(first + 1..text.end)).min(text.end);
        (first - text.start, Some(second - first - 1))
    }

    /// The next dot; the end of the text if there is none before it.
    fn dot(&mut self, which: usize, bytes: &[u8], text: &Span) -> usize {
        let known = &mut self.dots[which];
        if !(known.start..=known.end).contains(&text.start) || known.end == 0 {
            let found = memchr::memchr(b'.', &bytes[text.clone()]);
            *known = text.start..found.map_or(text.end, |at| text.start + at);
            #[cfg(test)]
            (self.n_read += known.len() / 2);
        }
        known.end
    }
}

/// Whether a value begins here: after the quote that opens it, a tab of a block, or `=`.
fn is_at_start_of_value(bytes: &[u8], at: usize) -> bool {
    match bytes.get(..at).unwrap_or_default() {
        [.., b'=' | b':', b'"'] | [.., b'=' | b'\t'] | [.., b' ', b'"'] => true,
        _ => bytes[at..].starts_with(b"!BADKEY"),
    }
}

/// What people write in place of a secret.
pub(super) fn is_redacted(value: &[u8]) -> bool {
    let is_filler = |byte: &u8| b"*xX.-_<>[]() ".contains(byte);
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    value.iter().all(is_filler)
        || [
            "redact", "mask", "hidden", "removed", "secret", "none", "null", "\\u003c", "unset",
            "empty",
        ]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a key names a credential: its last words do.
pub(super) fn is_credential(key: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "password",
        "passwd",
        "passphrase",
        "secretkey",
        "clientsecret",
        "accesstoken",
        "refreshtoken",
        "bearertoken",
        "authtoken",
        "idtoken",
        "apikey",
        "privatekey",
        "secretaccesskey",
        "authorization",
    ];
    let letters = key.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let name: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    NAMES.iter().any(|known| name.ends_with(known))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_from_what_looks_like_them() {
        let check = |text: &str, expected: Option<&str>| {
            let marks = Marks::new();
            let mut hits = Vec::new();
            marks.find(text.as_bytes(), &mut hits);
            let mut runs = Runs::default();
            let found = hits.iter().find_map(|hit| hit.closer(text.as_bytes(), 0, 0, &mut runs));
            assert_eq!(found.map(|(_, span, _)| &text[span]), expected, "{text}");
        };
        check("id=AKIAIOSFODNN7EXAMPLE.", Some("AKIAIOSFODNN7EXAMPLE"));
        check("id=AKIAIOSFODNN7EXAMPLEX", None);
        check("XAKIAIOSFODNN7EXAMPLE", None);
        check("Bearer 0123456789abcdef", Some("Bearer 0123456789abcdef"));
        check("Bearer authenticationIsRequired", None);
        check("Bearer 0123", None);
        check("Basic dXNlcjpodW50ZXIyMTIz", Some("Basic dXNlcjpodW50ZXIyMTIz"));
        check(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            Some("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"),
        );
        check("eyJ is how a token begins", None);
        check(
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            Some("ghp_0123456789abcdefghijABCDEFGHIJ012345"),
        );
        check("-----BEGIN OPENSSH PRIVATE KEY-----", Some("-----BEGIN OPENSSH PRIVATE KEY-----"));
        check("-----BEGIN PUBLIC KEY-----", None);
        check("postgres://app:hunter2@db/orders", Some("hunter2"));
        check("postgres://app:***@db/orders", None);
        check("http://[::1]:8080/path@home", None);
        check("https://user@host:22/", None);
        check("a@b https://c@d:e://app:hunter2@db eyJ", Some("hunter2"));
        check("https://app:hunter2", None);
    }

    /// Beginnings that follow each other share what comes after them: it is read once, whatever their number.
    #[test]
    fn what_follows_is_read_once() {
        let marks = Marks::new();
        for (beginning, _) in BEGINNINGS {
            for separator in ["", "-", ".", "=", " ", "a0"] {
                let text = format!("{beginning}{separator}").repeat(300);
                let mut hits = Vec::new();
                marks.find(text.as_bytes(), &mut hits);
                let mut runs = Runs::default();
                for hit in &hits {
                    let _ = hit.closer(text.as_bytes(), 0, 0, &mut runs);
                }
                assert!(runs.n_read <= 2 * text.len(), "{beginning}{separator}: {}", runs.n_read);
            }
        }
    }

    #[test]
    fn keys_name_credentials_by_their_ends() {
        let check = |key: &str, expected: bool| {
            assert_eq!(is_credential(key.as_bytes()), expected, "{key}");
        };
        check("password", true);
        check("dbPassword", true);
        check("api_key", true);
        check("http.authorization", true);
        check("secret", false);
        check("passwordChanged", false);
        check("tokenCount", false);
    }
}
