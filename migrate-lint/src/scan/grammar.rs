//! The arguments of a call: those that a wrapper takes, then those that its dialect reads.

use std::ops::Range;

use super::wrapper::{Entered, Role};
use crate::dialect::{Arguments, Parts};
use crate::syntax::split;
use crate::syntax::token::Reader;

/// Reads the arguments of a call, those first that a wrapper takes.
pub(super) fn read(reader: &Reader<'_>, entered: &Entered) -> Parts {
    let Entered { target, roles, rest } = entered;
    let parts = split::arguments(reader, *rest..reader.list.len());
    let mut call = Parts::new(target.known.dialect, target.level);
    let mut arguments = Arguments::new(reader, &parts, &mut call);
    for (role, tokens) in roles {
        wrapper(&mut arguments, role, tokens.clone());
    }
    (target.known.dialect.read)(&mut arguments, target.known, target.leading);
    call
}

fn wrapper(arguments: &mut Arguments<'_, '_>, role: &Role, tokens: Range<usize>) {
    let written = arguments.prefix_name(&tokens);
    // `target: value` where the wrapper's own pattern says so.
    let value = match written {
        Some(_) => tokens.start + 2..tokens.end,
        None => tokens.clone(),
    };
    let name = match role {
        Role::Own => written.unwrap_or("wrapper"),
        Role::Logger => "logger",
        Role::Level => "level",
        Role::Prefix(name) => name,
    };
    arguments.prefix(name, tokens, value);
}
