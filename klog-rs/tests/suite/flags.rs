//! Flags: what is accepted, refused and said, against what component-base does.

use clap::{CommandFactory, Parser};
use klog::Config;

#[derive(Parser)]
#[command(name = "demo")]
struct Args {
    #[command(flatten)]
    logging: klog::Flags,
}

/// Every line of `tests/data/flags.txt`: arguments, and the outcome under them.
#[test]
fn arguments_are_read_as_recorded() {
    let cases = include_str!("../data/flags.txt");
    let mut lines = cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut n_cases = 0;
    while let (Some(arguments), Some(expected)) = (lines.next(), lines.next()) {
        let arguments = arguments.split("   # ").next().unwrap();
        let list = arguments.replace("\" \"", "\", \"");
        let list: Vec<String> =
            serde_json::from_str(&list).unwrap_or_else(|error| panic!("{list}: {error}"));
        assert_eq!(outcome(&list), expected.trim(), "{arguments}");
        n_cases += 1;
    }
    assert!(n_cases > 50, "{n_cases} cases");
}

fn outcome(arguments: &[String]) -> String {
    let args = match Args::try_parse_from([&["demo".to_owned()], arguments].concat()) {
        Ok(args) => args,
        Err(error) if error.kind() == clap::error::ErrorKind::UnknownArgument => {
            return "parse error: unexpected argument".into();
        }
        Err(error) => {
            let text = error.to_string();
            return format!(
                "parse error: {}",
                text.trim_start_matches("error: ").lines().next().expect("an error has text")
            );
        }
    };
    let config = args.logging.config();
    if let Err(errors) = config.validate() {
        return format!("invalid: {errors}");
    }
    let vmodule: Vec<_> = config
        .vmodule
        .iter()
        .map(|item| format!("{}={}", item.file_pattern, item.verbosity))
        .collect();
    let options = |options: &klog::config::OutputOptions| {
        format!("{{{} {}}}", options.split_stream, options.info_buffer_size)
    };
    format!(
        "ok: format={} flush={} v={} vmodule={:?} text={} json={}",
        config.format,
        config.flush_frequency,
        config.verbosity,
        vmodule.join(","),
        options(&config.options.text),
        options(&config.options.json),
    )
}

#[test]
fn help_lists_flags_and_formats() {
    let mut command = Args::command().term_width(100);
    insta::assert_snapshot!(command.render_long_help());
}

#[test]
fn flags_change_only_what_was_given() {
    let mut config = Config { verbosity: 3, format: "json".into(), ..Config::default() };
    Args::parse_from(["demo", "-v=5"]).logging.apply_to(&mut config);
    assert_eq!((config.verbosity, &*config.format), (5, "json"));
}
