//! Bytes of a fuzzer → a call.
//!
//! An input is a list of parts, each a letter that says what it is, and a text. Parts end with a byte 255, which no text
//! has, so that a seed can be read and any text be written. What is no part is passed over: every input is some call.

use klog::Severity;

use super::super::values::{Text, Typed};
use super::entry::Call;

const DEPTH: usize = 8;

pub(super) fn call(bytes: &[u8]) -> Call {
    let mut parts = Parts(bytes.split(|byte| *byte == 255).collect::<Vec<_>>().into_iter());
    let mut call = Call {
        severity: Severity::Info,
        names: Vec::new(),
        context: Vec::new(),
        message: String::new(),
        err: None,
        pairs: Vec::new(),
    };
    while let Some((letter, text)) = parts.next() {
        match letter {
            b'I' => (call.severity, call.message) = (Severity::Info, lossy(text)),
            b'W' => (call.severity, call.message) = (Severity::Warning, lossy(text)),
            b'E' => (call.severity, call.message) = (Severity::Error, lossy(text)),
            b'F' => (call.severity, call.message) = (Severity::Fatal, lossy(text)),
            b'N' => call.names.push(lossy(text)),
            b'X' => call.err = Some(parts.value(DEPTH)),
            b'C' => call.context.push((lossy(text), parts.value(DEPTH))),
            b'K' => call.pairs.push((lossy(text), parts.value(DEPTH))),
            _ => {}
        }
    }
    call
}

struct Parts<'a>(std::vec::IntoIter<&'a [u8]>);

impl<'a> Parts<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        self.0.by_ref().find_map(|part| part.split_first().map(|(letter, text)| (*letter, text)))
    }

    fn value(&mut self, depth: usize) -> Typed {
        let Some((letter, text)) = self.next() else { return Typed::Nil };
        match letter {
            b'b' => Typed::Bool(text != b"0"),
            b'i' => Typed::I64(number(text, i64::from_le_bytes)),
            b'u' => Typed::U64(number(text, u64::from_le_bytes)),
            b'f' => Typed::F64(number(text, f64::from_le_bytes)),
            b'g' => Typed::F32(number(text, |bytes| f64::from_le_bytes(bytes) as f32)),
            b't' => Typed::Duration(number(text, i64::from_le_bytes)),
            b's' => Typed::Str(lossy(text)),
            b'j' => Typed::NamedStr(lossy(text)),
            b'y' => Typed::Bytes(text.to_vec()),
            b'e' => Typed::Error(Text { text: lossy(text), panics: false }),
            b'd' => Typed::Stringer(Text { text: lossy(text), panics: false }),
            b'!' => Typed::Error(Text { text: lossy(text), panics: true }),
            b'?' => Typed::Stringer(Text { text: lossy(text), panics: true }),
            b'*' => Typed::MarshalerPanic(lossy(text)),
            b'o' => {
                let text = lossy(text);
                let (namespace, name) = text.split_once('/').unwrap_or(("", &text));
                Typed::Object(namespace.to_owned(), name.to_owned())
            }
            _ if depth == 0 => Typed::Nil,
            b'p' => Typed::Pretty(Box::new(self.value(depth - 1))),
            b'[' => Typed::List(Some(self.values(text, depth))),
            b'(' => Typed::Slice(Some(self.values(text, depth))),
            b'{' => {
                let values = self.values(text, depth).into_iter();
                let keys = values.clone().map(|value| match value {
                    Typed::Str(text) => text,
                    _ => "key".to_owned(),
                });
                Typed::Map(Some(keys.zip(values.skip(1)).step_by(2).collect()))
            }
            _ => Typed::Nil,
        }
    }

    /// As many values as the text has bytes.
    fn values(&mut self, text: &[u8], depth: usize) -> Vec<Typed> {
        text.iter().take(8).map(|_| self.value(depth - 1)).collect()
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Digits, or the bytes of a number.
fn number<T: std::str::FromStr>(text: &[u8], from_bytes: impl Fn([u8; 8]) -> T) -> T {
    let digits = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    digits.unwrap_or_else(|| {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        from_bytes(bytes)
    })
}
