//! The claims as they stand in a token.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

/// All claims, and whether one stands there twice: RFC 7519, section 4, leaves open what a reader
/// then takes, so two readers may take different ones.
#[derive(Default)]
pub(crate) struct Payload {
    pub(crate) claims: BTreeMap<String, Value>,
    pub(crate) has_duplicates: bool,
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Claims;

        impl<'de> Visitor<'de> for Claims {
            type Value = Payload;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("claims")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Payload, A::Error> {
                let mut payload = Payload::default();
                while let Some((name, value)) = map.next_entry()? {
                    payload.has_duplicates |= payload.claims.insert(name, value).is_some();
                }
                Ok(payload)
            }
        }

        deserializer.deserialize_map(Claims)
    }
}
