//! `cargo klog init`: the files that a project needs to keep unstructured calls out.
//!
//! A file that exists is never touched: its text is printed instead, to be pasted where it fits.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

use crate::files;

/// What to write.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// Directory of the workspace
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    directory: PathBuf,
    /// Which files to write; those that fit the repository when none is named
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    only: Vec<What>,
}

/// A file that init writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// `klog.toml`.
    Config,
    /// `.github/workflows/klog.yml`.
    Github,
    /// A job for `.gitlab-ci.yml`.
    Gitlab,
    /// An entry for `.pre-commit-config.yaml`.
    PreCommit,
}

impl Init {
    /// Writes the files.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn run(&self) -> Result<ExitCode> {
        let all = [What::Config, What::Github, What::Gitlab, What::PreCommit];
        let mut out = anstream::stdout();
        for what in all {
            let asked = self.only.contains(&what);
            if asked || (self.only.is_empty() && what.fits(&self.directory)) {
                write_one(what, &self.directory, &mut out)?;
            }
        }
        if self.only.is_empty() || self.only.contains(&What::Config) {
            writeln!(out, "\nNext:")?;
            writeln!(out, "  cargo klog lint                   shows what there is to do")?;
            writeln!(
                out,
                "  cargo klog lint --write-baseline  accepts it for now; only new findings are reported"
            )?;
            writeln!(out, "  cargo klog stats                  shows how far the migration is")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl What {
    fn path(self) -> &'static str {
        match self {
            Self::Config => "klog.toml",
            Self::Github => ".github/workflows/klog.yml",
            Self::Gitlab => ".gitlab-ci.yml",
            Self::PreCommit => ".pre-commit-config.yaml",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Config => include_str!("init/klog.toml"),
            Self::Github => include_str!("init/github.yml"),
            Self::Gitlab => include_str!("init/gitlab.yml"),
            Self::PreCommit => include_str!("init/pre-commit.yaml"),
        }
    }

    /// The repository has something of the kind, or needs it in any case.
    fn fits(self, directory: &Path) -> bool {
        match self {
            Self::Config => true,
            Self::Github => directory.join(".github").exists() || !Self::Gitlab.fits(directory),
            Self::Gitlab => directory.join(".gitlab-ci.yml").exists(),
            Self::PreCommit => directory.join(".pre-commit-config.yaml").exists(),
        }
    }
}

fn write_one(what: What, directory: &Path, out: &mut dyn Write) -> Result<()> {
    let path = match directory == Path::new(".") {
        true => PathBuf::from(what.path()),
        false => directory.join(what.path()),
    };
    if path.exists() || path.is_symlink() {
        let text = what.text().trim_end();
        let shown = path.display();
        if files::read_to_string(&path).is_ok_and(|now| now.contains("klog")) {
            writeln!(out, "{shown} is there already and left as it is")?;
        } else {
            writeln!(out, "{shown} is there already; add this to it:\n\n{text}\n")?;
        }
        return Ok(());
    }
    files::make_room(directory, &path)?;
    files::write(directory, &path, what.text().as_bytes())?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}
