//! Where the nodes of a file's syntax tree are in its text.
//!
//! An expression begins and ends with its first and its last token: [`Spanned`] makes all tokens of a node again to know it,
//! which for a chain of calls takes the square of its length.

use proc_macro2::Span as TokenSpan;
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use crate::call::Span;

/// The text of a file, and how many bytes of it the parser cuts off before it counts.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    text: &'a str,
    shift: usize,
}

impl<'a> Places<'a> {
    /// `file` was just parsed from `text` by `syn::parse_file`, on this thread.
    pub(super) fn new(file: &syn::File, text: &'a str) -> Self {
        let n_bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, shift: n_bom + file.shebang.as_ref().map_or(0, String::len) }
    }

    pub(super) fn token(&self, span: TokenSpan) -> Span {
        self.shifted(span.byte_range())
    }

    /// Costs as much as all tokens of the node.
    pub(super) fn of(&self, node: &impl Spanned) -> Span {
        self.token(node.span())
    }

    /// A block by its braces.
    pub(super) fn block(&self, block: &syn::Block) -> Span {
        let braces = &block.brace_token.span;
        self.token(braces.open()).start..self.token(braces.close()).end
    }

    pub(super) fn expression(&self, expression: &Expr) -> Span {
        self.shifted(of_expression(expression))
    }

    pub(super) fn statement(&self, statement: &Stmt) -> Span {
        self.shifted(of_statement(statement))
    }

    /// What is written at a place.
    pub(super) fn slice(&self, span: &Span) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The text of a node.
    pub(super) fn text_of(&self, node: &impl Spanned) -> &'a str {
        self.slice(&self.of(node))
    }

    /// The text of an expression.
    pub(super) fn text(&self, expression: &Expr) -> &'a str {
        self.slice(&self.expression(expression))
    }

    fn shifted(&self, span: Span) -> Span {
        span.start + self.shift..span.end + self.shift
    }
}

/// Bytes of an expression, as the parser counts them.
fn of_expression(expression: &Expr) -> Span {
    first(expression).byte_range().start..last(expression).byte_range().end
}

/// Bytes of a statement, likewise.
fn of_statement(statement: &Stmt) -> Span {
    match statement {
        Stmt::Local(local) if local.attrs.is_empty() => {
            local.let_token.span.byte_range().start..local.semi_token.span.byte_range().end
        }
        Stmt::Expr(expression, semicolon) => {
            let span = of_expression(expression);
            let end = semicolon.as_ref().map_or(span.end, |sign| sign.span.byte_range().end);
            span.start..end
        }
        _ => statement.span().byte_range(),
    }
}

/// The first token, or all of them where the first is not plain to see.
fn first(expression: &Expr) -> TokenSpan {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Assign(one) if one.attrs.is_empty() => &one.left,
            Expr::Await(one) if one.attrs.is_empty() => &one.base,
            Expr::Binary(one) if one.attrs.is_empty() => &one.left,
            Expr::Call(one) if one.attrs.is_empty() => &one.func,
            Expr::Cast(one) if one.attrs.is_empty() => &one.expr,
            Expr::Field(one) if one.attrs.is_empty() => &one.base,
            Expr::Index(one) if one.attrs.is_empty() => &one.expr,
            Expr::MethodCall(one) if one.attrs.is_empty() => &one.receiver,
            Expr::Try(one) if one.attrs.is_empty() => &one.expr,
            Expr::Range(one) if one.attrs.is_empty() && one.start.is_some() => match &one.start {
                Some(start) => start,
                None => return at.span(),
            },
            _ => return keyword(at).unwrap_or_else(|| at.span()),
        }
    }
}

