//! Pages as they are shown: without the lines that only a test of their code needs.

use std::path::Path;

fn shown(name: &str, page: &str) -> String {
    let mut text = format!(
        "<!-- Made of examples/guides/pages/{name}, which has the lines of its tests as well: KLOG_UPDATE=1 cargo test -p guides -->\n\n"
    );
    let mut is_code = false;
    for line in page.lines() {
        // An empty line before or after hidden ones is one too many at an end, or beside another one.
        let is_spare = text.ends_with("\n\n") || text.ends_with("```rust\n");
        if line.starts_with("```") {
            if is_code && text.ends_with("\n\n") {
                text.pop();
            }
            is_code = !is_code && line == "```rust";
        } else if is_code
            && (line == "#" || line.starts_with("# ") || (line.is_empty() && is_spare))
        {
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[test]
fn pages_are_shown_without_hidden_lines() {
    for name in ["messages-and-keys.md", "tasks-and-threads.md"] {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(here.join("pages").join(name)).expect("it is there");
        let (docs, expected) = (here.join("../../docs").join(name), shown(name, &page));
        if std::env::var_os("KLOG_UPDATE").is_some() {
            std::fs::write(&docs, &expected).expect("it can be written");
        }
        let actual = std::fs::read_to_string(&docs).unwrap_or_default();
        assert!(actual == expected, "KLOG_UPDATE=1 cargo test -p guides writes docs/{name} again");
    }
}
