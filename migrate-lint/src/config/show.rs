//! `--show-config`: what is in force for a path, and which line says so.

use std::fmt;
use std::path::PathBuf;

use super::{Config, LevelOrigin};
use crate::rules;

pub(super) struct Shown<'a> {
    pub(super) config: &'a Config,
    pub(super) file: PathBuf,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.config;
        let name = config.path.as_deref().map_or_else(
            || "defaults (no klog.toml found)".to_owned(),
            |path| path.display().to_string(),
        );
        writeln!(f, "# {name}")?;
        writeln!(f, "# in force for {}", self.file.display())?;
        if config.excludes(&self.file) {
            writeln!(f, "# excluded: this path is not read")?;
        }
        writeln!(f, "dialect = {:?}", config.settings.dialect.name())?;
        writeln!(f, "baseline = {:?}", config.baseline.display().to_string())?;
        writeln!(f, "history = {:?}", config.history.display().to_string())?;
        writeln!(f, "exclude = {:?}", config.exclude.patterns)?;
        writeln!(f, "\n[levels]")?;
        let in_force = config.in_force(&self.file);
        for rule in rules::all() {
            let (level, origin) = in_force.level(rule);
            let setting = format!("{} = {:?}", rule.name, level.name());
            match origin {
                LevelOrigin::Default => writeln!(f, "{setting:<38} # default")?,
                LevelOrigin::Dialect => {
                    let name = config.settings.dialect.name();
                    writeln!(f, "{setting:<38} # dialect {name}")?;
                }
                LevelOrigin::Levels(name) => writeln!(f, "{setting:<38} # [levels] {name}")?,
                LevelOrigin::Path(line, name) => {
                    writeln!(f, "{setting:<38} # [[path]] at line {line}, {name}")?;
                }
                LevelOrigin::CommandLine(name) => {
                    writeln!(f, "{setting:<38} # command line, {name}")?;
                }
            }
        }
        writeln!(f, "\n[keys]")?;
        match config.settings.keys.case {
            Some(case) => writeln!(f, "case = {:?}", case.name())?,
            None => writeln!(f, "# case: lowerCamelCase for klog, snake_case for the others")?,
        }
        let keys = &config.settings.keys;
        for (name, list) in [
            ("allow", &keys.allow),
            ("forbid", &keys.forbid),
            ("reserved", &keys.reserved),
            ("secret", &keys.secret),
        ] {
            writeln!(f, "{name} = {list:?}")?;
        }
        for (wrong, right) in &keys.replace {
            writeln!(f, "replace.{wrong} = {right:?}")?;
        }
        for wrapper in &config.wrappers {
            writeln!(f, "\n[[wrapper]]\nname = {:?}\nlike = {:?}", wrapper.name, wrapper.like)?;
            writeln!(f, "skip = {}\nwithout-logger = {}", wrapper.skip, wrapper.without_logger)?;
        }
        Ok(())
    }
}
