//! The first half of a rewrite: the values of a message, what is left of it, and what both are called.

mod named;
mod otherwise;

use super::keys::{Key, keys};
use super::lexicon::{self, Class};
use super::message::{self, Called, Hint, Stripped};
use super::tokens::MessagePart;
use super::{
    Refusal, RewriteStyle, RewriteValue, compound, evaluation, glued, is_in_a_key, level, noun,
    push_text, styling, subject, the_error, value, words,
};
use crate::call::{Hole, Level, LogCall, Piece, Shape};
use crate::safety::Reason;

/// What a rewritten call is made of.
pub(super) struct Draft<'a> {
    call: &'a LogCall,
    pieces: &'a [Piece],
    /// The message as text and values.
    parts: Vec<MessagePart>,
    compounds: Vec<compound::Piece<'a>>,
    /// The values, each once, in the order of the message.
    pub(super) values: Vec<RewriteValue<'a>>,
    /// Words that each value's own name has.
    names: Vec<Vec<String>>,
    /// Which of them say how many there are.
    counts: Vec<bool>,
    stripped: Stripped,
    /// The keys of the values.
    pub(super) keys: Vec<Key>,
    /// Which value is the entry's error.
    pub(super) error: Option<usize>,
    is_plural_cut: bool,
}

/// Reasons for a person to look, each once, in the order in which they are found.
#[derive(Default)]
pub(super) struct Reasons(pub(super) Vec<Reason>);

impl Reasons {
    /// Adds a reason where it holds.
    pub(super) fn add(&mut self, reason: Reason, holds: bool) {
        if holds && !self.0.contains(&reason) {
            self.0.push(reason);
        }
    }
}

impl<'a> Draft<'a> {
    /// Takes the values out of a message.
    pub(super) fn of(
        call: &'a LogCall,
        pieces: &'a [Piece],
        style: RewriteStyle,
    ) -> Result<Self, Refusal> {
        let compounds = compound::pieces(pieces);
        let Interpolated { values, parts, is_plural_cut } = interpolated(call, &compounds)?;
        let names: Vec<Vec<String>> = values
            .iter()
            .map(|value| match &value.name {
                _ if value.is_error => vec!["err".to_owned(), "error".to_owned()],
                // What is called so and is none.
                Some(name) if name.words == ["err"] => Vec::new(),
                Some(name) => name.words.clone(),
                None => Vec::new(),
            })
            .collect();
        let nouns: Vec<Vec<String>> = values.iter().map(noun).collect();
        let function = call.place.function.as_deref();
        let counts: Vec<bool> = values.iter().map(value::is_count).collect();
        let called = Called { names: &names, nouns: &nouns, counts: &counts };
        let mut stripped = message::strip(&parts, &called, function);
        // `weight is not a number: {}`: it is none.
        let said = stripped.text.to_lowercase();
        for (hint, name) in stripped.hints.iter_mut().zip(&names) {
            // `shelf {name}: no lid`: the sentence no longer says whose name it is.
            hint.is_glued |= name == &["name"]
                && hint
                    .label
                    .as_ref()
                    .is_some_and(|label| !label.ends_with("name") && stripped.lost.contains(label));
            let is_denied = hint.label.as_ref().is_some_and(|label| {
                ["is not a", "is not an"].iter().any(|not| said.contains(&format!("{not} {label}")))
            });
            if is_denied {
                (hint.label, hint.is_explicit) = (None, false);
            }
        }
        // A prefix that a macro makes is no subject.
        stripped.lacks_subject &=
            !matches!(values.first(), Some(RewriteValue { shape: Shape::MacroCall(..), .. }));
        // An error that the call has already stays the entry's error.
        let is_given = call.pairs.iter().any(|pair| pair.key.as_deref() == Some("err"))
            || call.prefix.iter().any(|prefix| prefix.name == "err");
        let error = the_error(&values, &stripped.hints).filter(|_| !is_given);
        let keys = keys(call, &values, &stripped.hints, error, style.dialect);
        Ok(Self {
            call,
            pieces,
            parts,
            compounds,
            values,
            names,
            counts,
            stripped,
            keys,
            error,
            is_plural_cut,
        })
    }

