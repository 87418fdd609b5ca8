//! `#[derive(LogValue)]`: a struct as its fields, an enum as the name of its variant.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, Ident, Index, LitStr, Path, Result, ext::IdentExt,
    meta::ParseNestedMeta, parse_quote, spanned::Spanned,
};

use crate::check::{Errors, key_case};

/// Expands the derive, or the errors of its attributes.
pub(crate) fn log_value(mut input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let klog = klog(&input.attrs, &mut errors);
    let value = match &input.data {
        Data::Struct(data) => structure(&klog, &data.fields, &mut errors),
        Data::Enum(data) => enumeration(&klog, data, &mut errors),
        Data::Union(_) => {
            errors.add(
                input.ident.span(),
                "a union cannot tell which field it holds: implement `LogValue` by hand",
            );
            return errors.into_tokens(TokenStream::new());
        }
    };
    for parameter in input.generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#klog::LogValue));
    }
    let name = &input.ident;
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    let Value { value, fields } = value;
    let fields = fields.map(|fields| {
        quote! {
            #[automatically_derived]
            impl #parameters #klog::Fields for #name #arguments #bounds {
                fn for_each(&self, each: &mut dyn FnMut(&str, &#klog::Value<'_>)) {
                    #fields
                }
            }
        }
    });
    errors.into_tokens(quote! {
        #fields
        #[automatically_derived]
        impl #parameters #klog::LogValue for #name #arguments #bounds {
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
        Fields::Named(fields) => {
            let mut keys: Vec<String> = Vec::new();
            let calls = fields.named.iter().filter_map(|field| {
                let options = Options::read(field, errors);
                let name = field.ident.as_ref()?;
                if options.mode == Mode::Skip {
                    return None;
                }
                let key = options.key(name, errors);
                if keys.contains(&key) {
                    errors.add(name.span(), format!("the key `{key}` is given twice"));
                }
                let value =
                    options.mode.value(klog, field, &quote_spanned!(field.ty.span()=> self.#name));
                keys.push(key.clone());
                Some(quote!(each(#key, &#value);))
            });
            let calls: TokenStream = calls.collect();
            // A struct without fields that are logged uses neither.
            let fields = quote!(let _ = &each; #calls);
            Value { value: quote!(#klog::Value::Fields(self)), fields: Some(fields) }
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let field = &fields.unnamed[0];
            let options = Options::read(field, errors);
            if let Some((_, span)) = options.rename {
                errors.add(span, "a field without a name has no key to rename");
            }
            if options.mode == Mode::Skip {
                errors.add(
                    field.span(),
                    "nothing is left to log: write `#[log(redact)]` to show that there is a value",
                );
            }
            if options.mode == Mode::Json {
                errors.add(
                    field.span(),
                    "JSON needs a struct with named fields to live in: name the field",
                );
            }
            let index = Index::from(0);
            let value = options.mode.value(klog, field, &quote!(self.#index));
            Value { value, fields: None }
        }
        other => {
            errors.add(
                other.span(),
                "fields without names have no keys: name them, or implement `LogValue` by hand",
            );
            Value { value: quote!(#klog::Value::Null), fields: None }
        }
    }
}

fn enumeration(klog: &Path, data: &syn::DataEnum, errors: &mut Errors) -> Value {
    let mut arms = TokenStream::new();
    for variant in &data.variants {
        let name = &variant.ident;
        if !matches!(variant.fields, Fields::Unit) {
            errors.add(
                variant.fields.span(),
                "only variants without fields are derived: implement `LogValue` by hand, or log the value by `klog::json(&value)`, `%value` or `?value`",
            );
        }
        let mut text = name.unraw().to_string();
        read(&variant.attrs, errors, |meta| {
            if !meta.path.is_ident("rename") {
                return Err(meta.error("a variant takes `rename = \"…\"`"));
            }
            text = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        });
        arms.extend(quote!(Self::#name => #text,));
    }
    let value = if data.variants.is_empty() {
        quote!(match *self {})
    } else {
        quote!(#klog::Value::Str(match self { #arms }))
    };
    Value { value, fields: None }
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
        let span = field.ty.span();
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
        read(&field.attrs, errors, |meta| {
            if meta.path.is_ident("rename") {
                let key: LitStr = meta.value()?.parse()?;
                options.rename = Some((key.value(), key.span()));
                return Ok(());
            }
            let mode = Mode::NAMES.iter().find(|(name, _)| meta.path.is_ident(name));
            let Some((name, mode)) = mode else {
                return Err(meta.error(
                    "a field takes `skip`, `redact`, `rename = \"…\"`, `display`, `debug` or `json`",
                ));
            };
            if options.mode != Mode::Value {
                return Err(
                    meta.error(format!("`{name}` and another way to log the field: choose one"))
                );
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

/// Reads all `#[log(…)]`; mistakes are added to `errors`.
fn read(
    attributes: &[Attribute],
    errors: &mut Errors,
    mut each: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("log")) {
        if let Err(error) = attribute.parse_nested_meta(&mut each) {
            errors.add(error.span(), error);
        }
    }
}

/// Path of the library: `#[log(crate = path)]` for a program that has it under another name.
fn klog(attributes: &[Attribute], errors: &mut Errors) -> Path {
    let name = format_ident!("klog");
    let mut path: Path = parse_quote!(::#name);
    read(attributes, errors, |meta| {
        if !meta.path.is_ident("crate") {
            return Err(meta.error(
                "a type takes `crate = path`; `skip`, `redact` and `rename` go to its fields",
            ));
        }
        path = meta.value()?.parse()?;
        Ok(())
    });
    path
}
