//! Workflow commands of GitHub Actions, which become annotations in the pull request.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use super::{Report, human, severity, summary};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (shown, rest) = report.shown();
    for (file, finding) in shown {
        let start = file.source.position(finding.span.start);
        let end = file.source.position(finding.span.end);
        let mut place = format!(
            "file={},line={},endLine={}",
            property(&format!("{}{}", report.repository_prefix, file.path)),
            start.line,
            end.line
        );
        // GitHub refuses columns for a range of several lines.
        if start.line == end.line {
            place += &format!(",col={},endColumn={}", start.column, end.column);
        }
        let mut text = human::one_line(&finding.message);
        for help in &finding.help {
            text += &format!("\nhelp: {}", human::one_line(help));
        }
        let (command, title) = (severity(finding.level), property(finding.rule));
        writeln!(out, "::{command} {place},title={title}::{}", data(&text))?;
    }
    for (rule, count) in rest {
        let text = summary::more(rule, count);
        writeln!(out, "::notice title={}::{}", property(rule), data(&text))?;
    }
    for problem in &report.problems {
        let message = human::one_line(&problem.message);
        let text = format!("{}: {message}", human::place_of(problem));
        writeln!(out, "::warning title=cargo klog::{}", data(&text))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
