//! `#[derive(LogValue)]`: a struct as its fields, an enum as its variant's name and data.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{
    Error, Ident, LitStr, Result, Token,
    ext::IdentExt,
    parenthesized,
    parse::{ParseStream, Parser},
    spanned::Spanned,
};

use crate::{
    check::{Errors, key_case},
    item::{Data, Field, Fields, Item, Variant},
    parse::Path,
};

/// Expands the derive, or the errors of its attributes.
pub(crate) fn log_value(item: &Item) -> TokenStream {
    let mut errors = Errors::default();
    let klog = klog(&item.attributes, &mut errors);
    let Value { value, fields } = match &item.data {
        Data::Struct(fields) => structure(&klog, fields, &mut errors),
        Data::Enum(variants) => enumeration(&klog, variants, &mut errors),
        Data::Union => {
            errors.add(
                item.name.span(),
                "a union cannot tell which field it holds: implement `LogValue` by hand",
            );
            return errors.into_items(TokenStream::new());
        }
    };
    let Item { name, parameters, bounds, .. } = item;
    let declarations = parameters.iter().map(|parameter| &parameter.declaration);
    let declarations = quote!(#(#declarations),*);
    let arguments = parameters.iter().map(|parameter| &parameter.name);
    let arguments = quote!(#(#arguments),*);
    let types = parameters.iter().filter(|parameter| parameter.is_type);
    let types = types.map(|parameter| &parameter.name);
    let bounds = quote!(#(#types: #klog::LogValue,)* #bounds);
    let fields = fields.map(|fields| {
        quote! {
            #[automatically_derived]
            impl<#declarations> #klog::value::Fields for #name<#arguments> where #bounds {
                fn for_each(&self, each: &mut dyn ::core::ops::FnMut(&str, &#klog::Value<'_>)) {
                    #fields
                }
            }
        }
    });
    errors.into_items(quote! {
        #fields
        #[automatically_derived]
        impl<#declarations> #klog::LogValue for #name<#arguments> where #bounds {
            fn log_value(&self) -> #klog::Value<'_> {
                #value
            }
        }
    })
}

struct Value {
    /// The value of `self`.
    value: TokenStream,
    /// Calls of `each`, for types that are logged as their fields.
    fields: Option<TokenStream>,
}

fn structure(klog: &Path, fields: &Fields, errors: &mut Errors) -> Value {
    match fields {
        Fields::Named(fields, _) => {
            let mut keys: Vec<String> = Vec::new();
            let calls = fields.iter().filter_map(|field| {
                let options = Options::read(field, errors);
                let name = field.name.as_ref()?;
                if options.mode == Mode::Skip {
                    return None;
                }
                let key = options.key(name, errors);
                if keys.contains(&key) {
                    errors.add(name.span(), format!("the key `{key}` is given twice"));
                }
                let value = options.mode.value(
                    klog,
                    field,
                    // `self` is the function's, also where a macro has passed on the whole declaration.
                    &quote_spanned!(field.kind.span().resolved_at(Span::call_site())=> self.#name),
                );
                keys.push(key.clone());
                Some(quote!(each(#key, &#value);))
            });
            let calls: TokenStream = calls.collect();
            // A struct without fields that are logged uses neither.
            let fields = quote!(let _ = &each; #calls);
            Value { value: quote!(#klog::Value::Fields(self)), fields: Some(fields) }
        }
        Fields::Unnamed(fields, _) if fields.len() == 1 => {
            let field = &fields[0];
            let options = Options::read(field, errors);
            if let Some((_, span)) = options.rename {
                errors.add(span, "a field without a name has no key to rename");
            }
            if options.mode == Mode::Skip {
                errors.add(
                    field.kind.span(),
                    "nothing is left to log: write `#[log(redact)]` to show that there is a value",
                );
            }
            if options.mode == Mode::Json {
                errors.add(
                    field.kind.span(),
                    "JSON needs a struct with named fields to live in: name the field",
                );
            }
            let value = options.mode.value(klog, field, &quote!(self.0));
            Value { value, fields: None }
        }
        Fields::Unnamed(..) | Fields::Unit => {
            errors.add(
                fields.span(),
                "fields without names have no keys: name them, or implement `LogValue` by hand",
            );
            Value { value: quote!(#klog::Value::Null), fields: None }
        }
    }
}

fn enumeration(klog: &Path, variants: &[Variant], errors: &mut Errors) -> Value {
    let (mut texts, mut calls) = (TokenStream::new(), TokenStream::new());
    for variant in variants {
        let name = &variant.name;
        let mut text = name.unraw().to_string();
        read(&variant.attributes, errors, |option, input| {
            if option != "rename" {
                return Err(Error::new(option.span(), "a variant takes `rename = \"…\"`"));
            }
            input.parse::<Token![=]>()?;
            text = input.parse::<LitStr>()?.value();
            Ok(())
        });
        match &variant.fields {
            Fields::Unit => texts.extend(quote!(Self::#name => #text,)),
            fields => {
                let (pattern, value) = data(klog, fields, errors);
                calls.extend(quote!(Self::#name #pattern => each(#text, &#value),));
            }
        }
    }
    if variants.is_empty() {
        return Value { value: quote!(match *self {}), fields: None };
    }
    if calls.is_empty() {
        return Value { value: quote!(#klog::Value::Str(match self { #texts })), fields: None };
    }
    let value = quote! {
        let text = match self {
            #texts
            _ => return #klog::Value::Fields(self),
        };
        #[allow(unreachable_code, reason = "each variant may have data")]
        #klog::Value::Str(text)
    };
    let value = if texts.is_empty() { quote!(#klog::Value::Fields(self)) } else { value };
    let others = (!texts.is_empty()).then(|| quote!(_ => {}));
    Value { value, fields: Some(quote!(match self { #calls #others })) }
}

/// The pattern of a variant with data, and the value of its data: one field without a name is that field, several are a
/// list, fields with names are an object.
fn data(klog: &Path, fields: &Fields, errors: &mut Errors) -> (TokenStream, TokenStream) {
    let (list, is_named) = match fields {
        Fields::Named(fields, _) => (fields, true),
        Fields::Unnamed(fields, _) => (fields, false),
        Fields::Unit => return (TokenStream::new(), quote!(#klog::Value::Null)),
    };
    let (mut bindings, mut values, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in list.iter().enumerate() {
        let options = Options::read(field, errors);
        let span = field.kind.span().resolved_at(Span::call_site());
        let binding = format_ident!("__klog_{index}", span = span);
        let value = options.mode.value(klog, field, &quote_spanned!(span=> #binding));
        let is_logged = options.mode != Mode::Skip;
        let bound = if is_logged { quote!(#binding) } else { quote!(_) };
        bindings.push(match &field.name {
            Some(name) => quote!(#name: #bound),
            None => bound,
        });
        if !is_logged {
            continue;
        }
        match &field.name {
            Some(name) => {
                let key = options.key(name, errors);
                if keys.contains(&key) {
                    errors.add(name.span(), format!("the key `{key}` is given twice"));
                }
                values.push(quote!((#key, #value)));
                keys.push(key);
            }
            None => {
                if let Some((_, span)) = options.rename {
                    errors.add(span, "a field without a name has no key to rename");
                }
                values.push(value);
            }
        }
    }
    let pattern = if is_named { quote!({ #(#bindings),* }) } else { quote!((#(#bindings),*)) };
    let value = match (&values[..], is_named) {
        (_, true) => quote!(#klog::Value::Fields(&#klog::__private::Named(&[#(#values),*]))),
        ([value], false) => value.clone(),
        (_, false) => quote!(#klog::Value::List(&[#(#values),*] as &[#klog::Value<'_>; _])),
    };
    (pattern, value)
}

/// How a field is logged.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Value,
    Skip,
    Redact,
    Display,
    Debug,
    Json,
}

impl Mode {
    const NAMES: [(&str, Mode); 5] = [
        ("skip", Mode::Skip),
        ("redact", Mode::Redact),
        ("display", Mode::Display),
        ("debug", Mode::Debug),
        ("json", Mode::Json),
    ];

    fn value(self, klog: &Path, field: &Field, place: &TokenStream) -> TokenStream {
        // The compiler's words about a type that is no value point at the field's type.
        let span = field.kind.span();
        let klog: TokenStream = klog
            .to_token_stream()
            .into_iter()
            .map(|mut token| {
                if let TokenTree::Ident(ident) = &mut token {
                    ident.set_span(span);
                }
                token
            })
            .collect();
        match self {
            Mode::Value => quote_spanned!(span=> #klog::LogValue::__capture(&#place)),
            Mode::Display => quote_spanned!(span=> #klog::Value::Display(&#place)),
            Mode::Debug => quote_spanned!(span=> #klog::Value::Debug(&#place)),
            Mode::Json => quote_spanned!(span=> #klog::Value::Json(&#klog::json(&#place))),
            // The field counts as read.
            Mode::Redact => quote!({
                let _ = &#place;
                #klog::Value::Str("<redacted>")
            }),
            Mode::Skip => quote!(#klog::Value::Null),
        }
    }
}

/// `#[log(…)]` of a field.
struct Options {
    mode: Mode,
    rename: Option<(String, Span)>,
}

impl Options {
    fn read(field: &Field, errors: &mut Errors) -> Options {
        let mut options = Options { mode: Mode::Value, rename: None };
        read(&field.attributes, errors, |option, input| {
            if option == "rename" {
                input.parse::<Token![=]>()?;
                let key: LitStr = input.parse()?;
                options.rename = Some((key.value(), key.span()));
                return Ok(());
            }
            let Some((name, mode)) = Mode::NAMES.iter().find(|(name, _)| option == name) else {
                return Err(Error::new(
                    option.span(),
                    "a field takes `skip`, `redact`, `rename = \"…\"`, `display`, `debug` or `json`",
                ));
            };
            if options.mode != Mode::Value {
                return Err(Error::new(
                    option.span(),
                    format!("`{name}` and another way to log the field: choose one"),
                ));
            }
            options.mode = *mode;
            Ok(())
        });
        options
    }

    /// The key: as given, else the field's name in lowerCamelCase.
    fn key(&self, name: &Ident, errors: &mut Errors) -> String {
        match &self.rename {
            Some((key, span)) => {
                if let Err(suggestion) = key_case(key) {
                    let instead = match suggestion {
                        Some(suggestion) => format!(": write `{suggestion}`"),
                        None => ", of ASCII letters and digits".to_owned(),
                    };
                    errors.add(*span, format!("the key `{key}` is not in lowerCamelCase{instead}"));
                }
                key.clone()
            }
            None => {
                let name = name.unraw().to_string();
                match key_case(&name) {
                    Ok(()) => name,
                    Err(Some(camel)) => camel,
                    Err(None) => {
                        let message = "this name gives no key: add `#[log(rename = \"…\")]`";
                        errors.add(Span::call_site(), format!("`{name}`: {message}"));
                        name
                    }
                }
            }
        }
    }
}

/// Reads the options of all `#[log(…)]`; mistakes are added to `errors`.
fn read(
    attributes: &[Group],
    errors: &mut Errors,
    mut each: impl FnMut(&Ident, ParseStream<'_>) -> Result<()>,
) {
    for attribute in attributes {
        let parse = |input: ParseStream<'_>| {
            let options;
            parenthesized!(options in input);
            while !options.is_empty() {
                each(&options.call(Ident::parse_any)?, &options)?;
                if !options.is_empty() {
                    options.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parse.parse2(attribute.to_token_stream()) {
            errors.add(error.span(), error);
        }
    }
}

/// Path of the library: `#[log(crate = path)]` for a program that has it under another name.
fn klog(attributes: &[Group], errors: &mut Errors) -> Path {
    let name = format_ident!("klog");
    let mut path = Path { root: Some(Default::default()), names: vec![name] };
    read(attributes, errors, |option, input| {
        if option != "crate" {
            return Err(Error::new(
                option.span(),
                "a type takes `crate = path`; `skip`, `redact` and `rename` go to its fields",
            ));
        }
        input.parse::<Token![=]>()?;
        path = input.parse()?;
        Ok(())
    });
    path
}
