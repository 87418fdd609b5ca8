//! Text that a line has to hold.

use super::bits::Bits;
use super::lines::Lines;
use super::parts::{Automaton, Run};
use super::{N_CLASSES, Passing, class_index, has_byte, may_begin, vocabulary};
use crate::queries::line::{Class, Meaning, Piece};

/// How many letters and digits of a text have to be those of a message, a key or a header.
pub(super) const MIN_TOUCH: usize = 3;

pub(super) fn contains(lines: &Lines, text: &str) -> Passing {
    let mut strong = in_known_text(lines, text);
    if text.is_empty() {
        return Passing::sure(strong);
    }
    if let Some(mut needle) = Needle::new(text) {
        let mut candidates =
            if needle.n_touch == 0 { lines.exist.clone() } else { with_words(lines, &words(text)) };
        candidates.without(&strong);
        strong.or(&lines.ask(&mut needle, &candidates).yes);
    }
    let mut any = strong.clone();
    any.or(&lines.have_text);
    Passing { strong, any }
}

/// Lines that hold the text whatever their values are.
pub(super) fn in_known_text(lines: &Lines, text: &str) -> Bits {
    if text.is_empty() {
        return lines.exist.clone();
    }
    let mut bits = lines.none();
    if text.contains('\n') {
        return bits;
    }
    if text.chars().all(char::is_alphanumeric) {
        lines.vocabulary.find(text, &mut bits);
        return bits;
    }
    let mut candidates = lines.exist.clone();
    for word in vocabulary::words(text) {
        candidates.and(&with_words(lines, &[word.to_owned()]));
    }
    if candidates.count() * FEW < lines.all_count() {
        let finder = memchr::memmem::Finder::new(text);
        for number in candidates.iter() {
            if finder.find(lines.known(number).as_bytes()).is_some() {
                bits.add(number);
            }
        }
    } else {
        find(lines, text, &mut bits);
        bits.and(&lines.exist);
    }
    bits
}

/// Lines are looked at one by one if they are fewer than one of this many.
const FEW: usize = 8;

/// Adds the lines that hold a text, by the known text of all of them.
fn find(lines: &Lines, text: &str, bits: &mut Bits) {
    let finder = memchr::memmem::Finder::new(text);
    let mut at = 0;
    while let Some(found) = finder.find(&lines.known.as_bytes()[at..]) {
        let number = lines.starts.partition_point(|start| *start <= at + found) - 1;
        bits.add(number);
        at = lines.starts[number + 1];
    }
}

/// Lines whose known text holds one of the words.
pub(super) fn with_words(lines: &Lines, words: &[String]) -> Bits {
    let mut bits = lines.none();
    words.iter().for_each(|word| lines.vocabulary.find(word, &mut bits));
    bits
}

/// Lines whose known text holds one of the words, in whatever letters it is written.
pub(super) fn with_lower_words(lines: &Lines, words: &[String]) -> Bits {
    let mut bits = lines.none();
    words.iter().for_each(|word| lines.vocabulary.find_lower(word, &mut bits));
    bits
}

/// The words of a text that are long enough to touch; all of it when none is.
pub(super) fn words(text: &str) -> Vec<String> {
    let all = || vocabulary::words(text);
    let long: Vec<String> =
        all().filter(|word| word.len() >= MIN_TOUCH).map(str::to_owned).collect();
    if long.is_empty() { all().map(str::to_owned).collect() } else { long }
}

/// A text as bits: bit `i` of a state says that its first `i + 1` bytes have matched.
struct Needle {
    /// For each byte, the positions that it has.
    masks: Box<[u128; 256]>,
    /// For each class of values, the positions of the bytes that they can have.
    opens: [u128; N_CLASSES],
    last: u128,
    /// Letters and digits that have to be known text.
    n_touch: usize,
}

/// States by how many letters and digits were known text.
type States = [u128; MIN_TOUCH + 1];

impl Needle {
    /// `None` for a text that is longer than any state.
    fn new(text: &str) -> Option<Self> {
        let length = u32::try_from(text.len()).ok().filter(|length| (1..=128).contains(length))?;
        let mut masks = Box::new([0_u128; 256]);
        for (index, byte) in text.bytes().enumerate() {
            masks[usize::from(byte)] |= 1 << index;
        }
        let n_alphanumeric = text.bytes().filter(u8::is_ascii_alphanumeric).count();
        let mut opens = [0; N_CLASSES];
        for class in Class::ALL {
            opens[class_index(class)] = text
                .bytes()
                .zip(0..)
                .filter(|(byte, _)| has_byte(class, *byte))
                .fold(0, |mask, (_, index)| mask | 1_u128 << index);
        }
        Some(Self { masks, opens, last: 1 << (length - 1), n_touch: n_alphanumeric.min(MIN_TOUCH) })
    }

    fn is_done(&self, states: &States) -> bool {
        states[self.n_touch..].iter().any(|state| state & self.last != 0)
    }

    fn fixed(&self, states: &mut States, meaning: Meaning, text: &str) -> bool {
        let begins = u128::from(meaning != Meaning::Quote);
        let is_named = !matches!(meaning, Meaning::Sign | Meaning::Quote);
        for byte in text.bytes() {
            let mask = self.masks[usize::from(byte)];
            if mask == 0 {
                *states = [0; MIN_TOUCH + 1];
                continue;
            }
            let stepped = |state: u128, begins: u128| ((state << 1) | begins) & mask;
            if is_named && byte.is_ascii_alphanumeric() {
                let last = stepped(states[MIN_TOUCH], 0);
                for level in (1..=MIN_TOUCH).rev() {
                    states[level] = stepped(states[level - 1], if level == 1 { begins } else { 0 });
                }
                states[MIN_TOUCH] |= last;
                states[0] = 0;
            } else {
                states[0] = stepped(states[0], begins);
                for state in &mut states[1..] {
                    *state = stepped(*state, 0);
                }
            }
            if self.is_done(states) {
                return true;
            }
        }
        false
    }

    /// Any number of bytes of the class.
    fn open(&self, states: &mut States, class: Class) -> bool {
        let mask = self.opens[class_index(class)];
        let begins = u128::from(may_begin(class));
        for (level, state) in states.iter_mut().enumerate() {
            loop {
                let begins = if level == 0 { begins } else { 0 };
                let next = *state | (((*state << 1) | begins) & mask);
                if next == *state {
                    break;
                }
                *state = next;
            }
        }
        self.is_done(states)
    }
}

/// Whether lines can hold the text, and some of it is the line's own.
impl Automaton for Needle {
    type State = States;

    fn start(&mut self) -> Option<States> {
        Some([0; MIN_TOUCH + 1])
    }

    fn run(&mut self, mut states: States, pieces: &[Piece]) -> Run<States> {
        let is_done = pieces.iter().any(|piece| match piece {
            Piece::Fixed(meaning, text) => self.fixed(&mut states, *meaning, text),
            Piece::Open(class) => self.open(&mut states, *class),
        });
        if is_done { Run::Matched } else { Run::At(states) }
    }

    fn end(&mut self, _: States) -> Option<bool> {
        Some(false)
    }
}
