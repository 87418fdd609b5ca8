//! The flags of a Kubernetes component, as `component-base/logs/api/v1/options.go` registers them.

use std::ffi::OsStr;

use clap::{
    Arg, ArgAction, ArgMatches, Command,
    builder::TypedValueParser,
    error::{Error, ErrorKind},
};

use super::config::{Config, Quantity, VmoduleItem};
use crate::{
    encode,
    entry::{Targets, Vmodule, vmodule::parse_verbosity},
    go::{GoDuration, quote::go_quote},
};

/// The logging flags of a command line, with the feature `flags`; flatten it into your arguments.
///
/// | flag | default | |
/// |---|---|---|
/// | `--logging-format` | `text` | `text`, `json` or a registered format |
/// | `-v`, `--v` | 0 | V level up to which information is written |
/// | `--vmodule` | | `pattern=N,…` by file name or module (`kube_runtime::*=5`), for every format |
/// | `--log-targets` | | `target=level,…`, more or less than `-v`: [`Targets`] |
/// | `--log-flush-frequency` | 5s | time between flushes of a buffer |
/// | `--log-text-split-stream`, `--log-json-split-stream` | false | information to standard output |
/// | `--log-text-info-buffer-size`, `--log-json-info-buffer-size` | 0 | size of a buffer for information, with split streams |
///
/// These are the flags that KEP-2845 keeps, and one of our own, `--log-targets`. `-v=4`, `-v 4`, `-v4` and `--v=4` are the same.
///
/// ```
/// use clap::Parser;
///
/// #[derive(Parser)]
/// struct Args {
///     #[command(flatten)]
///     logging: klog::Flags,
/// }
///
/// let args = Args::parse_from(["demo", "-v=2", "--logging-format=json"]);
/// let config = args.logging.config();
/// assert_eq!((config.verbosity, &*config.format), (2, "json"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Flags {
    /// `--logging-format`
    pub format: Option<String>,
    /// `-v`
    pub verbosity: Option<u32>,
    /// `--vmodule`, all that were given
    pub vmodule: Option<Vmodule>,
    /// `--log-targets`
    pub targets: Option<Targets>,
    /// `--log-flush-frequency`
    pub flush_frequency: Option<GoDuration>,
    /// `--log-text-split-stream`
    pub text_split_stream: Option<bool>,
    /// `--log-text-info-buffer-size`
    pub text_info_buffer_size: Option<Quantity>,
    /// `--log-json-split-stream`
    pub json_split_stream: Option<bool>,
    /// `--log-json-info-buffer-size`
    pub json_info_buffer_size: Option<Quantity>,
}

impl Flags {
    /// The configuration that the flags describe, with Kubernetes' defaults for those that were not given.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        self.apply_to(&mut config);
        config
    }

    /// Changes what was given on the command line, and leaves the rest of a configuration that was read from a file.
    ///
    /// ```
    /// let mut config = klog::Config { verbosity: 4, ..Default::default() };
    /// let mut flags = klog::Flags::default();
    /// flags.format = Some("json".into());
    /// flags.apply_to(&mut config);
    /// assert_eq!((config.verbosity, &*config.format), (4, "json"));
    /// ```
    pub fn apply_to(&self, config: &mut Config) {
        fn set<T: Clone>(from: &Option<T>, to: &mut T) {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        set(&self.format, &mut config.format);
        set(&self.verbosity, &mut config.verbosity);
        set(&self.flush_frequency, &mut config.flush_frequency);
        set(&self.text_split_stream, &mut config.options.text.split_stream);
        set(&self.text_info_buffer_size, &mut config.options.text.info_buffer_size);
        set(&self.json_split_stream, &mut config.options.json.split_stream);
        set(&self.json_info_buffer_size, &mut config.options.json.info_buffer_size);
        set(&self.targets, &mut config.targets);
        if let Some(vmodule) = &self.vmodule {
            let item = |(pattern, verbosity): (&str, u32)| VmoduleItem {
                file_pattern: pattern.into(),
                verbosity,
            };
            config.vmodule = vmodule.iter().map(item).collect();
        }
    }
}

