//! The stages of a pipeline.

use super::cursor::{Cursor, Read};
use super::{Conversion, Extraction, Format, LineOp, Needle, Pipeline, Source, Stage, StageKind};

const LINE_FILTERS: [(&str, LineOp); 6] = [
    ("|=", LineOp::Contains),
    ("|~", LineOp::Matches),
    ("|>", LineOp::Fits),
    ("!=", LineOp::Lacks),
    ("!~", LineOp::Differs),
    ("!>", LineOp::FitsNot),
];

impl Cursor<'_> {
    /// All stages that come next.
    pub(super) fn stages(&mut self, pipeline: &mut Pipeline) -> Read<()> {
        loop {
            self.range()?;
            let start = self.at;
            let line_filter = LINE_FILTERS.into_iter().find(|(sign, _)| self.take(sign));
            let kind = match line_filter {
                Some((_, op)) => self.needles(op)?,
                None if self.take("|") => self.stage(start)?,
                None => {
                    self.space();
                    // A variable can be any number of stages.
                    if self.variable() {
                        StageKind::Unknown
                    } else {
                        return Ok(());
                    }
                }
            };
            let end = start + self.text[start..self.at].trim_end().len();
            pipeline.stages.push(Stage { span: start..end, kind });
        }
    }

    fn needles(&mut self, op: LineOp) -> Read<StageKind> {
        let mut needles = Vec::new();
        loop {
            self.space();
            let start = self.at;
            if let Some(text) = self.string() {
                needles.push(Needle::Text(text));
            } else if self.take_ip() {
                needles.push(Needle::Ip(start..self.at));
            } else if self.variable() {
                let parts = vec![super::Part::Any];
                needles.push(Needle::Text(super::Text { span: start..self.at, parts }));
            } else {
                return self.stop("a string is missing here");
            }
            if !self.take_word("or") {
                return Ok(StageKind::Line(op, needles));
            }
        }
    }

    fn stage(&mut self, start: usize) -> Read<StageKind> {
        let word = self.next_word();
        let after = self.at + word.len();
        // `json="x"` would be a label; no stage's name is followed by a comparison.
        let is_compared = self.text[after..].trim_start().starts_with(['=', '!', '>', '<']);
        if is_compared || word.is_empty() {
            return self.condition_stage(start);
        }
        let at = self.at;
        self.at = after;
        Ok(match word {
            "json" => StageKind::Json(self.extractions()?),
            "logfmt" => {
                while self.take("--strict") || self.take("--keep-empty") {}
                StageKind::Logfmt(self.extractions()?)
            }
            "unpack" => StageKind::Unpack,
            "decolorize" => StageKind::Decolorize,
            "pattern" => StageKind::Pattern(self.text_of_stage()?),
            "regexp" => StageKind::Regexp(self.text_of_stage()?),
            "line_format" => StageKind::LineFormat(self.text_of_stage()?),
            "label_format" => StageKind::LabelFormat(self.formats()?),
            "unwrap" => self.unwrap(start)?,
            "drop" => StageKind::Drop(self.label_list()?),
            "keep" => StageKind::Keep(self.label_list()?),
            _ => {
                self.at = at;
                self.skip_stage();
                self.note(start..self.at, &format!("the stage `{word}` is unknown"));
                StageKind::Unknown
            }
        })
    }

    fn text_of_stage(&mut self) -> Read<super::Text> {
        if let Some(text) = self.string() {
            return Ok(text);
        }
        let start = self.at;
        match self.variable() {
            true => Ok(super::Text { span: start..self.at, parts: vec![super::Part::Any] }),
            false => self.stop("a string is missing here"),
        }
    }

    /// `json a="b.c", d`.
    fn extractions(&mut self) -> Read<Vec<Extraction>> {
        let mut all = Vec::new();
        loop {
            let start = self.at;
            let word = self.next_word();
            if word.is_empty() || matches!(word, "offset" | "or" | "and" | "unless") {
                self.at = start;
                return Ok(all);
            }
            let Some(label) = self.name() else { return Ok(all) };
            let path = match self.take("=") {
                true => match self.text_of_stage() {
                    Ok(text) => text.known(),
                    Err(stop) => return Err(stop),
                },
                false => Some(label.name.clone()),
            };
            all.push(Extraction { label, path });
            if !self.take(",") {
                return Ok(all);
            }
        }
    }

    /// `label_format a=b, c="{{.d}}"`.
    fn formats(&mut self) -> Read<Vec<Format>> {
        let mut all = Vec::new();
        loop {
            let Some(label) = self.name() else {
                return self.stop("a label's name is missing here");
            };
            if !self.take("=") {
                return self.stop("`=` is missing here");
            }
            let source = match self.string() {
                Some(text) => Source::Template(text),
                None => match self.name() {
                    Some(name) => Source::Label(name),
                    None => return self.stop("a label or a template is missing here"),
                },
            };
            all.push(Format { label, source });
            if !self.take(",") {
                return Ok(all);
            }
        }
    }

    /// `unwrap elapsed`, `unwrap duration(elapsed)`.
    fn unwrap(&mut self, start: usize) -> Read<StageKind> {
        let Some(name) = self.name() else {
            return self.stop("a label's name is missing here");
        };
        if !self.take("(") {
            return Ok(StageKind::Unwrap(Conversion::Number, name));
        }
        let inner = self.name();
        let (Some(inner), true) = (inner, self.take(")")) else {
            return self.stop("a label's name and `)` are missing here");
        };
        let conversion = match name.name.as_str() {
            "duration" | "duration_seconds" => Conversion::Duration,
            "bytes" => Conversion::Bytes,
            other => {
                self.note(start..self.at, &format!("the conversion `{other}` is unknown"));
                return Ok(StageKind::Unknown);
            }
        };
        Ok(StageKind::Unwrap(conversion, inner))
    }

    /// `drop a, b="x"`: names alone; what depends on a value may be there.
    fn label_list(&mut self) -> Read<Vec<super::Name>> {
        let mut all = Vec::new();
        loop {
            let Some(name) = self.name() else {
                return self.stop("a label's name is missing here");
            };
            let has_value = ["=~", "!~", "!=", "="].into_iter().any(|sign| self.take(sign));
            if has_value {
                self.text_of_stage()?;
            } else {
                all.push(name);
            }
            if !self.take(",") {
                return Ok(all);
            }
        }
    }
}
