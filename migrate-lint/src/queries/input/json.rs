//! JSON as a [`Tree`], with places, as far as it can be read.

use super::Problem;
use super::tree::{Node, Scalar, Style, Tree};

/// How deep lists and objects may be inside of each other.
const MAX_DEPTH: usize = 200;

/// Reads one document; what comes before a mistake counts.
pub(super) fn read(text: &str, problems: &mut Vec<Problem>) -> Tree {
    let at = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = Reader { text, at, tree: Tree::default() };
    let result = reader.value(0).and_then(|root| {
        reader.tree.roots.push(root);
        reader.space();
        if reader.at < text.len() { reader.fail("the document should end here") } else { Ok(()) }
    });
    if let Err(message) = result {
        problems.push(Problem { at: reader.at, message: format!("not JSON: {message}") });
        if reader.tree.roots.is_empty() {
            // Every list and object that was begun: what is inside of them is found from there.
            let all = 0..reader.tree.nodes.len();
            let begun = all.filter(|node| reader.tree.scalar(*node).is_none()).collect();
            reader.tree.roots = begun;
        }
    }
    reader.tree
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    tree: Tree,
}

impl Reader<'_> {
    fn fail<T>(&self, message: &str) -> Result<T, String> {
        Err(message.to_owned())
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, sign: u8) -> bool {
        self.space();
        let is_next = self.text.as_bytes().get(self.at) == Some(&sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<usize, String> {
        if depth > MAX_DEPTH {
            return self
                .fail(&format!("more than {MAX_DEPTH} lists and objects inside of each other"));
        }
        self.space();
        match self.text.as_bytes().get(self.at) {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string(),
            Some(_) => self.word(),
            None => self.fail("the document ends too early"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<usize, String> {
        self.at += 1;
        let object = self.tree.add(Node::Map(Vec::new()));
        if self.take(b'}') {
            return Ok(object);
        }
        loop {
            self.space();
            if self.text.as_bytes().get(self.at) != Some(&b'"') {
                return self.fail("a key in quotes is missing here");
            }
            let key = self.string()?;
            if !self.take(b':') {
                return self.fail("`:` is missing here");
            }
            let value = self.value(depth + 1)?;
            if let Node::Map(entries) = &mut self.tree.nodes[object] {
                entries.push((key, value));
            }
            if self.take(b'}') {
                return Ok(object);
            }
            if !self.take(b',') {
                return self.fail("`,` or `}` is missing here");
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<usize, String> {
        self.at += 1;
        let list = self.tree.add(Node::List(Vec::new()));
        if self.take(b']') {
            return Ok(list);
        }
        loop {
            let value = self.value(depth + 1)?;
            if let Node::List(all) = &mut self.tree.nodes[list] {
                all.push(value);
            }
            if self.take(b']') {
                return Ok(list);
            }
            if !self.take(b',') {
                return self.fail("`,` or `]` is missing here");
            }
        }
    }

    fn string(&mut self) -> Result<usize, String> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        loop {
            match memchr::memchr2(b'"', b'\\', &bytes[end.min(bytes.len())..]) {
                Some(found) if bytes[end + found] == b'"' => {
                    end += found + 1;
                    break;
                }
                Some(found) => end += found + 2,
                None => return self.fail("this string has no end"),
            }
        }
        let span = start..end;
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let inner = &raw[1..raw.len() - 1];
        let text = match inner.contains('\\') {
            // Line breaks in strings are no JSON, but there is no doubt what they mean.
            true => serde_json::from_str(
                &raw.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t"),
            )
            .map_err(|_| "an escape of this string is wrong".to_owned())?,
            false => inner.to_owned(),
        };
        self.at = end;
        Ok(self.tree.add(Node::Scalar(Scalar { text, span, style: Style::Double })))
    }

    fn word(&mut self) -> Result<usize, String> {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let is_number = word.parse::<f64>().is_ok()
            && word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if !is_number && !matches!(word, "true" | "false" | "null") {
            return self.fail("this is no value");
        }
        let span = self.at..self.at + word.len();
        self.at = span.end;
        let scalar = Scalar { text: word.to_owned(), span, style: Style::Plain };
        Ok(self.tree.add(Node::Scalar(scalar)))
    }
}
