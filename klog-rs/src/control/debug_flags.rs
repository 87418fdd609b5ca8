//! `/debug/flags/v` and `/debug/flags/vmodule`: the answers of Kubernetes' endpoints, for any HTTP framework.

use std::{fmt, io, time::Duration};

use super::set::set_verbosity;
pub use super::{
    set::{set_targets, set_vmodule},
    temporary::{set_verbosity_for, set_vmodule_for},
};
use crate::{
    entry::{
        Targets,
        verbosity::Verbosity,
        vmodule::{Vmodule, parse_uint},
    },
    go::{GoDuration, quote::go_quote},
    output::program,
};

/// Why a request was refused; its text is the body of the answer.
///
/// ```
/// let error = klog::debug_flags::put_verbosity("high").unwrap_err();
/// assert_eq!(error.status(), 400);
/// assert_eq!(error.to_string(), r#"strconv.ParseUint: parsing "high": invalid syntax"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutError {
    status: u16,
    text: String,
}

impl PutError {
    fn bad_request(text: impl fmt::Display) -> Self {
        PutError { status: 400, text: text.to_string() }
    }

    /// The thread that sets a verbosity back could not be started.
    fn not_started(error: &io::Error) -> Self {
        PutError { status: 500, text: error.to_string() }
    }

    /// The status to answer with: 400 for a body or parameter that cannot be read, 500 where the system is short of
    /// threads.
    pub fn status(&self) -> u16 {
        self.status
    }
}

impl fmt::Display for PutError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for PutError {}

/// Answers `PUT /debug/flags/v`: takes the body for the new verbosity (component-base's `GlogSetter`).
///
/// # Errors
///
/// The body is no number from 0 to 2147483647; answer with [`PutError::status`] and the text. Other methods than `PUT` are
/// answered with 406 and `unsupported http method`.
///
/// ```
/// assert_eq!(klog::debug_flags::put_verbosity("4").unwrap(), "successfully set klog.logging.verbosity to 4");
/// assert_eq!(klog::debug_flags::put_verbosity("0x5").unwrap_err().to_string(), r#"strconv.ParseUint: parsing "0x5": invalid syntax"#);
/// ```
pub fn put_verbosity(body: &str) -> Result<String, PutError> {
    let verbosity = parse_verbosity(body)?;
    set_verbosity(verbosity);
    Ok(format!("successfully set klog.logging.verbosity to {body}"))
}

/// Answers `PUT /debug/flags/v?ttl=5m`: takes the body for the verbosity until the time is over.
///
/// `ttl` is the value of that parameter, a Go duration. Kubernetes has no such parameter: there a verbosity that was
/// raised stays until somebody thinks of it.
///
/// # Errors
///
/// Those of [`put_verbosity`], or `ttl` is no duration of more than zero; answer with [`PutError::status`] and the text.
///
/// ```
/// assert_eq!(klog::debug_flags::put_verbosity_for("4", "5m").unwrap(), "successfully set klog.logging.verbosity to 4 for 5m");
/// assert_eq!(klog::debug_flags::put_verbosity_for("4", "5").unwrap_err().to_string(), r#"ttl: time: missing unit in duration "5""#);
/// ```
pub fn put_verbosity_for(body: &str, ttl: &str) -> Result<String, PutError> {
    let verbosity = parse_verbosity(body)?;
    set_verbosity_for(verbosity, parse_ttl(ttl)?).map_err(|error| PutError::not_started(&error))?;
    Ok(format!("successfully set klog.logging.verbosity to {body} for {ttl}"))
}

fn parse_verbosity(body: &str) -> Result<u32, PutError> {
    let number = parse_uint(body, u32::MAX).map_err(PutError::bad_request)?;
    if number > i32::MAX as u32 {
        return Err(PutError::bad_request(format!(
            "failed set klog.logging.verbosity {body}: strconv.ParseInt: parsing {}: value out of range",
            go_quote(body)
        )));
    }
    Ok(number)
}

