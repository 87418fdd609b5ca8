//! The output as a layer of `tracing_subscriber`: klog's own entries, and events and spans of everybody else.

#[cfg(feature = "opentelemetry")]
use std::sync::atomic::Ordering::Relaxed;
use std::{sync::Arc, time::Instant};

use smallvec::SmallVec;
use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    Registry, layer,
    registry::{LookupSpan, SpanData as _, SpanRef},
};

#[cfg(feature = "opentelemetry")]
use crate::pairs::trace_ids;
use crate::{
    base::{
        Key, Severity,
        thread_buffers::{self, Use},
    },
    entry::{Record, Source, in_flight::with_record, verbosity},
    logger::Logger,
    output::Output,
    pairs::{
        CallPairs, Context, FieldVisitor, OnField, Pairs, SpanFields,
        event::{chosen_target, name_of, template},
        known_libraries, spans, stored,
    },
    serialize::append_display,
    value::{Value, depth},
};

/// What the layer keeps with a span: one for each output.
struct Extension(SmallVec<[(usize, Arc<SpanFields>); 1]>);

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
                let trace = trace_ids::current(self.format().pairs());
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
        trace_ids::of_span(&started.id(), &self.home.get(), self.format().pairs())
    }

    /// Renders an event of plain `tracing`.
    fn write_event(&self, event: &Event<'_>, span: Option<&SpanFields>, trace: Option<&Pairs>) {
        if depth::is_entry_uncounted() {
            return depth::in_entry(|| self.write_event(event, span, trace));
        }
        let metadata = event.metadata();
        let (severity, verbosity) = verbosity::of_level(*metadata.level());
        if let Some(template) = template(event).filter(|_| self.renders_once()) {
            return Logger::with_current(|logger| {
                let record = Record {
                    severity,
                    verbosity: verbosity.saturating_add(logger.map_or(0, Logger::offset)),
                    source: Source::Event(event),
                    logger: logger.map_or((None, None), Logger::name_and_pairs),
                    err: None,
                    pairs: CallPairs::Event(event, template),
                };
                Context::with(span, trace, |context| self.write_event_line(&record, context));
            });
        }
        thread_buffers::with(Use::Tape, |tape| {
            thread_buffers::with(Use::Piece, |message| {
                let mut fields =
                    FieldVisitor(Fields { tape, message: Some(message), at: SmallVec::new() });
                event.record(&mut fields);
                let at = fields.0.at;
                let mut err = None;
                let mut pairs: SmallVec<[(&str, Value<'_>); 8]> = SmallVec::new();
                for (name, at) in at {
                    let value = stored::read(&mut &tape[at..]);
                    if name == "err" && err.is_none() {
                        err = Some(value);
                    } else {
                        pairs.push((name, value));
                    }
                }
                let is_log_record = known_libraries::is_log_record(metadata);
                let (file, line, module) = if is_log_record {
                    known_libraries::take_origin(&mut pairs)
                } else {
                    (metadata.file(), metadata.line(), metadata.module_path())
                };
                let mut message = String::from_utf8_lossy(message);
                if !is_log_record {
                    if let Some(target) = chosen_target(metadata) {
                        pairs.insert(0, ("target", Value::Str(target)));
                    }
                    if message.is_empty() {
                        // As `#[instrument(err)]` makes them: what failed is the span.
                        let name = name_of(metadata).or(span.map(SpanFields::name));
                        message = name.unwrap_or_default().into();
                        if err.is_none()
                            && let Some(at) = pairs.iter().position(|(key, _)| *key == "error")
                        {
                            err = Some(pairs.remove(at).1);
                        }
                    }
                }
                Logger::with_current(|logger| {
                    let record = Record {
                        severity,
                        verbosity: verbosity.saturating_add(logger.map_or(0, Logger::offset)),
                        source: Source::Parts {
                            file,
                            module,
                            target: Some(metadata.target()),
                            line: line.unwrap_or(1),
                            message: &message,
                        },
                        logger: logger.map_or((None, None), Logger::name_and_pairs),
                        err: err.as_ref(),
                        pairs: CallPairs::Named(&pairs),
                    };
                    Context::with(span, trace, |context| self.write(&record, context));
                });
            });
        });
    }
}

impl Output {
    /// Makes an entry of a span's end.
    fn write_span_end(&self, metadata: &Metadata<'_>, span: &SpanFields, started: Instant) {
        if depth::is_entry_uncounted() {
            return depth::in_entry(|| self.write_span_end(metadata, span, started));
        }
        // A span of ERROR is one that is never left out, and its end no error.
        let (_, verbosity) = verbosity::of_level(*metadata.level());
        let nanos = i64::try_from(started.elapsed().as_nanos()).unwrap_or(i64::MAX);
        let pairs = [("span", Value::Str(span.name())), ("duration", Value::Duration(nanos))];
        Logger::with_current(|logger| {
            let record = Record {
                severity: Severity::Info,
                verbosity: verbosity.saturating_add(logger.map_or(0, Logger::offset)),
                source: Source::Parts {
                    file: metadata.file(),
                    module: metadata.module_path(),
                    target: Some(metadata.target()),
                    line: metadata.line().unwrap_or(1),
                    message: "Span ended",
                },
                logger: logger.map_or((None, None), Logger::name_and_pairs),
                err: None,
                pairs: CallPairs::Named(&pairs),
            };
            Context::with(Some(span), None, |context| self.write(&record, context));
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
                Pairs::default().with(self.format().pairs(), |each| {
                    let mut each =
                        |name: &str, value: &Value<'_>| each(Key::unchecked(name), value);
                    match known_libraries::translation(span.metadata()) {
                        Some(translate) => translate(fields, &mut each),
                        None => fields.iter().for_each(|(name, value)| each(name, value)),
                    }
                })
            },
        );
        let started = self.span_started();
        let fields = Arc::new(SpanFields::new(span.metadata().name(), parent, fields, started));
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
                |recorded| fields.record(self.format().pairs(), recorded),
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

    fn on_close(&self, id: span::Id, context: layer::Context<'_, S>) {
        if self.renders_once() {
            return;
        }
        let Some(span) = context.span(&id) else { return };
        if let Some(fields) = self.fields_of(&span)
            && let Some(started) = fields.started
        {
            self.write_span_end(span.metadata(), &fields, started);
        }
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
    thread_buffers::with(Use::Tape, |tape| {
        let mut fields = FieldVisitor(Fields { tape, message: None, at: SmallVec::new() });
        record(&mut fields);
        let at = fields.0.at;
        let pairs: SmallVec<[(&str, Value<'_>); 8]> =
            at.into_iter().map(|(name, at)| (name, stored::read(&mut &tape[at..]))).collect();
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

impl OnField for Fields<'_> {
    fn field(&mut self, field: &Field, value: &Value<'_>) {
        match &mut self.message {
            Some(message) if field.name() == "message" => {
                message.clear();
                append_display(value, message);
            }
            _ => {
                self.at.push((field.name(), self.tape.len()));
                stored::write(value, self.tape);
            }
        }
    }
}
