//! An editor that is written down: what it sends over the standard input, and what comes back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const MAIN: &str = "use log::info;

fn main() {
    let pod = \"żółw\";
    info!(
        \"🐢 pod {} started\",
        pod,
    );
}
";

struct Editor {
    program: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    n_requests: u64,
    n_versions: u64,
}

impl Editor {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir_all(folder.path().join("a b/src")).unwrap();
        let manifest =
            "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\nlog = \"0.4\"\n";
        for (name, text) in [("Cargo.toml", manifest), ("src/main.rs", MAIN)].iter().chain(files) {
            std::fs::write(folder.path().join("a b").join(name), text).unwrap();
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_cargo-klog"))
            .args(["klog", "lsp", "--no-cargo", "--stdio"])
            .current_dir(Path::new("/"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = program.stdin.take().unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let mut editor = Self { program, input, output, folder, n_requests: 0, n_versions: 0 };
        let root = editor.uri("");
        editor.ask("initialize", json!({ "capabilities": {}, "rootUri": root }));
        editor.say("initialized", json!({}));
        editor
    }

    fn uri(&self, name: &str) -> String {
        let folder = self.folder.path().display().to_string().replace('\\', "/");
        format!("file:///{}/a%20b/{name}", folder.trim_start_matches('/'))
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn say(&mut self, method: &str, parameters: impl Into<Value>) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters.into() }));
    }

    fn ask(&mut self, method: &str, parameters: impl Into<Value>) -> Value {
        self.n_requests += 1;
        let id = self.n_requests;
        self.send(
            &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters.into() }),
        );
        self.wait(|message| message["id"] == id)
    }

    /// The next message that is meant.
    fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut length = 0;
            loop {
                let mut header = String::new();
                assert_ne!(self.output.read_line(&mut header).unwrap(), 0, "the server has ended");
                match header.trim_end().split_once(": ") {
                    Some((_, digits)) => length = digits.parse().unwrap(),
                    None => break,
                }
            }
            let mut bytes = vec![0; length];
            self.output.read_exact(&mut bytes).unwrap();
            let message = serde_json::from_slice(&bytes).unwrap();
            if is_meant(&message) {
                return message;
            }
        }
    }

    /// Opens a file with a text, or types it; gives the findings.
    fn text(&mut self, name: &str, text: &str) -> Vec<Value> {
        let uri = self.uri(name);
        self.n_versions += 1;
        let version = self.n_versions;
        if version == 1 {
            let document = json!({ "uri": uri, "languageId": "rust", "version": 1, "text": text });
            self.say("textDocument/didOpen", json!({ "textDocument": document }));
        } else {
            let document = json!({ "uri": uri, "version": version });
            let changes = json!([{ "text": text }]);
            self.say(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": changes }),
            );
        }
        self.findings(Some(version))
    }

    fn findings(&mut self, version: Option<u64>) -> Vec<Value> {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && version.is_none_or(|version| message["params"]["version"] == version)
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn actions(&mut self, name: &str, range: &Value, only: Option<&str>) -> Vec<Value> {
        let context = json!({ "diagnostics": [], "only": only.map(|only| [only]) });
        let document = json!({ "uri": self.uri(name) });
        let asked = json!({ "textDocument": document, "range": range, "context": context });
        let answer = self.ask("textDocument/codeAction", asked);
        answer["result"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
    }

    /// Says goodbye; gives the exit code.
    fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.say("exit", Value::Null);
        self.program.wait().unwrap().code()
    }
}

/// The text after the edits of an action, as an editor makes them: in UTF-16, from the last to the first.
fn applied(text: &str, action: &Value) -> String {
    let offset = |position: &Value| {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let column = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
        let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let line = text[before..].split_inclusive('\n').next().unwrap_or_default();
        let units: Vec<u16> = line.encode_utf16().take(column).collect();
        before + String::from_utf16(&units).unwrap().len()
    };
    let edits = action["edit"]["changes"].as_object().unwrap().values().next().unwrap();
    let mut result = text.to_owned();
    for edit in edits.as_array().unwrap().iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        result.replace_range(range, edit["newText"].as_str().unwrap());
    }
    result
}

