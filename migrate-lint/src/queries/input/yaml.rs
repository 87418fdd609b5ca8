//! YAML as a [`Tree`], as far as it can be read.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::Problem;
use super::tree::{Node, Scalar, Style, Tree};

/// How deep lists and maps may be inside of each other.
const MAX_DEPTH: usize = 200;

/// Reads all documents; what comes before a mistake counts.
pub(super) fn read(text: &str, problems: &mut Vec<Problem>) -> Tree {
    let mut builder = Builder {
        tree: Tree::default(),
        open: Vec::new(),
        anchors: HashMap::new(),
        places: Places { text, index: 0, at: 0 },
    };
    // The parser takes the mark for content.
    let marked = text.strip_prefix('\u{feff}').map_or(0, |_| 1);
    builder.places.index = 0;
    builder.places.at = if marked == 1 { '\u{feff}'.len_utf8() } else { 0 };
    for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        match event {
            Ok((event, span)) => {
                let place = builder.places.range(&span);
                if let Err(message) = builder.event(event, place.clone()) {
                    problems.push(Problem { at: place.start, message });
                    break;
                }
            }
            Err(error) => {
                let at = builder.places.byte(error.marker().index());
                let hint = match text.contains("{{") {
                    true => "; a template has to be rendered first",
                    false => "",
                };
                let message = format!("not YAML: {}{hint}", error.info());
                problems.push(Problem { at, message });
                break;
            }
        }
    }
    while !builder.open.is_empty() {
        builder.close();
    }
    builder.tree
}

struct Builder<'a> {
    tree: Tree,
    open: Vec<Open>,
    anchors: HashMap<usize, usize>,
    places: Places<'a>,
}

/// A list or a map that has not ended.
struct Open {
    node: usize,
    /// The key that waits for its value; `None` in a list.
    key: Option<Option<usize>>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let scalar = Scalar { text: text.into_owned(), span, style };
                let node = self.tree.add(Node::Scalar(scalar));
                self.anchor(anchor, node);
                self.put(node);
            }
            Event::Alias(anchor) => {
                if let Some(node) = self.anchors.get(&anchor).copied() {
                    self.put(node);
                }
            }
            Event::SequenceStart(anchor, _) => self.begin(Node::List(Vec::new()), None, anchor)?,
            Event::MappingStart(anchor, _) => {
                self.begin(Node::Map(Vec::new()), Some(None), anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn begin(
        &mut self,
        node: Node,
        key: Option<Option<usize>>,
        anchor: usize,
    ) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} lists and maps inside of each other"));
        }
        let node = self.tree.add(node);
        self.anchor(anchor, node);
        self.open.push(Open { node, key });
        Ok(())
    }

    fn close(&mut self) {
        if let Some(closed) = self.open.pop() {
            self.put(closed.node);
        }
    }

    fn anchor(&mut self, anchor: usize, node: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
    }

    fn put(&mut self, node: usize) {
        let Some(open) = self.open.last_mut() else {
            self.tree.roots.push(node);
            return;
        };
        match (&mut self.tree.nodes[open.node], &mut open.key) {
            (Node::List(all), _) => all.push(node),
            (Node::Map(entries), Some(key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(node),
            },
            _ => {}
        }
    }
}

/// Characters, which the parser counts, as bytes.
struct Places<'a> {
    text: &'a str,
    index: usize,
    at: usize,
}

impl Places<'_> {
    fn range(&mut self, span: &Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        let end = self.byte(span.end.index()).max(start);
        // The next event begins near this one, before its end or after it.
        start..end
    }

    fn byte(&mut self, index: usize) -> usize {
        let bytes = self.text.as_bytes();
        let is_start = |at: usize| bytes.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
        while self.index < index && self.at < bytes.len() {
            self.at += 1;
            while !is_start(self.at) {
                self.at += 1;
            }
            self.index += 1;
        }
        while self.index > index && self.at > 0 {
            self.at -= 1;
            while !is_start(self.at) {
                self.at -= 1;
            }
            self.index -= 1;
        }
        self.at
    }
}
