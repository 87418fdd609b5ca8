//! `check-log` finds the same however its input arrives and on any number of threads, and names the lines that it speaks of.

use std::io::{self, Read};

use migrate_lint::check_log::{Checker, LinePrefix, LogFormat, Options};

use super::ensure;

/// The first byte chooses the options, the second the size of reads; the rest is the log.
pub fn any_bytes(bytes: &[u8]) -> Result<(), String> {
    let [settings, size, log @ ..] = bytes else { return Ok(()) };
    let prefixes = match settings % 12 {
        1 => vec![LinePrefix::Cri],
        2 => vec![LinePrefix::Kubectl],
        3 => vec![LinePrefix::Docker],
        4 => vec![LinePrefix::Stern],
        7 => vec![LinePrefix::Auto],
        8 => vec![LinePrefix::Journald],
        9 => vec![LinePrefix::Github, LinePrefix::Ansi],
        _ => Vec::new(),
    };
    let format = match settings % 12 {
        5 => Some(LogFormat::Text),
        6 => Some(LogFormat::Json),
        _ => None,
    };
    let options = Options {
        prefixes,
        format,
        require: vec!["msg=Started".parse().expect("a requirement")],
        forbid: vec!["password".to_owned()],
        ..Options::default()
    };
    reads_do_not_matter(&options, log, usize::from(*size) + 1)
}

/// One read and many, on one thread and on three, give the same findings at the same places; without a prefix, what is shown
/// of a line is its text.
pub fn reads_do_not_matter(options: &Options, log: &[u8], size: usize) -> Result<(), String> {
    let whole = found(options, log, usize::MAX, 1);
    for n_threads in [1, 3] {
        let parts = found(options, log, size, n_threads);
        ensure(whole == parts, || {
            format!("at once\n{whole:#?}\nin parts of {size} on {n_threads}\n{parts:#?}")
        })?;
    }
    let lines: Vec<&[u8]> = log.split(|byte| *byte == b'\n').collect();
    for place in &whole.places {
        // A requirement that is not met speaks of no line.
        if place.rule == "missing-entry" {
            continue;
        }
        let line = lines
            .get(place.line.wrapping_sub(1))
            .ok_or_else(|| format!("there is no line {}: {place:?}", place.line))?;
        let shown = place.shown.replace('*', "");
        let line = String::from_utf8_lossy(line).replace('*', "");
        let is_part = !options.prefixes.is_empty() || place.is_secret || line.contains(&shown);
        ensure(is_part, || format!("{place:?} is not of the line {line:?}"))?;
    }
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Found {
    places: Vec<Place>,
    summary: String,
}

#[derive(Debug, PartialEq)]
struct Place {
    rule: &'static str,
    message: String,
    line: usize,
    column: usize,
    shown: String,
    is_secret: bool,
}

fn found(options: &Options, log: &[u8], size: usize, n_threads: usize) -> Found {
    let mut checker = Checker::new(options.clone());
    let mut reader = Parts { log, size };
    let read = match n_threads {
        1 => checker.check("log", &mut reader, None),
        _ => checker.check_on("log", &mut reader, n_threads, size),
    };
    read.expect("reading memory does not fail");
    let outcome = checker.finish();
    let mut places = Vec::new();
    for file in &outcome.report.files {
        for finding in &file.findings {
            let place = file.source.position(finding.span.start);
            let shown = file.source.slice(&file.source.line_span(place.line)).to_owned();
            places.push(Place {
                rule: finding.rule,
                message: finding.message.clone(),
                line: place.line,
                column: place.column,
                is_secret: shown.contains('*'),
                shown,
            });
        }
    }
    Found { places, summary: format!("{:?}", outcome.summary) }
}

/// Gives a few bytes with each read.
struct Parts<'a> {
    log: &'a [u8],
    size: usize,
}

impl Read for Parts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.size.min(self.log.len()).min(buffer.len());
        let (now, later) = self.log.split_at(n_bytes);
        buffer[..n_bytes].copy_from_slice(now);
        self.log = later;
        Ok(n_bytes)
    }
}
