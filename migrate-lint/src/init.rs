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
            Self::Attributes => return format!("{} merge=union\n", attributes_pattern(project)),
        };
        text.replace("@program@", &self.program(project))
            .replace("@manifest@", &manifest(project))
            .replace("@branch@", &yaml_pattern(&project.branch))
            .replace("@version@", env!("CARGO_PKG_VERSION"))
    }

    /// A text that is there already has what this file is for: one that only names klog has not.
    pub(crate) fn is_in(self, text: &str, project: &Project) -> bool {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        match self {
            Self::Config => true,
            Self::Attributes => {
                let pattern = attributes_pattern(project);
                lines.any(|line| {
                    let attributes = line
                        .strip_prefix(&pattern)
                        .or_else(|| line.strip_prefix("klog-baseline.json"));
                    attributes.is_some_and(|words| words.split(' ').any(|it| it == "merge=union"))
                })
            }
            // The action and the hook of the project know the workspace by settings of their own.
            Self::Github | Self::Gitlab | Self::PreCommit => lines.any(|line| {
                line.contains("klog-rs/klog-rs")
                    || line.contains("cargo klog lint") && line.contains(&manifest(project))
            }),
        }
    }

    /// The repository has something of the kind, or needs it in any case; `host` is where its remote is.
    pub(crate) fn fits(self, directory: &Path, host: Option<&str>) -> bool {
        let has_github = || directory.join(".github").exists();
        let has_another = || other_ci(directory).is_some();
        match self {
            Self::Config | Self::Attributes => true,
            Self::Github => {
                let is_elsewhere = host.is_some_and(|host| OTHER_HOSTS.contains(&host));
                has_github()
                    || !(Self::Gitlab.fits(directory, host) || has_another() || is_elsewhere)
            }
            Self::Gitlab => {
                let is_there = host.is_some_and(|host| host.contains("gitlab"));
                directory.join(".gitlab-ci.yml").exists()
                    || is_there && !has_github() && !has_another()
            }
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
        let file = shell_word(&format!("{}target/debug/{name}", project.below));
        let run = format!("timeout 60 {file} 2> klog.log || true");
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

/// Hosts that run no workflow of GitHub's.
pub(crate) const OTHER_HOSTS: &[&str] = &[
    "bitbucket.org",
    "codeberg.org",
    "dev.azure.com",
    "git.sr.ht",
    "gitea.com",
    "ssh.dev.azure.com",
];

/// The file or directory of a CI system for which there is no recipe.
pub(crate) fn other_ci(directory: &Path) -> Option<&'static str> {
    const OTHERS: &[&str] = &[
        ".forgejo/workflows",
        ".gitea/workflows",
        ".circleci",
        ".buildkite",
        ".woodpecker",
        ".woodpecker.yml",
        ".woodpecker.yaml",
        ".drone.yml",
        ".travis.yml",
        ".cirrus.yml",
        ".builds",
        ".build.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        "Jenkinsfile",
        "appveyor.yml",
    ];
    OTHERS.iter().copied().find(|path| directory.join(path).exists())
}

/// The command that keeps new findings out, for any CI system.
pub(crate) fn gate(project: &Project) -> String {
    format!("cargo klog lint --workspace{} -D warnings", manifest(project))
}

/// The option by which cargo finds the workspace from the repository's root, with a space in front.
fn manifest(project: &Project) -> String {
    match project.below.as_str() {
        "" => String::new(),
        below => format!(" --manifest-path {}", shell_word(&format!("{below}Cargo.toml"))),
    }
}

/// The baseline as a pattern of `.gitattributes`, where a space ends it unless it is in quotes.
fn attributes_pattern(project: &Project) -> String {
    let mut pattern = String::new();
    for c in project.below.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern += "klog-baseline.json";
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '\\');
    if pattern.chars().all(is_plain) && !pattern.starts_with(['#', '!']) {
        return pattern;
    }
    format!("\"{}\"", pattern.replace('\\', r"\\").replace('"', "\\\""))
}

/// A branch as an entry of a YAML list, in which GitHub sees patterns.
fn yaml_pattern(branch: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    let is_word_of_yaml = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .contains(&&*branch.to_ascii_lowercase());
    if branch.chars().all(is_plain)
        && branch.starts_with(|c: char| c.is_ascii_alphabetic())
        && !is_word_of_yaml
    {
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
