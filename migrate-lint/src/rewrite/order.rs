//! The order in which a rewritten call evaluates its arguments, and what each of them prints.

use super::{Field, RewriteStyle, RewriteValue, evaluation, hoist, keys};
use crate::call::LogCall;
use crate::dialect::ErrorForm;

/// Computes the first `n_before` arguments before the call; gives the names that they have from then on.
pub(super) fn computed_before(
    call: &LogCall,
    values: &[RewriteValue<'_>],
    keys: &[keys::Key],
    n_before: usize,
    hoisted: &mut hoist::Hoisted<'_>,
) -> Vec<Option<String>> {
    let last = evaluation::last_noticed(call);
    let named = call.format_args.iter().take(n_before).enumerate().map(|(index, argument)| {
        if !evaluation::needs_name(&argument.value) {
            return None;
        }
        // It would go before the next argument is evaluated.
        if last != Some(index) && evaluation::leaves_something(&argument.value.shape) {
            hoisted.refuse();
        }
        let value = values.iter().position(|value| value.argument == Some(index));
        let words = value.map_or_else(|| vec!["width".to_owned()], |at| keys[at].words.clone());
        Some(hoisted.named(&argument.value, &words))
    });
    named.collect()
}

/// The error, the other pairs, and whether all arguments are evaluated as before.
///
/// The error comes first, and pairs are in the order of the message, unless that changes the order of evaluation.
pub(super) fn in_order(
    call: &LogCall,
    mut fields: Vec<Field>,
    n_before: usize,
    style: RewriteStyle,
) -> (Option<Field>, Vec<Field>, bool) {
    let is_backwards = style.dialect.traits.evaluates_backwards;
    let emitted = |fields: &[Field]| -> Vec<usize> {
        let of = |field: &Field| field.arguments.clone();
        match is_backwards {
            true => fields.iter().rev().flat_map(of).collect(),
            false => fields.iter().flat_map(of).collect(),
        }
    };
    // A name in a placeholder is read after the arguments, which may change what it names.
    let late_last = |fields: &mut [Field]| {
        fields.sort_by_key(|field| field.is_read_late != is_backwards);
    };
    late_last(&mut fields);
    let message_order = fields.iter().position(|field| field.is_error);
    if let Some(at) = message_order {
        fields[..=at].rotate_right(1);
    }
    let mut keeps = evaluation::keeps_order(call, n_before, &emitted(&fields), false);
    let mut is_first = true;
    let is_error_first = style.dialect.form.is_some_and(|form| form.error == ErrorForm::Prefix);
    if !keeps && is_error_first {
        // An error has no other place there.
        keeps = evaluation::keeps_order(call, n_before, &emitted(&fields), true);
    }
    if !keeps
        && !is_error_first
        && let Some(at) = message_order
    {
        fields[..=at].rotate_left(1);
        is_first = false;
        keeps = evaluation::keeps_order(call, n_before, &emitted(&fields), false);
    }
    if !keeps {
        let first = usize::from(is_error_first && message_order.is_some());
        fields[first..].sort_by_key(|field| field.arguments.first().copied().unwrap_or(0));
        if is_backwards {
            fields[first..].reverse();
        }
        late_last(&mut fields[first..]);
        keeps = evaluation::keeps_order(call, n_before, &emitted(&fields), is_error_first);
    }
    let leads = is_first && fields.first().is_some_and(|field| field.is_error);
    let error = leads.then(|| fields.remove(0));
    (error, fields, keeps)
}

/// The sigil and the expression that print what the placeholder printed; `names` are those of arguments that are
/// computed before.
pub(super) fn formatted(
    call: &LogCall,
    value: &RewriteValue<'_>,
    names: &[Option<String>],
) -> Option<(&'static str, String)> {
    let name_of = |index: usize| names.get(index).cloned().flatten();
    let text = value.argument.and_then(name_of).unwrap_or_else(|| value.text.clone());
    if let Some(compound) = &value.compound {
        return Some(("%", compound.formatted(call, &name_of)?));
    }
    match value.spec {
        "" => return Some(("%", text)),
        "?" => return Some(("?", text)),
        // A range of bits has no placeholder in Rust.
        bits if bits.contains("..") => return None,
        _ => {}
    }
    let mut spec = value.spec.to_owned();
    let mut arguments = String::new();
    for (number, index) in value.spec_arguments.iter().enumerate() {
        let argument = call.format_args.get(*index)?;
        let name = match &argument.name {
            Some(name) => name.clone(),
            None => {
                // `.*` and `1$` count arguments that are elsewhere now.
                let name = format!("width{}", number + 1);
                if spec.contains(".*") {
                    spec = spec.replacen(".*", &format!(".{name}$"), 1);
                } else {
                    spec = spec.replacen(&format!("{index}$"), &format!("{name}$"), 1);
                }
                name
            }
        };
        let width = name_of(*index).unwrap_or_else(|| argument.value.text.clone());
        arguments.push_str(&format!(", {name} = {width}"));
    }
    let prefix = value.prefix;
    let text = if value.expr.is_none() {
        format!("format_args!(\"{prefix}{{{text}:{spec}}}\"{arguments})")
    } else {
        format!("format_args!(\"{prefix}{{:{spec}}}\", {text}{arguments})")
    };
    Some(("%", text))
}
