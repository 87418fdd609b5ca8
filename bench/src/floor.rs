//! F1: what a careful programmer would write for this one line, and nothing else.

use std::{
    cell::RefCell,
    hint::black_box,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{Format, Stack, count, destination::deliver, pod, status};

/// The floor in a format.
pub fn stack(format: Format) -> Stack {
    let [w1, w2, w3]: [fn(); 3] = match format {
        Format::Text => [
            || text(MESSAGE, TEXT_CONTEXT, pair(), status(), count()),
            || text(MESSAGE, b"", pair(), status(), count()),
            || text(MESSAGE, b"", black_box(None), "", 0),
        ],
        Format::Json => [
            || json(MESSAGE, JSON_CONTEXT, pair(), status(), count()),
            || json(MESSAGE, b"", pair(), status(), count()),
            || json(MESSAGE, b"", black_box(None), "", 0),
        ],
    };
    Stack {
        name: "F1",
        formats: &[Format::Text, Format::Json],
        install: |_| {},
        in_context: |f| f(),
        w1,
        w2,
        w3,
        w4: || {
            black_box(());
        },
        w7: None,
    }
}

const MESSAGE: &str = "\"Pod status updated\"";
const TEXT_CONTEXT: &[u8] =
    b" controller=\"deployment\" reconcileID=\"6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11\"";
const JSON_CONTEXT: &[u8] =
    b",\"controller\":\"deployment\",\"reconcileID\":\"6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11\"";

fn pair() -> Option<(&'static str, &'static str)> {
    let pod = pod();
    Some((pod.0, pod.1))
}

thread_local! {
    static LINE: RefCell<(Vec<u8>, u64, [u8; 15])> = const { RefCell::new((Vec::new(), 0, [0; 15])) };
}

fn plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\')
}

fn string(text: &str, line: &mut Vec<u8>) {
    if plain(text) {
        line.push(b'"');
        line.extend_from_slice(text.as_bytes());
        line.push(b'"');
    }
}

fn text(message: &str, context: &[u8], pod: Option<(&str, &str)>, status: &str, count: u64) {
    LINE.with_borrow_mut(|(line, second, prefix)| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        if now.as_secs() != *second {
            *second = now.as_secs();
            *prefix = *b"I1025 00:15:15.";
        }
        line.clear();
        line.reserve(512);
        line.extend_from_slice(prefix);
        let mut micros = now.subsec_micros();
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (micros % 10) as u8;
            micros /= 10;
        }
        line.extend_from_slice(&digits);
        line.extend_from_slice(b"   12345 log.rs:42] ");
        line.extend_from_slice(message.as_bytes());
        line.extend_from_slice(context);
        if let Some((namespace, name)) = pod {
            if plain(namespace) && plain(name) {
                line.extend_from_slice(b" pod=\"");
                line.extend_from_slice(namespace.as_bytes());
                line.push(b'/');
                line.extend_from_slice(name.as_bytes());
                line.push(b'"');
            }
            line.extend_from_slice(b" status=");
            string(status, line);
            line.extend_from_slice(b" count=");
            line.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
        }
        line.push(b'\n');
        deliver(line);
    });
}

fn json(message: &str, context: &[u8], pod: Option<(&str, &str)>, status: &str, count: u64) {
    LINE.with_borrow_mut(|(line, ..)| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        line.clear();
        line.reserve(512);
        line.extend_from_slice(b"{\"ts\":");
        line.extend_from_slice(itoa::Buffer::new().format(now.as_millis() as u64).as_bytes());
        line.push(b'.');
        line.extend_from_slice(
            itoa::Buffer::new().format(now.subsec_nanos() / 100 % 10_000).as_bytes(),
        );
        line.extend_from_slice(b",\"caller\":\"src/log.rs:42\",\"msg\":");
        line.extend_from_slice(message.as_bytes());
        line.extend_from_slice(context);
        line.extend_from_slice(b",\"v\":0");
        if let Some((namespace, name)) = pod {
            if plain(namespace) && plain(name) {
                line.extend_from_slice(b",\"pod\":{\"name\":\"");
                line.extend_from_slice(name.as_bytes());
                line.extend_from_slice(b"\",\"namespace\":\"");
                line.extend_from_slice(namespace.as_bytes());
                line.extend_from_slice(b"\"}");
            }
            line.extend_from_slice(b",\"status\":");
            string(status, line);
            line.extend_from_slice(b",\"count\":");
            line.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
        }
        line.extend_from_slice(b"}\n");
        deliver(line);
    });
}
