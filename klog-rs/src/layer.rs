//! The output as a layer of `tracing_subscriber`: klog's own entries, and events and spans of everybody else.

#[cfg(feature = "opentelemetry")]
use std::sync::atomic::Ordering::Relaxed;
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use smallvec::SmallVec;
use tracing::{
    Dispatch, Event, Subscriber,
    dispatcher::{self, WeakDispatch},
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    Registry, layer,
    registry::{LookupSpan, SpanData as _, SpanRef},
};

#[cfg(feature = "opentelemetry")]
use crate::otel;
use crate::{
    Logger,
    context::Context,
    encode::{Key, guard},
    event, foreign,
    output::Output,
    pairs::{CallPairs, Pairs},
    record::{Record, Source, with_record},
    scratch::{self, Use},
    spans::{self, SpanFields},
    value::{self, Value},
    verbosity,
};

/// What the layer keeps with a span: one for each output.
struct Extension(SmallVec<[(usize, Arc<SpanFields>); 1]>);

/// The subscriber that a layer is part of, which is asked for what the layer's own filter hides.
///
/// A copy of the layer is part of none yet.
#[derive(Default)]
pub(crate) struct Home {
    subscriber: OnceLock<WeakDispatch>,
}

impl Home {
    fn set(&self, dispatch: &Dispatch) {
        // A layer that is shared by several subscribers belongs to the first.
        let _ = self.subscriber.set(dispatch.downgrade());
    }

    fn get(&self) -> Dispatch {
        // `Option` and `Vec` of layers do not tell them where they are; then it is the program's, if it has one.
        self.subscriber
            .get()
            .and_then(WeakDispatch::upgrade)
            .unwrap_or_else(|| dispatcher::get_default(Clone::clone))
    }
}

impl Clone for Home {
    fn clone(&self) -> Self {
        Home::default()
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Home")
    }
}

impl Output {
    /// Tells outputs apart.
    fn owner(&self) -> usize {
        self.identity()
    }

    fn fields_of<S>(&self, span: &SpanRef<'_, S>) -> Option<Arc<SpanFields>>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let extensions = span.extensions();
        let of_outputs = extensions.get::<Extension>()?;
        of_outputs
            .0
            .iter()
            .find(|(owner, _)| *owner == self.owner())
            .map(|(_, fields)| fields.clone())
    }

    /// Writes an event in the innermost span that the thread has entered, as nearly all events are.
    fn on_contextual_event(&self, event: &Event<'_>) {
        with_record(event, |record| match record {
            Some(record) => self.write_here(record),
            None => {
                #[cfg(feature = "opentelemetry")]
                let trace = otel::current(self.format());
                #[cfg(not(feature = "opentelemetry"))]
                let trace: Option<Arc<Pairs>> = None;
                spans::with_current(self.owner(), |span| {
                    self.write_event(event, span, trace.as_deref());
                });
            }
        });
    }

