//! One value and one pair, in text and in JSON.

mod display;
mod formatted;
pub(crate) mod json;
mod list;
pub(crate) mod text;

pub(crate) use self::{
    display::{append_display, shown},
    formatted::{Quoting, message, put, put_message, write_text},
};
