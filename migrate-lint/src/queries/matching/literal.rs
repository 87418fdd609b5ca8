//! Text that a line has to hold.

use std::hash::Hash;
use std::ops::{BitAnd, BitOr, BitOrAssign, Shl};

use super::bits::Bits;
use super::lines::Lines;
use super::parts::{Automaton, Run};
use super::{N_CLASSES, Passing, class_index, has_byte, may_begin, vocabulary};
use crate::queries::line::{Class, Meaning, Piece};

/// How many letters and digits of a text have to be those of a message, a key or a header.
pub(super) const MIN_TOUCH: usize = 3;

pub(super) fn contains(lines: &Lines, text: &str) -> Passing {
    let mut strong = in_known_text(lines, text);
    let touching = match text.len() {
        0 => return Passing::sure(strong),
        1..=64 => touching::<u64>(lines, text, &strong),
        65..=128 => touching::<u128>(lines, text, &strong),
        // Longer than any state.
        _ => lines.none(),
    };
    strong.or(&touching);
    let mut any = strong.clone();
    any.or(&lines.have_text);
    Passing { strong, any }
}

/// Lines that can hold the text, and some of it is the line's own; without those that are known to.
fn touching<W: Word>(lines: &Lines, text: &str, known: &Bits) -> Bits {
    let mut needle = Needle::<W>::new(text);
    let mut candidates =
        if needle.n_touch == 0 { lines.exist.clone() } else { with_words(lines, &words(text)) };
    candidates.without(known);
    lines.ask(&mut needle, &candidates).yes
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

/// A set of positions in a text.
trait Word:
    Copy
    + Default
    + Eq
    + Hash
    + From<bool>
    + Shl<usize, Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitOrAssign
{
}

impl Word for u64 {}
impl Word for u128 {}

/// A text as bits: bit `i` of a state says that its first `i + 1` bytes have matched.
struct Needle<W> {
    first: u8,
    /// For each byte, the positions that it has.
    masks: Box<[W; 256]>,
    /// For each class of values, the positions of the bytes that they can have.
    opens: [W; N_CLASSES],
    last: W,
    /// Letters and digits that have to be known text.
    n_touch: usize,
}

/// States by how many letters and digits were known text.
type States<W> = [W; MIN_TOUCH + 1];

impl<W: Word> Needle<W> {
    /// The text is not empty, and has at most as many bytes as a word has bits.
    fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let bit = |index: usize| W::from(true) << index;
        let mut masks = Box::new([W::default(); 256]);
        let mut opens = [W::default(); N_CLASSES];
        for (index, byte) in bytes.iter().enumerate() {
            masks[usize::from(*byte)] |= bit(index);
            let before = index.checked_sub(1).map(|index| bytes[index]);
            for class in Class::ALL.into_iter().filter(|class| has_byte(*class, *byte, before)) {
                opens[class_index(class)] |= bit(index);
            }
        }
        let n_alphanumeric = text.bytes().filter(u8::is_ascii_alphanumeric).count();
        Self {
            first: bytes[0],
            masks,
            opens,
            last: bit(bytes.len() - 1),
            n_touch: n_alphanumeric.min(MIN_TOUCH),
        }
    }

    fn is_done(&self, states: &States<W>) -> bool {
        let reached = states[self.n_touch..].iter().fold(W::default(), |all, state| all | *state);
        reached & self.last != W::default()
    }

    fn fixed(&self, states: &mut States<W>, meaning: Meaning, text: &str) -> bool {
        let none = W::default();
        let begins = W::from(meaning != Meaning::Quote);
        let is_named = !matches!(meaning, Meaning::Sign | Meaning::Quote);
        let mut rest = text.as_bytes();
        loop {
            // Between matches only the first byte can begin one.
            if *states == States::default() {
                let at = memchr::memchr(self.first, rest).filter(|_| begins != none);
                let Some(at) = at else { return false };
                rest = &rest[at..];
            }
            let Some((byte, after)) = rest.split_first() else { return false };
            rest = after;
            let mask = self.masks[usize::from(*byte)];
            if mask == none {
                *states = States::default();
                continue;
            }
            let stepped = |state: W, begins: W| ((state << 1) | begins) & mask;
            if is_named && byte.is_ascii_alphanumeric() {
                let last = stepped(states[MIN_TOUCH], none);
                for level in (1..=MIN_TOUCH).rev() {
                    states[level] =
                        stepped(states[level - 1], if level == 1 { begins } else { none });
                }
                states[MIN_TOUCH] |= last;
                states[0] = none;
            } else {
                states[0] = stepped(states[0], begins);
                for state in &mut states[1..] {
                    *state = stepped(*state, none);
                }
            }
            if self.is_done(states) {
                return true;
            }
        }
    }

    /// Any number of bytes of the class.
    fn open(&self, states: &mut States<W>, class: Class) -> bool {
        let mask = self.opens[class_index(class)];
        let begins = W::from(may_begin(class));
        if *states == States::default() && begins == W::default() {
            return false;
        }
        for (level, state) in states.iter_mut().enumerate() {
            let begins = if level == 0 { begins } else { W::default() };
            loop {
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
impl<W: Word> Automaton for Needle<W> {
    type State = States<W>;

    fn start(&mut self) -> Option<States<W>> {
        Some(States::default())
    }

    fn run(&mut self, mut states: States<W>, pieces: &[Piece]) -> Run<States<W>> {
        let is_done = pieces.iter().any(|piece| match piece {
            Piece::Fixed(meaning, text) => self.fixed(&mut states, *meaning, text),
            Piece::Open(class) => self.open(&mut states, *class),
        });
        if is_done { Run::Matched } else { Run::At(states) }
    }

    fn end(&mut self, _: States<W>) -> Option<bool> {
        Some(false)
    }
}
