//! What an output may do with its entries beyond writing them: change their pairs, name thread and span, make an entry of
//! a span's end, colour the header.
//!
//! None of it is in the way of an output that does nothing of the kind.

use std::{fmt, sync::Arc, thread, time::Instant};

use super::{CHANGED, Output};
use crate::{
    base::{Severity, stats::LossReason},
    entry::{Record, Source},
    pairs::{CallPairs, Context, stored},
    value::{Value, guard},
};

/// The fate of a pair, see [`Output::with_edit`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// It is written as it is.
    Keep,
    /// This text is written instead of its value.
    Replace(String),
    /// It is not written.
    Drop,
}

type EditFn = dyn Fn(&str, &Value<'_>) -> Edit + Send + Sync;

#[derive(Clone, Default)]
pub(super) struct Extras {
    edit: Option<Arc<EditFn>>,
    has_thread: bool,
    has_span: bool,
    has_span_ends: bool,
    has_color: bool,
}

impl Output {
    /// Asks `edit` what becomes of each pair before it is written (klog's `SetLogFilter`, slog's `ReplaceAttr`): to redact,
    /// to shorten, to leave out.
    ///
    /// It is asked for the pairs of spans, loggers and calls by their keys, for the error by `err` and for the message by
    /// `msg`. If it panics, the value is not written. What `edit` logs, and what values log that it formats, is kept out of
    /// this output and counted: it would be asked about that again.
    ///
    /// ```
    /// use klog::{Format, Output, output::Edit, sink::Stream};
    ///
    /// let output = Output::new(Format::Text, Stream::stdout()).with_header(false).with_edit(|key, _| match key {
    ///     "token" | "password" => Edit::Replace("--- REDACTED ---".into()),
    ///     "trace" => Edit::Drop,
    ///     _ => Edit::Keep,
    /// });
    /// klog::info!(logger: output.logger(), "Signed in", user = "ada", token = "s3cr3t", trace = 7);
    /// // "Signed in" user="ada" token="--- REDACTED ---"
    /// ```
    #[must_use]
    pub fn with_edit(
        self,
        edit: impl Fn(&str, &Value<'_>) -> Edit + Send + Sync + 'static,
    ) -> Self {
        self.with_extras(|extras| extras.edit = Some(Arc::new(edit)))
    }

    /// Adds the pair `thread` with the name of the thread to each entry, if it has one.
    ///
    /// ```
    /// let output = klog::Output::default().with_thread_name(true);
    /// klog::info!(logger: output.logger(), "Shard loaded", shard = 3);
    /// // "Shard loaded" shard=3 thread="main"
    /// ```
    #[must_use]
    pub fn with_thread_name(self, has_thread: bool) -> Self {
        self.with_extras(|extras| extras.has_thread = has_thread)
    }

    /// Adds the pair `span` with the name of the innermost span around each entry.
    ///
    /// ```
    /// use tracing_subscriber::prelude::*;
    ///
    /// let output = klog::Output::default().with_span_name(true);
    /// let subscriber = tracing_subscriber::registry().with(output.layer());
    /// tracing::subscriber::with_default(subscriber, || {
    ///     let _span = tracing::info_span!("reconcile", attempt = 1).entered();
    ///     klog::info!("Pod created"); // "Pod created" attempt=1 span="reconcile"
    /// });
    /// ```
    #[must_use]
    pub fn with_span_name(self, has_span: bool) -> Self {
        self.with_extras(|extras| extras.has_span = has_span)
    }

    /// Makes an entry of each span's end, with its fields, its name and the time since it was made.
    ///
    /// The end of a span is information at V0, of a `debug_span!` at V4 and of a `trace_span!` at V5. A span that reaches
    /// no layer, because another filter hides it, has no end.
    ///
    /// ```
    /// use tracing_subscriber::prelude::*;
    ///
    /// let output = klog::Output::default().with_span_ends(true);
    /// let subscriber = tracing_subscriber::registry().with(output.layer());
    /// tracing::subscriber::with_default(subscriber, || {
    ///     tracing::info_span!("reconcile", attempt = 1).in_scope(|| klog::info!("Pod created"));
    ///     // "Pod created" attempt=1
    ///     // "Span ended" attempt=1 span="reconcile" duration="35.4µs"
    /// });
    /// ```
    #[must_use]
    pub fn with_span_ends(self, has_span_ends: bool) -> Self {
        self.with_extras(|extras| extras.has_span_ends = has_span_ends)
    }

    /// When a span is made, if its end is an entry. Without a clock, on wasm32-unknown-unknown, it has none.
    pub(crate) fn span_started(&self) -> Option<Instant> {
        let has_clock = !cfg!(all(target_family = "wasm", target_os = "unknown"));
        let is_wanted = self.extras.as_ref().is_some_and(|extras| extras.has_span_ends);
        (is_wanted && has_clock).then(Instant::now)
    }

    /// Colours the header of text by severity; ask for it where a person reads: off by default.
    ///
    /// ```
    /// use std::io::IsTerminal as _;
    ///
    /// let output = klog::Output::default().with_color(std::io::stderr().is_terminal());
    /// ```
    #[must_use]
    pub fn with_color(self, has_color: bool) -> Self {
        self.with_extras(|extras| extras.has_color = has_color)
    }

    fn with_extras(self, change: impl FnOnce(&mut Extras)) -> Self {
        let mut extras = self.extras.as_deref().cloned().unwrap_or_default();
        change(&mut extras);
        let Extras { edit, has_thread, has_span, has_span_ends, has_color } = &extras;
        let has_some = edit.is_some() || *has_thread || *has_span || *has_span_ends || *has_color;
        Output { extras: has_some.then(|| Arc::new(extras)), ..self }
    }

    /// Writes an entry with its pairs as they are wanted.
    #[cold]
    #[inline(never)]
    pub(super) fn write_changed(
        &self,
        record: &Record<'_>,
        context: &mut Context<'_>,
        extras: &Extras,
    ) -> Result<(), LossReason> {
        if extras.is_editing() {
            return Err(LossReason::Reentrant);
        }
        let mut context = *context;
        context.add_logger(record.logger.1);
        let mut changed = Changed { extras, tape: Vec::new(), at: Vec::new() };
        context.for_each(|pairs| pairs.for_each(|key, value| changed.add(key, &value)));
        record.pairs.for_each(|key, value| changed.add(key.name, value));
        if extras.has_span
            && let Some(name) = context.span_name()
        {
            changed.add("span", &Value::Str(name));
        }
        if extras.has_thread
            && let Some(name) = thread::current().name()
        {
            changed.add("thread", &Value::Str(name));
        }
        let n_pairs = changed.at.len();
        if let Some(err) = record.err {
            changed.add("err", err);
        }
        let Changed { tape, at, .. } = &changed;
        let read = |(key, at): &'_ (String, usize)| (key.clone(), stored::read(&mut &tape[*at..]));
        let owned: Vec<(String, Value<'_>)> = at.iter().map(read).collect();
        let named: Vec<(&str, Value<'_>)> =
            owned.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        let (pairs, err) = named.split_at(n_pairs);
        let message = extras.message(record.message());
        let place = record.place();
        let record = Record {
            severity: record.severity,
            verbosity: record.verbosity,
            source: Source::Parts {
                file: place.file,
                module: place.module,
                target: Some(place.target),
                line: record.line(),
                message: &message,
            },
            logger: (record.logger.0, None),
            err: err.first().map(|(_, value)| value),
            pairs: CallPairs::Named(pairs),
        };
        self.write_line::<CHANGED>(&record, &mut Context::default())
    }
}

/// Pairs in owned form, as they are wanted.
struct Changed<'a> {
    extras: &'a Extras,
    tape: Vec<u8>,
    at: Vec<(String, usize)>,
}

impl Changed<'_> {
    fn add(&mut self, key: &str, value: &Value<'_>) {
        let at = self.tape.len();
        match self.extras.edit(key, value) {
            Edit::Keep => stored::write(value, &mut self.tape),
            Edit::Replace(text) => stored::write(&Value::Str(&text), &mut self.tape),
            Edit::Drop => return,
        }
        self.at.push((key.to_owned(), at));
    }
}

impl Extras {
    /// Whether this thread is asking.
    fn is_editing(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| guard::is_in_sink_of(identity(edit)))
    }

    /// What becomes of a pair.
    fn edit(&self, key: &str, value: &Value<'_>) -> Edit {
        let Some(edit) = &self.edit else { return Edit::Keep };
        let mut answer = Edit::Drop;
        let ask = || {
            let result = guard::value(|| {
                answer = edit(key, value);
                Ok(())
            });
            if let Err(failure) = result {
                answer = Edit::Replace(failure.value().to_string());
            }
            Ok(())
        };
        // The output's own sink is not in use, and a program that ends here has it flushed.
        match guard::sink(identity(edit), ask) {
            Ok(()) => answer,
            Err(_) => Edit::Drop,
        }
    }

    fn message(&self, message: &str) -> String {
        match self.edit("msg", &Value::Str(message)) {
            Edit::Keep => message.to_owned(),
            Edit::Replace(text) => text,
            Edit::Drop => String::new(),
        }
    }

    /// Colours what is before the message.
    pub(super) fn color(&self, severity: Severity, line: &mut Vec<u8>) {
        if !self.has_color {
            return;
        }
        // No name in a header contains a bracket.
        let Some(end) = line.iter().position(|byte| *byte == b']') else { return };
        let color: &[u8] = match severity {
            Severity::Info => b"\x1b[36m",
            Severity::Warning => b"\x1b[33m",
            Severity::Error | Severity::Fatal => b"\x1b[31m",
        };
        line.splice(end + 1..end + 1, *b"\x1b[0m");
        line.splice(0..0, color.iter().copied());
    }
}

/// Tells a hook from others, and from outputs.
fn identity(edit: &Arc<EditFn>) -> usize {
    Arc::as_ptr(edit).addr()
}

impl fmt::Debug for Extras {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Extras")
    }
}
