//! Figures of earlier days: one JSON object in each line of a file that is kept in the repository.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::{State, Stats};
use crate::files;
use crate::git::git;

/// Figures of a day or commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// `2026-11-23`: the commit's day, or today where there is no repository.
    pub date: String,
    /// Short name of the commit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// Calls by state.
    pub contextual: usize,
    /// Calls by state.
    pub structured: usize,
    /// Calls by state.
    pub constant: usize,
    /// Calls by state.
    pub interpolated: usize,
    /// Calls by state.
    pub print: usize,
}

impl Snapshot {
    /// The figures of now.
    pub fn now(stats: &Stats, root: &Path) -> Self {
        let total = stats.total();
        let commit = git(root, &["log", "-1", "--format=%cs %h"]).unwrap_or_default();
        let (date, commit) = match commit.trim().split_once(' ') {
            Some((date, commit)) => (date.to_owned(), commit.to_owned()),
            None => (today(), String::new()),
        };
        Self {
            date,
            commit,
            contextual: total.state(State::Contextual),
            structured: total.state(State::Structured),
            constant: total.state(State::Constant),
            interpolated: total.state(State::Interpolated),
            print: total.state(State::Print),
        }
    }

    /// All calls.
    pub fn total(&self) -> usize {
        self.contextual + self.structured + self.constant + self.left()
    }

    /// Calls left to migrate.
    pub fn left(&self) -> usize {
        self.interpolated + self.print
    }

    /// Share of calls with a constant message, in percent, rounded down.
    pub fn percent(&self) -> usize {
        ((self.total() - self.left()) * 100).checked_div(self.total()).unwrap_or(100)
    }
}

/// Reads the history, oldest first; a missing file is an empty one.
///
/// # Errors
///
/// A file that cannot be read, or a line that is no snapshot.
pub fn read(path: &Path) -> Result<Vec<Snapshot>> {
    let text = match files::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let place =
                || format!("{}:{}: no snapshot; delete the line", path.display(), index + 1);
            serde_json::from_str(line).with_context(place)
        })
        .collect()
}

/// Adds a snapshot; one of the same commit and day is replaced.
///
/// # Errors
///
/// Those of the file system.
pub fn save(path: &Path, trend: &mut Vec<Snapshot>, snapshot: Snapshot) -> Result<()> {
    trend.retain(|known| known.date != snapshot.date || known.commit != snapshot.commit);
    trend.push(snapshot);
    let mut text = String::new();
    for snapshot in trend.iter() {
        text += &serde_json::to_string(snapshot).context("a snapshot is plain data")?;
        text.push('\n');
    }
    files::write(&files::project(path), path, text.as_bytes())
}

fn today() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(now.as_secs() / 86_400)
}

/// Days since 1970 as a date. <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
pub(super) fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
