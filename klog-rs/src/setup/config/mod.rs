//! The configuration of logging: Kubernetes' `LoggingConfiguration` and its validation.
//!
//! A flag's way is argv → `Flags` (what the user typed) → [`Config`] (plain data) → [`Config::validate`] (every
//! problem) → [`Config::install`].

#[cfg(feature = "serde")]
mod file;
mod quantity;

use std::fmt;

pub use self::quantity::{ParseQuantityError, Quantity};
pub use super::install::InstallError;
use crate::{encode::Format, go::quote::go_quote, sink::WhenFull};
pub use crate::{
    entry::{ParseTargetsError, ParseVmoduleError, Targets, Vmodule},
    go::{GoDuration, ParseDurationError},
};

/// Kubernetes' `LoggingConfiguration` (`component-base/logs/api/v1/types.go`), to be read from a component's YAML or JSON
/// file as it is, which takes the feature `serde`.
///
/// All options work without feature gates. Unknown fields are refused. In a file, an empty `format`, a `flushFrequency` of
/// zero and any `null` stand for the default, as after `SetRecommendedLoggingConfiguration`: kubeadm writes
/// `flushFrequency: 0`. Set in a program, or by a flag, zero and an empty format are refused by [`Config::validate`].
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let config: klog::Config = serde_json::from_str(
///     r#"{
///         "format": "json",
///         "flushFrequency": "10s",
///         "verbosity": 2,
///         "vmodule": [{"filePattern": "reconcile*", "verbosity": 5}],
///         "options": {"json": {"splitStream": true, "infoBufferSize": "64Ki"}}
///     }"#,
/// )?;
/// assert_eq!(config.options.json.info_buffer_size.bytes(), 65536);
/// config.validate()?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default, deny_unknown_fields))]
pub struct Config {
    /// `text`, `json` or a registered format; case-sensitive.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::format_or_default"))]
    pub format: String,
    /// Longest time between two flushes of a buffer; more than zero. A string like `5s`, or nanoseconds.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::flush_frequency_or_default"))]
    pub flush_frequency: GoDuration,
    /// Information up to this V level is written; 0 to 2147483647.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub verbosity: u32,
    /// Verbosity of files whose name matches a pattern; the first match counts.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub vmodule: Vec<VmoduleItem>,
    /// Levels by target, in a file a string like `hyper=warn,kube_runtime=5,h2=off`. Kubernetes has no such field; it is
    /// written only when it is used.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "file::or_default", skip_serializing_if = "Targets::is_empty")
    )]
    pub targets: Targets,
    /// Options of the formats.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub options: FormatOptions,
    /// A queue in front of each stream, for streams whose reader may be slow. Kubernetes has no such field; it is written
    /// only when it is used.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "file::or_default", skip_serializing_if = "file::is_off")
    )]
    pub queue: QueueOptions,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            format: "text".into(),
            flush_frequency: GoDuration::from_secs(5),
            verbosity: 0,
            vmodule: Vec::new(),
            targets: Targets::default(),
            options: FormatOptions::default(),
            queue: QueueOptions::default(),
        }
    }
}

/// An entry of the field `vmodule` of [`Config`].
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let item: klog::config::VmoduleItem = serde_json::from_str(r#"{"filePattern": "reconcile*", "verbosity": 4}"#)?;
/// assert_eq!((&*item.file_pattern, item.verbosity), ("reconcile*", 4));
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default, deny_unknown_fields))]
pub struct VmoduleItem {
    /// Not empty, without `=` and `,`: name of source files without directories and without the suffix `.rs`, with `*`, `?`
    /// and `[a-z]`; or with `::` the path of a module, for it and all modules in it.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub file_pattern: String,
    /// V level for these files, 0 to 2147483647; 0 says nothing about them.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub verbosity: u32,
}

/// Options of the formats.
///
/// ```
/// let mut config = klog::Config::default();
/// config.options.text.split_stream = true;
/// # #[cfg(feature = "serde")]
/// assert_eq!(serde_json::to_value(&config)?["options"]["text"]["splitStream"], true);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default, deny_unknown_fields))]
pub struct FormatOptions {
    /// Options of `text`.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub text: OutputOptions,
    /// Options of `json`; registered formats take them too.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub json: OutputOptions,
}

