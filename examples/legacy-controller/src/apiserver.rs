//! An API server for Pods in this process, a shortened copy of the one in the controller example.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use futures::{StreamExt, stream};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

#[derive(Default)]
pub struct Store {
    state: Mutex<Objects>,
    newest: watch::Sender<usize>,
}

/// The version of an object is the length of the history after its last change.
#[derive(Default)]
struct Objects {
    pods: BTreeMap<(String, String), Value>,
    history: Vec<Value>,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    Internal,
    Race,
}

pub async fn start(store: Arc<Store>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("bind")?;
    let address = listener.local_addr()?;
    let routes = Router::new()
        .route("/api/v1/pods", get(list))
        .route("/api/v1/namespaces/{namespace}/pods/{name}", get(read))
        .route("/api/v1/namespaces/{namespace}/pods/{name}/status", patch(patch_status))
        .fallback(|uri: Uri| async move {
            warn!("no such path: {uri}");
            failure(404, "NotFound", "not served here")
        })
        .layer(middleware::from_fn(log_request))
        .with_state(store);
    tokio::spawn(async move {
        if let Err(e) = axum::serve(listener, routes).await {
            error!("api server on {} died: {:?}", address, e);
        }
    });
    info!("api server listening on http://{}", address);
    Ok(address)
}

async fn log_request(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    debug!(
        "{:6} {} -> {} in {:?}",
        method.as_str(),
        uri.path(),
        response.status().as_u16(),
        started.elapsed()
    );
    response
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListOptions {
    #[serde(default)]
    watch: bool,
    #[serde(default)]
    resource_version: String,
}

async fn list(State(store): State<Arc<Store>>, Query(options): Query<ListOptions>) -> Response {
    if options.watch {
        let start = options.resource_version.parse().unwrap_or_else(|e| {
            warn!("bad resource version {:?}: {e}", options.resource_version);
            0
        });
        return watch_from(store, start);
    }
    let state = store.lock();
    let pods: Vec<_> = state.pods.values().collect();
    trace!("listing {} pods at version {}", pods.len(), state.history.len());
    let metadata = json!({ "resourceVersion": state.history.len().to_string() });
    reply(
        200,
        &json!({ "kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": pods }),
    )
}

async fn read(
    State(store): State<Arc<Store>>,
    Path((namespace, name)): Path<(String, String)>,
) -> Response {
    match store.get(&namespace, &name) {
        Some(pod) => reply(200, &pod),
        None => failure(404, "NotFound", &format!("pods \"{name}\" not found")),
    }
}

async fn patch_status(
    State(store): State<Arc<Store>>,
    Path((namespace, name)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let patch: Value = match serde_json::from_slice(&body) {
        Ok(patch) => patch,
        Err(e) => {
            error!("cannot parse patch for {}/{} ({} bytes): {:?}", namespace, name, body.len(), e);
            return failure(400, "BadRequest", &e.to_string());
        }
    };
    match store.take_fault() {
        Some(fault @ Fault::Internal) => {
            info!("injecting fault {fault:?} into the update of {name}");
            return failure(500, "InternalError", "etcdserver: request timed out");
        }
        Some(fault @ Fault::Race) => {
            info!("injecting fault {fault:?} into the update of {name}");
            store.update(&namespace, &name, |pod| {
                pod["metadata"]["annotations"]["example.com/race"] = json!("lost")
            });
        }
        None => {}
    }
    let Some(pod) = store.get(&namespace, &name) else {
        return failure(404, "NotFound", &format!("pods \"{name}\" not found"));
    };
    if patch["metadata"]["resourceVersion"] != pod["metadata"]["resourceVersion"] {
        let message = format!(
            "Operation cannot be fulfilled on pods \"{name}\": the object has been modified"
        );
        return failure(409, "Conflict", &message);
    }
    store.update(&namespace, &name, |pod| {
        pod["status"]["conditions"] = patch["status"]["conditions"].clone()
    });
    read(State(store), Path((namespace, name))).await
}

fn watch_from(store: Arc<Store>, start: usize) -> Response {
    let changes = store.newest.subscribe();
    let lines = stream::unfold((store, changes, start), |(store, mut changes, sent)| async move {
        loop {
            changes.mark_unchanged();
            let events = store.lock().history[sent..].to_vec();
            if !events.is_empty() {
                trace!("sending {} event(s) after version {sent}", events.len());
                let text: String = events.iter().map(|event| format!("{event}\n")).collect();
                return Some((text, (store, changes, sent + events.len())));
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return None },
                _ = tokio::time::sleep(Duration::from_secs(1)) => {
                    trace!("bookmark at {:#x}", sent);
                    let metadata = json!({ "resourceVersion": sent.to_string() });
                    let object = json!({ "kind": "Pod", "apiVersion": "v1", "metadata": metadata });
                    let line = format!("{}\n", json!({ "type": "BOOKMARK", "object": object }));
                    return Some((line, (store, changes, sent)));
                }
            }
        }
    });
    Body::from_stream(lines.map(Ok::<_, Infallible>)).into_response()
}

fn reply(code: u16, object: &Value) -> Response {
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, [("content-type", "application/json")], object.to_string()).into_response()
}

fn failure(code: u16, reason: &str, message: &str) -> Response {
    debug!("answering {code} {reason}: {message}");
    let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure" });
    let Value::Object(mut status) = status else { unreachable!("an object literal is an object") };
    status.insert("reason".to_owned(), json!(reason));
    status.insert("message".to_owned(), json!(message));
    status.insert("code".to_owned(), json!(code));
    reply(code, &Value::Object(status))
}

impl Store {
    pub fn get(&self, namespace: &str, name: &str) -> Option<Value> {
        self.lock().pods.get(&(namespace.to_owned(), name.to_owned())).cloned()
    }

    pub fn create(&self, mut pod: Value) {
        pod["metadata"]["creationTimestamp"] = json!(Time(Timestamp::now()));
        self.commit("ADDED", pod);
    }

    pub fn update(&self, namespace: &str, name: &str, change: impl FnOnce(&mut Value)) {
        let Some(mut pod) = self.get(namespace, name) else {
            warn!("cannot update {namespace}/{name}: not there");
            return;
        };
        change(&mut pod);
        self.commit("MODIFIED", pod);
    }

    pub fn delete(&self, namespace: &str, name: &str) {
        if let Some(pod) = self.get(namespace, name) {
            self.commit("DELETED", pod);
        }
    }

    pub fn inject(&self, fault: Fault) {
        if let Some(old) = self.lock().fault.replace(fault) {
            warn!("fault {:?} replaced by {:?} before it struck", old, fault);
        }
    }

    pub fn subscribe(&self) -> watch::Receiver<usize> {
        self.newest.subscribe()
    }

    fn take_fault(&self) -> Option<Fault> {
        self.lock().fault.take()
    }

    fn commit(&self, kind: &str, mut pod: Value) {
        let mut state = self.lock();
        let version = state.history.len() + 1;
        pod["metadata"]["resourceVersion"] = json!(version.to_string());
        let metadata = &pod["metadata"];
        trace!("{kind:>8} {}/{} at version {version}", metadata["namespace"], metadata["name"]);
        let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_owned();
        let key = (text("namespace"), text("name"));
        state.history.push(json!({ "type": kind, "object": pod }));
        match kind {
            "DELETED" => state.pods.remove(&key),
            _ => state.pods.insert(key, pod),
        };
        drop(state);
        self.newest.send_replace(version);
    }

    fn lock(&self) -> MutexGuard<'_, Objects> {
        self.state.lock().expect("nothing panics while it holds the lock")
    }
}
