//! Snippets in the style of rustc, and the same in one line.

use std::io::{self, Write};

use annotate_snippets::{
    AnnotationKind, Group, Level as Severity, Patch, Renderer, Snippet, renderer::DecorStyle,
};

use super::{FileReport, Report, TextStyle, severity, summary};
use crate::call::Span;
use crate::finding::{Applicability, Finding, Level};
use crate::links;

pub(super) fn write(report: &Report, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let renderer = renderer(style);
    let (shown, _) = report.shown();
    for (file, finding) in shown {
        writeln!(out, "{}\n", render(file, finding, &renderer, style.links))?;
    }
    for problem in &report.problems {
        let place = place_of(problem);
        let title = format!("{place}: {}", problem.message);
        writeln!(out, "{}\n", message(Severity::WARNING, &title, &renderer))?;
    }
    summary::write(report, style, out)
}

pub(super) fn write_short(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (shown, rest) = report.shown();
    for (file, finding) in shown {
        let start = file.source.position(finding.span.start);
        let (path, line, column) = (&file.path, start.line, start.column);
        let (severity, rule) = (severity(finding.level), finding.rule);
        let message = one_line(&finding.message);
        writeln!(out, "{path}:{line}:{column}: {severity}[{rule}]: {message}")?;
    }
    for (rule, count) in rest {
        writeln!(out, "{}", summary::more(rule, count))?;
    }
    for problem in &report.problems {
        writeln!(out, "{}: warning: {}", place_of(problem), one_line(&problem.message))?;
    }
    Ok(())
}

pub(super) fn place_of(problem: &crate::workspace::Problem) -> String {
    let path = crate::files::shown(&problem.path);
    problem.line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"))
}

/// One finding as text, also for the `rendered` field of the JSON form.
pub(super) fn render(
    file: &FileReport,
    finding: &Finding,
    renderer: &Renderer,
    links: bool,
) -> String {
    let level = match finding.level {
        Level::Deny => Severity::ERROR,
        Level::Warn => Severity::WARNING,
        Level::Allow => Severity::NOTE,
    };
    let mut places: Vec<&Span> = vec![&finding.span];
    places.extend(finding.related.iter().map(|(span, _)| span));
    let window = Window::around(file, &places);
    let mut primary = AnnotationKind::Primary.span(window.shift(file, &finding.span));
    if let Some(label) = &finding.label {
        primary = primary.label(one_line(label));
    }
    let mut snippet = window.snippet(file).annotation(primary);
    for (span, words) in &finding.related {
        snippet = snippet.annotation(
            AnnotationKind::Context.span(window.shift(file, span)).label(one_line(words)),
        );
    }
    let mut title = level.primary_title(one_line(&finding.message)).id(finding.rule);
    if links {
        title = title.id_url(links::rule(finding.rule));
    }
    let mut group = title.element(snippet);
    for help in &finding.help {
        group = group.element(Severity::HELP.message(one_line(help)));
    }
    let mut groups = vec![group];
    groups.extend(fix(file, finding));
    renderer.render(&groups)
}

pub(super) fn renderer(style: TextStyle) -> Renderer {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(style.width.max(40))
}

fn message(level: Severity<'_>, text: &str, renderer: &Renderer) -> String {
    renderer.render(&[Group::with_title(level.primary_title(one_line(text)))])
}

fn fix<'a>(file: &'a FileReport, finding: &'a Finding) -> Option<Group<'a>> {
    let fix = finding.fix.as_ref()?;
    let places: Vec<&Span> = fix.edits.iter().map(|edit| &edit.span).collect();
    let is_in_order = places.windows(2).all(|pair| pair[0].end <= pair[1].start);
    if places.is_empty() || !is_in_order {
        return None;
    }
    let window = Window::around(file, &places);
    let patches =
        fix.edits.iter().map(|edit| Patch::new(window.shift(file, &edit.span), edit.text.as_str()));
    let words: Vec<&str> = fix.reasons.iter().map(|reason| reason.words()).collect();
    let note = match fix.applicability() {
        Applicability::Safe => String::new(),
        Applicability::Unsafe => format!(" (unsafe: {})", words.join("; ")),
    };
    let title = Severity::HELP.secondary_title(one_line(&format!("{}{note}", fix.title)));
    Some(title.element(window.snippet(file).patches(patches)))
}

/// The lines that a snippet needs; a renderer would split the whole file for each finding.
struct Window {
    bytes: Span,
    line: usize,
}

impl Window {
    fn around(file: &FileReport, places: &[&Span]) -> Self {
        let start = places.iter().map(|span| span.start).min().unwrap_or(0);
        let end = places.iter().map(|span| span.end).max().unwrap_or(0);
        let line = file.source.position(start).line;
        let last = file.source.position(end).line;
        let mut start = file.source.line_span(line).start;
        if file.source.text[start..].starts_with('\u{feff}') {
            start += '\u{feff}'.len_utf8();
        }
        let end = file.source.line_span(last).end.max(start);
        Self { bytes: start..end, line }
    }

    /// A range of the file as a range of the window, on character boundaries whatever a rule says.
    fn shift(&self, file: &FileReport, span: &Span) -> Span {
        let text = &file.source.text;
        let mut start = span.start.clamp(self.bytes.start, self.bytes.end);
        let mut end = span.end.clamp(start, self.bytes.end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start - self.bytes.start..end - self.bytes.start
    }

    fn snippet<'a, T: Clone>(&self, file: &'a FileReport) -> Snippet<'a, T> {
        let text = file.source.text.get(self.bytes.clone()).unwrap_or_default();
        Snippet::source(text).line_start(self.line).path(file.path.as_str())
    }
}

/// A text of the user's program could hold anything; a message is one line without control characters.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || crate::files::is_bidi(c) { ' ' } else { c }).collect()
}
