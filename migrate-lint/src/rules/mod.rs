//! What a log call should not be.

use crate::call::{Family, LogCall, MessageForm, Piece};
use crate::config::Config;
use crate::finding::{Applicability, Edit, Finding, Fix, Level};
use crate::scan::Scanned;
use crate::workspace::{SourceFile, Workspace};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Identifier, named for what it flags.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown that `explain` prints.
    pub page: &'static str,
    /// Level without a configuration.
    pub level: Level,
    /// Group, with logcheck's name.
    pub group: &'static str,
    /// Judges a call.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// What a rule may ask.
#[derive(Debug)]
pub struct Context<'a> {
    /// The file.
    pub scanned: &'a Scanned,
    /// The call.
    pub call: &'a LogCall,
    /// Its index.
    pub index: usize,
}

/// What rules ask of the workspace as a whole.
#[derive(Debug)]
pub struct WorkspaceFacts;

impl WorkspaceFacts {
    /// Gathers them.
    pub fn gather(_: &Workspace, _: &[Scanned]) -> Self {
        Self
    }
}

static RULES: &[Rule] = &[
    Rule {
        name: "interpolated-message",
        summary: "values formatted into the message instead of pairs",
        page: include_str!("interpolated-message.md"),
        level: Level::Warn,
        group: "structured",
        check: interpolated_message,
    },
    Rule {
        name: "non-constant-message",
        summary: "a message that is made at run time",
        page: include_str!("non-constant-message.md"),
        level: Level::Warn,
        group: "structured",
        check: non_constant_message,
    },
    Rule {
        name: "print-macro",
        summary: "`println!` and kin in library and service code",
        page: include_str!("print-macro.md"),
        level: Level::Warn,
        group: "structured",
        check: print_macro,
    },
    Rule {
        name: "duplicate-key",
        summary: "one key twice in a call",
        page: include_str!("duplicate-key.md"),
        level: Level::Deny,
        group: "parameters",
        check: duplicate_key,
    },
    Rule {
        name: "verbosity-zero",
        summary: "`v: 0` written out",
        page: include_str!("verbosity-zero.md"),
        level: Level::Warn,
        group: "verbosity",
        check: verbosity_zero,
    },
];

/// All rules, in the order of their groups.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter()
}

/// Findings of a file, at the levels in force, without those that a comment allows.
pub fn check(
    scanned: &Scanned,
    _: &SourceFile,
    _: &Config,
    _: &WorkspaceFacts,
    level: &dyn Fn(&Rule) -> Level,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        let level = level(rule);
        if level == Level::Allow {
            continue;
        }
        let first = findings.len();
        for (index, call) in scanned.calls.iter().enumerate() {
            (rule.check)(&Context { scanned, call, index }, &mut findings);
        }
        for finding in &mut findings[first..] {
            finding.level = level;
        }
    }
    findings.retain(|finding| !is_allowed(scanned, finding));
    findings
}

fn is_allowed(scanned: &Scanned, finding: &Finding) -> bool {
    let line = scanned.source.position(finding.span.start).line;
    scanned.comments.iter().any(|comment| {
        let own = scanned.source.position(comment.span.start).line;
        let names = comment.text.strip_prefix("allow(").and_then(|text| text.split_once(')'));
        let named = names
            .is_some_and(|(names, _)| names.split(',').any(|name| name.trim() == finding.rule));
        named && (comment.inner || own == line || (comment.own_line && own + 1 == line))
    })
}

fn finding(context: &Context<'_>, rule: &'static str, message: String) -> Finding {
    Finding {
        rule,
        level: Level::Warn,
        message,
        span: context.call.span.clone(),
        label: None,
        related: Vec::new(),
        help: Vec::new(),
        fix: None,
        rewrite: None,
        call: Some(context.index),
    }
}

fn interpolated_message(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.call.family == Family::Print {
        return;
    }
    let Some(message) = &context.call.message else { return };
    let MessageForm::Literal { pieces, .. } = &message.form else { return };
    let n_values = pieces.iter().filter(|piece| matches!(piece, Piece::Hole(_))).count();
    let text: String = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Hole(_) => None,
        })
        .collect();
    if n_values == 0 || text.trim().is_empty() {
        return;
    }
    let values =
        if n_values == 1 { "a value is".to_owned() } else { format!("{n_values} values are") };
    let words = format!("{values} formatted into the message");
    let mut finding = finding(context, "interpolated-message", words);
    finding.help.push("log values as key/value pairs, and keep the message constant".to_owned());
    findings.push(finding);
}

fn non_constant_message(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.call.family == Family::Print {
        return;
    }
    let Some(message) = &context.call.message else { return };
    let is_flagged = match &message.form {
        MessageForm::Literal { pieces, .. } => {
            pieces.iter().any(|piece| matches!(piece, Piece::Hole(_)))
                && pieces.iter().all(|piece| match piece {
                    Piece::Text(text) => text.trim().is_empty(),
                    Piece::Hole(_) => true,
                })
        }
        MessageForm::Expr(_) => true,
        MessageForm::Constant(_) | MessageForm::Macro(_) => false,
    };
    if is_flagged {
        let words = "the message is made at run time".to_owned();
        let mut finding = finding(context, "non-constant-message", words);
        finding
            .help
            .push("say in constant words what happened, and log the text as a pair".to_owned());
        findings.push(finding);
    }
}

fn print_macro(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let call = context.call;
    if call.family == Family::Print && !call.place.test_code {
        let words = format!("`{}!` prints past all logging", call.macro_name);
        let mut finding = finding(context, "print-macro", words);
        let help = "a command's deliberate output is allowed by path in klog.toml";
        finding.help.push(help.to_owned());
        findings.push(finding);
    }
}

fn duplicate_key(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let pairs = &context.call.pairs;
    for (index, pair) in pairs.iter().enumerate() {
        let Some(key) = &pair.key else { continue };
        if let Some(first) = pairs[..index].iter().find(|first| first.key.as_ref() == Some(key)) {
            let words = format!("key `{key}` is set twice, and readers keep one of them");
            let mut finding = finding(context, "duplicate-key", words);
            finding.span = pair.span.clone();
            finding.related.push((first.span.clone(), "first set here".to_owned()));
            findings.push(finding);
        }
    }
}

fn verbosity_zero(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(v) = context.call.prefix.iter().find(|argument| argument.name == "v") else { return };
    if context.call.family != Family::Klog || v.value.text != "0" {
        return;
    }
    let text = &context.scanned.source.text;
    let after = &text[v.span.end..];
    let n_after = after.len() - after.trim_start_matches([',', ' ']).len();
    let mut finding = finding(context, "verbosity-zero", "`v: 0` is the default".to_owned());
    finding.span = v.span.clone();
    finding.fix = Some(Fix {
        title: "leave it out".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit { span: v.span.start..v.span.end + n_after, text: String::new() }],
    });
    findings.push(finding);
}
