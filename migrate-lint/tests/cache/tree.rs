//! A workspace that is edited at random.

use std::fs;
use std::path::{Path, PathBuf};

use crate::programs::Choices;

const MEMBERS: [&str; 3] = ["app", "net", "base"];
const MODULES: [&str; 4] = ["pods", "nodes", "macros", "wire"];

/// What a file may hold; `~` is a name of a module, `@` of a member.
const PIECES: [&str; 24] = [
    "use log::info;\n",
    "use tracing::{info, warn as note};\n",
    "use crate::~::*;\n",
    "pub use crate::~::note;\n",
    "pub use @::note;\n",
    "use @::~::info;\n",
    "pub(crate) use note;\n",
    "#[macro_use]\nmod ~;\n",
    "pub mod ~;\n",
    "pub mod ~ { #![macro_use] macro_rules! trace { ($($arg:tt)*) => { log::trace!($($arg)*) } } }\n",
    "#[cfg(test)]\nmod ~ { use super::*; }\n",
    "#[macro_use]\nextern crate log;\n",
    "extern crate @ as other;\n",
    "#[macro_export]\nmacro_rules! note { ($($arg:tt)*) => { log::info!($($arg)*) } }\n",
    "macro_rules! info { ($($arg:tt)*) => { $crate::note!($($arg)*) } }\n",
    "macro_rules! note { ($text:literal) => { println!($text) } }\n",
    "impl ToString for Pod { fn to_string(&self) -> String { String::new() } }\n",
    "include!(\"~.rs\");\n",
    "fn f(pod: &str) { info!(\"Found pod {pod}\"); note!(\"pod {} gone\", pod); }\n",
    "fn g(pod: &Pod) { @::note!(\"no {}\", pod.to_string()); log::warn!(\"{}\", pod); }\n",
    "fn h() { match f() { Ok(_) => {} Err(e) => other::note!(\"failed: {e}\") } }\n",
    "// klog: allow(all) a reason\nfn i(n: u8) { trace!(\"{n} pods\"); debug!(\"{n}\"); }\n",
    "fn open( {\n",
    "/* żółw */ \u{feff}\n",
];

pub(super) struct Tree<'a> {
    root: &'a Path,
}