/// The word or sign that an expression begins with.
fn keyword(expression: &Expr) -> Option<TokenSpan> {
    let (attributes, span) = match expression {
        Expr::Array(one) => (&one.attrs, one.bracket_token.span.open()),
        Expr::Async(one) => (&one.attrs, one.async_token.span),
        Expr::Break(one) => (&one.attrs, one.break_token.span),
        Expr::Closure(one) if one.lifetimes.is_none() && one.constness.is_none() => {
            let word = one.asyncness.as_ref().map(|word| word.span);
            let word = word.or_else(|| one.capture.as_ref().map(|word| word.span));
            // Other words before it are not stable.
            (&one.attrs, word.unwrap_or(one.inputs_begin.span))
        }
        Expr::If(one) => (&one.attrs, one.if_token.span),
        Expr::Let(one) => (&one.attrs, one.let_token.span),
        Expr::Lit(one) => (&one.attrs, one.lit.span()),
        Expr::Match(one) => (&one.attrs, one.match_token.span),
        Expr::Paren(one) => (&one.attrs, one.paren_token.span.open()),
        Expr::Path(one) if one.qself.is_none() && one.path.leading_colon.is_none() => {
            (&one.attrs, one.path.segments.first()?.ident.span())
        }
        Expr::Reference(one) => (&one.attrs, one.and_token.span),
        Expr::Return(one) => (&one.attrs, one.return_token.span),
        Expr::Tuple(one) => (&one.attrs, one.paren_token.span.open()),
        Expr::Unary(one) => (&one.attrs, one.op.span()),
        Expr::Unsafe(one) => (&one.attrs, one.unsafe_token.span),
        Expr::Block(one) if one.label.is_none() => (&one.attrs, one.block.brace_token.span.open()),
        Expr::ForLoop(one) if one.label.is_none() => (&one.attrs, one.for_token.span),
        Expr::Loop(one) if one.label.is_none() => (&one.attrs, one.loop_token.span),
        Expr::While(one) if one.label.is_none() => (&one.attrs, one.while_token.span),
        _ => return None,
    };
    attributes.is_empty().then_some(span)
}

/// The last token, or all of them where the last is not plain to see.
fn last(expression: &Expr) -> TokenSpan {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Assign(one) => &one.right,
            Expr::Binary(one) => &one.right,
            Expr::Closure(one) => &one.body,
            Expr::Let(one) => &one.expr,
            Expr::Reference(one) => &one.expr,
            Expr::Unary(one) => &one.expr,
            Expr::If(one) => match &one.else_branch {
                Some((_, other)) => other,
                None => return one.then_branch.brace_token.span.close(),
            },
            Expr::Range(one) => match &one.end {
                Some(end) => end,
                None => return at.span(),
            },
            Expr::Return(one) => match &one.expr {
                Some(value) => value,
                None => return one.return_token.span,
            },
            Expr::Break(one) => match &one.expr {
                Some(value) => value,
                None => return at.span(),
            },
            _ => return end(at).unwrap_or_else(|| at.span()),
        }
    }
}

/// The sign or word that an expression ends with.
fn end(expression: &Expr) -> Option<TokenSpan> {
    Some(match expression {
        Expr::Array(one) => one.bracket_token.span.close(),
        Expr::Async(one) => one.block.brace_token.span.close(),
        Expr::Await(one) => one.await_token.span,
        Expr::Block(one) => one.block.brace_token.span.close(),
        Expr::Call(one) => one.paren_token.span.close(),
        Expr::Field(one) => one.member.span(),
        Expr::ForLoop(one) => one.body.brace_token.span.close(),
        Expr::Index(one) => one.bracket_token.span.close(),
        Expr::Lit(one) => one.lit.span(),
        Expr::Loop(one) => one.body.brace_token.span.close(),
        Expr::Match(one) => one.brace_token.span.close(),
        Expr::MethodCall(one) => one.paren_token.span.close(),
        Expr::Paren(one) => one.paren_token.span.close(),
        Expr::Path(one) => {
            let last = one.path.segments.last().filter(|last| last.arguments.is_none())?;
            last.ident.span()
        }
        Expr::Struct(one) => one.brace_token.span.close(),
        Expr::Try(one) => one.question_token.span,
        Expr::Tuple(one) => one.paren_token.span.close(),
        Expr::Unsafe(one) => one.block.brace_token.span.close(),
        Expr::While(one) => one.body.brace_token.span.close(),
        _ => return None,
    })
}
