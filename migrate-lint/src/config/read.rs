//! TOML → [`Config`], with every mistake reported at its line and in the user's own spelling.

mod values;

use std::fs;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use self::values::{Reader, TomlValue};
use super::error::{ConfigError, ConfigProblem};
use super::{Config, FILE_NAME, Levels, PathOverride, PathSet};
use crate::files;
use crate::finding::Level;
use crate::rules::names;
use crate::scan::WrapperConfig;
use crate::settings::{ErrorKey, FixDialect, KeyCase, MessageCase};

/// Looks for a configuration from a directory upwards, not further than the repository.
pub(super) fn find(directory: &Path) -> Result<Option<Config>, ConfigError> {
    for directory in directory.ancestors() {
        let own = directory.join(FILE_NAME);
        let manifest = directory.join("Cargo.toml");
        let in_manifest = files::read_to_string(&manifest)
            .is_ok_and(|text| text.contains("metadata.klog") && has_section(&text));
        // One that cannot be read is no reason to do without: a pipe, a link that leads nowhere.
        let has_own = fs::symlink_metadata(&own).is_ok();
        match (has_own, in_manifest) {
            (true, true) => {
                let message =
                    format!("is not read because {FILE_NAME} is beside it; keep one of the two");
                let message = format!("[workspace.metadata.klog] {message}");
                return Err(whole_file(&manifest, message));
            }
            (true, false) => return file(&own).map(Some),
            (false, true) => return file(&manifest).map(Some),
            (false, false) => {}
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

pub(super) fn file(path: &Path) -> Result<Config, ConfigError> {
    match files::read_to_string(path) {
        Ok(text) => self::text(&text, path),
        Err(error) => Err(whole_file(path, format!("cannot be read: {error}"))),
    }
}

pub(super) fn text(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let mut reader = Reader { text, problems: Vec::new() };
    let mut config = Config {
        path: Some(path.to_owned()),
        directory: path.parent().unwrap_or(Path::new("")).to_owned(),
        ..Config::default()
    };
    match DeTable::parse(text) {
        Ok(table) => {
            let is_manifest = path.file_name().is_some_and(|name| name == "Cargo.toml");
            let section =
                if is_manifest { section(table.get_ref()) } else { Some(table.get_ref()) };
            match section {
                Some(section) => reader.config(section, &mut config),
                None => reader.problem(&(0..0), "has no [workspace.metadata.klog]".to_owned()),
            }
        }
        Err(error) => {
            reader.problem(&error.span().unwrap_or(0..0), error.message().to_owned());
        }
    }
    if reader.problems.is_empty() {
        return Ok(config);
    }
    reader.problems.sort_by_key(|problem| problem.line);
    Err(ConfigError { path: path.to_owned(), problems: reader.problems })
}

fn whole_file(path: &Path, message: String) -> ConfigError {
    ConfigError { path: path.to_owned(), problems: vec![ConfigProblem { line: 0, message }] }
}

fn has_section(text: &str) -> bool {
    DeTable::parse(text).is_ok_and(|table| section(table.get_ref()).is_some())
}

/// `workspace.metadata.klog`, or `package.metadata.klog` of a package on its own.
fn section<'a, 'text>(manifest: &'a DeTable<'text>) -> Option<&'a DeTable<'text>> {
    ["workspace", "package"].into_iter().find_map(|name| {
        let metadata = manifest.get(name)?.get_ref().get("metadata")?;
        match metadata.get_ref().get("klog")?.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        }
    })
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>, config: &mut Config) {
        const KNOWN: &[&str] = &[
            "dialect", "exclude", "baseline", "history", "levels", "path", "wrapper", "keys",
            "messages", "queries", "query",
        ];
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "dialect" => {
                    let all: Vec<_> = FixDialect::all().collect();
                    if let Some(dialect) = self.one_of(value, &all, FixDialect::name) {
                        config.settings.dialect = dialect;
                    }
                }
                "exclude" => config.exclude = self.path_set(value),
                "baseline" => config.baseline = self.string(value).into(),
                "history" => config.history = self.string(value).into(),
                "levels" => config.levels = self.levels(value),
                "path" => {
                    for entry in self.tables(value, "path") {
                        let entry = self.path_override(entry);
                        config.overrides.push(entry);
                    }
                }
                "wrapper" => {
                    for entry in self.tables(value, "wrapper") {
                        let entry = self.wrapper(entry);
                        config.wrappers.push(entry);
                    }
                }
                "keys" => self.keys(value, config),
                "messages" => self.messages(value, config),
                "queries" => self.queries(value, config),
                // `cargo klog queries` reads these as it reads files of rules.
                "query" => {}
                unknown => self.unknown_key(&key.span(), unknown, KNOWN),
            }
        }
    }

    fn path_override(&mut self, entry: &TomlValue<'_>) -> PathOverride {
        const KNOWN: &[&str] = &["path", "levels", "reason"];
        let mut read = PathOverride {
            paths: PathSet::default(),
            levels: Levels::new(),
            line: self.line(entry.span().start),
        };
        let DeValue::Table(table) = entry.get_ref() else { return read };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "path" => read.paths = self.path_set(value),
                "levels" => read.levels = self.levels(value),
                "reason" => {
                    self.string(value);
                }
                unknown => self.unknown_key(&key.span(), unknown, KNOWN),
            }
        }
        for missing in ["path", "levels"].into_iter().filter(|name| !table.contains_key(*name)) {
            self.problem(&entry.span(), format!("[[path]] has no `{missing}`"));
        }
        read
    }

    fn wrapper(&mut self, entry: &TomlValue<'_>) -> WrapperConfig {
        const KNOWN: &[&str] = &["name", "like", "skip", "without-logger"];
        let mut read = WrapperConfig::default();
        let DeValue::Table(table) = entry.get_ref() else { return read };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => {
                    let name = self.string(value);
                    read.name = name.trim_end_matches('!').to_owned();
                }
                "like" => {
                    let like = self.string(value);
                    read.like = like.trim_end_matches('!').to_owned();
                    if !read.like.contains("::") {
                        let message =
                            format!("`like = {like:?}` needs its crate, as in \"log::info\"");
                        self.problem(&value.span(), message);
                    }
                }
                "skip" => {
                    match value.get_ref().as_integer().and_then(|n| n.as_str().parse().ok()) {
                        Some(skip) => read.skip = skip,
                        None => self.expected(value, "a number of arguments"),
                    }
                }
                "without-logger" => match value.get_ref().as_bool() {
                    Some(flag) => read.without_logger = flag,
                    None => self.expected(value, "true or false"),
                },
                unknown => self.unknown_key(&key.span(), unknown, KNOWN),
            }
        }
        for missing in ["name", "like"].into_iter().filter(|name| !table.contains_key(*name)) {
            self.problem(&entry.span(), format!("[[wrapper]] has no `{missing}`"));
        }
        read
    }

    fn keys(&mut self, value: &TomlValue<'_>, config: &mut Config) {
        const KNOWN: &[&str] =
            &["case", "error", "allow", "forbid", "replace", "reserved", "secret"];
        let keys = &mut config.settings.keys;
        let DeValue::Table(table) = value.get_ref() else {
            return self.expected(value, "a table [keys]");
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "case" => {
                    keys.case = self.one_of(value, &KeyCase::ALL, KeyCase::name);
                }
                "error" => {
                    if let Some(error) = self.one_of(value, &ErrorKey::ALL, ErrorKey::name) {
                        keys.error = error;
                    }
                }
                "allow" => keys.allow = self.strings(value),
                "forbid" => keys.forbid = self.strings(value),
                "reserved" => keys.reserved = self.strings(value),
                "secret" => keys.secret = self.strings(value),
                "replace" => {
                    let DeValue::Table(table) = value.get_ref() else {
                        self.expected(value, "a table of keys, as in { addr = \"address\" }");
                        continue;
                    };
                    for (wrong, right) in table {
                        let right = self.string(right);
                        keys.replace.insert(wrong.get_ref().to_string(), right);
                    }
                }
                unknown => self.unknown_key(&key.span(), unknown, KNOWN),
            }
        }
    }

    fn messages(&mut self, value: &TomlValue<'_>, config: &mut Config) {
        let DeValue::Table(table) = value.get_ref() else {
            return self.expected(value, "a table [messages]");
        };
        for (key, value) in table {
            if key.get_ref() != "case" {
                self.unknown_key(&key.span(), key.get_ref(), &["case"]);
            } else if let Some(case) = self.one_of(value, &MessageCase::ALL, MessageCase::name) {
                config.settings.messages = case;
            }
        }
    }

    fn queries(&mut self, value: &TomlValue<'_>, config: &mut Config) {
        const KNOWN: &[&str] = &["files", "keys"];
        let DeValue::Table(table) = value.get_ref() else {
            return self.expected(value, "a table [queries]");
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "files" => config.queries.files = self.path_set(value),
                "keys" => config.queries.keys = self.strings(value),
                unknown => self.unknown_key(&key.span(), unknown, KNOWN),
            }
        }
    }

    fn levels(&mut self, value: &TomlValue<'_>) -> Levels {
        let mut levels = Levels::new();
        let DeValue::Table(table) = value.get_ref() else {
            self.expected(value, "a table of levels, as in { structured = \"deny\" }");
            return levels;
        };
        for (name, value) in table {
            if let Err(message) = names::check_selector(name.get_ref()) {
                self.problem(&name.span(), message);
            }
            let all = [Level::Allow, Level::Warn, Level::Deny];
            if let Some(level) = self.one_of(value, &all, Level::name) {
                levels.insert(name.get_ref().to_string(), level);
            }
        }
        levels
    }

    fn path_set(&mut self, value: &TomlValue<'_>) -> PathSet {
        let patterns = self.strings(value);
        PathSet::new(patterns).unwrap_or_else(|message| {
            self.problem(&value.span(), message);
            PathSet::default()
        })
    }
}
