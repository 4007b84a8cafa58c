//! The documents of a pool at Cognito's paths, with which tokens are verified.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde_json::json;
use user_directory_fake::Fake;

/// Answers a path, if it is one of these of a pool that there is. `base` is what the caller called.
///
/// The issuer is that of tokens, in Cognito's form unless a flag has it otherwise. The address of the
/// keys leads here in any case.
pub(crate) fn answer(fake: &Fake, path: &str, base: &str) -> Option<Response<Bytes>> {
    let (pool_id, document) = path.strip_prefix('/')?.split_once("/.well-known/")?;
    let body = match document {
        "jwks.json" => fake.jwks(pool_id)?,
        "openid-configuration" => openid_configuration(&fake.issuer(pool_id)?, pool_id, base),
        _ => return None,
    };
    let mut response = Response::new(Bytes::from(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Some(response)
}

/// What Cognito's document has, without the endpoints of managed login, which are not here.
///
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html>
fn openid_configuration(issuer: &str, pool_id: &str, base: &str) -> String {
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{base}/{pool_id}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
    })
    .to_string()
}
