//! What several tests share.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod golden;
pub(crate) mod laws;
pub(crate) mod parse_text;
pub(crate) mod values;

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex},
};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A sink that keeps lines in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<u8>>>);

impl klog::sink::Sink for Memory {
    fn write(&self, _: klog::Severity, line: &[u8]) -> std::io::Result<()> {
        self.0.lock().expect("no test panics in here").extend_from_slice(line);
        Ok(())
    }
}

impl Memory {
    pub(crate) fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("no test panics in here")))
            .expect("lines are UTF-8")
    }
}

/// One JSON object on one line, in which no key occurs twice at any depth of the line itself.
pub(crate) fn unique_json(line: &str) -> Result<serde_json::Value, String> {
    let object = line.strip_suffix('\n').ok_or("no newline at the end")?;
    if object.contains('\n') {
        return Err(format!("several lines: {line:?}"));
    }
    let Unique(value) =
        serde_json::from_str(object).map_err(|error| format!("{error} in {object}"))?;
    if value.is_object() { Ok(value) } else { Err(format!("not an object: {object}")) }
}

/// A JSON object of which the last value of a key counts.
pub(crate) fn last_wins(line: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

struct Unique(serde_json::Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Top;
        impl<'de> Visitor<'de> for Top {
            type Value = Unique;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
                let (mut keys, mut object) = (HashSet::new(), serde_json::Map::new());
                while let Some((key, value)) = map.next_entry::<String, serde_json::Value>()? {
                    if !keys.insert(key.clone()) {
                        return Err(serde::de::Error::custom(format!(
                            "the key {key:?} occurs twice"
                        )));
                    }
                    object.insert(key, value);
                }
                Ok(Unique(object.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Unique, A::Error> {
                Err(serde::de::Error::custom("an array"))
            }
        }
        deserializer.deserialize_map(Top)
    }
}
