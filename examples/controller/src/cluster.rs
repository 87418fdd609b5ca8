//! Which cluster to work on: the one of a kubeconfig file, the one around us, or our own.

use std::env;
use std::path::Path;

use anyhow::{Result, anyhow};
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use crate::embedded::Embedded;

/// A connection, and the embedded API server if that is what it leads to.
pub(crate) struct Cluster {
    pub(crate) client: Client,
    pub(crate) embedded: Option<Embedded>,
}

/// Connects to the cluster of `kubeconfig`, else to the cluster that this process runs in, else to an embedded one.
///
/// The user's default kubeconfig is left alone on purpose: an example must not change a cluster by accident.
pub(crate) async fn connect(kubeconfig: Option<&Path>) -> Result<Cluster> {
    let mut embedded = None;
    let config = if let Some(path) = kubeconfig {
        read(path).await.map_err(|error| anyhow!("flag `--kubeconfig`: {error}"))?
    } else if env::var_os("KUBERNETES_SERVICE_HOST").is_some() {
        Config::incluster()
            .map_err(|error| anyhow!("environment looks like a cluster, but {error}"))?
    } else {
        let server = Embedded::start()
            .await
            .map_err(|error| anyhow!("could not start the embedded API server: {error}"))?;
        let config = Config::new(server.url.parse()?);
        embedded = Some(server);
        config
    };

    let url = config.cluster_url.clone();
    let client = Client::try_from(config).map_err(|error| match error {
        kube::Error::TlsRequired => {
            anyhow!("could not connect to {url}: for HTTPS build the controller with `--features cluster`")
        }
        error => anyhow!("could not connect to {url}: {error}"),
    })?;
    klog::info!("Connected to API server", %url, embedded = embedded.is_some());
    Ok(Cluster { client, embedded })
}

async fn read(kubeconfig: &Path) -> Result<Config, KubeconfigError> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await
}
