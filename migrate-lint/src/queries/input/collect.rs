//! Every `expr` of a document, with the name that people know it by.

use std::collections::HashSet;

use super::super::logql;
use super::tree::{Node, Tree};
use super::{Ask, File, Form, Query, align, json, yaml};

/// Reads YAML or JSON.
pub(super) fn read(form: Form, text: &str, file: &mut File) {
    read_part(form, text, file, false);
}

/// Reads a file, or a string that holds one; what is in that string holds no further file.
fn read_part(form: Form, text: &str, file: &mut File, is_inner: bool) {
    let tree = match form {
        Form::Json => json::read(text, &mut file.problems),
        _ => yaml::read(text, &mut file.problems),
    };
    let mut walk = Walk { tree: &tree, text, file, seen: HashSet::new(), is_inner };
    for root in &tree.roots {
        walk.from(*root);
    }
}

/// Where queries of some part of a document go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Store {
    #[default]
    Unknown,
    Loki,
    Other,
}

/// What is known of the surroundings of a node.
#[derive(Clone, Debug, Default)]
struct Around {
    store: Store,
    /// The nearest `title` or `name` above.
    title: Option<String>,
    /// A dashboard or an alert of Grafana, which fills in variables.
    is_grafana: bool,
}

struct Walk<'a> {
    tree: &'a Tree,
    text: &'a str,
    file: &'a mut File,
    seen: HashSet<usize>,
    is_inner: bool,
}

impl Walk<'_> {
    /// Visits each node once; an alias leads to where its anchor is.
    fn from(&mut self, root: usize) {
        let is_dashboard =
            ["panels", "rows", "templating", "elements", "dashboard", "schemaVersion"];
        let is_dashboard =
            |node: usize| is_dashboard.iter().any(|key| self.tree.get(node, key).is_some());
        let around = Around { is_grafana: is_dashboard(root), ..Around::default() };
        let mut open = vec![(root, around)];
        while let Some((node, around)) = open.pop() {
            if !self.seen.insert(node) {
                continue;
            }
            match &self.tree.nodes[node] {
                Node::Scalar(_) => {}
                Node::List(all) => open.extend(all.iter().rev().map(|one| (*one, around.clone()))),
                Node::Map(entries) => {
                    let around = self.around(node, &around);
                    self.query(node, &around);
                    for (key, value) in entries.iter().rev() {
                        if let Some(name) = self.tree.scalar(*key) {
                            self.embedded(&name.text, *value);
                        }
                        open.push((*value, around.clone()));
                    }
                }
            }
        }
    }

    fn around(&self, node: usize, above: &Around) -> Around {
        let tree = self.tree;
        let mut around = above.clone();
        let source = tree.get(node, "datasource");
        let source = source.into_iter().flat_map(|source| {
            let direct = tree.scalar(source).map(|scalar| scalar.text.as_str());
            [tree.text(source, "type"), direct, tree.text(source, "uid")]
        });
        // Later schemas of dashboards name the kind of a query beside it.
        let others = ["datasourceUid", "group", "kind"].map(|key| tree.text(node, key));
        let names = source.chain(others.into_iter().filter(|name| {
            name.is_some_and(|name| {
                matches!(name.to_lowercase().as_str(), "loki" | "prometheus" | "__expr__")
            })
        }));
        if let Some(store) = names.flatten().map(store).find(|store| *store != Store::Unknown) {
            around.store = store;
        }
        around.is_grafana |=
            tree.get(node, "datasourceUid").is_some() || tree.get(node, "panels").is_some();
        let title = ["title", "name"].into_iter().find_map(|key| tree.text(node, key));
        if let Some(title) = title.filter(|title| !title.trim().is_empty()) {
            around.title = Some(title.to_owned());
        }
        around
    }

    fn query(&mut self, node: usize, around: &Around) {
        let Some(expression) = self.tree.get(node, "expr") else { return };
        let Some(scalar) = self.tree.scalar(expression) else { return };
        if scalar.text.trim().is_empty() || !self.seen.insert(expression) {
            return;
        }
        if around.store == Store::Other {
            self.file.n_foreign += 1;
            return;
        }
        let query = logql::parse(&scalar.text, around.is_grafana);
        let is_log_query = !query.pipelines.is_empty() || around.store == Store::Loki;
        if query.is_promql || (!is_log_query && query.unknown.is_empty()) {
            self.file.n_foreign += 1;
            return;
        }
        let name = self.name(node, around);
        self.file.queries.push(Query {
            name,
            span: scalar.span.clone(),
            ask: Ask::LogQl(query),
            offsets: align::offsets(scalar, self.text),
        });
    }

    fn name(&self, node: usize, around: &Around) -> String {
        for kind in ["alert", "record"] {
            if let Some(name) = self.tree.text(node, kind) {
                return format!("{kind} {}", name.trim());
            }
        }
        match &around.title {
            Some(title) if around.is_grafana => format!("panel \"{}\"", title.trim()),
            Some(title) => format!("rule \"{}\"", title.trim()),
            None => "query".to_owned(),
        }
    }

    /// A file inside of a config map: `data: { rules.yaml: "…" }`.
    fn embedded(&mut self, name: &str, node: usize) {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let form = match ending {
            "json" => Form::Json,
            "yaml" | "yml" => Form::Yaml,
            _ => return,
        };
        let Some(scalar) = self.tree.scalar(node) else { return };
        if self.is_inner || !scalar.text.contains("expr") || !self.seen.insert(node) {
            return;
        }
        let mut inner = File::default();
        read_part(form, &scalar.text, &mut inner, true);
        let offsets = align::offsets(scalar, self.text);
        let place = |at: usize| offsets.get(at).map_or(scalar.span.end, |(at, _)| *at as usize);
        self.file.n_foreign += inner.n_foreign;
        for mut problem in inner.problems {
            problem.at = place(problem.at);
            problem.message = format!("in `{name}`: {}", problem.message);
            self.file.problems.push(problem);
        }
        for mut query in inner.queries {
            for (at, length) in &mut query.offsets {
                let start = place(*at as usize);
                *length =
                    u8::try_from(place(*at as usize + usize::from(*length)) - start).unwrap_or(1);
                *at = start as u32;
            }
            query.span = place(query.span.start)..place(query.span.end);
            self.file.queries.push(query);
        }
    }
}

/// By a data source's type, name or identifier.
fn store(name: &str) -> Store {
    let name = name.to_lowercase();
    // A variable or a mixture says nothing, unless its name does.
    if name.contains("loki") || name.contains("logs") {
        Store::Loki
    } else if name.is_empty() || name.starts_with(['$', '-']) || name == "datasource" {
        Store::Unknown
    } else if [
        "prom",
        "expr",
        "cloudwatch",
        "elastic",
        "tempo",
        "influx",
        "sql",
        "graphite",
        "mimir",
        "testdata",
    ]
    .iter()
    .any(|other| name.contains(other))
    {
        Store::Other
    } else {
        Store::Unknown
    }
}