    /// The message, and what speaks against it.
    pub(super) fn message(&self, reasons: &mut Reasons) -> Result<String, Refusal> {
        self.lost(reasons);
        reasons.add(
            Reason::ObjectLost,
            is_part_of_term(self.pieces) || otherwise::is_compared(self.pieces),
        );
        let Self { call, pieces, values, keys, error, .. } = self;
        let mut text = self.stripped.text.clone();
        if self.stripped.lacks_subject {
            text = subject::with(call, values.first(), keys.first(), &text);
        }
        if !text.chars().any(char::is_alphabetic) {
            let instead = subject::instead(call, pieces, values, &self.stripped.hints)?;
            text = message::polish(&instead);
            reasons.add(Reason::MessageInvented, true);
        }
        // "Error" alone says what the key says.
        let is_error_alone = error.is_some() && words::has("e err error ex exception", &text);
        // A label in front of several values is no message.
        if let Some(function) = call.place.function.as_deref()
            && values.len() > 1
            && self.is_first_label(&text)
            && !is_error_alone
        {
            text = match self.begins_with_name(function) {
                true => function.to_owned(),
                false => message::polish(&words::split(function).join(" ")),
            };
            reasons.add(Reason::MessageInvented, true);
        }
        if is_error_alone {
            text = match subject::of_failed(call) {
                Some(done) => message::polish(&done),
                None => "Error".to_owned(),
            };
            reasons.add(Reason::MessageInvented, true);
        }
        // `do_handshake: {e}`: the name is what the log is searched for.
        let is_name =
            !text.contains(' ') && text.contains(['_', ':']) && text.contains(char::is_lowercase);
        let says_failure = words::split(&text).iter().any(|word| words::says_failure(word));
        // `lid_of_crate: {lid_of_crate}`: the key has the name.
        let function = call.place.function.as_deref().and_then(|name| name.rsplit("::").next());
        let is_key = function != Some(text.as_str())
            && self.names.first().is_some_and(|name| words::split(&text) == *name);
        if is_name && error.is_some() && !says_failure {
            text.push_str(" failed");
            reasons.add(Reason::MessageInvented, true);
        } else if is_name && error.is_none() && is_key {
            text = message::polish(&words::split(&text).join(" "));
            reasons.add(Reason::MessageInvented, true);
        }
        if self.ends_in_bare_error(&text) {
            // `Rail {} seal {err}`: that it failed is said by the error alone, which follows what was done.
            let done = text.rsplit_once(' ').map(|(_, done)| done);
            let is_done = |done: &str| done.contains('_') || lexicon::is(Class::BaseVerb, done);
            let is_error_level = call.level == Some(Level::Error);
            // `tick: seal {e}` may be no error.
            let may_fail = matches!(call.level, Some(Level::Error | Level::Warn) | None);
            if done.is_some_and(is_done) && may_fail {
                text.push_str(" failed");
                reasons.add(Reason::MessageInvented, !is_error_level);
            } else {
                reasons.add(Reason::NoPhrase, is_error_level);
            }
        }
        let ends_as_written = self.stripped.ends_as_written;
        reasons.add(Reason::NoPhrase, !message::is_phrase(&text, ends_as_written));
        Ok(text)
    }

    /// The error follows the message without a sign, and nothing in it says what happened.
    fn ends_in_bare_error(&self, text: &str) -> bool {
        let [.., Piece::Text(before), Piece::Hole(hole)] = self.pieces else { return false };
        let is_error = self.error.is_some_and(|error| {
            value(self.call, hole).is_ok_and(|it| it.text == self.values[error].text)
        });
        let says = |word: &str| {
            words::is_verb(word)
                || words::says_failure(word)
                || words::is_preposition(word)
                || words::has("conflict problem trouble violation", word)
        };
        let is_order = text.split(' ').next().is_some_and(|first| {
            lexicon::is(Class::BaseVerb, first) && text.matches(' ').count() > 1
        });
        is_error
            && !is_order
            && before.ends_with(' ')
            && before.trim_end().ends_with(text.rsplit(' ').next().unwrap_or_default())
            && !text.split(' ').any(says)
    }

