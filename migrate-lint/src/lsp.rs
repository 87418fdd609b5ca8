//! `cargo klog lsp`: findings, fixes and pages of rules in an editor, on the text as it is typed.
//!
//! The [Language Server Protocol](https://microsoft.github.io/language-server-protocol/) over the standard input and
//! output. Positions are counted in UTF-16, and a text is sent as a whole, as every client can.

mod actions;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::{
    CodeActionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, Hover, HoverContents, HoverParams,
    InitializeParams, MarkupContent, MarkupKind,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::baseline::Baseline;
use crate::config::Config;
use crate::lint::Linter;
use crate::report::Report;
use crate::scan::{self, ScanConfig, WorkspaceIndex};
use crate::workspace::Selection;

/// How the workspace of an editor is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Configuration to use instead of the nearest `klog.toml`.
    pub(crate) config: Option<PathBuf>,
    /// Run no cargo.
    pub(crate) no_cargo: bool,
    /// Do not let cargo use the network.
    pub(crate) offline: bool,
    /// Take answers of earlier runs, and keep those of this one.
    pub(crate) cache: bool,
}

/// An open file.
#[derive(Debug)]
struct Document {
    uri: String,
    path: PathBuf,
    text: String,
    version: i32,
    /// What was found in the text; none until it is asked for.
    report: Option<Report>,
    /// The editor has not seen what is found in this text.
    is_due: bool,
}

/// What is asked of the workspace as it was read last.
struct Server<'a> {
    connection: &'a Connection,
    /// None where the configuration cannot be read.
    linter: Option<Linter<'a>>,
    baseline: Option<Baseline>,
    documents: &'a mut BTreeMap<String, Document>,
}

/// Why a session ends.
#[derive(Debug)]
enum End {
    /// A manifest, the configuration or a file has changed: the workspace is read again.
    Changed,
    /// The editor is done.
    Exit(ExitCode),
}

/// Answers an editor until it leaves.
///
/// # Errors
///
/// The streams fail, or the other side does not speak the protocol.
pub(crate) fn serve(options: &Options) -> Result<ExitCode> {
    let (connection, threads) = Connection::stdio();
    let code = answer(&connection, options)?;
    // The writer ends when nobody can send to it any more.
    drop(connection);
    threads.join().context("the editor does not read")?;
    Ok(code)
}

fn answer(connection: &Connection, options: &Options) -> Result<ExitCode> {
    let (id, parameters) = connection.initialize_start().context("no editor asks to begin")?;
    let parameters: InitializeParams =
        serde_json::from_value(parameters).context("`initialize` cannot be read")?;
    connection.initialize_finish(id, capabilities())?;
    watch(connection, &parameters)?;
    let root = root(&parameters);
    let mut documents = BTreeMap::new();
    loop {
        let selection = Selection {
            directory: root.clone(),
            workspace: true,
            no_cargo: options.no_cargo,
            offline: options.offline,
            cache: options.cache,
            ..Selection::default()
        };
        let workspace = scan::load(&selection);
        let loaded = Config::load(options.config.as_deref(), &workspace.root);
        if let Err(error) = &loaded {
            complain(connection, &error.to_string())?;
        }
        let config = loaded.ok();
        let linter = config.as_ref().map(|config| {
            let scan_config = ScanConfig { wrappers: config.wrappers.clone() };
            let index = WorkspaceIndex::gather(&workspace, &scan_config);
            Linter::new(&workspace, config, index, &[])
        });
        let accepted =
            config.as_ref().map(|config| Baseline::read(&config.directory.join(&config.baseline)));
        let baseline = match accepted.transpose() {
            Ok(baseline) => baseline.flatten(),
            Err(error) => {
                complain(connection, &format!("{error:#}"))?;
                None
            }
        };
        for document in documents.values_mut() {
            let document: &mut Document = document;
            (document.report, document.is_due) = (None, true);
        }
        let mut server = Server { connection, linter, baseline, documents: &mut documents };
        if let End::Exit(code) = server.run()? {
            return Ok(code);
        }
    }
}

