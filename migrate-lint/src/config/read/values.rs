//! Values of a table, and mistakes in the user's own spelling.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::config::error::ConfigProblem;
use crate::rules::names;

/// Reads values, and keeps the mistakes in them.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) problems: Vec<ConfigProblem>,
}

/// A value with its place in the file.
pub(super) type TomlValue<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    pub(super) fn tables<'a, 'text>(
        &mut self,
        value: &'a TomlValue<'text>,
        name: &str,
    ) -> Vec<&'a TomlValue<'text>> {
        let entries: Vec<_> = match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            _ => Vec::new(),
        };
        if entries.is_empty() || entries.iter().any(|entry| !entry.get_ref().is_table()) {
            self.expected(value, &format!("tables [[{name}]], with two brackets"));
            return Vec::new();
        }
        entries
    }

    pub(super) fn one_of<T: Copy>(
        &mut self,
        value: &TomlValue<'_>,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        let found = value
            .get_ref()
            .as_str()
            .and_then(|written| all.iter().copied().find(|candidate| name(*candidate) == written));
        if found.is_none() {
            let names: Vec<String> =
                all.iter().map(|value| format!("{:?}", name(*value))).collect();
            self.expected(value, &names.join(" or "));
        }
        found
    }

    /// A string, or a list of strings.
    pub(super) fn strings(&mut self, value: &TomlValue<'_>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(array) => array.iter().map(|entry| self.string(entry)).collect(),
            _ => vec![self.string(value)],
        }
    }

    pub(super) fn string(&mut self, value: &TomlValue<'_>) -> String {
        match value.get_ref().as_str() {
            Some(text) => text.to_owned(),
            None => {
                self.expected(value, "a string");
                String::new()
            }
        }
    }

    pub(super) fn unknown_key(&mut self, span: &Range<usize>, name: &str, known: &[&str]) {
        let hint = names::closest(name, known.iter().copied()).map_or_else(
            || format!("known here: {}", known.join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        self.problem(span, format!("unknown key `{name}`; {hint}"));
    }

    pub(super) fn expected(&mut self, value: &TomlValue<'_>, what: &str) {
        let written = self.text.get(value.span()).unwrap_or_default();
        let written = written.lines().next().unwrap_or_default();
        self.problem(&value.span(), format!("`{written}` is not {what}"));
    }

    pub(super) fn problem(&mut self, span: &Range<usize>, message: String) {
        let line = self.line(span.start);
        self.problems.push(ConfigProblem { line, message });
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }
}
