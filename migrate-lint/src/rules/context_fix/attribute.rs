//! `tracing`: the function's own span, or one around the rest of a block.

use super::super::Context;
use super::super::repeated_pair::Group;
use super::scope::Place;
use super::{Form, Plan, Shape, arguments};
use crate::call::Instrument;
use crate::finding::Edit;
use crate::safety::Reason;
use crate::scan::flow::BodyKind;

pub(super) fn tracing(
    context: &Context<'_>,
    group: &Group<'_>,
    roots: &[String],
    place: &Place,
) -> Result<Shape, Reason> {
    let flow = context.scanned.flow();
    let body = flow.bodies.get(place.body).ok_or(Reason::NoCommonScope)?;
    let is_first = flow
        .blocks_around(body.block.start)
        .any(|block| block.span == body.block && block.statements.first() == Some(&place.first));
    let is_parameter = |name: &String| {
        name == "self" && body.receiver.is_some()
            || body.parameters.iter().any(|(known, _)| known.trim_start_matches("mut ") == name)
    };
    if body.kind == BodyKind::Function
        && body.name != "main"
        && !body.is_special
        && is_first
        && roots.iter().all(is_parameter)
        && group.function == place.body
        && !body.output.contains("impl ")
        && body.instruments.len() <= 1
        && body
            .instruments
            .iter()
            .all(|one| !one.is_conditional && level(&one.arguments).is_none_or(|it| it == "error"))
    {
        return Ok(Shape::Attribute);
    }
    if body.is_async && place.is_whole_body {
        let is_plain = !["dyn ", "impl "].iter().any(|word| body.output.contains(word));
        if is_plain {
            return Ok(Shape::AsyncSpan);
        }
    }
    let next = body.awaits.partition_point(|at| *at < place.first.start);
    let awaits = body.awaits.get(next).is_some_and(|at| *at < place.last.end);
    if awaits { Err(Reason::SpanAcrossAwait) } else { Ok(Shape::Guard) }
}

pub(super) fn edits(
    context: &Context<'_>,
    plan: &Plan,
    groups: &[&Group<'_>],
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let flow = context.scanned.flow();
    let body = flow.bodies.get(plan.body)?;
    let fields = arguments(context, groups, Form::Fields)?;
    let Some(Instrument { span, arguments: before, .. }) = body.instruments.first() else {
        let text = &context.scanned.source.text;
        let line = text.get(..body.attributes_at)?.rfind('\n').map_or(0, |at| at + 1);
        let indent = text.get(line..body.attributes_at)?;
        let indent = if indent.trim().is_empty() { indent } else { "" };
        let attribute = format!(
            "#[{}::instrument(skip_all, level = \"error\", fields({fields}))]\n{indent}",
            plan.library
        );
        edits.push(Edit { span: body.attributes_at..body.attributes_at, text: attribute });
        return Some(());
    };
    let attribute = context.text(span);
    edits.push(with_fields(attribute, span.start, &fields)?);
    // A span that is filtered out takes its fields along, so it is of the highest level.
    if level(before).is_none() {
        let last = edits.last_mut()?;
        let at = attribute.find('(').map(|open| span.start + open + 1);
        match at {
            Some(at) if at == last.span.start => {
                last.text = format!("level = \"error\", {}", last.text.trim_start_matches(", "));
            }
            Some(at) => {
                let text = "level = \"error\", ".to_owned();
                edits.push(Edit { span: at..at, text });
            }
            None => last.text = last.text.replacen('(', "(level = \"error\", ", 1),
        }
    }
    Some(())
}

/// The level that an attribute gives its span: `error`.
fn level(arguments: &str) -> Option<String> {
    let (_, rest) = arguments.split_once("level")?;
    let value = rest.trim_start().strip_prefix('=')?.split(',').next()?;
    let name = value.trim().trim_matches('"').rsplit("::").next()?;
    Some(name.to_lowercase())
}

/// Adds fields to an attribute that is there.
fn with_fields(attribute: &str, start: usize, fields: &str) -> Option<Edit> {
    let at = |at: usize, text: String| Some(Edit { span: start + at..start + at, text });
    if let Some(open) = attribute.find("fields(") {
        let open = open + "fields(".len();
        let is_empty = attribute.get(open..)?.trim_start().starts_with(')');
        let comma = if is_empty { "" } else { ", " };
        return at(open, format!("{fields}{comma}"));
    }
    match attribute.rfind(')') {
        Some(close) => {
            let inside = attribute.get(..close)?.trim_end();
            let comma = if inside.ends_with('(') || inside.ends_with(',') { "" } else { ", " };
            at(inside.len(), format!("{comma}fields({fields})"))
        }
        None => at(attribute.rfind(']')?, format!("(fields({fields}))")),
    }
}
