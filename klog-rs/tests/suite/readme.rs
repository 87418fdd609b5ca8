//! The pages say what is so.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use klog::{Format, Secret, json, kref};

use crate::new_crate;

/// What a new user does: an empty crate, klog-rs as a dependency, the first example of the README. It must print what the
/// README shows.
#[test]
fn the_first_example_prints_what_the_readme_shows() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = read(&package.join("README.md"));
    let block = |kind: &str| {
        let start = readme.find(&format!("```{kind}\n")).expect("the README has such a block")
            + kind.len()
            + 4;
        readme[start..].split("```").next().expect("a block").to_owned()
    };
    let of_repository = read(&package.join("../README.md"));
    for kind in ["rust", "text", "json"] {
        assert!(of_repository.contains(&block(kind)), "both pages begin with the same example");
    }
    let program = new_crate::build("readme", "", &block("rust"));
    let output = Command::new(program).output().expect("it runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{printed}");
    assert_eq!(without_time(&printed), without_time(&block("text")));
}

/// Lines without time and process id.
fn without_time(lines: &str) -> Vec<String> {
    lines.lines().map(|line| format!("{}{}", &line[..1], &line[29..])).collect()
}

/// The rows of the table of values are what calls with these pairs print.
#[test]
fn values_look_as_the_readme_says() {
    let readme = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let spec = std::collections::BTreeMap::from([("replicas", 3)]);
    macro_rules! check {
        ($($pair:tt)*) => {{
            let text = logged(Format::Text, |logger| klog::info!(logger: logger, "m", $($pair)*));
            let json = logged(Format::Json, |logger| klog::info!(logger: logger, "m", $($pair)*));
            let (_, text) = text.split_once("] \"m\" ").expect("text has pairs");
            let (_, json) = json.split_once("\"v\":0,").expect("JSON has pairs");
            let json = json.trim_end().strip_suffix('}').expect("JSON has an end");
            let row = format!("| `{}` | `{}` | `{json}` |", stringify!($($pair)*), text.trim_end());
            assert!(readme.lines().any(|line| line == row), "the README lacks\n{row}");
        }};
    }
    check!(attempt = 3, ready = true);
    check!(status = "not \"ready\"");
    check!(pod = kref("ns", "web-0"));
    check!(elapsed = Duration::from_millis(1500));
    check!(note = None::<&str>);
    check!(words = ["a b", "c"]);
    check!(spec = json(&spec));
    check!(token = Secret("hunter2"));
}

/// The line that is logged in a format.
fn logged(format: Format, log: impl FnOnce(klog::Logger)) -> String {
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);
    impl klog::sink::Sink for Kept {
        fn write(&self, _: klog::Severity, line: &[u8]) -> std::io::Result<()> {
            self.0.lock().expect("nothing panics").extend_from_slice(line);
            Ok(())
        }
    }
    let kept = Kept::default();
    log(klog::Output::new(format, kept.clone()).logger());
    let line = kept.0.lock().expect("nothing panics").clone();
    String::from_utf8(line).expect("a line is text")
}

/// The ids of traces are those of one version of OpenTelemetry, which the README names.
#[test]
fn the_readme_names_the_versions_of_opentelemetry() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (readme, manifest) = (read(&package.join("README.md")), read(&package.join("Cargo.toml")));
    for name in ["opentelemetry", "tracing-opentelemetry"] {
        let line = manifest.lines().find_map(|line| line.strip_prefix(&format!("{name} = ")));
        let version = line.and_then(|line| line.split('"').nth(1)).expect("it has a version");
        assert!(readme.contains(&format!("`{name}` {version}")), "{name} is {version}");
    }
}

/// Relative links, and links into the repository, lead to a file and to a heading of it. In what is published, relative
/// links stay in the package; and in what docs.rs shows there are none.
#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = Vec::new();
    find_pages(&root, &mut pages);
    assert!(pages.len() > 40, "{pages:?}");
    let repository = format!("{}/blob/main/", env!("CARGO_PKG_REPOSITORY"));
    let mut n_links = 0;
    let mut broken = Vec::new();
    for page in &pages {
        let text = read(page);
        let directory = page.parent().expect("a page is in a directory");
        let package = ["klog-rs", "klog-macros", "migrate-lint"]
            .map(|name| root.join(name))
            .into_iter()
            .find(|package| page.starts_with(package) && !page.starts_with(package.join("tests")));
        for link in links(&text) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match link.strip_prefix(&repository) {
                Some(_) => root.join(&path[repository.len()..]),
                None if link.contains("://") || link.starts_with("mailto:") => continue,
                None if path.is_empty() => page.clone(),
                None => directory.join(path),
            };
            n_links += 1;
            let is_relative = !link.contains("://") && !path.is_empty();
            let leaves = package.as_ref().is_some_and(|package| {
                let target = target.canonicalize().unwrap_or_default();
                let package = package.canonicalize().expect("a package is a directory");
                !target.starts_with(&package) || target.starts_with(package.join("tests"))
            });
            let is_on_docs_rs = page.ends_with("klog-rs/README.md");
            if !target.exists()
                || !(heading.is_empty() || headings(&read(&target)).any(|found| found == heading))
                || is_relative && (leaves || is_on_docs_rs)
            {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(n_links > 80, "{n_links} links");
    assert_eq!(broken, [""; 0]);
}

/// The Markdown files below a directory that belong to the project.
fn find_pages(directory: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory can be read") {
        let entry = entry.expect("a directory can be read");
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type().expect("a file has a type").is_dir() {
            // The guides' pages with the lines of their tests; the links are those of `docs/`.
            let is_tested_copy = entry.path().ends_with("guides/pages");
            if !name.starts_with('.') && name != "target" && name != "corpus" && !is_tested_copy {
                find_pages(&entry.path(), pages);
            }
        } else if name.ends_with(".md") {
            pages.push(entry.path());
        }
    }
}

/// The targets of links outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            // What is between backticks is code as well, but for the text of a link.
            let mut rest = line;
            while let Some(start) = rest.find("](") {
                let target = &rest[start + 2..];
                let end = target.find(')').unwrap_or(target.len());
                let is_in_code = line[..line.len() - rest.len() + start].matches('`').count() % 2;
                if is_in_code == 0 {
                    found.push(&target[..end]);
                }
                rest = &target[end..];
            }
        }
    }
    found
}

/// The names that a page's headings have in links.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let heading = line.strip_prefix('#')?.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        Some(kept.collect::<String>().replace(' ', "-"))
    })
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
