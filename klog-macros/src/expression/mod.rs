//! The expression of an argument: its tokens, up to the comma that ends it.
//!
//! The compiler parses expressions, and says what is wrong inside of one. Needed here are its end and its form; for the
//! end it is enough to know at each token whether an operand or an operator is expected, because commas that are not
//! inside of brackets occur in closures' parameters, in types and in generic arguments only.

mod scan;
mod types;

use proc_macro2::{Delimiter, Group, Punct, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Lit, Result,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use self::scan::Scan;

/// An expression as it was written.
pub(crate) struct Expr {
    tokens: Vec<TokenTree>,
    /// There is an operator between two operands, or a cast.
    has_infix: bool,
    /// It begins with an operator or a word of the language, other than `&` and `&mut`.
    has_prefix: bool,
}

impl Expr {
    /// What it is, if it is nothing but a literal.
    pub(crate) fn literal(&self) -> Option<Lit> {
        match &self.tokens[..] {
            [token] => syn::parse2(token.clone().into()).ok(),
            _ => None,
        }
    }

    /// Whether it is an operator and its only operand, as `-1`.
    pub(crate) fn is_unary(&self) -> bool {
        let is_operator = |punct: &Punct| matches!(punct.as_char(), '-' | '!' | '*');
        !self.has_infix
            && matches!(self.tokens.first(), Some(TokenTree::Punct(first)) if is_operator(first))
    }

    /// Its tokens without space between them, for messages about short expressions.
    pub(crate) fn shown(&self) -> String {
        self.tokens.iter().map(ToString::to_string).collect()
    }

    /// Whether it is a variable or a field of one, judged by its small letters: a constant has capital ones.
    pub(crate) fn is_variable(&self) -> bool {
        let has_dot =
            |token: &TokenTree| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.');
        self.place().is_some_and(|name| {
            (self.tokens.len() == 1 || self.tokens.iter().any(has_dot))
                && name.starts_with(|first: char| first.is_lowercase() || first == '_')
        })
    }

    /// The name of the variable or of the field that it is.
    pub(crate) fn place(&self) -> Option<String> {
        let is_borrow = |token: &TokenTree| match token {
            TokenTree::Punct(punct) => punct.as_char() == '&',
            TokenTree::Ident(ident) => ident == "mut",
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        };
        let n_borrows = self.tokens.iter().take_while(|token| is_borrow(token)).count();
        let name = match &self.tokens[n_borrows..] {
            [TokenTree::Ident(name)] if name != "true" && name != "false" && name != "_" => name,
            [.., TokenTree::Punct(dot), TokenTree::Ident(name)]
                if dot.as_char() == '.' && name != "await" =>
            {
                name
            }
            _ => return None,
        };
        (!self.has_infix && !self.has_prefix).then(|| name.unraw().to_string())
    }
}

impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.iter().cloned().map(|token| match &self.tokens[..] {
            [_] => token,
            _ => in_parentheses(token),
        }));
    }
}

/// The operand of a macro's `$x * 2`, where `$x` is `1 + 1`, in parentheses: the compiler forgets that it is one operand
/// when it parses what a procedural macro gives it.
fn in_parentheses(token: TokenTree) -> TokenTree {
    let TokenTree::Group(group) = token else { return token };
    let is_expression = |tokens: TokenStream| {
        syn::parse2::<Expr>(tokens)
            .is_ok_and(|expression| expression.has_infix || expression.has_prefix)
    };
    let delimiter = match group.delimiter() {
        Delimiter::None if is_expression(group.stream()) => Delimiter::Parenthesis,
        delimiter => delimiter,
    };
    let mut changed =
        Group::new(delimiter, group.stream().into_iter().map(in_parentheses).collect());
    changed.set_span(group.span());
    changed.into()
}

