//! Names of loggers.

use crate::{go::quote, serialize::text};

/// A logger's name in the forms that are needed.
///
/// ```
/// let logger = klog::Logger::background().with_name("scheduler").with_name("binder");
/// let name: Option<&klog::encode::Name> = logger.name();
/// assert_eq!(name.map(|name| name.joined.as_str()), Some("scheduler.binder"));
/// ```
#[derive(Debug)]
pub struct Name {
    /// `a..c`: parts joined by dots.
    pub joined: String,
    /// `a.c`: empty parts left out, as in JSON.
    pub(crate) compact: String,
    /// ` logger="a..c"`.
    pub(crate) text: Vec<u8>,
    /// `,"logger":"a.c"`, or nothing.
    pub(crate) json: Vec<u8>,
}

impl Name {
    pub(crate) fn join(parent: Option<&Name>, part: &str) -> Name {
        let joined = match parent {
            Some(parent) => format!("{}.{part}", parent.joined),
            None => part.to_owned(),
        };
        let compact = match parent {
            Some(parent) if part.is_empty() => parent.compact.clone(),
            Some(parent) if !parent.compact.is_empty() => format!("{}.{part}", parent.compact),
            _ => part.to_owned(),
        };
        let (mut text, mut json) = (b" logger=".to_vec(), Vec::new());
        text::string(&joined, &mut text);
        if !compact.is_empty() {
            json.extend_from_slice(b",\"logger\":");
            quote::json(&compact, &mut json);
        }
        Name { joined, compact, text, json }
    }
}