fn capabilities() -> Value {
    json!({
        "capabilities": {
            "positionEncoding": "utf-16",
            "textDocumentSync": { "openClose": true, "change": 1, "save": true },
            "codeActionProvider": { "codeActionKinds": ["quickfix", actions::FIX_ALL] },
            "hoverProvider": true,
        },
        "serverInfo": { "name": "cargo klog", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// The first folder of the editor, or the current directory.
fn root(parameters: &InitializeParams) -> PathBuf {
    #[expect(deprecated, reason = "older editors send nothing else")]
    let old = parameters.root_uri.as_ref();
    let folders = parameters.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let named = folders.chain(old).find_map(|uri| text::path(uri.as_str()));
    named.unwrap_or_else(|| std::env::current_dir().unwrap_or_default())
}

/// Asks the editor to say when a manifest or the configuration changes, if it can.
fn watch(connection: &Connection, parameters: &InitializeParams) -> Result<()> {
    let workspace = parameters.capabilities.workspace.as_ref();
    let files = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
    if files.and_then(|files| files.dynamic_registration) != Some(true) {
        return Ok(());
    }
    let watchers: Vec<Value> = ["**/klog.toml", "**/Cargo.toml", "**/klog-baseline.json"]
        .map(|pattern| json!({ "globPattern": pattern }))
        .into();
    let parameters = json!({ "registrations": [{
        "id": "settings",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] });
    let request = Request::new(
        "settings".to_owned().into(),
        "client/registerCapability".to_owned(),
        parameters,
    );
    Ok(connection.sender.send(request.into())?)
}

/// Shows an error to the person at the editor.
fn complain(connection: &Connection, error: &str) -> Result<()> {
    let parameters = json!({ "type": 1, "message": format!("cargo klog: {error}") });
    notify(connection, "window/showMessage", parameters)
}

fn notify(connection: &Connection, method: &str, parameters: Value) -> Result<()> {
    Ok(connection.sender.send(Notification::new(method.to_owned(), parameters).into())?)
}

impl Server<'_> {
    fn run(&mut self) -> Result<End> {
        let mut has_changed = false;
        loop {
            // Somebody types faster than files are judged: only the newest text counts.
            if self.connection.receiver.is_empty() {
                if has_changed {
                    return Ok(End::Changed);
                }
                self.publish()?;
            }
            let Ok(message) = self.connection.receiver.recv() else {
                return Ok(End::Exit(ExitCode::SUCCESS));
            };
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(End::Exit(ExitCode::SUCCESS));
                    }
                    let response = self.response(request);
                    self.connection.sender.send(response.into())?;
                }
                Message::Notification(notification) if notification.method == "exit" => {
                    return Ok(End::Exit(ExitCode::FAILURE));
                }
                Message::Notification(notification) => {
                    has_changed |= self.take(notification)?;
                }
                Message::Response(_) => {}
            }
        }
    }

    /// Takes note of a change; says whether the workspace has to be read again.
    fn take(&mut self, notification: Notification) -> Result<bool> {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => {
                let Some(opened) = read::<DidOpenTextDocumentParams>(params) else {
                    return Ok(false);
                };
                let item = opened.text_document;
                let uri = item.uri.as_str().to_owned();
                let path =
                    text::path(&uri).filter(|path| path.extension().is_some_and(|it| it == "rs"));
                if let Some(path) = path {
                    let document = Document {
                        uri: uri.clone(),
                        path,
                        text: item.text,
                        version: item.version,
                        report: None,
                        is_due: true,
                    };
                    self.documents.insert(uri, document);
                }
            }
            "textDocument/didChange" => {
                let Some(changed) = read::<DidChangeTextDocumentParams>(params) else {
                    return Ok(false);
                };
                let document = self.documents.get_mut(changed.text_document.uri.as_str());
                let text = changed.content_changes.into_iter().next_back();
                if let (Some(document), Some(change)) = (document, text) {
                    document.text = change.text;
                    document.version = changed.text_document.version;
                    (document.report, document.is_due) = (None, true);
                }
            }
            "textDocument/didClose" => {
                let closed = read::<DidCloseTextDocumentParams>(params);
                let uri = closed.map(|closed| closed.text_document.uri.as_str().to_owned());
                if let Some(document) = uri.and_then(|uri| self.documents.remove(&uri)) {
                    let nothing = json!({ "uri": document.uri, "diagnostics": [] });
                    notify(self.connection, "textDocument/publishDiagnostics", nothing)?;
                }
            }
            // What a file exports or a manifest says may have changed.
            "textDocument/didSave" => {
                return Ok(read::<DidSaveTextDocumentParams>(params).is_some());
            }
            "workspace/didChangeWatchedFiles" => return Ok(true),
            _ => {}
        }
        Ok(false)
    }

    fn publish(&mut self) -> Result<()> {
        let due: Vec<String> = self
            .documents
            .values()
            .filter(|document| document.is_due)
            .map(|document| document.uri.clone())
            .collect();
        for uri in due {
            self.judge(&uri);
            let Some(document) = self.documents.get_mut(&uri) else { continue };
            document.is_due = false;
            let files = document.report.iter().flat_map(|report| &report.files);
            let diagnostics: Vec<Value> = files
                .flat_map(|file| file.findings.iter().map(|it| text::diagnostic(&uri, file, it)))
                .collect();
            let parameters = json!({
                "uri": uri,
                "version": document.version,
                "diagnostics": diagnostics,
            });
            notify(self.connection, "textDocument/publishDiagnostics", parameters)?;
        }
        Ok(())
    }

    /// Finds what there is in the newest text of a document.
    fn judge(&mut self, uri: &str) {
        let Some(document) = self.documents.get_mut(uri) else { return };
        if let (None, Some(linter)) = (&document.report, &self.linter) {
            let mut report = linter.text(&document.path, document.text.clone().into_bytes());
            if let Some(baseline) = &self.baseline {
                baseline.apply(&mut report);
            }
            document.report = Some(report);
        }
    }

    fn response(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            "textDocument/codeAction" => read(params).map(|asked| self.code_actions(&asked)),
            "textDocument/hover" => read(params).map(|asked| self.hover(&asked)),
            _ => {
                let message = format!("`{method}` is not supported");
                return Response::new_err(id, ErrorCode::MethodNotFound as i32, message);
            }
        };
        match answer {
            Some(answer) => Response::new_ok(id, answer),
            None => {
                let message = format!("the parameters of `{method}` cannot be read");
                Response::new_err(id, ErrorCode::InvalidParams as i32, message)
            }
        }
    }

    fn code_actions(&mut self, asked: &CodeActionParams) -> Value {
        let uri = asked.text_document.uri.as_str();
        self.judge(uri);
        let (Some(document), Some(linter)) = (self.documents.get(uri), &self.linter) else {
            return json!([]);
        };
        let Some(report) = &document.report else { return json!([]) };
        actions::all(linter, &document.path, report, asked).into()
    }

    fn hover(&mut self, asked: &HoverParams) -> Value {
        let asked = &asked.text_document_position_params;
        let uri = asked.text_document.uri.as_str();
        self.judge(uri);
        let report = self.documents.get(uri).and_then(|document| document.report.as_ref());
        let Some((report, file)) = report.and_then(|it| Some((it, it.files.first()?))) else {
            return Value::Null;
        };
        let at = text::offset(&file.source, asked.position);
        let here: Vec<_> =
            file.findings.iter().filter(|it| it.span.start <= at && at <= it.span.end).collect();
        let Some(first) = here.first() else { return Value::Null };
        let pages = here.iter().map(|finding| {
            let rule = report.rules.iter().find(|rule| rule.name == finding.rule);
            rule.map_or_else(|| finding.message.clone(), |rule| rule.page.clone())
        });
        let mut pages: Vec<String> = pages.collect();
        pages.dedup();
        let value = pages.join("\n\n---\n\n");
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        json!(Hover { contents, range: Some(text::range(&file.source, &first.span)) })
    }
}

fn read<T: DeserializeOwned>(parameters: Value) -> Option<T> {
    serde_json::from_value(parameters).ok()
}