    /// The message begins with the name of the function around it.
    fn begins_with_name(&self, function: &str) -> bool {
        let name = function.rsplit("::").next().unwrap_or(function);
        matches!(self.pieces.first(), Some(Piece::Text(text))
            if text.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    }

    /// The words of the name of a placeholder's value; none where it is a literal.
    fn names_of(&self, hole: &Hole) -> Option<Vec<String>> {
        let value = value(self.call, hole).ok()?;
        let is_known =
            |known: &RewriteValue<'_>| known.text == value.text && known.spec == value.spec;
        let index = self.values.iter().position(is_known)?;
        self.names.get(index).cloned()
    }

    /// What the message loses with its values.
    fn lost(&self, reasons: &mut Reasons) {
        let Self { pieces, keys, .. } = self;
        let Stripped { hints, lacks_subject, is_list, is_broken, is_unchecked, lost, .. } =
            &self.stripped;
        reasons.add(Reason::PluralCut, self.is_plural_cut);
        reasons.add(Reason::StylingCut, self.is_styled());
        let is_compound =
            |piece: &compound::Piece<'_>| matches!(piece, compound::Piece::Compound(_));
        reasons.add(
            Reason::WordTakenOut,
            self.compounds.iter().any(is_compound)
                || glued::is_part_of_word(pieces, &|hole| self.names_of(hole)),
        );
        reasons.add(Reason::SubjectLost, *lacks_subject);
        reasons.add(Reason::ListLeft, *is_list || self.is_table());
        self.otherwise(reasons);
        let has_unit = |(hint, key): (&Hint, &Key)| {
            hint.unit.as_deref().is_none_or(|unit| {
                unit == "times"
                    || words::has_unit(&key.words, unit)
                    || is_in_a_key(unit, std::slice::from_ref(key))
            })
        };
        reasons.add(Reason::UnitLost, !hints.iter().zip(keys).all(has_unit));
        reasons.add(Reason::WordsJoined, *is_broken);
        reasons.add(Reason::SentenceUnchecked, *is_unchecked);
        reasons.add(Reason::WordsLost, !lost.iter().all(|word| is_in_a_key(word, keys)));
        // `{PREFIX} method called`: the constant has words of the message.
        let is_constant = |value: &RewriteValue<'_>| match &value.shape {
            Shape::Ident(name) => is_screaming(name),
            Shape::Path(path) => path.last().is_some_and(|name| is_screaming(name)),
            _ => false,
        };
        let begins = matches!(pieces, [Piece::Hole(_), Piece::Text(_), ..]);
        // "`{VARIABLE}` must be set" as well, wherever it is.
        let is_quoted = pieces.windows(3).any(|around| {
            matches!(around, [Piece::Text(before), Piece::Hole(_), Piece::Text(after)]
                if before.ends_with('`') && after.starts_with('`'))
        });
        let is_first = begins && self.values.first().is_some_and(is_constant);
        reasons
            .add(Reason::WordsLost, is_first || is_quoted && self.values.iter().any(is_constant));
        // `error expanding ~: {error}`: the sign is what it is about.
        let has_home = pieces.iter().any(|piece| match piece {
            Piece::Text(text) => {
                text.split_whitespace().any(|word| matches!(word, "~" | "~:" | "~," | "*:"))
            }
            Piece::Hole(_) => false,
        });
        reasons.add(Reason::WordsLost, has_home);
        // Readers of a log see the first of several lines.
        let has_lines = pieces.iter().enumerate().any(|(index, piece)| match piece {
            Piece::Text(text) if index == 0 => text.trim().contains('\n'),
            Piece::Text(text) => text.trim_end().contains('\n'),
            Piece::Hole(_) => false,
        });
        reasons.add(Reason::WordsJoined, has_lines);
        // Braces of the text may be a part of what it says.
        let has_braces =
            |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(['{', '}']));
        reasons.add(Reason::BracesInText, pieces.iter().any(has_braces));
    }

    /// Colours of a terminal are in its text, or around a literal.
    fn is_styled(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Text(text) => text.contains('\x1b'),
            Piece::Hole(hole) => value(self.call, hole).is_ok_and(|value| {
                styling::literal(&value.shape).is_some() || styling::is_coloured(&value.shape)
            }),
        })
    }

    /// `Low RAM: {}, High RAM: {}`: what is left of a list of labels and values is the first label.
    fn is_table(&self) -> bool {
        let Stripped { hints, text, .. } = &self.stripped;
        let [first, rest @ ..] = &hints[..] else { return false };
        let text: Vec<&str> = text.split(' ').collect();
        // `unable to open shelf: {}, error: {}`, `shelf requested: {}, time taken: {}`.
        let rest: Vec<&Hint> = rest
            .iter()
            .zip(&self.values[1..])
            .filter(|(_, value)| !value.is_error)
            .map(|(hint, _)| hint)
            .collect();
        let says_what = text.last().is_some_and(|last| last.ends_with("ed"));
        !rest.is_empty()
            && !says_what
            && first.is_after_colon
            && !first.is_explicit
            && rest.iter().all(|hint| hint.is_explicit)
            && text.len() < 5
            && !text.iter().any(|word| words::is_verb(word))
    }

    /// The text is nothing but the label of the first value.
    fn is_first_label(&self, text: &str) -> bool {
        self.stripped.hints.first().is_some_and(|hint| {
            hint.label.as_deref().is_some_and(|label| {
                let is_name = self.names[0].iter().any(|name| words::are_similar(name, label));
                label.eq_ignore_ascii_case(text)
                    && (hint.is_after_colon || is_name)
                    && !words::is_verb(label)
            })
        })
    }

    /// What else the call loses or changes, whatever its message says.
    pub(super) fn changes(&self, style: RewriteStyle, reasons: &mut Reasons) {
        let Self { call, values, keys, error, .. } = self;
        // So does what another logger of the program or its target reads.
        reasons.add(Reason::PrintBecomesLog, call.dialect.form.is_none());
        reasons.add(Reason::KeyInvented, keys.iter().any(|key| !key.is_own));
        // `can finish: {}` of `true`.
        let is_flag = |value: &RewriteValue<'_>| matches!(&value.shape, Shape::Literal(text) if text == "true" || text == "false");
        reasons.add(Reason::KeyInvented, values.iter().any(is_flag));
        // What a logger adds to its entries goes with it.
        reasons.add(Reason::LoggerDropped, drops_logger(call, style));
        let mut hints = self.stripped.hints.iter().enumerate();
        let is_missed = |(index, hint): (usize, &Hint)| hint.is_missed && Some(index) != *error;
        reasons.add(Reason::ObjectLost, hints.any(is_missed));
        let is_choice = |value: &RewriteValue<'_>| matches!(value.shape, Shape::Branch);
        reasons.add(Reason::ChoiceAsValue, values.iter().any(is_choice));
    }
}

