//! How serious an entry is.

/// The severity of an entry: the first letter of a text line.
///
/// ```
/// use klog::Severity;
///
/// assert_eq!(Severity::Warning.letter(), b'W');
/// assert_eq!(Severity::Warning.name(), "warning");
/// assert_eq!(Severity::ALL[3], Severity::Fatal);
/// assert!(Severity::Error > Severity::Info);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `I`, at any verbosity.
    #[default]
    Info,
    /// `W`; Kubernetes' JSON has no word for it, ours adds `"severity":"warning"`.
    Warning,
    /// `E`, written at any verbosity.
    Error,
    /// `F`, the last entry of a program.
    Fatal,
}

impl Severity {
    /// All severities, in the order of [`Stats`](crate::sink::Stats).
    pub const ALL: [Severity; 4] =
        [Severity::Info, Severity::Warning, Severity::Error, Severity::Fatal];

    /// `I`, `W`, `E` or `F`.
    pub fn letter(self) -> u8 {
        match self {
            Severity::Info => b'I',
            Severity::Warning => b'W',
            Severity::Error => b'E',
            Severity::Fatal => b'F',
        }
    }

    /// `info`, `warning`, `error` or `fatal`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal",
        }
    }
}
