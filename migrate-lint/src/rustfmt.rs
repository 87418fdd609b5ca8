//! rustfmt: what it is asked about the width of lines, and what it makes of a text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::syntax::token::{self, Kind, Reader};

/// How long rustfmt lets lines become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// Longest line.
    pub line: usize,
    /// Longest list of arguments on one line.
    pub arguments: usize,
}

impl Default for Widths {
    fn default() -> Self {
        Self { line: 100, arguments: 60 }
    }
}

/// The widths of the nearest `rustfmt.toml` of a directory.
pub(crate) fn widths(directory: &Path) -> Widths {
    let text = config_of(directory).and_then(|file| crate::files::read_to_string(&file).ok());
    let table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    let number = |name| usize::try_from(table.get(name)?.as_integer()?).ok();
    let line = number("max_width").unwrap_or(Widths::default().line);
    let heuristics = table.get("use_small_heuristics").and_then(toml::Value::as_str);
    let scaled = if heuristics == Some("Max") { line } else { line * 60 / 100 };
    Widths { line, arguments: number("fn_call_width").unwrap_or(scaled) }
}

/// A text before and after a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    /// Its file.
    pub(crate) path: &'a Path,
    /// The edition of its package.
    pub(crate) edition: u16,
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
}

/// How long rustfmt may take: what the user says, else a while for itself, and a second for each text.
fn time(n_texts: usize) -> Duration {
    let given = std::env::var("KLOG_RUSTFMT_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(given.unwrap_or(20 + n_texts as u64))
}

/// What rustfmt makes of changed texts that were as it writes them; `None` for others, and where it is not at hand.
///
/// It is started once for all texts with the same settings, on copies without modules of other files.
pub(crate) fn formatted(root: &Path, texts: &[Text<'_>]) -> Vec<Option<String>> {
    let mut groups: BTreeMap<(u16, Option<PathBuf>), Vec<usize>> = BTreeMap::new();
    for (index, text) in texts.iter().enumerate() {
        let config = text.path.parent().and_then(config_of);
        groups.entry((text.edition, config)).or_default().push(index);
    }
    let mut formatted = vec![None; texts.len()];
    for ((edition, config), indexes) in groups {
        let group: Vec<&Text<'_>> = indexes.iter().map(|index| &texts[*index]).collect();
        let done = group_formatted(root, edition, config.as_deref(), &group);
        for (index, text) in indexes.into_iter().zip(done.into_iter().flatten()) {
            formatted[index] = text;
        }
    }
    formatted
}

/// The nearest `rustfmt.toml`.
fn config_of(directory: &Path) -> Option<PathBuf> {
    let names = ["rustfmt.toml", ".rustfmt.toml"];
    let mut files = directory.ancestors().flat_map(|above| names.map(|name| above.join(name)));
    files.find(|file| file.is_file())
}

fn group_formatted(
    root: &Path,
    edition: u16,
    config: Option<&Path>,
    texts: &[&Text<'_>],
) -> Option<Vec<Option<String>>> {
    let copies = Copies::new()?;
    let mut rustfmt = Command::new(std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into()));
    rustfmt.args(["--edition", &edition.to_string(), "--quiet"]);
    if let Some(config) = config {
        rustfmt.arg("--config-path").arg(config);
    }
    let mut written = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let pair = [(text.before, "before"), (text.after, "after")].map(|(text, name)| {
            let copy = without_modules(text);
            let path = copies.0.join(format!("{name}{index}.rs"));
            std::fs::write(&path, &copy).ok()?;
            rustfmt.arg(&path);
            Some((path, copy))
        });
        written.push(pair);
    }
    rustfmt.current_dir(root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut rustfmt = rustfmt.spawn().ok()?;
    if !ends_within(&mut rustfmt, time(texts.len())) {
        return None;
    }
    let read = |(path, copy): (PathBuf, String)| Some((std::fs::read_to_string(path).ok()?, copy));
    let formatted = written.into_iter().zip(texts).map(|([before, after], text)| {
        let (before, copy) = read(before?)?;
        // It was laid out in another way, or cannot be read.
        if before != copy {
            return None;
        }
        let (after, _) = read(after?)?;
        with_modules(&after, text.after)
    });
    Some(formatted.collect())
}

/// A directory for copies, which goes with this.
struct Copies(PathBuf);

impl Copies {
    fn new() -> Option<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("klog-rustfmt-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        // One that is there is somebody else's.
        std::fs::create_dir(&directory).ok()?;
        Some(Self(directory))
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        // What cannot be removed is in a directory for what is temporary.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Waits for a program, and ends it where it takes too long; says whether it came to its own end.
fn ends_within(program: &mut Child, time: Duration) -> bool {
    let end = Instant::now() + time;
    let mut pause = Duration::from_millis(1);
    loop {
        match program.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) if Instant::now() < end => std::thread::sleep(pause),
            _ => break,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    let _ = program.kill();
    let _ = program.wait();
    false
}

/// Places of the semicolons of `mod name;`.
fn modules(text: &str) -> Vec<usize> {
    let tokens = token::range(text, 0..text.len());
    let reader = Reader { text, list: &tokens.list };
    let is_module = |index: &usize| {
        reader.is_word(*index, "mod")
            && reader.kind(index + 1) == Some(Kind::Ident)
            && reader.is(index + 2, b';')
    };
    let found = (0..reader.list.len()).filter(is_module);
    found.map(|index| reader.span(index + 2..index + 3).start).collect()
}

/// A text that needs no other files: `mod name {}` for `mod name;`.
fn without_modules(text: &str) -> String {
    let mut copy = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for at in modules(text) {
        copy += &text[done..at];
        copy += " {}";
        done = at + 1;
    }
    copy + &text[done..]
}

/// The text with its modules as they were; `None` where it has others of that form.
fn with_modules(copy: &str, text: &str) -> Option<String> {
    let tokens = token::range(copy, 0..copy.len());
    let reader = Reader { text: copy, list: &tokens.list };
    let is_empty = |index: &usize| {
        reader.is_word(*index, "mod")
            && reader.kind(index + 1) == Some(Kind::Ident)
            && reader.is_brace(index + 2)
            && reader.mate(index + 2) == index + 3
    };
    let found: Vec<usize> = (0..reader.list.len()).filter(is_empty).collect();
    if found.len() != modules(text).len() {
        return None;
    }
    let mut whole = String::with_capacity(copy.len());
    let mut done = 0;
    for index in found {
        whole += copy[done..reader.span(index + 2..index + 3).start].trim_end();
        whole.push(';');
        done = reader.span(index + 3..index + 4).end;
    }
    Some(whole + &copy[done..])
}