fn is_screaming(name: &str) -> bool {
    name.len() > 1 && !name.contains(char::is_lowercase) && name.contains(char::is_uppercase)
}

/// A logger that the call names is none of the new dialect's.
pub(super) fn drops_logger(call: &LogCall, style: RewriteStyle) -> bool {
    style.dialect != call.dialect && call.prefix.iter().any(|prefix| prefix.name == "logger")
}

/// A message as text and values.
struct Interpolated<'a> {
    values: Vec<RewriteValue<'a>>,
    parts: Vec<MessagePart>,
    is_plural_cut: bool,
}

fn interpolated<'a>(
    call: &'a LogCall,
    compounds: &[compound::Piece<'a>],
) -> Result<Interpolated<'a>, Refusal> {
    let mut values: Vec<RewriteValue<'_>> = Vec::new();
    let mut parts: Vec<MessagePart> = Vec::new();
    let mut is_plural_cut = false;
    let mut has_literal = false;
    let n_said = level::said(call).map_or(0, |(_, length)| length);
    for (index, piece) in compounds.iter().enumerate() {
        match piece {
            compound::Piece::Text(text) => {
                let text = if index == 0 { text.get(n_said..).unwrap_or(text) } else { text };
                push_text(&mut parts, &styling::without(text));
            }
            compound::Piece::Hole(hole) => {
                let mut value = value(call, hole)?;
                if let Some(MessagePart::Text(before)) = parts.last() {
                    value.prefix = base(before, value.spec);
                }
                if let Some(text) = styling::literal(&value.shape) {
                    // The level says so.
                    let says_level = parts.is_empty()
                        && words::has(
                            "debug error info note trace warn warning",
                            text.trim_end_matches(':'),
                        );
                    let text = if says_level { "" } else { text };
                    push_text(&mut parts, text);
                    has_literal = true;
                    continue;
                }
                // An empty literal with a width is an indentation.
                if let Shape::Str(text) = &value.shape
                    && (hole.spec.is_empty() || text.is_empty())
                {
                    push_text(&mut parts, &styling::without(text));
                    has_literal = true;
                    continue;
                }
                let is_adjacent = matches!(
                    parts.last(),
                    Some(MessagePart::Text(text)) if text.ends_with(char::is_alphabetic)
                );
                let is_quiet = value.expr.is_none_or(evaluation::is_quiet);
                if value.shape == Shape::Branch && is_adjacent && is_quiet {
                    push_text(&mut parts, "s");
                    is_plural_cut = true;
                    continue;
                }
                let known = values.iter().position(|other| other.is_same(&value));
                let index = known.unwrap_or(values.len());
                if known.is_none() {
                    values.push(value);
                }
                parts.push(MessagePart::Hole(index));
            }
            compound::Piece::Compound(compound) => {
                parts.push(MessagePart::Hole(values.len()));
                values.push(compound.value(call).ok_or(Refusal::Broken)?);
            }
        }
    }
    if values.is_empty() && !has_literal {
        return Err(Refusal::NotInterpolated);
    }
    // A code of which a literal is one half, and the message the other.
    let is_styled =
        |part: &MessagePart| matches!(part, MessagePart::Text(text) if text.contains('\x1b'));
    if has_literal && parts.iter().any(is_styled) {
        return Err(Refusal::Broken);
    }
    Ok(Interpolated { values, parts, is_plural_cut })
}

/// `0x` in front of `{:04x}`.
fn base(before: &str, spec: &str) -> &'static str {
    let bases: &[&str] = match spec.chars().next_back() {
        Some('x' | 'X') => &["0x", "0X"],
        Some('b') => &["0b"],
        Some('o') => &["0o"],
        _ => &[],
    };
    let stands_alone = |base: &&&str| {
        before.strip_suffix(**base).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    bases.iter().find(stands_alone).copied().unwrap_or_default()
}

/// `{latest}+1`, `{port} -> 5901/tcp`: what follows the value is said of it.
fn is_part_of_term(pieces: &[Piece]) -> bool {
    pieces.windows(2).any(|pair| {
        let [Piece::Hole(_), Piece::Text(after)] = pair else { return false };
        let begins = |rest: &str, is: fn(char) -> bool| rest.trim_start().starts_with(is);
        let sum = after.strip_prefix(['+', '-', '*']);
        let arrow = ["->", "=>", "→"].iter().find_map(|sign| after.trim_start().strip_prefix(sign));
        sum.is_some_and(|rest| begins(rest, |c| c.is_ascii_digit()))
            || arrow.is_some_and(|rest| begins(rest, char::is_alphanumeric))
    })
}
