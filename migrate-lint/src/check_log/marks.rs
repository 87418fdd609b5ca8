//! Text that should not be in a log: one search for all that could begin it, then a close look.
//!
//! What is looked for is what scanners of repositories look for as well, where its form alone makes it plain:
//! JSON web tokens, private keys in PEM, keys of AWS, Google Cloud, Azure, GitHub and Slack, HTTP credentials, and passwords in URLs.

use aho_corasick::{AhoCorasick, MatchKind};

use super::rules::Id;
use crate::call::Span;

/// Beginnings of what is looked for.
const BEGINNINGS: &[(&str, Look)] = &[
    ("eyJ", Look::Jwt),
    ("PRIVATE KEY-----", Look::Pem),
    ("AKIA", Look::Aws),
    ("ASIA", Look::Aws),
    ("AIza", Look::Google),
    ("AccountKey=", Look::Azure),
    ("ghp_", Look::Github),
    ("gho_", Look::Github),
    ("ghs_", Look::Github),
    ("ghu_", Look::Github),
    ("github_pat_", Look::Github),
    ("xoxb-", Look::Slack),
    ("xoxp-", Look::Slack),
    ("Bearer ", Look::Http),
    ("bearer ", Look::Http),
    ("Basic ", Look::Http),
    ("://", Look::Url),
    ("<panic: ", Look::Panic),
    ("PANIC=", Look::Panic),
    ("<internal error: ", Look::Panic),
    ("(MISSING)", Look::Panic),
    ("!BADKEY", Look::Panic),
    ("0] ", Look::Header),
    ("1] ", Look::Header),
    ("2] ", Look::Header),
    ("3] ", Look::Header),
    ("4] ", Look::Header),
    ("5] ", Look::Header),
    ("6] ", Look::Header),
    ("7] ", Look::Header),
    ("8] ", Look::Header),
    ("9] ", Look::Header),
];

#[derive(Clone, Copy, Debug)]
enum Look {
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
    Header,
}

/// The search, made once.
#[derive(Debug)]
pub(super) struct Marks(AhoCorasick);

impl Marks {
    pub(super) fn new() -> Self {
        let beginnings = BEGINNINGS.iter().map(|(text, _)| text);
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(beginnings)
            .expect("a few dozen short constant patterns");
        Self(search)
    }

    /// Calls `found` for each place in `bytes[from..]` that is what it begins like.
    #[inline]
    pub(super) fn find(
        &self,
        bytes: &[u8],
        from: usize,
        mut found: impl FnMut(Id, Span, &'static str),
    ) {
        let Some(rest) = bytes.get(from..) else { return };
        for hit in self.0.find_iter(rest) {
            let span = hit.start() + from..hit.end() + from;
            let Some((_, look)) = BEGINNINGS.get(hit.pattern().as_usize()) else { continue };
            if let Some((id, span, what)) = look.closer(bytes, from, span) {
                found(id, span, what);
            }
        }
    }
}

impl Look {
    #[cold]
    fn closer(self, bytes: &[u8], from: usize, hit: Span) -> Option<(Id, Span, &'static str)> {
        let begins_word = hit.start == from || !is_word(bytes[hit.start - 1]);
        let tail = |at: usize, accept: fn(u8) -> bool| {
            bytes[at..].iter().take_while(|byte| accept(**byte)).count()
        };
        let secret = |length: usize, least: usize, what: &'static str| {
            let span = hit.start..hit.end + length;
            (begins_word && length >= least).then_some((Id::SecretValue, span, what))
        };
        match self {
            Self::Jwt => {
                let length = tail(hit.end, |byte| is_base64url(byte) || byte == b'.');
                let parts = bytes[hit.start..hit.end + length].split(|byte| *byte == b'.');
                let parts: Vec<usize> = parts.map(<[u8]>::len).collect();
                let is_token = matches!(parts[..], [head, body, ..] if head >= 12 && body >= 8);
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
                secret(length, 16, "credentials of an HTTP request")
            }
            Self::Url => {
                let length = tail(hit.end, |byte| byte > b' ' && !b"/?#\"\\@<>".contains(&byte));
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
            Self::Header => {
                let close = hit.start + 1;
                let n_digits = bytes[from..close]
                    .iter()
                    .rev()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                let colon = close - n_digits;
                let before = &bytes[from..colon];
                let n_name = before[..before.len().saturating_sub(1)]
                    .iter()
                    .rev()
                    .take_while(|byte| is_word(**byte) || b".-/".contains(byte))
                    .count();
                let is_place = before.last() == Some(&b':') && n_name > 0;
                let span = colon.saturating_sub(1 + n_name)..hit.end;
                let what =
                    "this looks like the end of a header to readers that look for the last one";
                is_place.then_some((Id::HeaderLookAlike, span, what))
            }
        }
    }
}

/// Whether a value begins here: behind the quote that opens it, a tab of a block, or `=`.
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
