//! Runs the two transforms of `vector.toml` over lines on standard input, and prints an event a line.
//!
//! The language is Vector's own; only the `reduce` transform around it is done here, for one file: lines are joined
//! until `ends_when` says that the entry has ended.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, BufRead},
    process::ExitCode,
};

use vrl::{
    compiler::{Context, Program, TargetValue, TimeZone, compile, state::RuntimeState},
    diagnostic::Formatter,
    value::{Secrets, Value},
};

fn main() -> ExitCode {
    match read_entries() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn read_entries() -> Result<(), Box<dyn Error>> {
    let config: toml::Table = include_str!("../vector.toml").parse()?;
    let ends_when = program(&config, "klog_entries", "ends_when")?;
    let remap = program(&config, "klog", "source")?;

    let mut entry = String::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if !entry.is_empty() {
            entry.push('\n');
        }
        entry.push_str(&line);
        if run(&ends_when, &line)?.0 == Value::Boolean(true) {
            println!("{}", run(&remap, &entry)?.1.to_string_lossy());
            entry.clear();
        }
    }
    if entry.is_empty() {
        Ok(())
    } else {
        Err(format!("the last entry has no end: {entry:?}").into())
    }
}

/// The program that is in the configuration as `transforms.NAME.KEY`.
fn program(config: &toml::Table, name: &str, key: &str) -> Result<Program, Box<dyn Error>> {
    let source = config["transforms"][name][key].as_str().ok_or("a program is a string")?;
    let compiled = compile(source, &vrl::stdlib::all())
        .map_err(|problems| Formatter::new(source, problems).to_string())?;
    let warnings = Formatter::new(source, compiled.warnings).to_string();
    if warnings.is_empty() { Ok(compiled.program) } else { Err(warnings.into()) }
}

/// What the program gives for an event with this message, and the event as it is then.
fn run(program: &Program, message: &str) -> Result<(Value, Value), Box<dyn Error>> {
    let mut target = TargetValue {
        value: BTreeMap::from([("message".into(), Value::from(message))]).into(),
        metadata: Value::Object(BTreeMap::new()),
        secrets: Secrets::default(),
    };
    let mut state = RuntimeState::default();
    let utc = TimeZone::parse("UTC").ok_or("UTC is known")?;
    let result = program.resolve(&mut Context::new(&mut target, &mut state, &utc))?;
    Ok((result, target.value))
}
