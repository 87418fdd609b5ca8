//! What rules need to know of a file besides its calls, and how it is looked up.

use std::collections::{HashMap, HashSet};

use super::{Level, Nested, Span};

/// Other facts of a file that rules judge, besides its calls.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Functions with the parameters, attributes and locals that matter for contextual logging.
    pub functions: Vec<Function>,
    /// Guards of `span.enter()`/`entered()` that live over an `.await`: guard and await.
    pub guards_across_await: Vec<(Span, Span)>,
    /// Span macros whose span is entered: the macro's call, and where its fields are context.
    pub entered_spans: Vec<(Span, Span)>,
    /// Method and function calls on loggers, by their starts: `Logger::current()`, `with_values`, `Logger::background()`.
    pub logger_calls: Vec<LoggerCall>,
    /// Entries that no macro makes, in source order.
    pub emitted: Vec<Emitted>,
    index: Index,
}

/// What is looked up for each call of the file.
#[derive(Clone, Debug, Default)]
struct Index {
    functions: Nested,
    entered_spans: Nested,
    logger_calls: Nested,
    /// Calls by the function around them and the name that they are bound to, in the order of their starts and ends.
    bound: HashMap<(Option<usize>, String), Vec<usize>>,
}

/// A function, seen by the contextual rules.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// From `fn` to the end of the body.
    pub span: Span,
    /// Signature alone, for the snippet.
    pub signature: Span,
    /// Name and type text of each parameter.
    pub parameters: Vec<(String, String)>,
    /// Loggers by how they are written: parameters, `let` with a logger's constructor, `self.log`-like fields; with where they
    /// may be used: to the end of their block, or until they are moved.
    pub loggers: Vec<(String, Span)>,
    /// The function's closures and `async` blocks, which may not be able to borrow what is around them.
    pub closures: Vec<Span>,
    /// Closures and futures that run with another current logger: `logger.in_scope(|| …)`, `async { … }.with_logger(logger)`.
    pub scopes: Vec<Span>,
    /// A parameter is a context (its type's name ends in `Context` or is `Ctx`).
    pub has_context: bool,
    /// Its `#[instrument(…)]`.
    pub instruments: Vec<Instrument>,
    /// In test code.
    pub test_code: bool,
    pub(crate) index: FunctionIndex,
}

/// `#[instrument(…)]`, or that of `#[cfg_attr(…, instrument(…))]`.
#[derive(Clone, Debug)]
pub struct Instrument {
    /// The attribute; in a `cfg_attr` what is written there of it.
    pub span: Span,
    /// The text of its arguments.
    pub arguments: String,
    /// Where they begin, after the bracket; without brackets, where these would be.
    pub arguments_at: usize,
    /// It has brackets.
    pub has_brackets: bool,
    /// In a `cfg_attr`: some builds do not have it.
    pub is_conditional: bool,
}

/// What is looked up for each call of a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct FunctionIndex {
    names: HashSet<String>,
    loggers: Nested,
    closures: Nested,
    scopes: Nested,
}

/// A call on a logger that is not a macro.
#[derive(Clone, Debug)]
pub struct LoggerCall {
    /// `current`, `background`, `with_values`, `with_name`, …
    pub method: String,
    /// The receiver's or type's text.
    pub receiver: String,
    /// The name that the result is bound to, when it is one (`let log = log.with_values(…)`, `log = …`).
    pub bound_to: Option<String>,
    /// The whole call.
    pub span: Span,
    /// Keys of the pairs that it adds (`kvs!`, slog's `o!`), with their places.
    pub keys: Vec<(String, Span)>,
    /// Depth of loops around it within the function.
    pub loop_depth: usize,
    /// Index into [`Facts::functions`].
    pub function_index: Option<usize>,
    /// In test code.
    pub test_code: bool,
}

