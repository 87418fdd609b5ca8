//! Text that a line has to hold.

use super::bits::Bits;
use super::lines::Lines;
use super::{Passing, has_byte, may_begin};
use crate::queries::line::{Class, Line, Meaning, Piece};

/// How many letters and digits of a text have to be those of a message, a key or a header.
pub(super) const MIN_TOUCH: usize = 3;

pub(super) fn contains(lines: &Lines, text: &str) -> Passing {
    let mut strong = in_known_text(lines, text);
    if text.is_empty() {
        return Passing::sure(strong);
    }
    if let Some(needle) = Needle::new(text) {
        let mut candidates =
            if needle.n_touch == 0 { lines.exist.clone() } else { with_words(lines, &words(text)) };
        candidates.without(&strong);
        for number in candidates.iter() {
            lines.count_step();
            if lines.all[number].as_ref().is_some_and(|line| needle.touches(line)) {
                strong.add(number);
            }
        }
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
    find(lines, &lines.known, text, &mut bits);
    bits.and(&lines.exist);
    bits
}

/// Adds the lines that hold a text, by the known text of all of them.
fn find(lines: &Lines, known: &str, text: &str, bits: &mut Bits) {
    let finder = memchr::memmem::Finder::new(text);
    let mut at = 0;
    while let Some(found) = finder.find(&known.as_bytes()[at..]) {
        let number = lines.starts.partition_point(|start| *start <= at + found) - 1;
        bits.add(number);
        at = lines.starts[number + 1];
    }
}

/// Lines whose known text holds one of the words.
pub(super) fn with_words(lines: &Lines, words: &[String]) -> Bits {
    let mut bits = lines.none();
    for word in words {
        bits.or(&in_known_text(lines, word));
    }
    bits
}

/// Lines whose known text holds one of the words, in whatever letters it is written.
pub(super) fn with_lower_words(lines: &Lines, words: &[String]) -> Bits {
    let mut bits = lines.none();
    for word in words {
        find(lines, &lines.known_lower, word, &mut bits);
    }
    bits.and(&lines.exist);
    bits
}

/// The words of a text that are long enough to touch; all of it when none is.
pub(super) fn words(text: &str) -> Vec<String> {
    let all = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let long: Vec<String> =
        all().filter(|word| word.len() >= MIN_TOUCH).map(str::to_owned).collect();
    if long.is_empty() { all().map(str::to_owned).collect() } else { long }
}

/// A text as bits: bit `i` of a state says that its first `i + 1` bytes have matched.
struct Needle {
    /// For each byte, the positions that it has.
    masks: Box<[u128; 256]>,
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
        Some(Self { masks, last: 1 << (length - 1), n_touch: n_alphanumeric.min(MIN_TOUCH) })
    }

    /// Whether the line can hold the text, and some of it is the line's own.
    fn touches(&self, line: &Line) -> bool {
        let mut states: States = [0; MIN_TOUCH + 1];
        line.pieces.iter().any(|piece| match piece {
            Piece::Fixed(meaning, text) => self.fixed(&mut states, *meaning, text),
            Piece::Open(class) => self.open(&mut states, *class),
        })
    }

    fn is_done(&self, states: &States) -> bool {
        states[self.n_touch..].iter().any(|state| state & self.last != 0)
    }

    fn fixed(&self, states: &mut States, meaning: Meaning, text: &str) -> bool {
        let begins = u128::from(meaning != Meaning::Quote);
        let is_named = !matches!(meaning, Meaning::Sign | Meaning::Quote);
        for byte in text.bytes() {
            let mask = self.masks[usize::from(byte)];
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
        let mut mask = 0;
        for (byte, positions) in (0..=u8::MAX).zip(self.masks.iter()) {
            if *positions != 0 && has_byte(class, byte) {
                mask |= positions;
            }
        }
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
