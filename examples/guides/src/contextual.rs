//! The code of `docs/contextual.md`: the page's blocks are here as they are there, between what they lean on.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use klog::{InCurrentContext as _, WithLogger as _};
use rayon::prelude::*;

/// An error that nobody tells from another one.
type Result<T> = std::result::Result<T, std::io::Error>;

/// An object.
#[derive(Debug)]
pub(crate) struct Pod {
    namespace: String,
    name: String,
}

impl klog::value::KMetadata for Pod {
    fn name(&self) -> &str {
        &self.name
    }

    fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// Asks for objects.
#[derive(Debug)]
pub(crate) struct Client;

impl Client {
    async fn ready(&self, pod: &Pod) -> Result<bool> {
        klog::info!("Asked for status");
        Ok(!pod.name.is_empty())
    }
}

/// What a controller does next, as kube says it.
#[derive(Debug)]
pub(crate) struct Action(#[expect(dead_code, reason = "kube would read it")] Duration);

impl Action {
    fn requeue(after: Duration) -> Self {
        Self(after)
    }
}

/// A part of an index.
#[derive(Debug)]
pub(crate) struct Shard {
    number: u32,
}

async fn fetch(client: &Client, pod: &Pod) -> Result<Vec<bool>> {
    Ok(vec![client.ready(pod).await?])
}

async fn report(list: Vec<bool>) {
    klog::info!("Reported", count = list.len());
}

async fn sync(pod: &Pod, client: &Client) -> Result<()> {
    let logger = klog::Logger::current().with_values(klog::kvs! { pod = klog::kobj(pod) });
    async move {
        klog::debug!("Syncing"); // pod="shop/web-0"
        let list = fetch(client, pod).await?; // its lines carry the pod as well
        klog::info!("Synced", count = list.len());
        tokio::spawn(report(list).in_current_context()); // and so do those of the task
        Ok(())
    }
    .with_logger(logger)
    .await
}

async fn reconcile(pod: Arc<Pod>, client: Arc<Client>) -> Result<Action> {
    let logger = klog::Logger::current().with_values(klog::kvs! { pod = klog::kobj(&*pod) });
    async move {
        let ready = client.ready(&pod).await?;
        klog::info!(v: 2, "Read pod", ready); // pod="shop/web-0"
        Ok(Action::requeue(Duration::from_secs(60)))
    }
    .with_logger(logger)
    .await
}

async fn with_request(request: Request, next: Next) -> Response {
    let logger = klog::Logger::current().with_values(klog::kvs! { path = request.uri().path() });
    next.run(request).with_logger(logger).await
}

fn index(shards: &[Shard]) {
    let thread = std::thread::spawn(klog::in_current_context(|| klog::info!("Warmed up")));
    let context = klog::logger::LogContext::current();
    shards.par_iter().for_each(|shard| {
        context.in_scope(|| klog::info!("Indexed shard", shard = shard.number));
    });
    thread.join().expect("it does not panic");
}

#[test]
fn shards_are_indexed() {
    let log = klog::testing::TestLog::new();
    let logger = log.logger().with_values(klog::kvs! { job = "nightly" });
    logger.in_scope(|| index(&[Shard { number: 3 }]));
    let indexed = log.entries().message("Indexed shard").single();
    assert_eq!(
        (indexed.text("shard"), indexed.text("job")),
        (Some("3".into()), Some("nightly".into()))
    );
}

/// All lines of a page's blocks are in this file, but for white space.
#[test]
fn the_page_shows_this_code() {
    let plain = |text: &str| text.split_whitespace().collect::<String>().replace(",)", ")");
    let source = plain(include_str!("contextual.rs"));
    let page = include_str!("../../../docs/contextual.md");
    let blocks: Vec<&str> = page
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    assert_eq!(blocks.len(), 5, "a new block is added to this file too");
    for block in blocks {
        assert!(source.contains(&plain(block)), "not in this file:\n{block}");
    }
}

fn pod() -> Pod {
    Pod { namespace: "shop".to_owned(), name: "web-0".to_owned() }
}

/// What the page says of `sync`: its own lines, those of a callee and those of the task carry the pod.
#[tokio::test]
async fn callees_and_tasks_carry_the_pod() {
    let log = klog::testing::TestLog::new();
    sync(&pod(), &Client).with_logger(log.logger()).await.expect("nothing fails");
    tokio::task::yield_now().await;
    reconcile(Arc::new(pod()), Arc::new(Client)).with_logger(log.logger()).await.expect("the same");
    let entries = log.entries();
    let messages = entries.messages();
    for message in ["Syncing", "Asked for status", "Synced", "Reported", "Read pod"] {
        assert!(messages.contains(&message), "{message}: {messages:?}");
    }
    for entry in entries.iter() {
        assert_eq!(entry.text("pod").as_deref(), Some("shop/web-0"), "{entry:?}");
    }
}

/// A middleware, as axum takes it.
#[test]
fn a_request_has_a_logger() {
    let _router: axum::Router = axum::Router::new().layer(axum::middleware::from_fn(with_request));
}
