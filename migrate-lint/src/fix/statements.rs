//! The statements of calls, as far as their layout depends on that of the calls.

use std::ops::Range;

use crate::syntax::token::{self, Kind, Reader};

/// Of each call, the statement, match arm or field that it is a part of, directly or as the body of a closure.
///
/// `calls` are in the order of their starts.
pub(super) fn of_calls(text: &str, calls: &[Range<usize>]) -> Vec<Range<usize>> {
    let tokens = token::file(text);
    let reader = Reader { text, list: &tokens.list };
    let mut walk =
        Walk { reader, open: vec![Frame::default()], pending: Vec::new(), found: calls.to_vec() };
    let mut next = 0;
    for index in 0..reader.list.len() {
        let start = reader.list[index].start as usize;
        while calls.get(next).is_some_and(|call| call.start <= start) {
            walk.pending.push(next);
            next += 1;
        }
        walk.token(index);
    }
    while walk.open.len() > 1 {
        walk.close(reader.list.len());
    }
    walk.end(reader.list.len());
    walk.found
}

/// What is between two brackets, or the file.
#[derive(Default)]
struct Frame {
    /// Where its present statement begins.
    start: usize,
    /// How many calls before it wait for the end of their statement.
    n_pending: usize,
    /// Whether it is a part of the statement around it, if it has no other.
    may_be_part: bool,
    has_semicolon: bool,
}

struct Walk<'a> {
    reader: Reader<'a>,
    open: Vec<Frame>,
    /// Calls whose statement has no end yet.
    pending: Vec<usize>,
    found: Vec<Range<usize>>,
}

impl Walk<'_> {
    fn token(&mut self, index: usize) {
        let last = self.open.len() - 1;
        match self.reader.kind(index) {
            Some(Kind::Open(bracket)) => self.open.push(Frame {
                start: index + 1,
                may_be_part: bracket != b'{' || self.is_body(index),
                n_pending: self.pending.len(),
                ..Frame::default()
            }),
            Some(Kind::Close(_)) if last > 0 => {
                self.close(index);
                if self.reader.is_brace_end(index) && self.begins_statement(index + 1) {
                    self.end(index + 1);
                }
            }
            Some(Kind::Punct(b';')) => {
                self.open[last].has_semicolon = true;
                self.end(index + 1);
            }
            Some(Kind::Punct(b',')) if !self.is_list() => self.end(index + 1),
            _ => {}
        }
    }

    /// Whether the innermost brackets are no braces: commas end nothing.
    fn is_list(&self) -> bool {
        self.open.last().is_some_and(|frame| {
            let open = frame.start.checked_sub(1);
            open.is_some_and(|open| self.reader.is_open(open) && !self.reader.is_brace(open))
        })
    }

    /// Whether braces are a body that rustfmt may put on the line of what is before them: of a closure, an arm, or one of
    /// two branches.
    fn is_body(&self, open: usize) -> bool {
        let reader = self.reader;
        let before = |n: usize| open.checked_sub(n);
        before(1).is_some_and(|at| reader.is(at, b'|') || reader.is_word(at, "else"))
            || before(2).is_some_and(|at| reader.is_pair(at, b"=>"))
            || reader.is_word(reader.next(open), "else")
    }

    /// Whether a statement begins after one that ends with a brace.
    fn begins_statement(&self, index: usize) -> bool {
        let is_more = ["else", "as"].iter().any(|word| self.reader.is_word(index, word));
        !is_more
            && matches!(
                self.reader.kind(index),
                Some(Kind::Ident | Kind::Lifetime | Kind::Punct(b'#'))
            )
    }

    fn close(&mut self, index: usize) {
        // The calls of a part wait for the end of the statement around it.
        if self.open.last().is_some_and(|frame| !frame.may_be_part || frame.has_semicolon) {
            self.end(index);
        }
        self.open.pop();
    }

    /// Ends the statement before a token.
    fn end(&mut self, index: usize) {
        let Some(frame) = self.open.last_mut() else { return };
        // Commas and braces end what is in a part, too, which is of one piece as long as it has no semicolon.
        if frame.may_be_part && !frame.has_semicolon {
            return;
        }
        let statement = self.reader.span(frame.start..index);
        for call in self.pending.drain(frame.n_pending..) {
            self.found[call] = statement.clone();
        }
        frame.start = index;
    }
}
