//! Expressions by their shape, read from tokens: a macro's arguments need not be complete Rust.

use std::ops::Range;

use super::literal;
use super::parts::{Expr, Shape};
use super::split;
use super::token::{Kind, Reader};

/// Reads an expression.
pub(crate) fn read(reader: &Reader<'_>, tokens: Range<usize>) -> Expr {
    let span = reader.span(tokens.clone());
    let is_jump = |at| {
        reader.kind(at) == Some(Kind::Ident)
            && ["return", "break", "continue"].contains(&reader.word(at))
    };
    Expr {
        text: reader.text.get(span.clone()).unwrap_or_default().to_owned(),
        shape: shape(reader, tokens.clone(), 0),
        has_await: tokens
            .clone()
            .any(|at| reader.is_word(at, "await") && at > 0 && reader.is(at - 1, b'.')),
        has_control_flow: tokens.clone().any(|at| reader.is(at, b'?') || is_jump(at)),
        span,
    }
}

/// Nesting beyond which an expression is no longer looked into.
const MAX_DEPTH: usize = 48;

fn shape(reader: &Reader<'_>, tokens: Range<usize>, depth: usize) -> Shape {
    let mut operands = Vec::new();
    let mut at = tokens.start;
    let mut has_operator = false;
    if depth > MAX_DEPTH || tokens.is_empty() {
        return Shape::Other;
    }
    while at < tokens.end {
        let Some((mut operand, next)) = unary(reader, at..tokens.end, depth) else {
            return Shape::Other;
        };
        at = next;
        while at < tokens.end && reader.is_word(at, "as") {
            at = type_end(reader, at + 1, tokens.end);
            operand = Shape::Cast(Box::new(operand));
        }
        operands.push(operand);
        let operator = at;
        while at < tokens.end
            && b"+-*/%^&|<>=!.".iter().any(|&sign| reader.is(at, sign))
            && (at == operator || !b"-*&!".iter().any(|&sign| reader.is(at, sign)))
        {
            at += 1;
        }
        // `&&` and `||`.
        if at == operator + 1 && reader.is_pair(operator, b"&&") {
            at += 1;
        }
        if at == operator && at < tokens.end {
            return Shape::Other;
        }
        has_operator |= at > operator;
    }
    match operands.pop() {
        Some(operand) if !has_operator && operands.is_empty() => operand,
        Some(last) => {
            operands.push(last);
            Shape::Operator(operands)
        }
        None => Shape::Other,
    }
}

/// The index after a type: a path with its parameters, a reference, a bracket.
fn type_end(reader: &Reader<'_>, start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        at = match reader.kind(at) {
            Some(Kind::Punct(b'&' | b'*' | b':')) | Some(Kind::Lifetime) if at < end => at + 1,
            Some(Kind::Ident) if ["as", "else"].contains(&reader.word(at)) => break,
            Some(Kind::Ident | Kind::Open(_)) => {
                let after = reader.next(at);
                let is_path = reader.is(after, b':') || reader.is(after, b'<');
                let is_word = ["mut", "const", "dyn"].contains(&reader.word(at));
                if !is_path && !is_word {
                    return after;
                }
                after
            }
            Some(Kind::Punct(b'<')) => match split::types_end(reader, at, end) {
                Some(after) => return after,
                None => break,
            },
            _ => break,
        };
    }
    at
}

fn unary(reader: &Reader<'_>, tokens: Range<usize>, depth: usize) -> Option<(Shape, usize)> {
    let at = tokens.start;
    if depth > MAX_DEPTH {
        return None;
    }
    let inner = |from: usize| unary(reader, from..tokens.end, depth + 1);
    match reader.kind(at).filter(|_| at < tokens.end)? {
        Kind::Punct(b'&') => {
            let from = at + 1 + usize::from(reader.is_word(at + 1, "mut"));
            inner(from).map(|(shape, next)| (Shape::Reference(Box::new(shape)), next))
        }
        Kind::Punct(b'*') => {
            inner(at + 1).map(|(shape, next)| (Shape::Deref(Box::new(shape)), next))
        }
        Kind::Punct(b'-' | b'!') => {
            inner(at + 1).map(|(shape, next)| (Shape::Operator(vec![shape]), next))
        }
        _ => {
            let (shape, next) = primary(reader, tokens.clone(), depth)?;
            Some(postfix(reader, shape, next..tokens.end, depth))
        }
    }
}

fn primary(reader: &Reader<'_>, tokens: Range<usize>, depth: usize) -> Option<(Shape, usize)> {
    let at = tokens.start;
    match reader.kind(at)? {
        Kind::Str | Kind::RawStr(_) => {
            let value = literal::value(reader, at).unwrap_or_default();
            Some((Shape::Str(value), at + 1))
        }
        Kind::Literal => Some((Shape::Literal(reader.word(at).to_owned()), at + 1)),
        Kind::Open(b'(') => {
            let inside = at + 1..reader.mate(at).min(tokens.end);
            let parts = split::arguments(reader, inside.clone());
            let shape = match &parts[..] {
                [part] if part.tokens == inside => {
                    Shape::Group(Box::new(shape(reader, inside, depth + 1)))
                }
                _ => Shape::Other,
            };
            Some((shape, reader.next(at)))
        }
        Kind::Open(b'{') => {
            let inside = at + 1..reader.mate(at).min(tokens.end);
            let is_plain = !inside.clone().any(|at| reader.is(at, b';'));
            let inner = if is_plain { shape(reader, inside, depth + 1) } else { Shape::Other };
            Some((Shape::Group(Box::new(inner)), reader.next(at)))
        }
        Kind::Open(_) => Some((Shape::Other, reader.next(at))),
        Kind::Ident => match reader.word(at) {
            "unsafe" | "const" if reader.is_brace(at + 1) => {
                primary(reader, at + 1..tokens.end, depth)
            }
            "if" | "match" => Some((Shape::Branch, branch_end(reader, at, tokens.end))),
            "move" | "async" | "return" | "break" | "continue" | "loop" | "while" | "for" => None,
            _ => Some(path(reader, tokens)),
        },
        Kind::Punct(b':') if reader.is_pair(at, b"::") => Some(path(reader, tokens)),
        Kind::Punct(b'<') => {
            let after = split::types_end(reader, at, tokens.end)?;
            Some(path(reader, after..tokens.end))
        }
        Kind::Punct(b'$') => Some((Shape::Ident(format!("${}", reader.word(at + 1))), at + 2)),
        Kind::Lifetime | Kind::Punct(_) | Kind::Close(_) => None,
    }
}