/// The routing of lines (Kubernetes' `OutputRoutingOptions`).
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let options: klog::config::OutputOptions = serde_json::from_str(r#"{"splitStream": true, "infoBufferSize": "64Ki"}"#)?;
/// assert_eq!((options.split_stream, options.info_buffer_size.bytes()), (true, 65536));
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default, deny_unknown_fields))]
pub struct OutputOptions {
    /// Information goes to standard output, all else to standard error; without it everything goes to standard error.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub split_stream: bool,
    /// Size of a buffer for information, used with `split_stream` only; zero or less is unbuffered, at most 2 GiB count.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub info_buffer_size: Quantity,
}

/// A queue in front of each stream, see [`crate::sink::NonBlocking`].
///
/// ```
/// # #[cfg(feature = "serde")] {
/// let config: klog::Config = serde_json::from_str(r#"{"queue": {"size": "1Mi", "whenFull": "dropInfo"}}"#)?;
/// assert_eq!((config.queue.size.bytes(), config.queue.when_full), (1 << 20, klog::sink::WhenFull::DropInfo));
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default, deny_unknown_fields))]
pub struct QueueOptions {
    /// Size of the queue of each stream; zero or less is none, at most 2 GiB count.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub size: Quantity,
    /// `block`, `dropNewest` or `dropInfo`.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "file::or_default"))]
    pub when_full: WhenFull,
}

impl Config {
    /// Checks everything and reports every problem, in Kubernetes' words and order.
    ///
    /// # Errors
    ///
    /// ```
    /// let config = klog::Config { format: "xml".into(), flush_frequency: klog::config::GoDuration::from_secs(-1), ..Default::default() };
    /// assert_eq!(
    ///     config.validate().unwrap_err().to_string(),
    ///     r#"[flushFrequency: Invalid value: "-1s": Must be greater than zero, format: Invalid value: "xml": Unsupported log format]"#,
    /// );
    /// ```
    pub fn validate(&self) -> Result<(), ConfigErrors> {
        let mut problems = Vec::new();
        let mut add = |path: &str, what: String| problems.push(format!("{path}: {what}"));
        if self.flush_frequency.nanoseconds() <= 0 {
            add(
                "flushFrequency",
                format!("Invalid value: \"{}\": Must be greater than zero", self.flush_frequency),
            );
        }
        if let Err(error) = self.format.parse::<Format>() {
            add("format", format!("Invalid value: {}: {error}", go_quote(&self.format)));
        }
        let limit = |verbosity: u32| format!("Invalid value: {verbosity}: Must be <= {}", i32::MAX);
        if self.verbosity > i32::MAX as u32 {
            add("verbosity", limit(self.verbosity));
        }
        for (index, item) in self.vmodule.iter().enumerate() {
            let path = format!("vmodule[{index}]");
            if item.file_pattern.is_empty() {
                add(&path, "Required value: File pattern must not be empty".into());
            } else if item.file_pattern.contains(['=', ',']) {
                let pattern = go_quote(&item.file_pattern);
                add(
                    &path,
                    format!(
                        "Invalid value: {pattern}: File pattern must not contain equal sign or comma"
                    ),
                );
            }
            if item.verbosity > i32::MAX as u32 {
                add(&path, limit(item.verbosity));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(ConfigErrors(problems)) }
    }

    pub(crate) fn vmodule(&self) -> Vmodule {
        self.vmodule.iter().map(|item| (item.file_pattern.clone(), item.verbosity)).collect()
    }
}

/// The mistakes of a [`Config`]: each with its field's path.
///
/// ```
/// let config = klog::Config { format: "xml".into(), ..Default::default() };
/// let errors = config.validate().unwrap_err();
/// assert_eq!(errors.to_string(), r#"format: Invalid value: "xml": Unsupported log format"#);
/// assert_eq!(errors.iter().count(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<String>);

impl ConfigErrors {
    /// The problems in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [problem] => formatter.write_str(problem),
            problems => write!(formatter, "[{}]", problems.join(", ")),
        }
    }
}

impl std::error::Error for ConfigErrors {}
