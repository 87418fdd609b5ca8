//! Macros, whose arguments are tokens.

use super::Gather;
use crate::scan::flow::ChangeKind;
use crate::scan::flow::tokens::{self, Word};

impl Gather<'_> {
    pub(super) fn macro_call(&mut self, mac: &syn::Macro) {
        let mut found = Vec::new();
        tokens::words(&mac.tokens, &mut found);
        let name = mac.path.segments.last().map(|last| last.ident.to_string());
        let runs_code =
            name.is_some_and(|name| ["select", "join", "try_join"].contains(&name.as_str()));
        for word in found {
            match word {
                Word::Exit(span) if runs_code => {
                    let at = self.places.token(span).start;
                    let of_loop = match self.places.slice(&self.places.token(span)) {
                        "break" | "continue" => self.loops.last().cloned(),
                        _ => None,
                    };
                    self.exit(at, of_loop);
                }
                Word::Exit(span) => {
                    // `?` may be a sigil, as log calls have it; what jumps is a word.
                    let span = self.places.token(span);
                    if self.places.slice(&span) == "return" {
                        self.exit(span.start, None);
                    }
                }
                Word::Await(span) => self.awaits(self.places.token(span).start),
                Word::Set(name, span) if runs_code => {
                    self.change(Some(name), self.places.token(span).start, ChangeKind::Set);
                }
                Word::Set(name, span) => {
                    // `key = value` of a log call is no assignment; `&mut name` is a loan.
                    let at = self.places.token(span).start;
                    let before = self.places.slice(&(0..at)).trim_end();
                    if before.ends_with("&mut") {
                        self.change(Some(name), at, ChangeKind::Set);
                    }
                }
                Word::Method(name, method, span) => {
                    let at = self.places.token(span).start;
                    self.change(Some(name), at, ChangeKind::Method(method));
                }
                Word::Literal(span) => self.literal(span),
            }
        }
    }
}