/// The index after `if … { } else { }` or `match … { }`.
fn branch_end(reader: &Reader<'_>, start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        if reader.is_brace(at) {
            at = reader.next(at);
            if !reader.is_word(at, "else") {
                return at;
            }
        } else {
            at = reader.next(at);
        }
    }
    end
}

fn path(reader: &Reader<'_>, tokens: Range<usize>) -> (Shape, usize) {
    let mut words = Vec::new();
    let mut at = tokens.start;
    while at < tokens.end {
        if reader.is_pair(at, b"::") {
            at += 2;
        } else if reader.is(at, b'<') && at >= 2 && reader.is_pair(at - 2, b"::") {
            match split::types_end(reader, at, tokens.end) {
                Some(after) => at = after,
                None => break,
            }
        } else if reader.kind(at) == Some(Kind::Ident)
            && (at == tokens.start || reader.is(at - 1, b':'))
        {
            words.push(reader.word(at).trim_start_matches("r#").to_owned());
            at += 1;
        } else {
            break;
        }
    }
    if reader.is(at, b'!') && reader.is_open(at + 1) && at + 1 < tokens.end {
        let inside = reader.span(at + 2..reader.mate(at + 1));
        let inside = if reader.mate(at + 1) == at + 2 { 0..0 } else { inside };
        let text = reader.text.get(inside).unwrap_or_default().to_owned();
        return (Shape::MacroCall(words, text), reader.next(at + 1));
    }
    let is_type = words.last().is_some_and(|word| word.starts_with(char::is_uppercase));
    if is_type && reader.is_brace(at) && at < tokens.end {
        return (Shape::Other, reader.next(at));
    }
    let shape = match (words.len(), words.pop()) {
        (1, Some(word)) if word == "true" || word == "false" => Shape::Literal(word),
        (1, Some(word)) => Shape::Ident(word),
        (_, Some(word)) => {
            words.push(word);
            Shape::Path(words)
        }
        (_, None) => Shape::Other,
    };
    (shape, at.max(tokens.start + 1))
}

fn postfix(
    reader: &Reader<'_>,
    mut base: Shape,
    tokens: Range<usize>,
    depth: usize,
) -> (Shape, usize) {
    let mut at = tokens.start;
    // A chain of calls is as deep as it is long.
    let mut n_left = 64;
    while at < tokens.end && n_left > 0 {
        n_left -= 1;
        let boxed = |base: Shape| Box::new(base);
        match reader.kind(at) {
            Some(Kind::Punct(b'.')) => match reader.kind(at + 1) {
                Some(Kind::Ident) if reader.is_word(at + 1, "await") => {
                    base = Shape::Await(boxed(base));
                    at += 2;
                }
                Some(Kind::Ident) => {
                    let name = reader.word(at + 1).trim_start_matches("r#").to_owned();
                    let mut open = at + 2;
                    if reader.is_pair(open, b"::") && reader.is(open + 2, b'<') {
                        open = split::types_end(reader, open + 2, tokens.end).unwrap_or(open);
                    }
                    if reader.kind(open) == Some(Kind::Open(b'(')) && open < tokens.end {
                        let arguments = shapes(reader, open, depth);
                        base = Shape::Method(boxed(base), name, arguments);
                        at = reader.next(open);
                    } else {
                        base = Shape::Field(boxed(base), name);
                        at += 2;
                    }
                }
                // `x.0.1` holds what looks like a number.
                Some(Kind::Literal) => {
                    for index in reader.word(at + 1).split('.').filter(|index| !index.is_empty()) {
                        base = Shape::Field(boxed(base), index.to_owned());
                    }
                    at += 2;
                }
                _ => break,
            },
            Some(Kind::Punct(b'?')) => {
                base = Shape::Try(boxed(base));
                at += 1;
            }
            Some(Kind::Open(b'[')) => {
                let next = reader.next(at);
                let index = match shape(reader, at + 1..next - 1, depth + 1) {
                    Shape::Str(index) => Some(index),
                    _ => None,
                };
                base = Shape::Index(boxed(base), index);
                at = next;
            }
            Some(Kind::Open(b'(')) => {
                let function = match base {
                    Shape::Ident(name) => vec![name],
                    Shape::Path(path) => path,
                    _ => Vec::new(),
                };
                base = Shape::Call(function, shapes(reader, at, depth));
                at = reader.next(at);
            }
            _ => break,
        }
    }
    (base, at)
}

fn shapes(reader: &Reader<'_>, open: usize, depth: usize) -> Vec<Shape> {
    let parts = split::arguments(reader, open + 1..reader.mate(open).min(reader.list.len()));
    parts.into_iter().map(|part| shape(reader, part.tokens, depth + 1)).collect()
}
