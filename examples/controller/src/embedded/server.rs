//! The HTTP side: list, watch, get and status patch of Pods, in the words of the Kubernetes API.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use futures::{StreamExt, stream};
use klog::Logger;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep, sleep_until};

use super::store::{ApiError, Store};

/// How often a watch that asks for bookmarks gets one.
const BOOKMARK_INTERVAL: Duration = Duration::from_secs(1);

/// What the server answers to.
pub(super) fn routes(store: Arc<Store>) -> Router {
    Router::new()
        .route("/api/v1/pods", get(list_all))
        .route("/api/v1/namespaces/{namespace}/pods", get(list_namespace))
        .route("/api/v1/namespaces/{namespace}/pods/{name}", get(read))
        .route("/api/v1/namespaces/{namespace}/pods/{name}/status", patch(patch_status).get(read))
        .fallback(unknown)
        .layer(middleware::from_fn(log_request))
        .with_state(store)
}

/// Logs a request as Kubernetes' API server does.
async fn log_request(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    // klog: allow(unconverted-logger) a request comes from outside: no caller has a logger
    let logger = Logger::background().with_name("apiserver");
    let resp = response.status().as_u16();
    klog::info!(logger: logger, v: 3, "HTTP", verb = %method, URI = %uri, latency = start.elapsed(), resp);
    response
}

/// The query of a list or watch, as far as it is understood here.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ListOptions {
    watch: String,
    resource_version: String,
    allow_watch_bookmarks: String,
    timeout_seconds: Option<u64>,
    label_selector: String,
    field_selector: String,
}

type Reply = Result<Response, ApiError>;

async fn list_all(State(store): State<Arc<Store>>, Query(options): Query<ListOptions>) -> Reply {
    list_or_watch(store, None, &options)
}

async fn list_namespace(
    State(store): State<Arc<Store>>,
    Path(namespace): Path<String>,
    Query(options): Query<ListOptions>,
) -> Reply {
    list_or_watch(store, Some(namespace), &options)
}

async fn read(
    State(store): State<Arc<Store>>,
    Path((namespace, name)): Path<(String, String)>,
) -> Reply {
    store.get(&namespace, &name).map(|pod| reply(StatusCode::OK, &pod))
}

async fn patch_status(
    State(store): State<Arc<Store>>,
    Path((namespace, name)): Path<(String, String)>,
    body: Bytes,
) -> Reply {
    let patch = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("the patch is not valid JSON: {error}")))?;
    store.patch_status(&namespace, &name, &patch).map(|pod| reply(StatusCode::OK, &pod))
}

async fn unknown(uri: Uri) -> ApiError {
    let message = format!("the embedded API server does not serve {}", uri.path());
    ApiError { code: 404, reason: "NotFound", message }
}

fn list_or_watch(store: Arc<Store>, namespace: Option<String>, options: &ListOptions) -> Reply {
    if !(options.label_selector.is_empty() && options.field_selector.is_empty()) {
        return Err(ApiError::bad_request("the embedded API server does not know selectors"));
    }
    if is_true(&options.watch) {
        return watch(store, namespace, options);
    }
    let (version, pods) = store.list(namespace.as_deref());
    let list = json!({
        "kind": "PodList",
        "apiVersion": "v1",
        "metadata": { "resourceVersion": version.to_string() },
        "items": pods,
    });
    Ok(reply(StatusCode::OK, &list))
}

/// Answers with one JSON object per line, from the asked version on, until the client leaves or its time is over.
fn watch(store: Arc<Store>, namespace: Option<String>, options: &ListOptions) -> Reply {
    let version = match options.resource_version.as_str() {
        "" => 0,
        text => text
            .parse()
            .map_err(|_| ApiError::bad_request(format!("invalid resource version \"{text}\"")))?,
    };
    let watch = Watch {
        changes: store.subscribe(),
        store,
        namespace,
        version,
        bookmarks: is_true(&options.allow_watch_bookmarks),
        end: Instant::now() + Duration::from_secs(options.timeout_seconds.unwrap_or(300)),
    };
    let lines =
        stream::unfold(watch, async |mut watch| watch.next().await.map(|lines| (lines, watch)));
    let body = Body::from_stream(lines.map(Ok::<_, Infallible>));
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// The server's end of one watch request.
struct Watch {
    store: Arc<Store>,
    changes: Receiver<u64>,
    namespace: Option<String>,
    /// Everything up to here has been sent.
    version: u64,
    bookmarks: bool,
    end: Instant,
}

impl Watch {
    /// Waits for the next lines. `None` ends the response.
    async fn next(&mut self) -> Option<String> {
        let mut bookmark_is_due = pin!(sleep(BOOKMARK_INTERVAL));
        loop {
            self.changes.mark_unchanged();
            let (version, events) = self.store.history(self.version, self.namespace.as_deref());
            self.version = self.version.max(version);
            if !events.is_empty() {
                return Some(events.iter().map(|event| line(event.kind, &event.pod)).collect());
            }
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                () = &mut bookmark_is_due, if self.bookmarks => return Some(self.bookmark()),
                () = sleep_until(self.end) => return None,
            }
        }
    }

    fn bookmark(&self) -> String {
        let metadata = json!({ "resourceVersion": self.version.to_string() });
        line("BOOKMARK", &json!({ "kind": "Pod", "apiVersion": "v1", "metadata": metadata }))
    }
}

fn line(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({ "type": kind, "object": object }))
}

fn is_true(flag: &str) -> bool {
    matches!(flag, "1" | "true")
}

fn reply(code: StatusCode, object: &Value) -> Response {
    (code, [(header::CONTENT_TYPE, "application/json")], object.to_string()).into_response()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        });
        reply(StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &status)
    }
}
