//! Lines that others have put into JSON of their own: `stern -o json` and `extjson`, `journalctl -o json`.

use serde_json::Value;

/// What a program has printed, by stern's JSON.
pub(super) fn stern(line: &[u8]) -> Option<Vec<u8>> {
    let has = |name: &str| memchr::memmem::find(line, name.as_bytes()).is_some();
    if !line.starts_with(b"{\"")
        || !has("\"message\":")
        || !(has("\"podName\":") || has("\"pod\":"))
    {
        return None;
    }
    let object: serde_json::Map<String, Value> = serde_json::from_slice(line).ok()?;
    let is_of_stern =
        ["podName", "pod"].iter().any(|name| object.get(*name).is_some_and(Value::is_string))
            && ["containerName", "container"].iter().any(|name| object.contains_key(*name));
    let message = object.get("message").filter(|_| is_of_stern && !object.contains_key("msg"))?;
    match message {
        Value::String(text) => Some(text.trim_end_matches('\n').as_bytes().to_vec()),
        // An entry that is JSON itself.
        Value::Object(_) => serde_json::to_vec(message).ok(),
        _ => None,
    }
}

/// What a program has printed, by journald's JSON; bytes that are no text are a list there.
pub(super) fn journald(line: &[u8]) -> Option<Vec<u8>> {
    let is_near = line.starts_with(b"{") && memchr::memmem::find(line, b"\"MESSAGE\"").is_some();
    let object: serde_json::Map<String, Value> =
        is_near.then(|| serde_json::from_slice(line).ok()).flatten()?;
    match object.get("MESSAGE")? {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        Value::Array(bytes) => bytes
            .iter()
            .map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()))
            .collect(),
        _ => None,
    }
}
