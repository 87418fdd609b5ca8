//! What is in a line before the pairs of its call: fields of spans, ids of a trace, pairs of a logger.

use smallvec::SmallVec;

use super::{CallPairs, PairFormat, Pairs, SpanFields};
use crate::{
    base::{Key, KeyTable},
    raw::Cursor,
};

/// The pairs around a call, in their order: spans from root to leaf, ids of a trace, logger.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context<'a> {
    /// From leaf to root.
    spans: &'a [&'a SpanFields],
    trace: Option<&'a Pairs>,
    logger: Option<&'a Pairs>,
    /// Set of the keys of all parts, see [`crate::base::Key::bit`].
    keys: u64,
    /// A key occurs twice or is reserved.
    has_conflicting_keys: bool,
}

impl<'a> Context<'a> {
    /// Runs `f` with the context of a call in a span.
    #[inline]
    pub(crate) fn with<R>(
        leaf: Option<&SpanFields>,
        trace: Option<&Pairs>,
        f: impl FnOnce(Context<'_>) -> R,
    ) -> R {
        let (one, many);
        let spans = match leaf {
            None => &[][..],
            Some(span) if span.parent().is_none() => {
                one = [span];
                &one[..]
            }
            Some(span) => {
                many = branch(span);
                &many[..]
            }
        };
        let (keys, has_conflicting_keys) = Context::gather(spans, trace);
        f(Context { spans, trace, logger: None, keys, has_conflicting_keys })
    }

    /// The name of the innermost span.
    pub(crate) fn span_name(&self) -> Option<&'static str> {
        self.spans.first().map(|span| span.name())
    }

    /// Adds the pairs of a logger after it.
    #[inline(always)]
    pub(crate) fn add_logger(&mut self, logger: Option<&'a Pairs>) {
        if let Some(logger) = logger.filter(|logger| !logger.is_empty()) {
            let may_overlap = logger.keys & self.keys != 0;
            self.logger = Some(logger);
            self.keys |= logger.keys;
            self.has_conflicting_keys |=
                logger.has_conflicting_keys || may_overlap && self.overlaps();
        }
    }

    /// The keys of spans and trace, and whether one occurs twice or is reserved.
    #[inline(always)]
    fn gather(spans: &[&SpanFields], trace: Option<&Pairs>) -> (u64, bool) {
        if let ([span], None) = (spans, trace)
            && let Some(pairs) = span.unchanged()
        {
            return (pairs.keys, pairs.has_conflicting_keys);
        }
        Context { spans, trace, ..Context::default() }.gather_all()
    }

    #[inline(never)]
    fn gather_all(&self) -> (u64, bool) {
        let (mut keys, mut has_conflicting_keys, mut may_overlap) = (0, false, false);
        self.for_each(|pairs| {
            has_conflicting_keys |= pairs.has_conflicting_keys;
            may_overlap |= pairs.keys & keys != 0;
            keys |= pairs.keys;
        });
        (keys, has_conflicting_keys || may_overlap && self.overlaps())
    }

    /// Calls `each` with the pairs of every part.
    #[inline]
    pub(crate) fn for_each(&self, mut each: impl FnMut(&Pairs)) {
        for span in self.spans.iter().rev() {
            span.with_pairs(&mut each);
        }
        if let Some(trace) = self.trace {
            each(trace);
        }
        if let Some(logger) = self.logger {
            each(logger);
        }
    }

    /// Puts all pairs as `format` renders them, where there is mostly a logger alone.
    #[inline]
    pub(crate) fn put(&self, format: PairFormat, to: &mut Cursor<'_>) {
        if !self.spans.is_empty() || self.trace.is_some() {
            // A reference to the cursor in another function's hands would keep it in memory from here on.
            to.with(|out| self.append(format, out));
        } else if let Some(logger) = self.logger {
            logger.put(format, to);
        }
    }

    /// Appends all pairs as `format` renders them.
    #[inline(never)]
    pub(crate) fn append(&self, format: PairFormat, out: &mut Vec<u8>) {
        let mut to = Cursor::new(out);
        self.for_each(|pairs| pairs.put(format, &mut to));
        to.finish();
    }

    /// Puts all pairs as `format` renders them, where there is mostly a span alone.
    #[inline(always)]
    pub(crate) fn put_all(&self, format: PairFormat, to: &mut Cursor<'_>) {
        if let ([span], None, None) = (self.spans, self.trace, self.logger)
            && let Some(pairs) = span.unchanged()
        {
            pairs.put(format, to);
        } else {
            to.with(|out| self.append(format, out));
        }
    }

    /// Whether a key occurs twice among these pairs and those of a call, of which `keys` is the set, or is reserved.
    ///
    /// Keys that an entry has by itself, such as `err`, are reserved.
    #[inline]
    pub(crate) fn conflicts_with(&self, keys: u64, call: &CallPairs<'_>) -> bool {
        self.has_conflicting_keys || self.keys & keys != 0 && self.shares_key(call)
    }

    /// Whether two parts have a pair of the same key.
    #[cold]
    fn overlaps(&self) -> bool {
        let mut table = KeyTable::default();
        let mut keys: SmallVec<[u8; 256]> = SmallVec::new();
        let mut ends: SmallVec<[usize; 16]> = SmallVec::new();
        let mut found = false;
        self.for_each(|pairs| {
            pairs.for_each_key(|key| {
                if found {
                    return;
                }
                let is_it = |at: usize| {
                    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
                    keys[start..ends[at]] == *key.as_bytes()
                };
                found = table.replace(Key::hash(key), ends.len(), is_it).is_some();
                keys.extend_from_slice(key.as_bytes());
                ends.push(keys.len());
            });
        });
        found
    }

    /// Whether a part has a key of the call; asked only when the sets of keys say that it may.
    #[cold]
    fn shares_key(&self, call: &CallPairs<'_>) -> bool {
        let mut found = false;
        self.for_each(|pairs| found |= pairs.shares_key(call));
        found
    }
}

/// A span and those around it, from leaf to root.
#[inline(never)]
fn branch(leaf: &SpanFields) -> SmallVec<[&SpanFields; 8]> {
    std::iter::successors(Some(leaf), |span| span.parent()).collect()
}
