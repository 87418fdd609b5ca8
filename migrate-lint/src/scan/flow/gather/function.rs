//! Functions and their parameters.

use syn::spanned::Spanned as _;
use syn::visit::Visit as _;

use super::Gather;
use crate::scan::flow::{Body, names};
use crate::scan::instrument;

impl Gather<'_> {
    pub(super) fn function(
        &mut self,
        attributes: &[syn::Attribute],
        start: usize,
        signature: &syn::Signature,
        block: &syn::Block,
    ) {
        let is_known = |name: &str| {
            [
                "doc",
                "instrument",
                "allow",
                "expect",
                "cfg",
                "must_use",
                "inline",
                "test",
                "main",
                "async_trait",
            ]
            .contains(&name)
        };
        let names: Vec<String> = attributes
            .iter()
            .filter_map(|one| Some(one.path().segments.last()?.ident.to_string()))
            .collect();
        let is_special = signature.constness.is_some()
            || self.places.text_of(signature).contains("unsafe fn")
            || signature.abi.is_some()
            || names.iter().any(|name| !is_known(name));
        let mut body = Body {
            name: signature.ident.to_string(),
            span: self.places.token(signature.fn_token.span()).start..self.places.block(block).end,
            block: self.places.block(block),
            is_async: signature.asyncness.is_some(),
            attributes_at: start,
            is_special,
            instruments: instrument::of(attributes, &self.places),
            ..Body::default()
        };
        if let syn::ReturnType::Type(_, kind) = &signature.output {
            body.output = self.places.text_of(&**kind).to_owned();
        }
        for input in &signature.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => {
                    body.receiver = Some(self.places.text_of(receiver).to_owned());
                }
                syn::FnArg::Typed(typed) => {
                    let name = self.places.text_of(&*typed.pat).to_owned();
                    body.parameters.push((name, self.places.text_of(&*typed.ty).to_owned()));
                }
            }
        }
        let inside = body.block.start;
        let receiver = body.receiver.clone();
        self.body(body, |this| {
            if let Some(receiver) = receiver {
                let is_mutable = receiver.contains("mut ");
                this.bind_name("self".to_owned(), is_mutable, inside, None, None);
            }
            for input in &signature.inputs {
                if let syn::FnArg::Typed(typed) = input {
                    let is_mutable = names::is_mutable(&typed.ty);
                    this.bind(&typed.pat, is_mutable, inside, None, None);
                }
            }
            this.visit_block(block);
        });
    }
}