const BUFFER_HELP: &str = "with split streams, keep this much information in a buffer; zero is unbuffered. A number of bytes \
     (512), multiples of 1000 (1k) or 1024 (2Ki), or powers of those (3M, 4G, 5Mi, 6Gi)";

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        let formats = encode::formats();
        let formats: Vec<_> = formats.iter().map(|format| go_quote(format)).collect();
        let duration = |text: &str| {
            text.parse::<GoDuration>()
                .map_err(|_| "must be a duration like \"30s\" or \"5m\"".to_owned())
        };
        let format_help = format!(
            "Sets the log format. Permitted formats: {} [default: \"text\"]",
            formats.join(", ")
        );
        command
            .arg(flag("logging-format", "FORMAT", |text| Ok(text.to_owned())).help(format_help))
            .arg(
                Arg::new("v")
                    .short('v')
                    .long("v")
                    .value_name("LEVEL")
                    .allow_hyphen_values(true)
                    .overrides_with("v")
                    .value_parser(FlagParser { flag: "-v, --v", parse: parse_verbosity })
                    .help("Number for the log level verbosity [default: 0]"),
            )
            .arg(
                Arg::new("vmodule")
                    .long("vmodule")
                    .value_name("PATTERN=N,...")
                    .allow_hyphen_values(true)
                    .action(ArgAction::Append)
                    .value_parser(FlagParser {
                        flag: "vmodule",
                        parse: |text| text.parse::<Vmodule>().map_err(|error| error.to_string()),
                    })
                    .help("Comma-separated list of pattern=N settings for file-filtered logging"),
            )
            .arg(
                flag("log-targets", "TARGET=LEVEL,...", |text| {
                    text.parse::<Targets>().map_err(|error| error.to_string())
                })
                .help(
                    "Comma-separated list of levels by crate or module: off, error, warn, info, debug, trace or a number \
                     as for -v, instead of -v for these",
                ),
            )
            .arg(
                flag("log-flush-frequency", "DURATION", duration)
                    .help("Maximum time between log flushes [default: 5s]"),
            )
            .arg(split("log-text-split-stream", "text"))
            .arg(
                flag("log-text-info-buffer-size", "QUANTITY", quantity)
                    .help(format!("In text format: {BUFFER_HELP}")),
            )
            .arg(split("log-json-split-stream", "JSON"))
            .arg(
                flag("log-json-info-buffer-size", "QUANTITY", quantity)
                    .help(format!("In JSON format: {BUFFER_HELP}")),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args(command)
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut flags = Flags::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        fn take<T: Clone + Send + Sync + 'static>(
            matches: &ArgMatches,
            name: &str,
            place: &mut Option<T>,
        ) {
            if let Some(value) = matches.get_one::<T>(name) {
                *place = Some(value.clone());
            }
        }
        take(matches, "logging-format", &mut self.format);
        take(matches, "v", &mut self.verbosity);
        take(matches, "log-flush-frequency", &mut self.flush_frequency);
        take(matches, "log-text-split-stream", &mut self.text_split_stream);
        take(matches, "log-text-info-buffer-size", &mut self.text_info_buffer_size);
        take(matches, "log-json-split-stream", &mut self.json_split_stream);
        take(matches, "log-json-info-buffer-size", &mut self.json_info_buffer_size);
        take(matches, "log-targets", &mut self.targets);
        if let Some(given) = matches.get_many::<Vmodule>("vmodule") {
            let entries = given
                .flat_map(Vmodule::iter)
                .map(|(pattern, verbosity)| (pattern.to_owned(), verbosity));
            self.vmodule = Some(entries.collect());
        }
        Ok(())
    }
}

/// A flag of which the last one counts, as in Go.
fn flag<T: Clone + Send + Sync + 'static>(
    name: &'static str,
    value_name: &'static str,
    parse: fn(&str) -> Result<T, String>,
) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value_name)
        // pflag takes what follows a flag for its value, whatever it looks like.
        .allow_hyphen_values(true)
        .overrides_with(name)
        .value_parser(FlagParser { flag: name, parse })
}

fn split(name: &'static str, format: &str) -> Arg {
    flag(name, "true|false", boolean)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .help(format!("In {format} format: write information to stdout and all else to stderr, instead of all to stderr"))
}

fn quantity(text: &str) -> Result<Quantity, String> {
    text.parse::<Quantity>().map_err(|error| error.to_string())
}

/// Go's `strconv.ParseBool`.
fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("must be true or false".into()),
    }
}

/// Parses a value with pflag's error text around that of the value.
#[derive(Clone, Copy)]
struct FlagParser<T> {
    flag: &'static str,
    parse: fn(&str) -> Result<T, String>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for FlagParser<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let text = value.to_string_lossy();
        (self.parse)(&text).map_err(|error| {
            let dashes = if self.flag.starts_with('-') { "" } else { "--" };
            let message = format!(
                "invalid argument {} for \"{dashes}{}\" flag: {error}\n",
                go_quote(&text),
                self.flag
            );
            Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}
