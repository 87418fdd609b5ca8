//! Types of other crates, each with the feature of that name, as the ones of Go that they are used for.

use super::{LogValue, Value};

macro_rules! values {
    ($($feature:literal: $type:ty => |$self:ident| $value:expr,)*) => {$(
        #[cfg(feature = $feature)]
        impl LogValue for $type {
            #[inline]
            fn log_value(&self) -> Value<'_> {
                let $self = self;
                $value
            }

            #[inline]
            fn __capture(&self) -> Value<'_> {
                self.log_value()
            }
        }
    )*};
}

values! {
    "anyhow": anyhow::Error => |error| Value::Error(&**error),
    "bytes": bytes::Bytes => |bytes| Value::Bytes(bytes),
    "bytes": bytes::BytesMut => |bytes| Value::Bytes(bytes),
    // Go has numbers for them.
    "http": http::StatusCode => |status| Value::U64(status.as_u16().into()),
    "http": http::Method => |method| Value::Str(method.as_str()),
    "http": http::Version => |version| Value::Debug(version),
    "http": http::Uri => |uri| Value::Display(uri),
    "http": http::uri::Authority => |authority| Value::Str(authority.as_str()),
    "http": http::uri::PathAndQuery => |path| Value::Str(path.as_str()),
    "http": http::uri::Scheme => |scheme| Value::Str(scheme.as_str()),
    "http": http::HeaderName => |name| Value::Str(name.as_str()),
    "http": http::HeaderValue => |value| match value.to_str() {
        _ if value.is_sensitive() => Value::Str(super::secret::REDACTED),
        Ok(text) => Value::Str(text),
        Err(_) => Value::Bytes(value.as_bytes()),
    },
    "http": http::HeaderMap => |headers| Value::Fields(headers),
    "serde_json": serde_json::Value => |value| match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::String(text) => Value::Str(text),
        value => Value::Json(value),
    },
    "serde_json": serde_json::Number => |number| Value::Json(number),
    "serde_json": serde_json::Map<String, serde_json::Value> => |map| Value::Json(map),
    "url": url::Url => |url| Value::Str(url.as_str()),
    "url": url::Host => |host| Value::Display(host),
    "url": url::Host<&str> => |host| Value::Display(host),
    "uuid": uuid::Uuid => |uuid| Value::Display(uuid),
    "uuid": uuid::NonNilUuid => |uuid| Value::Display(uuid),
}

/// An object of lists, as Go's `http.Header`; sorted, so that the lines of two runs compare.
#[cfg(feature = "http")]
impl super::Fields for http::HeaderMap {
    fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>)) {
        let mut names: Vec<_> = self.keys().collect();
        names.sort_unstable_by_key(|name| name.as_str());
        for name in names {
            let values: Vec<_> = self.get_all(name).iter().collect();
            each(name.as_str(), &Value::List(&values));
        }
    }
}

#[cfg(feature = "serde_json")]
mod json {
    use serde_core::Serialize;

    use crate::value::{
        Json,
        serializer::{Error, Serializer, Style},
    };

    macro_rules! json {
        ($($type:ty,)*) => {$(
            impl Json for $type {
                fn write(&self, style: Style, out: &mut Vec<u8>) -> Result<(), Error> {
                    self.serialize(Serializer::new(style, out))
                }
            }
        )*};
    }

    json! { serde_json::Value, serde_json::Number, serde_json::Map<String, serde_json::Value>, }
}