    /// The parent that an event names; if klog's filter hides that span, the next one around it that is shown.
    fn parent_of<'a, S>(
        &self,
        event: &Event<'_>,
        context: &'a layer::Context<'_, S>,
    ) -> Option<SpanRef<'a, S>>
    where
        S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    {
        let id = event.parent()?;
        if let Some(span) = context.span(id) {
            return Some(span);
        }
        let home = self.home.get();
        let registry = home.downcast_ref::<Registry>()?;
        let mut hidden = registry.span_data(id)?;
        loop {
            let parent = hidden.parent()?.clone();
            if let Some(span) = context.span(&parent) {
                return Some(span);
            }
            hidden = registry.span_data(&parent)?;
        }
    }

    /// The ids of the OpenTelemetry span of an event that names its parent.
    #[cfg(feature = "opentelemetry")]
    fn trace_of<S>(&self, event: &Event<'_>, context: &layer::Context<'_, S>) -> Option<Arc<Pairs>>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let started = self.parent_of(event, context)?.scope().find(|span| {
            self.fields_of(span).is_some_and(|fields| fields.was_entered.load(Relaxed))
        })?;
        otel::of_span(&started.id(), &self.home.get(), self.format())
    }

    /// Renders an event of plain `tracing`.
    fn write_event(&self, event: &Event<'_>, span: Option<&SpanFields>, trace: Option<&Pairs>) {
        let metadata = event.metadata();
        let (severity, verbosity) = verbosity::of_level(*metadata.level());
        if let Some(template) = event::template(event).filter(|_| self.renders_once()) {
            return Logger::with_current(|logger| {
                let record = Record {
                    severity,
                    verbosity: verbosity.saturating_add(logger.map_or(0, Logger::offset)),
                    source: Source::Event(event),
                    logger,
                    err: None,
                    pairs: CallPairs::Event(event, template),
                };
                Context::with(span, trace, |context| self.write_event_line(&record, context));
            });
        }
        scratch::with(Use::Tape, |tape| {
            scratch::with(Use::Piece, |message| {
                let mut fields = Fields { tape, message: Some(message), at: SmallVec::new() };
                event.record(&mut fields);
                let at = fields.at;
                let mut err = None;
                let mut pairs: SmallVec<[(&str, Value<'_>); 8]> = SmallVec::new();
                for (name, at) in at {
                    let value = value::read(&mut &tape[at..]);
                    if name == "err" && err.is_none() {
                        err = Some(value);
                    } else {
                        pairs.push((name, value));
                    }
                }
                let is_log_record = foreign::is_log_record(metadata);
                let (file, line) = if is_log_record {
                    foreign::take_origin(&mut pairs)
                } else {
                    (metadata.file(), metadata.line())
                };
                let mut message = String::from_utf8_lossy(message);
                if let Some(name) =
                    event::name_of(metadata).filter(|_| !is_log_record && message.is_empty())
                {
                    message = name.into();
                }
                Logger::with_current(|logger| {
                    let record = Record {
                        severity,
                        verbosity: verbosity.saturating_add(logger.map_or(0, Logger::offset)),
                        source: Source::Parts { file, line: line.unwrap_or(1), message: &message },
                        logger,
                        err: err.as_ref(),
                        pairs: CallPairs::Named(&pairs),
                    };
                    Context::with(span, trace, |context| self.write(&record, context));
                });
            });
        });
    }
}

impl<S> tracing_subscriber::Layer<S> for Output
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        self.home.set(dispatch);
    }

    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: layer::Context<'_, S>,
    ) {
        let Some(span) = context.span(id) else { return };
        let parent = if attributes.is_contextual() {
            spans::current(self.owner())
        } else {
            // Above a parent that klog's filter hides, it is the next one that is shown.
            span.parent().and_then(|span| self.fields_of(&span))
        };
        let fields = with_fields(
            |visit| attributes.record(visit),
            |fields| {
                Pairs::default().with(self.format(), |each| {
                    let mut each =
                        |name: &str, value: &Value<'_>| each(Key::unchecked(name), value);
                    match foreign::translation(span.metadata()) {
                        Some(translate) => translate(fields, &mut each),
                        None => fields.iter().for_each(|(name, value)| each(name, value)),
                    }
                })
            },
        );
        let fields = Arc::new(SpanFields::new(parent, fields));
        let mut extensions = span.extensions_mut();
        match extensions.get_mut::<Extension>() {
            Some(of_outputs) => of_outputs.0.push((self.owner(), fields)),
            None => extensions.insert(Extension(SmallVec::from_iter([(self.owner(), fields)]))),
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: layer::Context<'_, S>) {
        if let Some(fields) = context.span(id).and_then(|span| self.fields_of(&span)) {
            with_fields(
                |visit| values.record(visit),
                |recorded| fields.record(self.format(), recorded),
            );
        }
    }

    fn on_enter(&self, id: &span::Id, context: layer::Context<'_, S>) {
        if let Some(fields) = context.span(id).and_then(|span| self.fields_of(&span)) {
            #[cfg(feature = "opentelemetry")]
            fields.was_entered.store(true, Relaxed);
            spans::enter(self.owner(), id, fields);
        }
    }

    fn on_exit(&self, id: &span::Id, _: layer::Context<'_, S>) {
        spans::exit(self.owner(), id);
    }

    fn on_event(&self, event: &Event<'_>, context: layer::Context<'_, S>) {
        if event.is_contextual() {
            return self.on_contextual_event(event);
        }
        let span = self.parent_of(event, &context).and_then(|span| self.fields_of(&span));
        #[cfg(feature = "opentelemetry")]
        let trace = self.trace_of(event, &context);
        #[cfg(not(feature = "opentelemetry"))]
        let trace: Option<Arc<Pairs>> = None;
        let (span, trace) = (span.as_deref(), trace.as_deref());
        with_record(event, |record| match record {
            Some(record) => Context::with(span, trace, |context| self.write(record, context)),
            None => self.write_event(event, span, trace),
        });
    }
}

/// Collects what `record` visits and hands it to `f` as pairs.
fn with_fields<R>(
    record: impl FnOnce(&mut dyn Visit),
    f: impl FnOnce(&[(&str, Value<'_>)]) -> R,
) -> R {
    scratch::with(Use::Tape, |tape| {
        let mut fields = Fields { tape, message: None, at: SmallVec::new() };
        record(&mut fields);
        let at = fields.at;
        let pairs: SmallVec<[(&str, Value<'_>); 8]> =
            at.into_iter().map(|(name, at)| (name, value::read(&mut &tape[at..]))).collect();
        f(&pairs)
    })
}

/// Takes the fields of an event or span over into owned form.
struct Fields<'a> {
    tape: &'a mut Vec<u8>,
    /// Where the field `message` goes; `None` for spans, where it is a field like any other.
    message: Option<&'a mut Vec<u8>>,
    at: SmallVec<[(&'static str, usize); 8]>,
}

impl Fields<'_> {
    fn add(&mut self, field: &Field, value: &Value<'_>) {
        match &mut self.message {
            Some(message) if field.name() == "message" => {
                message.clear();
                guard::display(value, message);
            }
            _ => {
                self.at.push((field.name(), self.tape.len()));
                value::write(value, self.tape);
            }
        }
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, &Value::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &Value::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.add(field, &Value::I128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.add(field, &Value::U128(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, &Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, &Value::Str(value));
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.add(field, &Value::Bytes(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.add(field, &Value::Error(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, &Value::Debug(value));
    }
}
