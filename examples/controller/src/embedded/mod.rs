//! A Kubernetes API server inside this process: enough of the API for a controller of Pods, and a short story to watch.
//!
//! It keeps its objects in memory, listens on a free port of 127.0.0.1 and knows neither authentication, selectors
//! nor any resource but Pods. It is here so that the example runs without a cluster; of logging it shows no more than
//! one line per request.

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use store::Store;

mod scenario;
mod server;
mod store;

/// A running API server. It stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    store: Arc<Store>,
    _server: JoinSet<io::Result<()>>,
}

impl Embedded {
    /// Starts the server with the pods that are there when the story begins.
    pub(crate) async fn start() -> io::Result<Embedded> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);

        let store = Arc::new(Store::default());
        scenario::set_the_stage(&store);

        let mut server = JoinSet::new();
        server.spawn(axum::serve(listener, server::routes(Arc::clone(&store))).into_future());
        Ok(Embedded { url, store, _server: server })
    }

    /// Plays the story: pods start, fail, recover and go away. Ends after a few seconds.
    ///
    /// # Errors
    /// If the controller did not do its part in time.
    pub(crate) async fn play(&self) -> Result<(), scenario::NoReaction> {
        scenario::play(&self.store).await
    }
}
