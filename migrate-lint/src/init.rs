//! What `cargo klog init` writes: the files that a project needs to keep unstructured calls out.

use std::path::Path;

/// A file that init writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// `klog.toml`.
    Config,
    /// `.github/workflows/klog.yml`.
    Github,
    /// A job for `.gitlab-ci.yml`.
    Gitlab,
    /// An entry for `.pre-commit-config.yaml`.
    PreCommit,
    /// A line for `.gitattributes`, by which git merges baselines.
    Attributes,
}

/// What the files depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Project {
    /// The branch that changes go to.
    pub branch: String,
    /// Way from the repository's root to the workspace, with a slash at its end; empty where they are the same.
    pub below: String,
    /// The one program of the workspace.
    pub program: Option<String>,
    /// Lines for the configuration that say what the code does throughout.
    pub house: House,
}

/// Settings of the house style, each as a line of TOML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct House {
    /// For `[messages]`.
    pub messages: Vec<String>,
    /// For `[keys]`.
    pub keys: Vec<String>,
}

impl What {
    /// All, in the order in which they are written.
    pub(crate) const ALL: [Self; 5] =
        [Self::Config, Self::Github, Self::Gitlab, Self::PreCommit, Self::Attributes];

    /// Where it belongs, from the workspace's or the repository's root.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Config => "klog.toml",
            Self::Github => ".github/workflows/klog.yml",
            Self::Gitlab => ".gitlab-ci.yml",
            Self::PreCommit => ".pre-commit-config.yaml",
            Self::Attributes => ".gitattributes",
        }
    }

    /// It belongs to the workspace; the others belong to the repository.
    pub(crate) fn is_of_workspace(self) -> bool {
        self == Self::Config
    }

    /// Its text for a project.
    pub(crate) fn text(self, project: &Project) -> String {
        let text = match self {
            Self::Config => return config(&project.house),
            Self::Github => include_str!("init/github.yml"),
            Self::Gitlab => include_str!("init/gitlab.yml"),
            Self::PreCommit => include_str!("init/pre-commit.yaml"),
            Self::Attributes => "@below@klog-baseline.json merge=union\n",
        };
        let manifest = match project.below.as_str() {
            "" => String::new(),
            below => format!(" --manifest-path {}", shell_word(&format!("{below}Cargo.toml"))),
        };
        text.replace("@program@", &self.program(project))
            .replace("@manifest@", &manifest)
            .replace("@branch@", &yaml_pattern(&project.branch))
            .replace("@version@", env!("CARGO_PKG_VERSION"))
            .replace("@below@", &project.below)
    }

    /// The repository has something of the kind, or needs it in any case.
    pub(crate) fn fits(self, directory: &Path) -> bool {
        match self {
            Self::Config | Self::Attributes => true,
            Self::Github => directory.join(".github").exists() || !Self::Gitlab.fits(directory),
            Self::Gitlab => directory.join(".gitlab-ci.yml").exists(),
            Self::PreCommit => directory.join(".pre-commit-config.yaml").exists(),
        }
    }

    /// The steps that check what the program prints; comments where there is not one program to run.
    fn program(self, project: &Project) -> String {
        let report = match self {
            Self::Github => "github",
            _ => "junit --output klog-lines.xml",
        };
        let name = project.program.as_deref().unwrap_or("PROGRAM");
        let build = format!("cargo build@manifest@ --bin {}", shell_word(name));
        let run = format!("timeout 60 @below@target/debug/{name} 2> klog.log || true");
        let steps = [
            build,
            run,
            "cargo klog catalog --workspace@manifest@ --output klog-catalog.json".to_owned(),
            format!("cargo klog check-log --catalog klog-catalog.json --report {report} klog.log"),
        ];
        let (indent, key) = match self {
            Self::Github => ("      ", "run: "),
            _ => ("    ", ""),
        };
        let mark = if project.program.is_some() { "" } else { "# " };
        let mut text =
            format!("{indent}# The lines that the program prints: write here how it is run.\n");
        for step in steps {
            text += &format!("{indent}{mark}- {key}{step}\n");
        }
        text
    }
}

/// A branch as an entry of a YAML list, in which GitHub sees patterns.
fn yaml_pattern(branch: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    if branch.chars().all(is_plain) && branch.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return branch.to_owned();
    }
    let special = |c: char| matches!(c, '*' | '+' | '?' | '!' | '[' | ']' | '\\');
    let mut escaped = String::new();
    for c in branch.chars() {
        if special(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    format!("'{}'", escaped.replace('\'', "''"))
}

/// A path or name as a word of a shell.
fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// The commented configuration, with the settings of the house style in force.
fn config(house: &House) -> String {
    let text = include_str!("init/klog.toml");
    let mut written = String::new();
    for line in text.lines() {
        written += line;
        written.push('\n');
        let lines = match line {
            "[messages]" => &house.messages,
            "[keys]" => &house.keys,
            _ => continue,
        };
        for line in lines {
            written += &format!("{line}\n");
        }
    }
    written
}
