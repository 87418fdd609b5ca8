//! `/debug/flags/v` and `/debug/flags/vmodule`: the answers of Kubernetes' endpoints, for any HTTP framework.

use crate::{
    config::go_quote,
    set_verbosity, set_vmodule,
    vmodule::{Vmodule, parse_uint},
};

/// Answers `PUT /debug/flags/v`: takes the body for the new verbosity (component-base's `GlogSetter`).
///
/// # Errors
///
/// The body is no number from 0 to 2147483647; answer with status 400 and the text. Other methods than `PUT` are
/// answered with 406 and `unsupported http method`.
///
/// ```
/// assert_eq!(klog::put_verbosity("4").unwrap(), "successfully set klog.logging.verbosity to 4");
/// assert_eq!(klog::put_verbosity("0x5").unwrap_err(), r#"strconv.ParseUint: parsing "0x5": invalid syntax"#);
/// ```
pub fn put_verbosity(body: &str) -> Result<String, String> {
    let number = parse_uint(body, u32::MAX)?;
    if number > i32::MAX as u32 {
        return Err(format!(
            "failed set klog.logging.verbosity {body}: strconv.ParseInt: parsing {}: value out of range",
            go_quote(body)
        ));
    }
    set_verbosity(number);
    Ok(format!("successfully set klog.logging.verbosity to {body}"))
}

/// Answers `PUT /debug/flags/vmodule`: takes the body for the new value of `--vmodule`.
///
/// # Errors
///
/// The body does not have the form `pattern=N,...`; answer with status 400 and the text.
///
/// ```
/// assert_eq!(klog::put_vmodule("reconcile*=4").unwrap(), "successfully set klog.logging.vmodule to reconcile*=4");
/// assert_eq!(klog::put_vmodule("reconcile").unwrap_err(), r#""reconcile" does not have the pattern=N format"#);
/// ```
pub fn put_vmodule(body: &str) -> Result<String, String> {
    let vmodule: Vmodule = body.parse().map_err(|error| format!("{error}"))?;
    let answer = format!("successfully set klog.logging.vmodule to {vmodule}");
    set_vmodule(vmodule);
    Ok(answer)
}

/// The verbosity in force, the answer to `GET /debug/flags/v`; 0 while nothing is installed.
///
/// ```
/// let _guard = klog::Config { verbosity: 3, ..Default::default() }.install().unwrap();
/// assert_eq!(klog::verbosity(), 3);
/// klog::set_verbosity(5);
/// assert_eq!(klog::verbosity(), 5);
/// ```
pub fn verbosity() -> u32 {
    crate::verbosity::program().map_or(0, |program| u32::try_from(program.threshold()).unwrap_or(0))
}

/// The `--vmodule` in force, the answer to `GET /debug/flags/vmodule`; empty while nothing is installed.
///
/// ```
/// let _guard = klog::Config::default().install().unwrap();
/// klog::set_vmodule("server=5".parse().unwrap());
/// assert_eq!(klog::vmodule().to_string(), "server=5");
/// ```
pub fn vmodule() -> Vmodule {
    crate::verbosity::program().map_or_else(Vmodule::default, crate::verbosity::Verbosity::vmodule)
}
