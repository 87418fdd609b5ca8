//! JUnit XML: a suite for each file, a failed case for each denied finding, a passed one with output for each warning.

use std::io::{self, Write};

use super::{FileReport, Report, TextStyle, human};
use crate::finding::{Finding, Level};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let n_findings = report.findings().count();
    let n_denied = report.count(Level::Deny);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let tests = n_findings.max(1);
    let command = report.command();
    writeln!(out, "<testsuites name=\"{command}\" tests=\"{tests}\" failures=\"{n_denied}\">")?;
    for file in report.files.iter().filter(|file| !file.findings.is_empty()) {
        let is_denied = |finding: &&Finding| finding.level == Level::Deny;
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">",
            escape(&file.path),
            file.findings.len(),
            file.findings.iter().filter(is_denied).count()
        )?;
        for finding in &file.findings {
            case(file, finding, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if n_findings == 0 {
        // Several CI systems take a report without a case for a broken run.
        writeln!(out, "  <testsuite name=\"{command}\" tests=\"1\" failures=\"0\">")?;
        writeln!(out, "    <testcase name=\"no findings\" classname=\"{command}\"/>")?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(file: &FileReport, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let start = file.source.position(finding.span.start);
    let text = escape(&human::render(file, finding, &human::renderer(TextStyle::default()), false));
    writeln!(
        out,
        "    <testcase name=\"{}:{}:{}\" classname=\"{}\" file=\"{}\" line=\"{}\">",
        finding.rule,
        start.line,
        start.column,
        finding.rule,
        escape(&file.path),
        start.line
    )?;
    match finding.level {
        Level::Deny => writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{text}</failure>",
            finding.rule,
            escape(&finding.message)
        )?,
        Level::Warn | Level::Allow => writeln!(out, "      <system-out>{text}</system-out>")?,
    }
    writeln!(out, "    </testcase>")
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' | '\t' => escaped.push(c),
            // XML 1.0 has no way to write the other control characters.
            c if c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c) => {
                escaped.push('\u{fffd}');
            }
            c => escaped.push(c),
        }
    }
    escaped
}
