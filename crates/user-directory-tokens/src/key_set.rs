//! A key set as it is served (JWKS, RFC 7517), and which of its keys are of use.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;

use crate::{BackendError, public_test_keys::is_public_test_key};

/// The most bytes that a key set has. Cognito's have about a thousand.
pub const LARGEST_KEY_SET: usize = 64 * 1024;

/// 2048 bits, in bytes: what Cognito's keys have.
const SMALLEST_MODULUS: usize = 256;

#[derive(Clone)]
pub(crate) enum Key {
    Good(Arc<DecodingKey>),
    PublicTest,
}

/// The keys by their ids.
pub(crate) fn read(
    body: &[u8],
    trust_public_test_keys: bool,
) -> Result<HashMap<String, Key>, BackendError> {
    #[derive(Deserialize)]
    struct Set {
        /// Each on its own, so that a kind of key which is not known here spoils no other.
        keys: Vec<serde_json::Value>,
    }

    if body.len() > LARGEST_KEY_SET {
        return Err(BackendError::new("the key set is too large"));
    }
    let set: Set = serde_json::from_slice(body)
        .map_err(|error| BackendError::new("the key set is malformed").with_source(error))?;
    let mut keys = HashMap::new();
    for jwk in set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()) {
        let Some((key_id, key)) = usable(&jwk, trust_public_test_keys) else { continue };
        if keys.insert(key_id, key).is_some() {
            return Err(BackendError::new("the key set has a key id twice"));
        }
    }
    match keys.is_empty() {
        true => Err(BackendError::new("the key set has no RSA key of 2048 bits or more")),
        false => Ok(keys),
    }
}

/// A key for RS256 that has an id.
fn usable(jwk: &Jwk, trust_public_test_keys: bool) -> Option<(String, Key)> {
    let key_id = jwk.common.key_id.clone()?;
    let for_signatures = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let verifies = jwk.common.key_operations.as_ref().is_none_or(|operations| {
        operations.iter().any(|operation| matches!(operation, KeyOperations::Verify))
    });
    let for_rs256 = matches!(jwk.common.key_algorithm, None | Some(KeyAlgorithm::RS256));
    let AlgorithmParameters::RSA(parameters) = &jwk.algorithm else { return None };
    if !for_signatures || !verifies || !for_rs256 {
        return None;
    }
    let modulus = URL_SAFE_NO_PAD.decode(&parameters.n).ok()?;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let modulus = &modulus[zeros..];
    if modulus.len() < SMALLEST_MODULUS {
        return None;
    }
    if is_public_test_key(modulus) && !trust_public_test_keys {
        return Some((key_id, Key::PublicTest));
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((key_id, Key::Good(Arc::new(key))))
}
