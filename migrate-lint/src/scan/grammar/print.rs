//! The standard library: `println!("text {}", argument)`, `dbg!(value)`.

use super::Arguments;
use crate::scan::known::KnownMacro;

pub(super) fn read(arguments: &mut Arguments<'_, '_>, known: KnownMacro) {
    if known.name != "dbg" {
        return arguments.message();
    }
    while let Some(part) = arguments.next() {
        let argument = arguments.format_argument(&part.tokens);
        arguments.call.format_args.push(argument);
    }
}
