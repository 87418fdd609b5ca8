//! A document as nodes in one list, so that aliases are numbers and depth costs no stack.

use std::ops::Range;

/// Documents of a file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    /// The documents.
    pub roots: Vec<usize>,
}

/// A value and its place.
#[derive(Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    List(Vec<usize>),
    /// Keys and values; keys are mostly scalars.
    Map(Vec<(usize, usize)>),
}

#[derive(Debug)]
pub(super) struct Scalar {
    /// Without quotes and escapes.
    pub text: String,
    /// With them.
    pub span: Range<usize>,
    pub style: Style,
}

/// How a scalar is written, as far as it matters for places in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// After `|` or `>`.
    Block,
}

impl Tree {
    pub(super) fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub(super) fn scalar(&self, node: usize) -> Option<&Scalar> {
        match self.nodes.get(node)? {
            Node::Scalar(scalar) => Some(scalar),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The value of a key; those that `<<` merges in come last.
    pub(super) fn get(&self, node: usize, key: &str) -> Option<usize> {
        let find = |node: usize| {
            let Some(Node::Map(entries)) = self.nodes.get(node) else { return None };
            let has_key = |name: usize| self.scalar(name).is_some_and(|name| name.text == key);
            entries.iter().rev().find(|(name, _)| has_key(*name)).map(|(_, value)| *value)
        };
        find(node).or_else(|| {
            let Some(Node::Map(entries)) = self.nodes.get(node) else { return None };
            let merged = entries
                .iter()
                .filter(|(name, _)| self.scalar(*name).is_some_and(|it| it.text == "<<"));
            merged.into_iter().find_map(|(_, value)| match self.nodes.get(*value) {
                Some(Node::List(all)) => all.iter().find_map(|one| find(*one)),
                _ => find(*value),
            })
        })
    }

    pub(super) fn text(&self, node: usize, key: &str) -> Option<&str> {
        self.scalar(self.get(node, key)?).map(|scalar| scalar.text.as_str())
    }
}
