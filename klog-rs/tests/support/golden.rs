//! Records of `golden.jsonl`: reading one, replaying it, and what it must give.

use serde_json::Value as Json;

use super::{Memory, values::Typed};

/// A call, its surroundings, and what Go printed.
pub(crate) struct Golden {
    pub id: String,
    pub message: String,
    pub header: bool,
    error: bool,
    verbosity: u32,
    names: Vec<String>,
    with_values: Vec<Vec<(String, Typed)>>,
    err: Option<Typed>,
    pairs: Vec<(String, Typed)>,
    nanos: i64,
    offset: i32,
    pid: u32,
    file: String,
    line: u32,
    threshold: u32,
    vmodule: String,
    text: String,
    json: String,
    deviates: Vec<String>,
}

impl Golden {
    pub(crate) fn read(record: &str) -> Result<Golden, String> {
        let record: Json = serde_json::from_str(record).map_err(|error| error.to_string())?;
        let (call, env, config) = (&record["call"], &record["env"], &record["config"]);
        let string = |value: &Json| {
            value.as_str().map(str::to_owned).ok_or_else(|| format!("no string: {value}"))
        };
        let number = |value: &Json| value.as_i64().ok_or_else(|| format!("no number: {value}"));
        let array =
            |value: &Json| value.as_array().cloned().ok_or_else(|| format!("no array: {value}"));
        let time: jiff::Timestamp =
            string(&env["time"])?.parse().map_err(|error| format!("{error}"))?;
        Ok(Golden {
            id: string(&record["id"])?,
            message: string(&call["msg"])?,
            header: config["header"].as_bool().unwrap_or(true),
            error: call["severity"] == "error",
            // logr takes a negative level for 0; here it cannot be said.
            verbosity: number(&call["v"])?.max(0) as u32,
            names: array(&call["names"])?.iter().map(string).collect::<Result<_, _>>()?,
            with_values: array(&call["with_values"])?
                .iter()
                .map(pairs)
                .collect::<Result<_, _>>()?,
            err: match &call["err"] {
                Json::Null => None,
                Json::String(text) => {
                    Some(Typed::read(&serde_json::json!({ "t": "error", "v": text }))?)
                }
                typed => Some(Typed::read(typed)?),
            },
            pairs: pairs(&call["kvs"])?,
            nanos: i64::try_from(time.as_nanosecond()).map_err(|error| error.to_string())?,
            offset: number(&env["tz_offset_s"])? as i32,
            pid: number(&env["pid"])? as u32,
            file: string(&env["file"])?,
            line: number(&env["line"])? as u32,
            threshold: number(&config["v"])? as u32,
            vmodule: config["vmodule"].as_str().unwrap_or_default().to_owned(),
            text: string(&record["text"])?,
            json: string(&record["json"])?,
            deviates: array(&record["deviates"])?.iter().map(string).collect::<Result<_, _>>()?,
        })
    }

    /// Makes the call and gives the line.
    pub(crate) fn replay(&self, format: klog::Format) -> String {
        let lines = Memory::default();
        let output = klog::Output::new(format, lines.clone())
            .with_clock(klog::encode::Clock::Fixed { nanos: self.nanos, offset: self.offset })
            .with_pid(self.pid)
            .with_header(self.header)
            .with_verbosity(
                self.threshold,
                self.vmodule.parse().expect("vmodule of a record is valid"),
            );
        let mut logger = output.logger();
        for name in &self.names {
            logger = logger.with_name(name);
        }
        for values in &self.with_values {
            logger = logger.with_pairs(&borrow(values));
        }
        logger.v(self.verbosity).log(&klog::logger::Entry {
            severity: if self.error { klog::Severity::Error } else { klog::Severity::Info },
            message: &self.message,
            err: self.err.as_ref().map(klog::Value::from),
            pairs: &borrow(&self.pairs),
            file: Some(self.file.as_str()).filter(|file| !file.is_empty()),
            line: self.line,
            ..klog::logger::Entry::default()
        });
        lines.take()
    }

    fn deviates(&self, mark: &str) -> bool {
        self.deviates.iter().any(|other| other == mark)
    }

    /// Go's text, with what it prints raw escaped where the record is marked.
    pub(crate) fn expected_text(&self) -> String {
        let mut text = self.text.clone();
        let all = || self.with_values.iter().flatten().chain(&self.pairs);
        if self.deviates("key-needs-escape") {
            for (key, _) in all() {
                let escaped = escape_key(key);
                if escaped != *key {
                    text = text.replace(&format!(" {key}="), &format!(" {escaped}="));
                }
            }
        }
        if self.deviates("object-needs-escape") {
            for (_, value) in all() {
                escape_objects(value, &mut text);
            }
        }
        if self.deviates("block-control-chars") {
            text = escape_blocks(&text);
        }
        text
    }

