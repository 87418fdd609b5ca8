//! Rust as far as log calls need it: tokens, where arguments end, string literals, the shape of expressions.

pub(crate) mod expression;
pub(crate) mod literal;
pub(crate) mod parse;
pub(crate) mod parts;
pub(crate) mod patterns;
pub(crate) mod split;
pub(crate) mod token;
