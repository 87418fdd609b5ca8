//! Which names patterns bind, and which methods only read.

/// Methods that give a part of a value, or another view of it.
const GETTERS: &[&str] = &[
    "name_any",
    "name",
    "namespace",
    "uid",
    "id",
    "kind",
    "display",
    "as_str",
    "as_ref",
    "as_deref",
    "path",
    "uri",
    "method",
    "status",
    "len",
    "is_empty",
    "clone",
    "to_string",
    "to_owned",
    "borrow",
    "as_bytes",
    "meta",
    "metadata",
    "labels",
    "annotations",
    "resource_version",
    "generation",
    "as_path",
    "file_name",
    "host",
    "port",
    "ip",
    "peer_addr",
    "local_addr",
    "version",
    "key",
    "title",
    "index",
    "number",
    "as_u16",
    "as_u32",
    "as_u64",
    "as_millis",
    "as_secs",
    "iter",
    "get",
    "contains",
    "contains_key",
    "first",
    "last",
];

/// The method changes nothing that it is called on.
pub(super) fn is_getter(method: &str) -> bool {
    GETTERS.contains(&method)
}

/// Methods that run a closure before they return.
const AT_ONCE: &[&str] = &[
    "map_err",
    "map_or",
    "map_or_else",
    "and_then",
    "or_else",
    "ok_or_else",
    "unwrap_or_else",
    "inspect_err",
    "is_some_and",
    "is_ok_and",
    "is_none_or",
    "for_each",
    "with_context",
    "get_or_insert_with",
    "retain",
    "sort_by_key",
    "in_scope",
];

/// Methods that run a closure at once on an `Option`, and later on an iterator, a stream or a future.
const PERHAPS_LATER: &[&str] = &["map", "filter", "filter_map", "flat_map", "inspect", "then"];

/// Methods that take all that an iterator gives, or ask an `Option` or a `Result`.
const CONSUMERS: &[&str] = &[
    "collect",
    "count",
    "sum",
    "product",
    "fold",
    "for_each",
    "last",
    "min",
    "max",
    "all",
    "any",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "expect",
    "ok",
    "err",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
];

/// The method runs a closure before it returns; `is_consumed`: what it returns is taken apart in the same expression.
pub(super) fn runs_at_once(method: &str, is_consumed: bool) -> bool {
    AT_ONCE.contains(&method) || is_consumed && PERHAPS_LATER.contains(&method)
}

/// What the method is called on has done all that it will do when it returns.
pub(super) fn consumes(method: &str) -> bool {
    CONSUMERS.contains(&method)
}

/// The method makes one of rayon's iterators.
pub(super) fn is_parallel(method: &str) -> bool {
    method.starts_with("par_") || method == "into_par_iter"
}

/// Names that a pattern binds, each with whether it may be changed.
pub(super) fn of_pattern(pattern: &syn::Pat, found: &mut Vec<(String, bool)>) {
    match pattern {
        syn::Pat::Ident(ident) => {
            found.push((ident.ident.to_string(), ident.mutability.is_some()));
            if let Some((_, inner)) = &ident.subpat {
                of_pattern(inner, found);
            }
        }
        syn::Pat::Type(typed) => {
            let before = found.len();
            of_pattern(&typed.pat, found);
            if is_mutable(&typed.ty) {
                found[before..].iter_mut().for_each(|(_, is_mutable)| *is_mutable = true);
            }
        }
        syn::Pat::Tuple(tuple) => tuple.elems.iter().for_each(|one| of_pattern(one, found)),
        syn::Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|one| of_pattern(one, found)),
        syn::Pat::Struct(one) => one.fields.iter().for_each(|one| of_pattern(&one.pat, found)),
        syn::Pat::Slice(slice) => slice.elems.iter().for_each(|one| of_pattern(one, found)),
        syn::Pat::Or(or) => or.cases.iter().for_each(|one| of_pattern(one, found)),
        syn::Pat::Reference(reference) => of_pattern(&reference.pat, found),
        syn::Pat::Paren(paren) => of_pattern(&paren.pat, found),
        _ => {}
    }
}

/// `&mut T`, `Pin<&mut T>`.
pub(super) fn is_mutable(kind: &syn::Type) -> bool {
    match kind {
        syn::Type::Reference(reference) => reference.mutability.is_some(),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Pin"),
        _ => false,
    }
}

/// The name at the root of a place: `pod` of `(*pod).spec[0].name`.
pub(super) fn root(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        syn::Expr::Field(field) => root(&field.base),
        syn::Expr::Index(index) => root(&index.expr),
        syn::Expr::Paren(paren) => root(&paren.expr),
        syn::Expr::Unary(unary) => root(&unary.expr),
        syn::Expr::Reference(reference) => root(&reference.expr),
        syn::Expr::MethodCall(call) => root(&call.receiver),
        syn::Expr::Try(one) => root(&one.expr),
        syn::Expr::Await(one) => root(&one.base),
        _ => None,
    }
}