/// An entry that no macro makes: of `#[instrument(err)]`, of a method of klog's logger.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The attribute or the call.
    pub span: Span,
    /// The function around it.
    pub function: Option<String>,
    /// The modules of the file around it, outermost first.
    pub modules: Vec<String>,
    /// Its level.
    pub level: Level,
    /// Its message, where it is constant.
    pub message: Option<String>,
    /// Its keys where they are constant, and what their values are made of, where that is no text.
    pub keys: Vec<(Option<String>, Option<String>)>,
    /// The logger and its place.
    pub logger: Option<(String, Span)>,
    /// A target, and its name where that is constant.
    pub target: Option<Option<String>>,
    /// klog's own, and not an event of `tracing`.
    pub is_of_klog: bool,
    /// In test code.
    pub test_code: bool,
}

/// How many spans around a place are looked at.
const N_SPANS: usize = 32;

/// How many loggers that are made of each other are followed. What a long chain of them carries is too much for any line.
const N_DERIVED: usize = 16;

impl Facts {
    /// The facts of a text that differs from this one's in calls alone: `place` says where each place is there.
    pub(crate) fn moved(&self, place: &dyn Fn(usize) -> usize) -> Self {
        let span = |span: &Span| place(span.start)..place(span.end);
        let pair = |(one, other): &(Span, Span)| (span(one), span(other));
        let named = |(name, at): &(String, Span)| (name.clone(), span(at));
        let instrument = |one: &Instrument| Instrument {
            span: span(&one.span),
            arguments_at: place(one.arguments_at),
            ..one.clone()
        };
        let function = |one: &Function| Function {
            name: one.name.clone(),
            span: span(&one.span),
            signature: span(&one.signature),
            parameters: one.parameters.clone(),
            loggers: one.loggers.iter().map(named).collect(),
            closures: one.closures.iter().map(span).collect(),
            scopes: one.scopes.iter().map(span).collect(),
            has_context: one.has_context,
            instruments: one.instruments.iter().map(instrument).collect(),
            test_code: one.test_code,
            index: FunctionIndex::default(),
        };
        let logger_call = |one: &LoggerCall| LoggerCall {
            span: span(&one.span),
            keys: one.keys.iter().map(named).collect(),
            ..one.clone()
        };
        let emitted = |one: &Emitted| Emitted {
            span: span(&one.span),
            logger: one.logger.as_ref().map(named),
            ..one.clone()
        };
        let mut facts = Self {
            functions: self.functions.iter().map(function).collect(),
            guards_across_await: self.guards_across_await.iter().map(pair).collect(),
            entered_spans: self.entered_spans.iter().map(pair).collect(),
            logger_calls: self.logger_calls.iter().map(logger_call).collect(),
            emitted: self.emitted.iter().map(emitted).collect(),
            index: Index::default(),
        };
        facts.finish();
        facts
    }

    /// Makes what look-ups need; the lists stay as they are from now on.
    pub(crate) fn finish(&mut self) {
        self.logger_calls.sort_by_key(|call| call.span.start);
        for function in &mut self.functions {
            function.index = FunctionIndex {
                names: function.loggers.iter().map(|(name, _)| name.clone()).collect(),
                loggers: Nested::of(function.loggers.iter().map(|(_, scope)| scope.clone())),
                closures: Nested::of(function.closures.iter().cloned()),
                scopes: Nested::of(function.scopes.iter().cloned()),
            };
        }
        let mut bound: HashMap<(Option<usize>, String), Vec<usize>> = HashMap::new();
        for (index, call) in self.logger_calls.iter().enumerate() {
            if let Some(name) = &call.bound_to {
                bound.entry((call.function_index, name.clone())).or_default().push(index);
            }
        }
        for calls in bound.values_mut() {
            calls.sort_by_key(|index| {
                let span = &self.logger_calls[*index].span;
                (span.start, span.end)
            });
        }
        self.index = Index {
            functions: Nested::of(self.functions.iter().map(|one| one.span.clone())),
            entered_spans: Nested::of(self.entered_spans.iter().map(|(_, scope)| scope.clone())),
            logger_calls: Nested::of(self.logger_calls.iter().map(|one| one.span.clone())),
            bound,
        };
    }

    /// A function has a logger, a span or a scope.
    pub fn has_contexts(&self) -> bool {
        let has = |one: &Function| {
            !one.instruments.is_empty() || !one.scopes.is_empty() || !one.loggers.is_empty()
        };
        !self.entered_spans.is_empty() || self.functions.iter().any(has)
    }

