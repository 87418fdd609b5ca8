//! A rule's page as people read it.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::{FixKind, Rule, all};
use crate::finding::RuleText;

/// What reports say about the rules.
pub fn texts() -> &'static [RuleText] {
    static TEXTS: LazyLock<Vec<RuleText>> = LazyLock::new(|| {
        let text = |rule: &Rule| RuleText {
            name: rule.name,
            summary: rule.summary,
            page: rule.explain(),
            level: rule.level,
            group: rule.group,
        };
        all().map(text).collect()
    });
    &TEXTS
}

impl Rule {
    /// The page without what only the tests need: tags of code blocks, markers of findings, hidden lines, more cases.
    ///
    /// Under the heading is one line with the rule's group, level, fix and origin.
    pub fn explain(&self) -> String {
        let mut out = String::new();
        let mut is_code = false;
        // More cases are for the tests alone.
        let page = self.page.split("## More cases").next().unwrap_or_default().trim_end();
        for line in page.lines() {
            if let Some(tag) = line.strip_prefix("```") {
                is_code = !is_code;
                let language = tag.split_whitespace().next().unwrap_or_default();
                let _ = writeln!(out, "```{language}");
                continue;
            }
            if is_code && is_hidden(line) {
                continue;
            }
            let line = if is_code { without_marker(line) } else { line };
            out.push_str(line);
            out.push('\n');
            if out.lines().count() == 1 {
                let (group, level, origin) = (self.group, self.level.name(), self.origin);
                let fix = self.fix.words();
                let _ =
                    writeln!(out, "\nGroup {group}, level {level}, fix {fix}. Origin: {origin}.");
            }
        }
        out
    }
}

impl FixKind {
    /// `none`, `safe`, `unsafe`, `safe or unsafe`.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Both => "safe or unsafe",
        }
    }
}

/// `# use tracing::info;`: needed by the test, known to the reader.
fn is_hidden(line: &str) -> bool {
    line == "#" || line.starts_with("# ")
}

/// A line of code without the `//~ words` that say what the test expects there.
fn without_marker(line: &str) -> &str {
    line.split_once("//~").map_or(line, |(code, _)| code.trim_end())
}
