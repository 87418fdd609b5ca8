//! What is shown of a fix, and what a person answers.

use std::io::Write as _;

use similar::{ChangeTag, TextDiff};

use crate::finding::Finding;
use crate::fix;
use crate::report::{FileReport, plural};
use crate::settings::Wording;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// This fix, and all others of its rule.
    Rule,
    /// This fix, and the rest of the file.
    File,
    /// Other words.
    Edit,
    /// Nothing more of this file.
    Skip,
    Quit,
}

const HELP: &str = "  y  write this fix
  n  leave the call as it is; it is not asked about again
  r  write this fix and all others of its rule
  f  write this fix and the rest of this file
  e  change the message or a key, here and for all calls of this shape
  s  skip the rest of this file
  q  stop here; a later run goes on where this one ends
";

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

/// A fix as it is shown.
pub(super) struct Proposal {
    title: String,
    reasons: Vec<&'static str>,
    lines: Vec<(char, String)>,
    has_words: bool,
}

impl Proposal {
    pub(super) fn of(file: &FileReport, finding: &Finding, number: usize, n_fixes: usize) -> Self {
        let place = file.source.position(finding.span.start);
        let title = format!(
            "({number}/{}) {}:{}: {} [{}]",
            n_fixes.max(number),
            one_line(&file.path),
            place.line,
            one_line(&finding.message),
            finding.rule
        );
        let fix = finding.fix.as_ref();
        let before = &file.source.text;
        let after = fix.and_then(|fix| fix::applied(before, &fix.edits)).unwrap_or_default();
        Self {
            title,
            reasons: fix.iter().flat_map(|fix| &fix.reasons).map(|one| one.words()).collect(),
            lines: changed_lines(before, &after),
            has_words: finding.rewrite.is_some(),
        }
    }

    fn show(&self) {
        let mut out = anstream::stdout();
        // A closed terminal answers by the end of its input.
        let _ = writeln!(out, "\n{BOLD}{}{RESET}", self.title);
        for (sign, line) in &self.lines {
            let colour = match sign {
                '-' => RED,
                '+' => GREEN,
                _ => "",
            };
            let _ = writeln!(out, "{colour}{sign} {line}{RESET}");
        }
        for reason in &self.reasons {
            let _ = writeln!(out, "{YELLOW}a person should look: {reason}{RESET}");
        }
    }
}

/// Shows a fix until there is an answer.
pub(super) fn ask(proposal: &Proposal) -> Answer {
    proposal.show();
    let keys = if proposal.has_words { "y,n,r,f,e,s,q,?" } else { "y,n,r,f,s,q,?" };
    loop {
        let Some(line) = read(&format!("Write this fix [{keys}]? ")) else { return Answer::Quit };
        match line.trim() {
            "y" => return Answer::Yes,
            "n" => return Answer::No,
            "r" => return Answer::Rule,
            "f" => return Answer::File,
            "e" if proposal.has_words => return Answer::Edit,
            "s" => return Answer::Skip,
            "q" => return Answer::Quit,
            _ => print(HELP),
        }
    }
}

/// Asks for other words; the words of the fix, and those that are wanted.
pub(super) fn edit(finding: &Finding) -> Option<(Wording, Wording)> {
    let rewrite = finding.rewrite.as_ref()?;
    let keys = rewrite.pairs.iter().map(|pair| pair.key.clone()).collect();
    let from = Wording { message: rewrite.message.clone(), keys };
    print("  an empty answer keeps the words as they are\n");
    let message = wanted("message", &from.message, &|text| {
        let is_constant = !text.contains(['{', '}']) && !text.contains(char::is_control);
        if is_constant { Ok(()) } else { Err("a message is constant: no braces, one line") }
    })?;
    let mut to = Wording { message, keys: Vec::new() };
    for (pair, key) in rewrite.pairs.iter().zip(&from.keys) {
        let name = format!("key of {}", one_line(&pair.expr));
        let taken = &to.keys;
        let key = wanted(&name, key, &|text| match text {
            _ if taken.iter().any(|key| key == text) => Err("another pair has this key"),
            _ if is_key(text) => Ok(()),
            _ => Err("a key has letters, digits and `_`, and begins with a letter"),
        })?;
        to.keys.push(key);
    }
    Some((from, to))
}

/// A text until it is right.
fn wanted(
    name: &str,
    known: &str,
    check: &dyn Fn(&str) -> Result<(), &'static str>,
) -> Option<String> {
    loop {
        let line = read(&format!("  {name} [{}]: ", one_line(known)))?;
        let text = match line.trim() {
            "" => known,
            text => text,
        };
        match check(text) {
            Ok(()) => return Some(text.to_owned()),
            Err(why) => print(&format!("  {why}\n")),
        }
    }
}

fn is_key(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether to ask again about what was declined before, where nothing else is left.
pub(super) fn again(n_declined: usize) -> bool {
    let fixes = plural(n_declined, "fix was", "fixes were");
    let line = read(&format!("{fixes} declined before, and none is left. Ask again [y,n]? "));
    line.is_some_and(|line| line.trim() == "y")
}

pub(super) fn done(n_written: usize, n_left: usize) {
    let fixes = plural(n_written, "fix", "fixes");
    let left = match n_left {
        0 => "none left to ask about".to_owned(),
        n => format!("{n} left for a later run"),
    };
    print(&format!("\n{fixes} written, {left}\n"));
}

/// Lines that a fix changes, with one around them.
fn changed_lines(before: &str, after: &str) -> Vec<(char, String)> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(1).iter().enumerate() {
        if index > 0 {
            lines.push((' ', "…".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push((sign, one_line(change.value().trim_end_matches(['\n', '\r']))));
        }
    }
    lines
}

/// A terminal obeys control characters, and the source is somebody's text.
fn one_line(text: &str) -> String {
    let is_command = |c: char| c.is_control() && c != '\t' || crate::files::is_bidi(c);
    text.chars().map(|c| if is_command(c) { ' ' } else { c }).collect()
}

fn print(text: &str) {
    let _ = write!(anstream::stdout(), "{text}");
    let _ = anstream::stdout().flush();
}

/// A line of input; `None` at its end.
fn read(prompt: &str) -> Option<String> {
    print(prompt);
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line),
    }
}
