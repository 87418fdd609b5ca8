//! Any bytes as a file of queries: what is read, named and found lies in the file.

use std::path::Path;

use migrate_lint::internal::catalog::{Catalog, Key, Kind, Statement};
use migrate_lint::internal::queries::asking::Asked;
use migrate_lint::internal::queries::input::{self, Ask, File};
use migrate_lint::internal::queries::judge::Judge;
use migrate_lint::internal::queries::line::Format;
use migrate_lint::internal::queries::{self, rules};

use super::ensure;

/// A file of each form; a seed begins with the number of its own.
const NAMES: &[&str] = &["rules.yaml", "board.json", "plain.logql", "klog.toml"];

/// The first byte chooses the form of the file; the rest is its text.
pub fn any_bytes(bytes: &[u8]) -> Result<(), String> {
    let [form, text @ ..] = bytes else { return Ok(()) };
    let name = NAMES[usize::from(form.wrapping_sub(b'0')) % NAMES.len()];
    let text = String::from_utf8_lossy(text).into_owned();
    let file = input::read(name, text.clone());
    ensure(file.source.text == text, || format!("{name} has another text"))?;
    places(&file).map_err(|why| format!("{why}\n{name}:\n{text}"))?;
    findings(file).map_err(|why| format!("{why}\n{name}:\n{text}"))
}

fn places(file: &File) -> Result<(), String> {
    let text = &file.source.text;
    let starts: Vec<usize> = file.queries.iter().map(|query| query.span.start).collect();
    ensure(starts.is_sorted(), || format!("queries are not in order: {starts:?}"))?;
    for query in &file.queries {
        let is_part = |span: &std::ops::Range<usize>| text.get(span.clone()).is_some();
        ensure(is_part(&query.span), || format!("{:?} is no part of the file", query.span))?;
        let Ask::LogQl(logql) = &query.ask else { continue };
        let stages = logql.pipelines.iter().flat_map(|one| &one.stages).map(|stage| &stage.span);
        for span in stages.chain(logql.unknown.iter().map(|unknown| &unknown.span)) {
            let place = query.place(span);
            ensure(is_part(&place), || format!("{place:?} of {span:?} is no part of the file"))?;
        }
    }
    for problem in &file.problems {
        ensure(problem.at <= text.len(), || format!("{problem:?} is after the end"))?;
    }
    Ok(())
}

/// Judged by a program of two statements, the file has findings at its own lines, and the fixes of a plain file are
/// ranges of it.
fn findings(file: File) -> Result<(), String> {
    let key = |name: &str, kind| Key { name: name.to_owned(), kind };
    let statement = |message: &str, dialect: &str| Statement {
        id: message.to_owned(),
        crate_name: "controller".to_owned(),
        module: String::new(),
        function: "run".to_owned(),
        file: "src/main.rs".to_owned(),
        line: 7,
        severity: "error".to_owned(),
        v: None,
        message: message.to_owned(),
        keys: vec![
            key("pod", Kind::Object),
            key("attempt", Kind::Number),
            key("err", Kind::String),
        ],
        logger: None,
        dialect: dialect.to_owned(),
    };
    let statements =
        vec![statement("Could not sync pod", "klog"), statement("Lost {} of {}", "tracing")];
    let catalog = Catalog { statements };
    let asked = Asked::new(&catalog, Default::default(), &Format::ALL);
    let levels = rules().map(|rule| (rule.name, rule.level)).collect();
    let judge = Judge::new(&asked, None, 2, levels);
    let outcome = queries::check(&judge, vec![file], Path::new("."));
    for file in &outcome.report.files {
        let text = &file.source.text;
        for finding in &file.findings {
            let fix = finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| &edit.span));
            for span in fix.chain([&finding.span]) {
                ensure(text.get(span.clone()).is_some(), || {
                    format!("{span:?} of {} is no part of the file", finding.rule)
                })?;
            }
        }
    }
    Ok(())
}
