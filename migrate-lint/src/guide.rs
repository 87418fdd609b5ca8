//! What the Kubernetes guide for the migration to structured logging says about keys.
//!
//! <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-instrumentation/migration-to-structured-logging.md>

/// Keys that the guide replaces, in words, and what it says instead, in lowerCamelCase: one key to write, or several to
/// choose from.
pub(crate) const REPLACEMENTS: &[(&str, &[&str])] = &[
    ("addr", &["address"]),
    ("container", &["containerName", "containerID"]),
    ("current node", &["node"]),
    ("dir", &["path"]),
    ("directory", &["path"]),
    ("elapsed", &["duration"]),
    ("external ip", &["IP"]),
    ("file", &["path"]),
    ("host path", &["path"]),
    ("ip", &["IP"]),
    ("key", &["cacheKey", "objectKey"]),
    ("load balancer ip", &["IP"]),
    ("pod full name", &["pod"]),
    ("pod ip", &["IP"]),
    ("pod list", &["pods"]),
    ("service port name", &["portName"]),
    ("svc", &["service"]),
    ("version", &["dockerVersion", "kubeletVersion"]),
];

/// Keys that Kubernetes' JSON output, or a `tracing` layer, writes itself, and what to write instead.
pub(crate) const RESERVED: &[(&str, Option<&str>)] = &[
    ("ts", Some("timestamp")),
    ("caller", Some("callerName")),
    ("msg", Some("text")),
    ("message", Some("text")),
    ("v", Some("value")),
    ("err", None),
    ("error", None),
    ("level", Some("levelName")),
    ("logger", Some("loggerName")),
    ("target", Some("targetName")),
];

/// Names that are written with a capital letter wherever they are in a phrase.
const PROPER_NOUNS: &str = "\
    Amazon April August Azure Bluetooth Cargo Ceph Chrome Chromium Consul Containerd December Discord Docker \
    Elasticsearch English Envoy Ethernet February Firefox Friday Git Google Grafana Hadoop Helm Istio January Java Jenkins \
    July June Kafka Kubelet Kubernetes Linux Loki Markdown Microsoft Monday Nginx November October Podman Pod Postgres \
    Prometheus Python Rabbit Redis Rust Saturday September Slack Snowflake Solaris Sunday Telegram Terraform Thursday \
    Tokio Tuesday Ubuntu Unicode Unix Vault Wednesday Wayland Windows Zookeeper";

/// Whether a word is one of them, whatever the house's messages begin with.
pub(crate) fn is_proper_noun(word: &str) -> bool {
    PROPER_NOUNS.split_whitespace().any(|known| known == word)
}

/// Things that a key calls by their kind alone, also where only the name is at hand: objects of Kubernetes, and what does
/// something under its name. Of a pod it is `podName`.
const KNOWN_BY_NAME: &str = "\
    actor client cluster clusterrole clusterrolebinding configmap controller crd cronjob daemonset deployment endpoint \
    endpoints endpointslice gateway hpa ingress lease namespace persistentvolume persistentvolumeclaim plugin pv \
    pvc reflector replicaset role rolebinding scheduler secret server service serviceaccount statefulset storageclass task \
    thread volume volumeattachment worker";

/// Whether the kind of a thing is its key, and not `jobName`.
pub(crate) fn is_known_by_name(thing: &[String]) -> bool {
    let word = thing.concat();
    KNOWN_BY_NAME.split_whitespace().any(|known| known == word)
}
