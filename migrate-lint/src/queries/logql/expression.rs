//! What is around pipelines: functions, aggregations, operators. Only what names labels is kept.

use super::cursor::{Cursor, Read};
use super::{Grouping, Pipeline, Query};

/// How deep functions and brackets may be inside of each other.
const MAX_DEPTH: usize = 64;

/// Functions and aggregations of LogQL.
const FUNCTIONS: &[&str] = &[
    "absent_over_time",
    "approx_topk",
    "avg",
    "avg_over_time",
    "bottomk",
    "bytes_over_time",
    "bytes_rate",
    "count",
    "count_over_time",
    "first_over_time",
    "label_replace",
    "last_over_time",
    "max",
    "max_over_time",
    "min",
    "min_over_time",
    "quantile_over_time",
    "rate",
    "rate_counter",
    "sort",
    "sort_desc",
    "stddev",
    "stddev_over_time",
    "stdvar",
    "stdvar_over_time",
    "sum",
    "sum_over_time",
    "topk",
    "vector",
];

/// Functions of PromQL that LogQL does not have.
const PROMETHEUS: &[&str] = &[
    "absent",
    "changes",
    "clamp_max",
    "clamp_min",
    "delta",
    "deriv",
    "group",
    "histogram_quantile",
    "idelta",
    "increase",
    "irate",
    "label_join",
    "predict_linear",
    "resets",
    "round",
    "scalar",
    "time",
];

/// Reads a query. `has_variables` is for dashboards: `$x`, `${x}` and `[[x]]` are any text.
pub fn parse(text: &str, has_variables: bool) -> Query {
    let cursor = Cursor { text, at: 0, has_variables, unknown: Vec::new() };
    let mut reader = Reader { cursor, query: Query::default() };
    if reader.expression(0).is_ok() {
        reader.cursor.space();
        if reader.cursor.at < text.len() {
            // The reason is noted; there is nothing left to leave alone.
            let _: Read<()> = reader.cursor.stop("the query should end here");
        }
    }
    let Reader { cursor, mut query } = reader;
    query.unknown = cursor.unknown;
    // A stream of Loki has no name.
    query.is_promql |=
        query.pipelines.iter().any(|one| one.selector.iter().any(|it| it == "__name__"));
    query
}

pub(super) struct Reader<'a> {
    pub cursor: Cursor<'a>,
    pub query: Query,
}

