//! Values in owned form: a run of bytes that a logger or span keeps, from which any encoder can render them later.

use crate::{
    serialize::{self, write_text},
    value::{Failure, ObjectRef, Style, Value, guard},
};

macro_rules! tags {
    ($($name:ident,)*) => { tags! { @ 0u8, $($name,)* } };
    (@ $value:expr, $name:ident, $($rest:ident,)*) => {
        const $name: u8 = $value;
        tags! { @ $value + 1, $($rest,)* }
    };
    (@ $value:expr,) => {};
}

tags! {
    NULL, FALSE, TRUE, I64, U64, I128, U128, F64, F32, CHAR, STR, BYTES, DURATION, TIME, OBJECT, RENDERED, PRETTY, FROZEN,
    PANIC, INTERNAL,
}

/// Appends `value` with everything it borrows; a value that panics or fails is kept as that failure.
pub(crate) fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    match *value {
        Value::Null => out.push(NULL),
        Value::Bool(value) => out.push(if value { TRUE } else { FALSE }),
        Value::I64(value) => fixed(I64, &value.to_le_bytes(), out),
        Value::U64(value) => fixed(U64, &value.to_le_bytes(), out),
        Value::I128(value) => fixed(I128, &value.to_le_bytes(), out),
        Value::U128(value) => fixed(U128, &value.to_le_bytes(), out),
        Value::F64(value) => fixed(F64, &value.to_le_bytes(), out),
        Value::F32(value) => fixed(F32, &value.to_le_bytes(), out),
        Value::Char(value) => fixed(CHAR, &u32::from(value).to_le_bytes(), out),
        Value::Str(text) => tagged(STR, text, out),
        Value::Bytes(bytes) => {
            out.push(BYTES);
            sized(bytes, out);
        }
        Value::Duration(nanos) => fixed(DURATION, &nanos.to_le_bytes(), out),
        Value::Time { nanos, offset } => {
            fixed(TIME, &nanos.to_le_bytes(), out);
            out.extend_from_slice(&offset.to_le_bytes());
        }
        Value::Object(object) => {
            tagged(OBJECT, object.namespace, out);
            sized(object.name.as_bytes(), out);
        }
        Value::Rendered { json, pretty } => {
            tagged(if pretty { PRETTY } else { RENDERED }, json, out);
        }
        Value::Frozen { text, json } => frozen(text.as_bytes(), json.as_bytes(), out),
        Value::Failed(Failure::Panic(text)) => tagged(PANIC, text, out),
        Value::Failed(Failure::Internal(text)) => tagged(INTERNAL, text, out),
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => {
            let start = out.len();
            out.push(STR);
            let written = with_size(out, |out| write_text(value, out));
            if let Err(failure) = written {
                out.truncate(start);
                write(&failure.value(), out);
            }
        }
        Value::Json(json) | Value::Pretty(json) => {
            let start = out.len();
            out.push(if matches!(value, Value::Pretty(_)) { PRETTY } else { RENDERED });
            let written = with_size(out, |out| guard::json(json, Style::Compact, out));
            if let Err(failure) = written {
                out.truncate(start);
                write(&failure.value(), out);
            }
        }
        Value::Objects(_) | Value::List(_) | Value::Fields(_) => {
            let (mut text, mut json) = (Vec::new(), Vec::new());
            let rendered = serialize::text::value(value, &mut text)
                .and_then(|()| serialize::json::value(value, &mut json));
            match rendered {
                Ok(()) => frozen(&text, &json, out),
                Err(failure) => write(&failure.value(), out),
            }
        }
        Value::Custom(custom) => {
            let start = out.len();
            // The value is written inside the guard, because it borrows from what the type's code returns.
            let written = guard::value(|| {
                write(&custom.log_value(), out);
                Ok(())
            });
            if let Err(failure) = written {
                out.truncate(start);
                write(&failure.value(), out);
            }
        }
    }
}

fn fixed(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(bytes);
}

fn tagged(tag: u8, text: &str, out: &mut Vec<u8>) {
    out.push(tag);
    sized(text.as_bytes(), out);
}

fn frozen(text: &[u8], json: &[u8], out: &mut Vec<u8>) {
    out.push(FROZEN);
    sized(text, out);
    sized(json, out);
}

/// Appends a length and bytes, shortened to what the length can say (4 GiB).
pub(crate) fn sized(bytes: &[u8], out: &mut Vec<u8>) {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&bytes[..len as usize]);
}

/// Appends a length and the bytes that `append` appends, shortened in the same way; what it answers is given on.
fn with_size<R>(out: &mut Vec<u8>, append: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let result = append(out);
    let len = u32::try_from(out.len() - start - 4).unwrap_or(u32::MAX);
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
    out.truncate(start + 4 + len as usize);
    result
}

/// Whether the next value on `tape` is a failure.
pub(crate) fn has_failed(tape: &[u8]) -> bool {
    matches!(tape.first(), Some(&(PANIC | INTERNAL)))
}

/// Takes the next value from `tape`; a tape that [`write()`] has not written gives nulls.
pub(crate) fn read<'a>(tape: &mut &'a [u8]) -> Value<'a> {
    read_checked(tape).unwrap_or(Value::Null)
}

fn read_checked<'a>(tape: &mut &'a [u8]) -> Option<Value<'a>> {
    let (&tag, rest) = tape.split_first()?;
    *tape = rest;
    Some(match tag {
        FALSE => Value::Bool(false),
        TRUE => Value::Bool(true),
        I64 => Value::I64(i64::from_le_bytes(array(tape)?)),
        U64 => Value::U64(u64::from_le_bytes(array(tape)?)),
        I128 => Value::I128(i128::from_le_bytes(array(tape)?)),
        U128 => Value::U128(u128::from_le_bytes(array(tape)?)),
        F64 => Value::F64(f64::from_le_bytes(array(tape)?)),
        F32 => Value::F32(f32::from_le_bytes(array(tape)?)),
        CHAR => Value::Char(char::from_u32(u32::from_le_bytes(array(tape)?))?),
        STR => Value::Str(read_text(tape)?),
        BYTES => Value::Bytes(read_sized(tape)?),
        DURATION => Value::Duration(i64::from_le_bytes(array(tape)?)),
        TIME => Value::Time {
            nanos: i128::from_le_bytes(array(tape)?),
            offset: i32::from_le_bytes(array(tape)?),
        },
        OBJECT => Value::Object(ObjectRef { namespace: read_text(tape)?, name: read_text(tape)? }),
        RENDERED => Value::Rendered { json: read_text(tape)?, pretty: false },
        PRETTY => Value::Rendered { json: read_text(tape)?, pretty: true },
        FROZEN => Value::Frozen { text: read_text(tape)?, json: read_text(tape)? },
        PANIC => Value::Failed(Failure::Panic(read_text(tape)?)),
        INTERNAL => Value::Failed(Failure::Internal(read_text(tape)?)),
        _ => Value::Null,
    })
}

fn array<const N: usize>(tape: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = tape.split_first_chunk::<N>()?;
    *tape = rest;
    Some(*array)
}

/// Takes bytes that [`sized`] has written.
pub(crate) fn read_sized<'a>(tape: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = u32::from_le_bytes(array(tape)?) as usize;
    let (bytes, rest) = tape.split_at_checked(len)?;
    *tape = rest;
    Some(bytes)
}

fn read_text<'a>(tape: &mut &'a [u8]) -> Option<&'a str> {
    std::str::from_utf8(read_sized(tape)?).ok()
}
