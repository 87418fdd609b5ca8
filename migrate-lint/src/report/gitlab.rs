//! Code quality report of GitLab, shown in the merge request.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Report, human};
use crate::finding::Level;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<Value> = report
        .findings()
        .zip(report.fingerprints())
        .map(|((file, finding), fingerprint)| {
            let start = file.source.position(finding.span.start);
            let end = file.source.position(finding.span.end);
            let severity = match finding.level {
                Level::Deny => "major",
                Level::Warn => "minor",
                Level::Allow => "info",
            };
            json!({
                "description": human::one_line(&finding.message),
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": severity,
                "location": {
                    "path": format!("{}{}", report.repository_prefix, file.path),
                    "positions": {
                        "begin": { "line": start.line, "column": start.column },
                        "end": { "line": end.line, "column": end.column },
                    },
                },
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    writeln!(out)
}