#[test]
fn findings_fixes_and_pages() {
    let mut editor = Editor::new(&[]);
    let mut seen = String::new();
    let findings = editor.text("src/main.rs", MAIN);
    for finding in &findings {
        writeln!(seen, "{}", serde_json::to_string_pretty(finding).unwrap()).unwrap();
    }
    let range = findings[0]["range"].clone();
    for action in editor.actions("src/main.rs", &range, None) {
        let (title, kind) = (action["title"].as_str().unwrap(), action["kind"].as_str().unwrap());
        let preferred = if action["isPreferred"] == true { ", preferred" } else { "" };
        writeln!(seen, "--- {title} ({kind}{preferred})\n{}", applied(MAIN, &action)).unwrap();
    }
    let root = editor.folder.path().display().to_string();
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots/lsp", omit_expression => true }, {
        insta::assert_snapshot!("findings_fixes_and_pages", seen.replace(&root, "ROOT"));
    });

    let none: Vec<Value> = editor.actions("src/main.rs", &range, Some("refactor"));
    assert_eq!(none, Vec::<Value>::new());
    let document = json!({ "uri": editor.uri("src/main.rs") });
    let hover = json!({ "textDocument": document, "position": range["start"] });
    let hover = editor.ask("textDocument/hover", hover);
    let page = hover["result"]["contents"]["value"].as_str().unwrap();
    assert!(page.starts_with("# interpolated-message"), "{page}");
    let elsewhere = json!({ "textDocument": document, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.ask("textDocument/hover", elsewhere)["result"], Value::Null);
    assert_eq!(editor.ask("textDocument/rename", json!({}))["error"]["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", json!({}))["error"]["code"], -32602);
    assert_eq!(editor.end(), Some(0));
}

/// Half a text is what an editor has most of the time.
#[test]
fn text_as_it_is_typed() {
    let mut editor = Editor::new(&[]);
    for (end, _) in MAIN.char_indices() {
        editor.text("src/main.rs", &MAIN[..end]);
    }
    let findings = editor.text("src/main.rs", MAIN);
    assert!(!findings.is_empty());
    assert_eq!(editor.text("src/main.rs", "fn main() {}\n"), Vec::<Value>::new());
    assert_eq!(editor.end(), Some(0));
}

/// The configuration of the workspace counts, also after it has changed, and a wrong one is said.
#[test]
fn settings_change() {
    let mut editor = Editor::new(&[("klog.toml", "[levels]\nall = \"deny\"\n")]);
    let findings = editor.text("src/main.rs", MAIN);
    assert_eq!(findings[0]["severity"], 1, "{findings:?}");
    let document = json!({ "uri": editor.uri("src/main.rs") });
    for (text, n_findings) in
        [("[levels]\nall = \"allow\"\n", 0), ("[levls]\n", 0), ("", findings.len())]
    {
        std::fs::write(editor.folder.path().join("a b/klog.toml"), text).unwrap();
        editor.say("textDocument/didSave", json!({ "textDocument": document }));
        if text == "[levls]\n" {
            let message = editor.wait(|message| message["method"] == "window/showMessage");
            let message = message["params"]["message"].as_str().unwrap();
            assert!(message.contains("levls"), "{message}");
        }
        assert_eq!(editor.findings(None).len(), n_findings, "{text}");
    }
    // So does a baseline that cannot be read; what it accepts is shown then.
    std::fs::write(editor.folder.path().join("a b/klog-baseline.json"), "<<<<<<<").unwrap();
    editor.say("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    let message = editor.wait(|message| message["method"] == "window/showMessage");
    assert!(message.to_string().contains("klog-baseline.json"), "{message}");
    assert_eq!(editor.findings(None).len(), findings.len());
    assert_eq!(editor.end(), Some(0));
}

/// An editor that is gone, or leaves without a word, leaves no process.
#[test]
fn an_editor_that_leaves() {
    let Editor { mut program, input, .. } = Editor::new(&[]);
    drop(input);
    assert_eq!(program.wait().unwrap().code(), Some(0));
    let mut editor = Editor::new(&[]);
    editor.say("exit", Value::Null);
    assert_eq!(editor.program.wait().unwrap().code(), Some(1));
}
