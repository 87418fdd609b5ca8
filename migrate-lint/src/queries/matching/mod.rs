//! Line filters against lines of which only the values are open.
//!
//! A filter that holds in known text holds for every line of the statement, one that touches a message or a key holds for
//! some values, and one that fits into a value holds by chance. The three are distinguished, because a filter that only a value
//! can pass says nothing about the statement.

mod bits;
mod expression;
mod lines;
mod literal;
mod machine;
mod parts;
mod sampled;
mod vocabulary;

pub use bits::Bits;
pub use expression::Expression;
pub use lines::Lines;
pub use machine::Machine;

use super::line::Class;

/// Which lines a filter lets pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passing {
    /// Lines that pass for what the statement is.
    pub strong: Bits,
    /// These, and lines that pass for a value that happens to hold the text.
    pub any: Bits,
}

impl Passing {
    /// Lines that pass both.
    pub fn and(&mut self, other: &Self) {
        self.strong.and(&other.strong);
        self.any.and(&other.any);
    }

    /// Lines that pass one of them.
    pub fn or(&mut self, other: &Self) {
        self.strong.or(&other.strong);
        self.any.or(&other.any);
    }

    /// Lines that pass, whatever the reason.
    pub fn sure(bits: Bits) -> Self {
        Self { strong: bits.clone(), any: bits }
    }
}

/// Whether a value of this class can have this byte after the byte before.
fn has_byte(class: Class, byte: u8, before: Option<u8>) -> bool {
    match class {
        // In quotes a quote is escaped.
        Class::Text | Class::Words => byte != b'"' || before == Some(b'\\'),
        Class::Any | Class::Context => true,
        Class::Number => byte.is_ascii_digit() || b"+-.eENaIinf".contains(&byte),
        Class::Truth => b"truefalsn".contains(&byte),
        Class::Clock(_) => byte.is_ascii_digit() || b" :.-TZ+".contains(&byte),
    }
}

/// Whether a match may begin inside of such a value: elsewhere it would be the value alone that matches.
fn may_begin(class: Class) -> bool {
    matches!(class, Class::Number | Class::Truth | Class::Clock(_))
}

const N_CLASSES: usize = 7;

fn class_index(class: Class) -> usize {
    match class {
        Class::Text => 0,
        Class::Any => 1,
        Class::Number => 2,
        Class::Truth => 3,
        Class::Words => 4,
        Class::Context => 5,
        Class::Clock(_) => 6,
    }
}
