//! What an operator asks a running controller: is it alive, what has it logged, and could it log more.
//!
//! Paths and answers are those of Kubernetes' components. There is no authentication: serve it on 127.0.0.1 only.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use klog::{
    Logger, Severity,
    sink::{LossReason, Stats},
};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Serves the endpoints until the result is dropped.
pub(crate) async fn serve(address: SocketAddr) -> io::Result<JoinSet<io::Result<()>>> {
    let listener = TcpListener::bind(address).await?;
    klog::info!("Serving debug endpoints", address = %listener.local_addr()?);
    let mut server = JoinSet::new();
    server.spawn(axum::serve(listener, routes()).into_future());
    Ok(server)
}

fn routes() -> Router {
    Router::new()
        .route("/healthz", get("ok"))
        .route("/metrics", get(metrics))
        .route(
            "/debug/flags/v",
            get(async || klog::debug_flags::verbosity().to_string())
                .put(async |body: String| answer(klog::debug_flags::put_verbosity(&body)))
                .fallback(unsupported_method),
        )
        .route(
            "/debug/flags/vmodule",
            get(async || klog::debug_flags::vmodule().to_string())
                .put(async |body: String| answer(klog::debug_flags::put_vmodule(&body)))
                .fallback(unsupported_method),
        )
        .layer(middleware::from_fn(log_request))
}

/// A value that is refused is answered with 400 and the reason.
fn answer(result: Result<String, klog::debug_flags::PutError>) -> (StatusCode, String) {
    match result {
        Ok(text) => (StatusCode::OK, text),
        Err(error) => {
            let status = StatusCode::from_u16(error.status());
            (status.unwrap_or(StatusCode::BAD_REQUEST), error.to_string())
        }
    }
}

/// Kubernetes answers 406 where others answer 405.
async fn unsupported_method() -> (StatusCode, &'static str) {
    (StatusCode::NOT_ACCEPTABLE, "unsupported http method")
}

async fn log_request(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    // klog: allow(unconverted-logger) a request comes from outside: no caller has a logger
    let logger = Logger::background().with_name("debug");
    klog::info!(logger: logger, v: 3, "HTTP", verb = %method, URI = %uri, resp = response.status().as_u16());
    response
}

async fn metrics() -> Response {
    let content_type = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([content_type], Metrics(klog::stats()).to_string()).into_response()
}

/// What klog counts, in Prometheus' text format.
struct Metrics(Stats);

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Metrics(stats) = self;
        let severities = Severity::ALL.map(Severity::name);

        counter(f, "klog_lines_total", "Lines written, by severity.")?;
        for (severity, n_lines) in severities.iter().zip(stats.lines) {
            writeln!(f, "klog_lines_total{{severity=\"{severity}\"}} {n_lines}")?;
        }
        counter(f, "klog_bytes_total", "Bytes of these lines, by severity.")?;
        for (severity, n_bytes) in severities.iter().zip(stats.bytes) {
            writeln!(f, "klog_bytes_total{{severity=\"{severity}\"}} {n_bytes}")?;
        }
        counter(
            f,
            "klog_lost_lines_total",
            "Lines that could not be written, by severity and reason.",
        )?;
        for severity in Severity::ALL {
            for reason in LossReason::ALL {
                let n_lost = stats.lost(severity, reason);
                let (severity, reason) = (severity.name(), reason.name());
                writeln!(
                    f,
                    "klog_lost_lines_total{{severity=\"{severity}\",reason=\"{reason}\"}} {n_lost}"
                )?;
            }
        }
        counter(f, "klog_suppressed_entries_total", "Entries left out by limits.")?;
        writeln!(f, "klog_suppressed_entries_total {}", stats.suppressed)?;
        counter(f, "klog_value_panics_total", "Values that panicked while they were formatted.")?;
        writeln!(f, "klog_value_panics_total {}", stats.value_panics)
    }
}

fn counter(f: &mut fmt::Formatter<'_>, name: &str, help: &str) -> fmt::Result {
    writeln!(f, "# HELP {name} {help}\n# TYPE {name} counter")
}