impl Reader<'_> {
    /// Operands with operators between them.
    fn expression(&mut self, depth: usize) -> Read<()> {
        if depth > MAX_DEPTH {
            return self.cursor.stop("too many brackets inside of each other");
        }
        loop {
            self.operand(depth)?;
            if !self.operator() {
                return Ok(());
            }
            self.modifiers()?;
        }
    }

    fn operand(&mut self, depth: usize) -> Read<()> {
        let cursor = &mut self.cursor;
        cursor.space();
        match cursor.peek() {
            Some('{') => return self.pipeline(),
            Some('(') => {
                cursor.at += 1;
                self.expression(depth + 1)?;
                if !self.cursor.take(")") {
                    return self.cursor.stop("`)` is missing here");
                }
                return self.cursor.range();
            }
            Some('"' | '`') => {
                return match cursor.string() {
                    Some(_) => Ok(()),
                    None => cursor.stop("this string has no end"),
                };
            }
            None => return cursor.stop("the query ends too early"),
            _ => {}
        }
        if cursor.value().is_some() {
            return cursor.range();
        }
        if cursor.take("-") || cursor.take("+") {
            return if depth < MAX_DEPTH {
                self.operand(depth + 1)
            } else {
                self.cursor.stop("too many signs")
            };
        }
        self.call(depth)
    }

    /// `sum by (pod) (…)`, `rate(…)`, `quantile_over_time(0.9, …) by (pod)`.
    fn call(&mut self, depth: usize) -> Read<()> {
        let cursor = &mut self.cursor;
        let word = cursor.next_word();
        if word.is_empty() {
            return cursor.stop("this is no part of a query");
        }
        let start = cursor.at;
        cursor.at += word.len();
        let first = self.query.pipelines.len();
        let mut labels = self.grouping()?;
        if !self.cursor.take("(") {
            self.cursor.at = start;
            self.query.is_promql = true;
            return self.cursor.stop("a metric by its name: this is PromQL");
        }
        self.query.is_promql |= PROMETHEUS.contains(&word);
        let is_known = FUNCTIONS.contains(&word) || word == "variants";
        if !is_known {
            self.cursor
                .note(start..start + word.len(), &format!("the function `{word}` is unknown"));
        }
        let made = self.arguments(word, depth)?;
        if word == "variants" && self.cursor.take_word("of") {
            self.expression(depth + 1)?;
        }
        labels.extend(self.grouping()?);
        let pipelines = first..self.query.pipelines.len();
        for pipeline in &mut self.query.pipelines[pipelines.clone()] {
            pipeline.made.extend(made.clone());
        }
        if !labels.is_empty() {
            self.query.groupings.push(Grouping { labels, pipelines });
        }
        self.cursor.range()
    }

    /// Up to the closing bracket; the label that `label_replace` makes.
    fn arguments(&mut self, function: &str, depth: usize) -> Read<Option<String>> {
        let mut made = None;
        let mut index = 0;
        while !self.cursor.take(")") {
            self.cursor.space();
            let is_string = self.cursor.rest().starts_with(['"', '`']);
            if is_string && let Some(text) = self.cursor.string() {
                if function == "label_replace" && index == 1 {
                    made = text.known();
                }
            } else {
                self.expression(depth + 1)?;
            }
            index += 1;
            if !self.cursor.take(",") && !self.cursor.rest().starts_with(')') {
                return self.cursor.stop("`,` or `)` is missing here");
            }
        }
        Ok(made)
    }

    /// The labels of `by (…)`; those of `without (…)` need not be there.
    fn grouping(&mut self) -> Read<Vec<super::Name>> {
        if self.cursor.take_word("by") {
            return self.cursor.names();
        }
        if self.cursor.take_word("without") {
            self.cursor.names()?;
        }
        Ok(Vec::new())
    }

    fn operator(&mut self) -> bool {
        let words = ["and", "or", "unless"];
        let signs = ["==", "!=", ">=", "<=", ">", "<", "+", "-", "*", "/", "%", "^"];
        words.into_iter().any(|word| self.cursor.take_word(word))
            || signs.into_iter().any(|sign| self.cursor.take(sign))
    }

    /// `bool`, `on (…)`, `group_left (…)`.
    fn modifiers(&mut self) -> Read<()> {
        loop {
            if self.cursor.take_word("bool") {
                continue;
            }
            if self.cursor.take_word("on") || self.cursor.take_word("ignoring") {
                self.cursor.names()?;
            } else if self.cursor.take_word("group_left") || self.cursor.take_word("group_right") {
                self.cursor.space();
                if self.cursor.rest().starts_with('(') {
                    self.cursor.names()?;
                }
            } else {
                return Ok(());
            }
        }
    }

    fn pipeline(&mut self) -> Read<()> {
        let start = self.cursor.at;
        let mut pipeline = Pipeline::default();
        // What is read before something unknown counts.
        let result =
            self.cursor.selector(&mut pipeline).and_then(|()| self.cursor.stages(&mut pipeline));
        let end = pipeline.stages.last().map_or(self.cursor.at, |stage| stage.span.end);
        pipeline.span = start..end.min(self.cursor.text.len());
        self.query.pipelines.push(pipeline);
        result
    }
}

impl Cursor<'_> {
    /// `{app="x", level=~"a|b"}`.
    fn selector(&mut self, pipeline: &mut Pipeline) -> Read<()> {
        self.take("{");
        loop {
            self.space();
            if self.take("}") {
                return Ok(());
            }
            if self.take(",") {
                continue;
            }
            let Some(name) = self.name() else {
                return self.stop("this is no part of a selector");
            };
            pipeline.selector.push(name.name);
            let has_operator = ["=~", "!~", "!=", "="].into_iter().any(|sign| self.take(sign));
            // A variable may be a whole condition.
            if has_operator && self.string().is_none() && !self.variable() {
                return self.stop("a string is missing here");
            }
        }
    }

    /// `[5m]` and `offset 1h`, as often as they come.
    pub(super) fn range(&mut self) -> Read<()> {
        loop {
            self.space();
            if self.rest().starts_with('[') {
                let mut depth = 0_usize;
                let end = self.rest().find(|c| {
                    match c {
                        '[' => depth += 1,
                        ']' => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                });
                match end {
                    Some(end) => self.at += end + 1,
                    None => return self.stop("this range has no `]`"),
                }
            } else if self.take_word("offset") {
                if self.value().is_none() {
                    return self.stop("a duration is missing here");
                }
            } else {
                return Ok(());
            }
        }
    }
}