impl Parse for Expr {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.step(|cursor| {
            let expression = Expr { tokens: Vec::new(), has_infix: false, has_prefix: false };
            let mut scan = Scan { rest: *cursor, expression };
            scan.operand()?;
            while scan.operator()? {
                scan.operand()?;
            }
            Ok((scan.expression, scan.rest))
        })
    }
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    /// An expression ends where syn's parser of the whole language says, with the same form.
    #[track_caller]
    fn check(expression: &str) {
        let whole: syn::Expr = syn::parse_str(expression).expect("it is an expression");
        let first =
            |input: ParseStream<'_>| Ok((input.parse::<Expr>()?, input.parse::<TokenStream>()?));
        let (found, rest) =
            first.parse_str(&format!("{expression}, next = a < b, c > d")).expect(expression);
        let text = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string().replace(' ', "");
        assert_eq!(text(&found), text(&whole), "{expression}");
        assert_eq!(text(&rest), ",next=a<b,c>d", "{expression}");
        assert_eq!(found.is_unary(), matches!(whole, syn::Expr::Unary(_)), "{expression}");
        assert_eq!(found.literal().is_some(), matches!(whole, syn::Expr::Lit(_)), "{expression}");
    }

    #[test]
    fn commas_of_an_expression_do_not_end_it() {
        for expression in [
            "|a, b| a + b",
            "move |a: Map<K, V>, (b, _)| -> Map<K, V> { a }",
            "list.iter().fold(0, |sum, n| sum + n) | mask",
            "a || b | c",
            "|| a",
            "parse::<A, B>(x)",
            "Map::<K, Vec<V>>::new().len()",
            "<T as Convert<A, B>>::convert(x)",
            "<[u8; 2] as Default>::default()[0] < limit",
            "x as Map<A, B>",
            "&x as *const Map<A, B> as usize",
            "f as for<'a> fn(&'a A, B) -> Map<A, B>",
            "f as &dyn Fn(A, B) -> Map<A, B>",
            "x as <T as Pair<A, B>>::First",
            "x as u8 <= y",
            "x as u8 + y < z",
            "x < y && z > w",
            "x << y >> z",
            "-x - -1",
            "&mut *x..=!y",
            "a..",
            "..",
            "&raw const x",
            "raw & x",
            "if let Some(Pair::<A, B> { a: 0..=9, .. }) | None = x && y { a } else { b }.name",
            "match x { (a, b) => a, _ => b }?",
            "'outer: loop { break 'outer 1 }",
            "return",
            "break 'outer |a, b| a",
            "continue 'outer",
            "async move { x.await }",
            "unsafe { *x }",
            "Pair { a, b: 1, ..other }.a",
            "vec![1, 2; 3].len()",
            "std::format!(\"{a}, {b}\", a, b) != c",
            "#[cfg(unix)] x",
            "x?.y.0.1[2](3)",
            "x = y",
            "x += |a, b| a",
            "'a'",
            "\"a, b\"",
            "-1",
            "!x",
            "true",
        ] {
            check(expression);
        }
    }

    #[test]
    fn the_name_of_a_place_is_its_key() {
        let check = |expression: &str, expected: Option<&str>| {
            let found: Expr = syn::parse_str(expression).expect(expression);
            assert_eq!(found.place().as_deref(), expected, "{expression}");
        };
        check("count", Some("count"));
        check("r#type", Some("type"));
        check("&mut self.pod.name", Some("name"));
        check("list[0].f::<A, B>(x)?.name", Some("name"));
        check("self.0", None);
        check("a.b.await", None);
        check("a::B", None);
        check("a.b()", None);
        check("a + self.b", None);
        check("*a.b", None);
        check("|x| x.y", None);
        check("a as b", None);
        check("true", None);
        check("_", None);
    }

    #[test]
    fn what_is_missing_is_said() {
        let check = |expression: &str, expected: &str| {
            let found = syn::parse_str::<Expr>(expression).err().map(|error| error.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{expression}");
        };
        check("", "expected an expression after this");
        check("a +", "expected an expression after this");
        check(", b", "expected an expression");
        check("a + , b", "expected an expression");
        check("a => b", "expected an expression");
        check("a b", "expected `,`");
        check("a; b", "expected `,`");
        check("f(a) \"b\"", "expected `,`");
    }
}
