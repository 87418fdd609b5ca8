//! Events of plain `tracing`, rendered straight from their fields.
//!
//! What a place in the code logs is the same each time but for the values: keys are quoted and the place is written out
//! when its first event comes, and kept. An event whose message comes first and whose keys are usual is then rendered
//! while its fields are visited; any other is collected first, in `layer.rs`.

use std::{
    cell::Cell,
    collections::HashMap,
    sync::{LazyLock, RwLock},
};

use tracing::{Event, Metadata, field::Field};

use super::{FieldVisitor, OnField, Template, known_libraries};
use crate::{
    base::{Key, fork, is_reserved},
    value::Value,
};

/// What the lines of an event have in common, if its fields can be rendered as they are visited.
pub(crate) fn template(event: &Event<'_>) -> Option<&'static Template> {
    /// Places that a thread finds without a lock.
    const N_NEAR: usize = 64;
    type Near = (&'static Metadata<'static>, Option<&'static Template>);
    thread_local! {
        static NEAR: [Cell<Option<Near>>; N_NEAR] = const { [const { Cell::new(None) }; N_NEAR] };
    }
    let metadata = event.metadata();
    let address = std::ptr::from_ref(metadata).addr();
    NEAR.with(|near| {
        let near = &near[address / 32 % N_NEAR];
        match near.get() {
            Some((before, template)) if std::ptr::eq(before, metadata) => template,
            _ => {
                let template = find(metadata);
                near.set(Some((metadata, template)));
                template
            }
        }
    })
}

/// Metadata live as long as the program, and so does what is known of them.
#[cold]
fn find(metadata: &'static Metadata<'static>) -> Option<&'static Template> {
    type Templates = HashMap<usize, Option<&'static Template>>;
    static ALL: LazyLock<RwLock<Templates>> = LazyLock::new(RwLock::default);
    let address = std::ptr::from_ref(metadata).addr();
    let _held = fork::hold();
    if let Some(template) = fork::read(&ALL).get(&address) {
        return *template;
    }
    let mut all = fork::write(&ALL);
    *all.entry(address).or_insert_with(|| {
        is_usual(metadata).then(|| {
            let keys = metadata.fields().iter().skip(1).map(|field| key(field.name())).collect();
            &*Box::leak(Box::new(Template::new(metadata, None, keys)))
        })
    })
}

/// Whether the message is the first field, keys are unique and no key has a meaning of its own.
fn is_usual(metadata: &'static Metadata<'static>) -> bool {
    let names = || metadata.fields().iter().map(|field| field.name());
    names().next() == Some("message")
        && !known_libraries::is_log_record(metadata)
        && chosen_target(metadata).is_none()
        && names().enumerate().skip(1).all(|(index, name)| {
            !is_reserved(name) && names().take(index).all(|before| before != name)
        })
}

/// The key with the answer whether a format has to quote anything in it.
fn key(name: &'static str) -> Key<'static> {
    let is_usual =
        name.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\'));
    if is_usual && !name.is_empty() { Key::checked(name) } else { Key::unchecked(name) }
}

/// The name that the author has given an event instead of a message: `info!(name: "Export.Failed", …)`.
pub(crate) fn name_of(metadata: &Metadata<'static>) -> Option<&'static str> {
    Some(metadata.name()).filter(|name| !name.starts_with("event "))
}

/// The target that the author has given an event or a call: `info!(target: "audit", …)`. Without one it is the module.
pub(crate) fn chosen_target(metadata: &Metadata<'static>) -> Option<&'static str> {
    Some(metadata.target())
        .filter(|target| metadata.module_path().is_some_and(|module| module != *target))
}

/// What an event says.
pub(crate) enum Part<'a> {
    /// The message, which comes first and once; empty if there is none.
    Message(&'a Value<'a>),
    /// The pair of this number.
    Pair(usize, &'a Value<'a>),
}

/// Takes the parts of an event, in the order in which they are visited; closures are made for it as well.
pub(crate) trait Parts {
    fn message(&mut self, message: &Value<'_>);

    /// An implementation that is inlined knows the kind of the value when it is compiled.
    fn pair(&mut self, index: usize, value: &Value<'_>);
}

impl<F: FnMut(Part<'_>)> Parts for F {
    fn message(&mut self, message: &Value<'_>) {
        self(Part::Message(message));
    }

    fn pair(&mut self, index: usize, value: &Value<'_>) {
        self(Part::Pair(index, value));
    }
}

/// Hands over the message and then every pair of an event.
#[inline]
pub(crate) fn visit(event: &Event<'_>, parts: &mut impl Parts) {
    let mut visitor = FieldVisitor(Visitor { parts, has_message: false });
    event.record(&mut visitor);
    if !visitor.0.has_message {
        visitor.0.parts.message(&Value::Str(""));
    }
}

struct Visitor<'a, P> {
    parts: &'a mut P,
    has_message: bool,
}

impl<P: Parts> OnField for Visitor<'_, P> {
    #[inline(always)]
    fn field(&mut self, field: &Field, value: &Value<'_>) {
        let index = field.index();
        if !self.has_message {
            self.has_message = true;
            self.parts.message(if index == 0 { value } else { &Value::Str("") });
        }
        if let Some(index) = index.checked_sub(1) {
            self.parts.pair(index, value);
        }
    }
}
