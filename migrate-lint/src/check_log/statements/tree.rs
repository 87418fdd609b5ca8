//! Texts in a tree, by which all that a message begins with, or ends with, are found at once.

/// From which side texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A message begins with them.
    Start,
    /// A message ends with them.
    End,
}

/// Values by texts.
#[derive(Debug)]
pub(super) struct Tree<T> {
    side: Side,
    /// The first is that of the empty text.
    nodes: Vec<Node<T>>,
}

#[derive(Debug)]
struct Node<T> {
    /// What its text has beyond that of the node above.
    label: Box<[u8]>,
    value: Option<T>,
    /// The next byte of each node below, and its place.
    next: Vec<u8>,
    below: Vec<u32>,
}

impl Side {
    /// So many bytes of a text after those that were compared.
    #[inline]
    fn part(self, text: &[u8], n_compared: usize, length: usize) -> Option<&[u8]> {
        match self {
            Self::Start => text.get(n_compared..n_compared + length),
            Self::End => {
                let end = text.len().checked_sub(n_compared)?;
                text.get(end.checked_sub(length)?..end)
            }
        }
    }

    /// The byte after those that were compared.
    #[inline]
    fn next(self, text: &[u8], n_compared: usize) -> Option<u8> {
        self.part(text, n_compared, 1)?.first().copied()
    }

    /// How many bytes two texts have in common.
    fn n_common(self, left: &[u8], right: &[u8]) -> usize {
        let is_same = |at: &usize| self.next(left, *at) == self.next(right, *at);
        (0..left.len().min(right.len())).take_while(is_same).count()
    }
}

impl<T> Tree<T> {
    pub(super) fn new(side: Side) -> Self {
        Self { side, nodes: vec![Node::new(&[])] }
    }

    /// The value of a text, which may be none yet.
    pub(super) fn entry(&mut self, text: &[u8]) -> &mut Option<T> {
        let (mut at, mut n_compared) = (0, 0);
        while let Some(byte) = self.side.next(text, n_compared) {
            let Some(place) = self.nodes[at].next.iter().position(|next| *next == byte) else {
                let rest = self.side.part(text, n_compared, text.len() - n_compared);
                let leaf = self.add(Node::new(rest.unwrap_or_default()));
                self.nodes[at].link(byte, leaf);
                at = leaf as usize;
                break;
            };
            at = self.nodes[at].below[place] as usize;
            let label = &self.nodes[at].label;
            let rest = self.side.part(text, n_compared, text.len() - n_compared);
            let n_common = self.side.n_common(label, rest.unwrap_or_default());
            if n_common < label.len() {
                self.split(at, n_common);
            }
            n_compared += n_common;
        }
        &mut self.nodes[at].value
    }

    /// Leaves so many bytes of a label, and gives the others to a node below.
    fn split(&mut self, at: usize, n_common: usize) {
        let label = std::mem::take(&mut self.nodes[at].label);
        let own = self.side.part(&label, 0, n_common).unwrap_or_default();
        let others = self.side.part(&label, n_common, label.len() - n_common).unwrap_or_default();
        let byte = self.side.next(others, 0).unwrap_or_default();
        let above = std::mem::replace(&mut self.nodes[at], Node::new(own));
        let below = self.add(Node { label: others.into(), ..above });
        self.nodes[at].link(byte, below);
    }

    fn add(&mut self, node: Node<T>) -> u32 {
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    /// Calls `f` with the value of each text that a message begins or ends with, the shortest first.
    #[inline]
    pub(super) fn each<'a>(&'a self, message: &[u8], mut f: impl FnMut(&'a T)) {
        let (mut node, mut n_compared) = (&self.nodes[0], 0);
        loop {
            node.value.iter().for_each(&mut f);
            let below = match &*node.next {
                [] => return,
                // Most have one.
                [_] => Some(node.below[0]),
                next => self
                    .side
                    .next(message, n_compared)
                    .and_then(|byte| Some(node.below[memchr::memchr(byte, next)?])),
            };
            let Some(below) = below.and_then(|below| self.nodes.get(below as usize)) else {
                return;
            };
            let length = below.label.len();
            if self.side.part(message, n_compared, length) != Some(&below.label) {
                return;
            }
            n_compared += length;
            node = below;
        }
    }

    /// All values.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.nodes.iter_mut().filter_map(|node| node.value.as_mut())
    }
}

impl<T> Node<T> {
    fn new(label: &[u8]) -> Self {
        Self { label: label.into(), value: None, next: Vec::new(), below: Vec::new() }
    }

    fn link(&mut self, byte: u8, below: u32) {
        self.next.push(byte);
        self.below.push(below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_finds_what_a_loop_finds() {
        let texts =
            ["", "a", "ab", "abc", "abd", "b", "ba", "bab", "cab", "aab", "żółw", "żół", "łw"];
        let messages = ["", "abcab", "babd", "a żółw", "żółwab", "cab", "zab", "łw"];
        for side in [Side::Start, Side::End] {
            for step in 1..texts.len() {
                let chosen: Vec<&str> =
                    texts.iter().copied().cycle().step_by(step).take(9).collect();
                let mut tree = Tree::new(side);
                for text in &chosen {
                    *tree.entry(text.as_bytes()) = Some(*text);
                }
                for message in messages {
                    let has = |text: &&&str| match side {
                        Side::Start => message.starts_with(**text),
                        Side::End => message.ends_with(**text),
                    };
                    let mut expected: Vec<&str> = chosen.iter().filter(has).copied().collect();
                    expected.sort_by_key(|text| text.len());
                    expected.dedup();
                    let mut found = Vec::new();
                    tree.each(message.as_bytes(), |text| found.push(*text));
                    assert_eq!(found, expected, "{side:?} {chosen:?} in {message}");
                }
            }
        }
    }
}