impl<'a> Tree<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        let mut tree = Self { root };
        let mut choices = Choices::new(1);
        tree.write("Cargo.toml", b"[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n");
        for member in MEMBERS {
            tree.manifest(member, &mut choices);
            tree.write(&format!("crates/{member}/src/lib.rs"), text(&mut choices).as_bytes());
        }
        for _ in 0..12 {
            tree.change(&mut choices);
        }
        tree
    }

    /// Changes something, and says what.
    pub(super) fn edit(&mut self, choices: &mut Choices) -> String {
        match choices.below(12) {
            0 => self.remove(choices),
            1 => self.rename(choices),
            2 => {
                let member = choices.of(&MEMBERS);
                self.manifest(member, choices);
                format!("dependencies of {member}")
            }
            3 => self.settings(choices),
            4 => self.target(choices),
            5 => self.member(choices),
            _ => self.change(choices),
        }
    }

    /// The path of a file.
    pub(super) fn source(&self, choices: &mut Choices) -> String {
        let sources = self.sources();
        sources[choices.below(sources.len())].clone()
    }

    fn sources(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut left = vec![PathBuf::from("crates")];
        while let Some(directory) = left.pop() {
            let entries = fs::read_dir(self.root.join(&directory)).unwrap();
            for entry in entries {
                let path = directory.join(entry.unwrap().file_name());
                match self.root.join(&path).is_dir() {
                    true => left.push(path),
                    false if path.extension().is_some_and(|it| it == "rs") => found.push(path),
                    false => {}
                }
            }
        }
        let mut found: Vec<_> =
            found.into_iter().map(|it| it.to_str().unwrap().to_owned()).collect();
        found.sort();
        found
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Another text of a file, of the same length and with the same time perhaps; or a new file.
    fn change(&mut self, choices: &mut Choices) -> String {
        let old = self.source(choices);
        let path = match choices.below(3) {
            0 => {
                let directory = old.rsplit_once('/').unwrap().0;
                format!("{directory}/{}.rs", choices.of(&MODULES))
            }
            _ => old,
        };
        let before = fs::metadata(self.root.join(&path)).and_then(|it| it.modified());
        let mut bytes = text(choices).into_bytes();
        if choices.one_in(8) {
            bytes.push(0xff);
        }
        if let Ok(old) = fs::read(self.root.join(&path)) {
            let missing = old.len().saturating_sub(bytes.len());
            bytes.extend(std::iter::repeat_n(b' ', missing));
        }
        self.write(&path, &bytes);
        if let Ok(before) = before {
            let file = fs::File::options().write(true).open(self.root.join(&path)).unwrap();
            file.set_modified(before).unwrap();
        }
        format!("text of {path}")
    }

    fn remove(&mut self, choices: &mut Choices) -> String {
        let path = self.source(choices);
        if self.sources().len() > 4 {
            fs::remove_file(self.root.join(&path)).unwrap();
        }
        format!("{path} removed")
    }

    fn rename(&mut self, choices: &mut Choices) -> String {
        let (from, to) = (self.source(choices), self.source(choices));
        let between = self.root.join("between");
        fs::rename(self.root.join(&from), &between).unwrap();
        let _ = fs::rename(self.root.join(&to), self.root.join(&from));
        fs::rename(&between, self.root.join(&to)).unwrap();
        format!("{from} and {to} swapped")
    }

    fn manifest(&mut self, member: &str, choices: &mut Choices) {
        let mut text = format!(
            "[package]\nname = \"{member}\"\nedition = \"{}\"\n[dependencies]\n",
            choices.of(&["2015", "2018", "2024"])
        );
        for line in [
            "log = \"0.4\"\n",
            "tracing = \"0.1\"\n",
            "facade = { package = \"log\", version = \"0.4\" }\n",
        ] {
            if !choices.one_in(3) {
                text.push_str(line);
            }
        }
        for other in MEMBERS.iter().filter(|other| **other != member) {
            if choices.one_in(2) {
                text.push_str(&format!("{other} = {{ path = \"../{other}\" }}\n"));
            }
        }
        self.write(&format!("crates/{member}/Cargo.toml"), text.as_bytes());
    }

    fn settings(&mut self, choices: &mut Choices) -> String {
        let text = choices.of(&[
            "",
            "[levels]\nstructured = \"deny\"\n",
            "[[wrapper]]\nname = \"trace\"\nlike = \"tracing::trace\"\n",
            "[keys]\ncase = \"snake\"\n",
        ]);
        self.write("klog.toml", text.as_bytes());
        "klog.toml".to_owned()
    }

    /// A program, an example, a test.
    fn target(&mut self, choices: &mut Choices) -> String {
        let place = choices.of(&[
            "src/main.rs",
            "src/bin/tool.rs",
            "examples/one/main.rs",
            "tests/all.rs",
            "build.rs",
        ]);
        let path = format!("crates/{}/{place}", choices.of(&MEMBERS));
        self.write(&path, text(choices).as_bytes());
        path
    }

    /// A member comes and goes.
    fn member(&mut self, choices: &mut Choices) -> String {
        let directory = self.root.join("crates/extra");
        if directory.exists() {
            fs::remove_dir_all(directory).unwrap();
            return "crates/extra removed".to_owned();
        }
        self.manifest("extra", choices);
        self.write("crates/extra/src/lib.rs", text(choices).as_bytes());
        "crates/extra".to_owned()
    }
}

fn text(choices: &mut Choices) -> String {
    let mut text = String::new();
    for _ in 0..2 + choices.below(6) {
        let piece = choices.of(&PIECES).replace('~', choices.of(&MODULES));
        text.push_str(&piece.replace('@', choices.of(&MEMBERS)));
    }
    text
}