    /// The innermost function around a place; none in a macro's arguments outside of functions and in code that does not
    /// parse.
    pub fn function_at(&self, place: usize) -> Option<&Function> {
        self.functions.get(self.function_index_at(place)?)
    }

    fn function_index_at(&self, place: usize) -> Option<usize> {
        self.index.functions.around(place).next()
    }

    /// Spans that are entered around a place, the innermost first. Nobody enters more of them than are looked at.
    pub fn spans_around(&self, place: usize) -> impl Iterator<Item = &(Span, Span)> {
        let spans = self.index.entered_spans.around(place).take(N_SPANS);
        spans.filter_map(|index| self.entered_spans.get(index))
    }

    /// Calls on loggers that a place is in, the innermost first.
    pub fn logger_calls_around(&self, place: usize) -> impl Iterator<Item = &LoggerCall> {
        self.index.logger_calls.around(place).filter_map(|index| self.logger_calls.get(index))
    }

    /// The calls that made a logger, by its name at a place, as far as they are in the same function: of
    /// `let log = logger.with_name("name").with_values(kvs!(pod))` both, the first ones first.
    pub fn derivations(&self, logger: &str, place: usize) -> Vec<&LoggerCall> {
        let function = self.function_index_at(place);
        let mut name = bare(logger);
        let mut before = place;
        let mut found: Vec<&LoggerCall> = Vec::new();
        while found.len() < N_DERIVED {
            let Some(last) = self.last_bound(function, name, before) else { break };
            // A chain of calls begins at one place.
            let first = self.logger_calls.partition_point(|one| one.span.start < last.span.start);
            let chain = self.logger_calls[first..].iter();
            let mut chain: Vec<&LoggerCall> =
                chain.take_while(|one| one.span.start == last.span.start).collect();
            chain.sort_by_key(|one| std::cmp::Reverse(one.span.end));
            let root = chain.last().map_or("", |first| bare(&first.receiver));
            before = last.span.start;
            found.extend(chain);
            name = root;
        }
        found.reverse();
        found
    }

    /// The last call before a place whose result is bound to a name.
    fn last_bound(
        &self,
        function: Option<usize>,
        name: &str,
        before: usize,
    ) -> Option<&LoggerCall> {
        let calls = self.index.bound.get(&(function, name.to_owned()))?;
        let n_begun = calls.partition_point(|at| self.logger_calls[*at].span.start < before);
        let mut begun = calls[..n_begun].iter().rev().map(|at| &self.logger_calls[*at]);
        begun.find(|one| {
            crate::work::count(1);
            one.span.end <= before
        })
    }
}

/// The name of a logger in an expression that adds neither name nor pairs: `&log`, `log.clone()`, `log.v(2)`.
fn bare(logger: &str) -> &str {
    let mut name = logger.trim_start_matches('&').trim();
    loop {
        let level = name.rsplit_once(".v(").filter(|(_, rest)| !rest.contains('.'));
        let cloned = name.strip_suffix(".clone()");
        match cloned.or(level.map(|(name, _)| name)) {
            Some(rest) => name = rest.trim(),
            None => return name,
        }
    }
}

impl Function {
    /// A logger is written so somewhere in it.
    pub fn has_logger(&self, name: &str) -> bool {
        self.index.names.contains(name)
    }

    /// Loggers that may be used at a place, the last one first.
    pub fn loggers_at(&self, place: usize) -> impl Iterator<Item = &(String, Span)> {
        self.index.loggers.around(place).filter_map(|index| self.loggers.get(index))
    }

    /// Closures and `async` blocks around a place, the innermost first.
    pub fn closures_around(&self, place: usize) -> impl Iterator<Item = &Span> {
        self.index.closures.around(place).filter_map(|index| self.closures.get(index))
    }

    /// Scopes of other loggers around a place, the innermost first.
    pub fn scopes_around(&self, place: usize) -> impl Iterator<Item = &Span> {
        self.index.scopes.around(place).filter_map(|index| self.scopes.get(index))
    }
}
