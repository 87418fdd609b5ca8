//! A strict parser of klog's text, written from the format's description and sharing nothing with the encoder.

/// A line taken apart.
#[derive(Debug, PartialEq)]
pub(crate) struct Parsed {
    /// `I`, `W`, `E` or `F`; `None` without a header.
    pub severity: Option<char>,
    pub file: String,
    pub line: u32,
    pub message: String,
    pub pairs: Vec<(String, Value)>,
}

/// A value as far as the text says what it is.
#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    /// Quoted on the line: escapes resolved; `\xNN` stands for a byte, which need not be UTF-8.
    Quoted(Vec<u8>),
    /// A block: its lines joined, as they are.
    Block(String),
    /// Anything else: JSON.
    Json(serde_json::Value),
}

/// Parses one entry with its final newline.
pub(crate) fn line(entry: &str, header: bool) -> Result<Parsed, String> {
    let entry = entry.strip_suffix('\n').ok_or("no newline at the end")?;
    let (severity, file, line, rest) =
        if header { read_header(entry)? } else { (None, String::new(), 0, entry) };
    let (message, mut rest) = quoted(rest)?;
    let message = String::from_utf8(message).map_err(|_| "message is not UTF-8")?;
    let mut pairs = Vec::new();
    while !rest.is_empty() {
        let (key, value, after) =
            pair(rest.strip_prefix(' ').ok_or_else(|| format!("no space before {rest:?}"))?)?;
        pairs.push((key, value));
        rest = after;
    }
    Ok(Parsed { severity, file, line, message, pairs })
}

fn read_header(entry: &str) -> Result<(Option<char>, String, u32, &str), String> {
    let bytes = entry.as_bytes();
    let pattern = b"?dddd dd:dd:dd.dddddd ";
    let fits = bytes.len() > pattern.len() + 7
        && pattern.iter().zip(bytes).all(|(pattern, byte)| match pattern {
            b'?' => b"IWEF".contains(byte),
            b'd' => byte.is_ascii_digit(),
            other => other == byte,
        });
    if !fits {
        return Err(format!("no header: {entry:?}"));
    }
    let pid = &entry[pattern.len()..pattern.len() + 7];
    let digits = pid.trim_start_matches(' ');
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("process id {pid:?}"));
    }
    let rest =
        entry[pattern.len() + 7..].strip_prefix(' ').ok_or("no space after the process id")?;
    let (place, rest) = rest.split_once("] ").ok_or("no `] `")?;
    let (file, line) = place.rsplit_once(':').ok_or("no line number")?;
    if file.is_empty() || file.contains([':', '/', '\n']) {
        return Err(format!("file {file:?}"));
    }
    let line = line.parse().map_err(|_| format!("line number {line:?}"))?;
    Ok((entry.chars().next(), file.into(), line, rest))
}

fn pair(text: &str) -> Result<(String, Value, &str), String> {
    let (key, rest) = if text.starts_with('"') {
        let (key, rest) = quoted(text)?;
        (
            String::from_utf8(key).map_err(|_| "key is not UTF-8")?,
            rest.strip_prefix('=').ok_or("no `=`")?,
        )
    } else {
        let (key, rest) = text.split_once('=').ok_or_else(|| format!("no `=` in {text:?}"))?;
        if key.is_empty()
            || key.contains([' ', '"', '\n', '\t'])
            || key.chars().any(char::is_control)
        {
            return Err(format!("key {key:?}"));
        }
        (key.to_owned(), rest)
    };
    let (value, rest) = if let Some(block) = rest.strip_prefix("<\n") {
        let (value, rest) = read_block(block)?;
        (Value::Block(value), rest)
    } else if rest.starts_with('"') {
        let (value, rest) = quoted(rest)?;
        (Value::Quoted(value), rest)
    } else {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        let value =
            values.next().ok_or("no value")?.map_err(|error| format!("{error} in {rest:?}"))?;
        let end = values.byte_offset();
        if rest[..end].contains('\n') {
            return Err(format!("newline in {rest:?}"));
        }
        (Value::Json(value), &rest[end..])
    };
    Ok((key, value, rest))
}

fn read_block(text: &str) -> Result<(String, &str), String> {
    let (mut lines, mut rest) = (Vec::new(), text);
    loop {
        if let Some(after) = rest.strip_prefix(" >") {
            return Ok((lines.join("\n"), after));
        }
        let inner = rest.strip_prefix('\t').ok_or_else(|| format!("no tab before {rest:?}"))?;
        let (line, after) = inner.split_once('\n').ok_or("block without end")?;
        if line.chars().any(|char| char.is_control() && char != '\t') {
            return Err(format!("control character in a block: {line:?}"));
        }
        lines.push(line);
        rest = after;
    }
}

/// Reads a string in Go's quotes.
fn quoted(text: &str) -> Result<(Vec<u8>, &str), String> {
    let inner = text.strip_prefix('"').ok_or_else(|| format!("no quote at {text:?}"))?;
    let mut bytes = Vec::new();
    let mut chars = inner.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((bytes, &inner[at + 1..])),
            '\\' => {
                let (_, escape) = chars.next().ok_or("escape without end")?;
                let n_digits = match escape {
                    'a' => {
                        bytes.push(7);
                        continue;
                    }
                    'b' => {
                        bytes.push(8);
                        continue;
                    }
                    'f' => {
                        bytes.push(12);
                        continue;
                    }
                    'n' => {
                        bytes.push(b'\n');
                        continue;
                    }
                    'r' => {
                        bytes.push(b'\r');
                        continue;
                    }
                    't' => {
                        bytes.push(b'\t');
                        continue;
                    }
                    'v' => {
                        bytes.push(11);
                        continue;
                    }
                    '"' | '\\' => {
                        bytes.push(escape as u8);
                        continue;
                    }
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    other => return Err(format!("escape \\{other}")),
                };
                let start = at + 2;
                let code = inner.get(start..start + n_digits).ok_or("escape without end")?;
                let code = u32::from_str_radix(code, 16).map_err(|error| error.to_string())?;
                chars.by_ref().take(n_digits).for_each(drop);
                if n_digits == 2 {
                    bytes.push(code as u8);
                } else {
                    let char = char::from_u32(code).ok_or("no character")?;
                    bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            // JSON, by whose rules some values are printed, leaves DEL and C1 as they are.
            '\x7f'..='\u{9f}' => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            char if char.is_control() => {
                return Err(format!("control character {char:?} in quotes"));
            }
            char => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Err("string without end".into())
}