fn parse_ttl(ttl: &str) -> Result<Duration, PutError> {
    let duration: GoDuration =
        ttl.parse().map_err(|error| PutError::bad_request(format!("ttl: {error}")))?;
    if duration.nanoseconds() <= 0 {
        return Err(PutError::bad_request(format!(
            "ttl: {} is not greater than zero",
            go_quote(ttl)
        )));
    }
    Ok(duration.to_std())
}

/// Answers `PUT /debug/flags/vmodule`: takes the body for the new value of `--vmodule`.
///
/// # Errors
///
/// The body does not have the form `pattern=N,...`; answer with [`PutError::status`] and the text.
///
/// ```
/// assert_eq!(klog::debug_flags::put_vmodule("reconcile*=4").unwrap(), "successfully set klog.logging.vmodule to reconcile*=4");
/// assert_eq!(klog::debug_flags::put_vmodule("reconcile").unwrap_err().to_string(), r#""reconcile" does not have the pattern=N format"#);
/// ```
pub fn put_vmodule(body: &str) -> Result<String, PutError> {
    let vmodule: Vmodule = body.parse().map_err(PutError::bad_request)?;
    let answer = format!("successfully set klog.logging.vmodule to {vmodule}");
    set_vmodule(vmodule);
    Ok(answer)
}

/// Answers `PUT /debug/flags/vmodule?ttl=5m`: takes the body for the value of `--vmodule` until the time is over.
///
/// # Errors
///
/// Those of [`put_vmodule`], or `ttl` is no duration of more than zero; answer with [`PutError::status`] and the text.
///
/// ```
/// assert_eq!(klog::debug_flags::put_vmodule_for("lib=4", "1h").unwrap(), "successfully set klog.logging.vmodule to lib=4 for 1h");
/// assert_eq!(klog::debug_flags::put_vmodule_for("lib=4", "0s").unwrap_err().to_string(), r#"ttl: "0s" is not greater than zero"#);
/// ```
pub fn put_vmodule_for(body: &str, ttl: &str) -> Result<String, PutError> {
    let vmodule: Vmodule = body.parse().map_err(PutError::bad_request)?;
    let answer = format!("successfully set klog.logging.vmodule to {vmodule} for {ttl}");
    set_vmodule_for(vmodule, parse_ttl(ttl)?).map_err(|error| PutError::not_started(&error))?;
    Ok(answer)
}

/// The verbosity in force, the answer to `GET /debug/flags/v`; 0 while nothing is installed.
///
/// ```
/// let _guard = klog::Config { verbosity: 3, ..Default::default() }.install().unwrap();
/// assert_eq!(klog::debug_flags::verbosity(), 3);
/// klog::set_verbosity(5);
/// assert_eq!(klog::debug_flags::verbosity(), 5);
/// ```
pub fn verbosity() -> u32 {
    program::verbosity().map_or(0, |program| u32::try_from(program.threshold()).unwrap_or(0))
}

/// The levels by target in force, see [`crate::Config::targets`]; none while nothing is installed.
///
/// ```
/// let targets = "hyper=warn".parse().unwrap();
/// let _guard = klog::Config { targets, ..Default::default() }.install().unwrap();
/// assert_eq!(klog::debug_flags::targets().to_string(), "hyper=warn");
/// ```
pub fn targets() -> Targets {
    program::verbosity().map_or_else(Default::default, Verbosity::targets)
}

/// The `--vmodule` in force, the answer to `GET /debug/flags/vmodule`; empty while nothing is installed.
///
/// ```
/// let _guard = klog::Config::default().install().unwrap();
/// klog::debug_flags::set_vmodule("server=5".parse().unwrap());
/// assert_eq!(klog::debug_flags::vmodule().to_string(), "server=5");
/// ```
pub fn vmodule() -> Vmodule {
    program::verbosity().map_or_else(Vmodule::default, Verbosity::vmodule)
}