    /// Go's JSON, and whether ours must be the same to the byte.
    pub(crate) fn expected_json(&self) -> Result<(String, bool), String> {
        if !self.deviates("json-duplicate-keys") && !self.deviates("reserved-key") {
            return Ok((self.json.clone(), true));
        }
        // The line's own fields come from the record; a pair whose key is one of them has `_` after it in ours.
        let mut own = Vec::new();
        let mut rest = Vec::new();
        for (key, value) in entries(&self.json)? {
            let fixed = ["ts", "caller", "msg", "v", "err", "logger"].contains(&key.as_str());
            if fixed { own.push((key, value)) } else { rest.push((key, value)) }
        }
        let mut object = serde_json::Map::new();
        for (key, value) in rest {
            object.insert(key, value);
        }
        for key in ["ts", "caller", "msg", "v", "err", "logger"] {
            let of_key: Vec<_> = own
                .iter()
                .filter(|(other, _)| other == key)
                .map(|(_, value)| value.clone())
                .collect();
            let n_own = usize::from(match key {
                "v" => !self.error,
                "err" => self.err.is_some(),
                "logger" => self.names.iter().any(|name| !name.is_empty()),
                "caller" => !self.file.is_empty(),
                _ => true,
            });
            // The own field is the last one for `err`, which ends the line, and the first one for the others but `v`,
            // which is between the pairs of the logger and those of the call.
            let n_before = match key {
                "err" => of_key.len().saturating_sub(n_own),
                "v" => self
                    .with_values
                    .iter()
                    .flatten()
                    .filter(|(other, _)| other == "v")
                    .count()
                    .min(of_key.len()),
                _ => 0,
            };
            for (index, value) in of_key.into_iter().enumerate() {
                if n_own == 0 || index == n_before {
                    object.insert(key.into(), value);
                } else {
                    object.insert(format!("{key}_"), value);
                }
            }
        }
        Ok((serde_json::to_string(&object).map_err(|error| error.to_string())?, false))
    }
}

/// The entries of a JSON object, with all that have the same key.
fn entries(json: &str) -> Result<Vec<(String, Json)>, String> {
    struct All(Vec<(String, Json)>);
    impl<'de> serde::Deserialize<'de> for All {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Entries;
            impl<'de> serde::de::Visitor<'de> for Entries {
                type Value = All;

                fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<All, A::Error> {
                    let mut all = Vec::new();
                    while let Some(entry) = map.next_entry()? {
                        all.push(entry);
                    }
                    Ok(All(all))
                }
            }
            deserializer.deserialize_map(Entries)
        }
    }
    serde_json::from_str::<All>(json).map(|all| all.0).map_err(|error| error.to_string())
}

fn pairs(list: &Json) -> Result<Vec<(String, Typed)>, String> {
    list.as_array()
        .ok_or("no pairs")?
        .iter()
        .map(|pair| Ok((pair[0].as_str().ok_or("no key")?.to_owned(), Typed::read(&pair[1])?)))
        .collect()
}

fn borrow(pairs: &[(String, Typed)]) -> Vec<(&str, klog::Value<'_>)> {
    pairs.iter().map(|(key, value)| (key.as_str(), value.into())).collect()
}

fn escape_objects(value: &Typed, text: &mut String) {
    let mut escape = |namespace: &str, name: &str| {
        let raw =
            if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") };
        let escaped = if namespace.is_empty() {
            escape(name)
        } else {
            format!("{}/{}", escape(namespace), escape(name))
        };
        if raw != escaped {
            *text = text.replace(&format!("\"{raw}\""), &format!("\"{escaped}\""));
        }
    };
    match value {
        Typed::Object(namespace, name) => escape(namespace, name),
        Typed::Objects(Some(objects)) => {
            for object in objects.iter().flatten() {
                escape(&object.namespace, &object.name);
            }
        }
        _ => {}
    }
}

/// A key as ours prints it.
fn escape_key(key: &str) -> String {
    let escaped = escape(key);
    if key.is_empty() || key.contains([' ', '=', '"']) || escaped != key.replace('\\', "\\\\") {
        format!("\"{escaped}\"")
    } else {
        key.to_owned()
    }
}

/// What is between Go's quotes.
fn escape(text: &str) -> String {
    let line = klog_line(text);
    line[1..line.len() - 1].to_owned()
}

/// A message in quotes, as the encoder prints it; that it does so right is shown by the records of messages.
fn klog_line(message: &str) -> String {
    let lines = Memory::default();
    klog::Output::new(klog::Format::Text, lines.clone())
        .with_header(false)
        .logger()
        .info(message, &[]);
    lines.take().trim_end_matches('\n').to_owned()
}

/// The text with control characters in blocks escaped.
fn escape_blocks(text: &str) -> String {
    let mut escaped = String::new();
    for line in text.split_inclusive('\n') {
        let is_inside = line.starts_with('\t');
        for char in line.chars() {
            let kept = !is_inside || char == '\n' || char == '\t';
            let hostile = char.is_control()
                || matches!(char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
                || matches!(char, '\u{e0000}'..='\u{e007f}');
            if kept || !hostile {
                escaped.push(char);
            } else {
                escaped.push_str(&escape(&char.to_string()));
            }
        }
    }
    escaped
}
