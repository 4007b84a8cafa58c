//! The keys of a pool: signed tokens, and the key set with which an application verifies them.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

/// A longer token is refused before its signature is looked at, so that garbage costs a bounded amount of work.
const LONGEST_TOKEN: usize = 16 * 1024;

/// How every key id begins, so that a token of the fake is recognizable wherever it turns up.
const KID_PREFIX: &[u8; 23] = b"INSECURE user-directory";

/// The key pairs of the crate. Reading and checking them costs about as much as a signature, and a
/// test process may have a pool for each test: hence once per process, for all pools.
static TEST_KEYS: LazyLock<TestKeys> = LazyLock::new(|| TestKeys {
    access: TestKey::new(include_bytes!("../keys/insecure-access.pk8")),
    id: TestKey::new(include_bytes!("../keys/insecure-id.pk8")),
    random: SystemRandom::new(),
});

struct TestKeys {
    access: TestKey,
    id: TestKey,
    random: SystemRandom,
}

struct TestKey {
    pair: RsaKeyPair,
    public: ParsedPublicKey,
}

impl TestKey {
    /// What the DER form of a public key (`RSAPublicKey` of RFC 8017) has before the modulus when
    /// that has 2048 bits: the sequence, the integer and its zero byte for the sign.
    const BEFORE_MODULUS: [u8; 9] = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
    /// What it has after the modulus: the public exponent, an integer of three bytes.
    const AFTER_MODULUS: [u8; 5] = [0x02, 0x03, 0x01, 0x00, 0x01];
    /// The public exponent, 65537.
    const EXPONENT: [u8; 3] = [0x01, 0x00, 0x01];

    fn new(pkcs8: &[u8]) -> Self {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).expect("the keys of the crate are valid");
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key())
            .expect("a public key that comes from a key pair is valid");
        Self { pair, public }
    }

    /// The modulus, big-endian, without leading zeros.
    fn modulus(&self) -> &[u8] {
        // The library hands out the components only with its feature for the interfaces of `ring`.
        // Both keys are fixed, so that cutting them out is simpler than a second dependency.
        let der = self.pair.public_key().as_ref();
        der.strip_prefix(&Self::BEFORE_MODULUS)
            .and_then(|rest| rest.strip_suffix(&Self::AFTER_MODULUS))
            .expect("the keys of the crate have 2048 bits and the exponent 65537")
    }

    /// The signature with PKCS #1 version 1.5 and SHA-256, which is `RS256`.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &TEST_KEYS.random, message, &mut signature)
            .expect("an RSA key of 2048 bits signs a SHA-256 digest");
        signature
    }
}

/// The moduli of the two RSA keys with which the fake signs, access key first: 256 bytes each,
/// big-endian.
///
/// The private keys are published with this crate, so whoever wants a token of the fake can write
/// one. A verifier whose key set is a matter of configuration can compare its keys (`n`, decoded
/// from base64url) with these and refuse to start: then a deployment that points at a fake by
/// mistake fails at once instead of accepting tokens from anybody. Compare the modulus, not the key
/// id, which whoever serves the key set chooses freely.
pub fn public_test_moduli() -> [Vec<u8>; 2] {
    [TEST_KEYS.access.modulus().to_vec(), TEST_KEYS.id.modulus().to_vec()]
}

/// The two keys of one pool: one for its access tokens and one for its ID tokens, as in Cognito,
/// where a key set has two entries and the key id of a token says which one to use.
///
/// All pools share the RSA keys, but each has its own key ids. That is enough for a verifier to
/// refuse the token of another pool, because it finds no key with that id.
///
/// AWS: [Verifying JSON web tokens](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
pub(crate) struct SigningKeys {
    access: PoolKey,
    id: PoolKey,
}

impl SigningKeys {
    pub(crate) fn new(pool_id: &str) -> Self {
        Self {
            access: PoolKey::new(&TEST_KEYS.access, b'A', pool_id),
            id: PoolKey::new(&TEST_KEYS.id, b'I', pool_id),
        }
    }

    /// An access token with these claims, a JSON object.
    pub(crate) fn sign_access(&self, claims_json: &str) -> String {
        self.access.sign(claims_json)
    }

    /// An ID token with these claims, a JSON object.
    pub(crate) fn sign_id(&self, claims_json: &str) -> String {
        self.id.sign(claims_json)
    }

    /// The payload of a token that the access key of this pool has signed; otherwise nothing.
    ///
    /// Only the signature is checked. Whether the token is expired, revoked or of another use is
    /// for the pool to say, and these are different errors.
    pub(crate) fn verify_access(&self, token: &str) -> Option<Vec<u8>> {
        self.access.verify(token)
    }

    /// The same for the ID key.
    pub(crate) fn verify_id(&self, token: &str) -> Option<Vec<u8>> {
        self.id.verify(token)
    }

    /// The key set (JWKS) that a pool serves at `/.well-known/jwks.json`.
    ///
    /// The order of the keys and of their members is that of the example in the developer guide.
    pub(crate) fn jwks(&self) -> String {
        format!(r#"{{"keys":[{},{}]}}"#, self.id.jwk(), self.access.jwk())
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys")
            .field("access", &self.access.kid)
            .field("id", &self.id.kid)
            .finish()
    }
}

/// One of the shared keys under the key id that it has in one pool.
struct PoolKey {
    key: &'static TestKey,
    kid: String,
    /// The first part of each token, with its dot.
    header: String,
}

impl PoolKey {
    fn new(key: &'static TestKey, usage: u8, pool_id: &str) -> Self {
        // A key id of Cognito is the Base64 text of 32 bytes, with padding. The digest of the pool
        // id makes it differ between pools and stay the same between runs.
        let mut kid = Vec::with_capacity(32);
        kid.extend_from_slice(KID_PREFIX);
        kid.push(usage);
        kid.extend_from_slice(&digest(&SHA256, pool_id.as_bytes()).as_ref()[..8]);
        let kid = STANDARD.encode(kid);

        // Exactly the header of Cognito: this order and no `typ`; a verifier must not require one.
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#)) + ".";
        Self { key, kid, header }
    }

    fn sign(&self, claims_json: &str) -> String {
        let payload = escape_slashes(claims_json);
        // The signature has 256 bytes: 342 characters.
        let mut token = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 2 + 343);
        token.push_str(&self.header);
        URL_SAFE_NO_PAD.encode_string(payload.as_bytes(), &mut token);
        let signature = self.key.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    fn verify(&self, token: &str) -> Option<Vec<u8>> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        // A fourth part would be in here; base64url has no dot, so decoding refuses it.
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        if !self.is_named_in(&URL_SAFE_NO_PAD.decode(header).ok()?) {
            return None;
        }
        self.key.public.verify_sig(message.as_bytes(), &signature).ok()?;
        Some(payload)
    }

    /// Whether a header asks for this key and for nothing that is not understood here.
    fn is_named_in(&self, header: &[u8]) -> bool {
        // The order of the members is left open: a test may sign with a JWT library of its own. An
        // extension that the token declares critical must be understood (RFC 7515, section 4.1.11),
        // and none is.
        serde_json::from_slice(header).is_ok_and(|header: Value| {
            header.get("alg").and_then(Value::as_str) == Some("RS256")
                && header.get("kid").and_then(Value::as_str) == Some(&self.kid)
                && header.get("crit").is_none()
        })
    }

    fn jwk(&self) -> String {
        // No value needs an escape: each is made of the alphabets of Base64.
        format!(
            r#"{{"kid":"{}","alg":"RS256","kty":"RSA","e":"{}","n":"{}","use":"sig"}}"#,
            self.kid,
            URL_SAFE_NO_PAD.encode(TestKey::EXPONENT),
            URL_SAFE_NO_PAD.encode(self.key.modulus()),
        )
    }
}

/// Writes each `/` of a JSON text as `\/`, which JSON allows and Cognito does.
///
/// Observed in a token of 2020 in the tests of Liftric/cognito-idp: its payload has
/// `"iss":"https:\/\/cognito-idp.…"`. Who looks for the issuer in the payload as a string instead
/// of reading it as JSON finds nothing there, and should find nothing here.
fn escape_slashes(json: &str) -> Cow<'_, str> {
    if !json.contains('/') {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    let mut after_backslash = false;
    // JSON has a slash only within a string, so there is no need to find where strings begin.
    for character in json.chars() {
        if character == '/' && !after_backslash {
            escaped.push('\\');
        }
        after_backslash = character == '\\' && !after_backslash;
        escaped.push(character);
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::RsaPublicKeyComponents;

    use super::*;

    const POOL: &str = "eu-central-1_Example01";
    const CLAIMS: &str = r#"{"iss":"https://cognito-idp.example/p","token_use":"access"}"#;

    fn part(token: &str, position: usize) -> String {
        let part = token.split('.').nth(position).unwrap();
        String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    /// A token as someone else's JWT library would sign it with the access key of the crate.
    fn foreign(header: &str) -> String {
        let message =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(CLAIMS));
        let signature = TEST_KEYS.access.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn a_kid_names_the_fake_the_usage_and_the_pool() {
        let keys = SigningKeys::new(POOL);
        for (kid, usage) in [(&keys.access.kid, b'A'), (&keys.id.kid, b'I')] {
            assert_eq!(kid.len(), 44);
            assert!(kid.starts_with("SU5TRUNVUkUgdXNlci1kaXJlY3Rvcnl"), "{kid}");
            let bytes = STANDARD.decode(kid).unwrap();
            assert_eq!(bytes.len(), 32);
            assert_eq!(&bytes[..23], b"INSECURE user-directory");
            assert_eq!(bytes[23], usage);
            assert_eq!(bytes[24..], digest(&SHA256, POOL.as_bytes()).as_ref()[..8]);
        }
    }

    #[test]
    fn kids_differ_between_uses_and_pools_but_the_keys_are_shared() {
        let (one, other) = (SigningKeys::new(POOL), SigningKeys::new("eu-central-1_Example02"));
        assert_ne!(one.access.kid, one.id.kid);
        assert_ne!(one.access.kid, other.access.kid);
        assert_ne!(one.id.kid, other.id.kid);
        assert_eq!(one.access.kid, SigningKeys::new(POOL).access.kid);
        assert!(std::ptr::eq(one.access.key, other.access.key));
        assert!(std::ptr::eq(one.id.key, other.id.key));
    }

    #[test]
    fn an_access_token_verifies_in_its_pool_only() {
        let keys = SigningKeys::new(POOL);
        let token = keys.sign_access(CLAIMS);
        let payload = keys.verify_access(&token).unwrap();
        assert_eq!(
            String::from_utf8(payload.clone()).unwrap(),
            r#"{"iss":"https:\/\/cognito-idp.example\/p","token_use":"access"}"#
        );
        let read: Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(read, serde_json::from_str::<Value>(CLAIMS).unwrap());
        assert_eq!(SigningKeys::new("eu-central-1_Example02").verify_access(&token), None);
    }

    #[test]
    fn the_header_is_that_of_cognito() {
        let keys = SigningKeys::new(POOL);
        let expected = |kid: &str| format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#);
        assert_eq!(part(&keys.sign_access(CLAIMS), 0), expected(&keys.access.kid));
        assert_eq!(part(&keys.sign_id(CLAIMS), 0), expected(&keys.id.kid));
    }

    #[test]
    fn an_id_token_is_no_access_token() {
        let keys = SigningKeys::new(POOL);
        assert_eq!(keys.verify_access(&keys.sign_id(CLAIMS)), None);
        // Nor with the name of the access key over a signature of the other.
        let message = format!("{}{}", keys.access.header, URL_SAFE_NO_PAD.encode(CLAIMS));
        let signature = URL_SAFE_NO_PAD.encode(TEST_KEYS.id.sign(message.as_bytes()));
        assert_eq!(keys.verify_access(&format!("{message}.{signature}")), None);
    }

    #[test]
    fn a_tampered_token_is_refused() {
        let keys = SigningKeys::new(POOL);
        let token = keys.sign_access(CLAIMS);
        let parts: Vec<&str> = token.split('.').collect();
        let payload = URL_SAFE_NO_PAD.encode(part(&token, 1).replace("access", "excess"));
        assert_eq!(keys.verify_access(&format!("{}.{payload}.{}", parts[0], parts[2])), None);
        assert_eq!(keys.verify_access(&format!("{}.{}.", parts[0], parts[1])), None);
        assert_eq!(keys.verify_access(&format!("{token}=")), None);
        assert_eq!(keys.verify_access(&format!("{token}.{}", parts[2])), None);
        for position in 0..token.len() {
            let mut changed = token.clone();
            let other = if &token[position..=position] == "A" { "B" } else { "A" };
            changed.replace_range(position..=position, other);
            assert_eq!(keys.verify_access(&changed), None, "at {position}");
        }
    }

    #[test]
    fn the_header_decides_by_its_meaning() {
        let keys = SigningKeys::new(POOL);
        let kid = &keys.access.kid;
        let accepted = format!(r#"{{ "typ": "JWT", "alg": "RS256", "kid": "{kid}" }}"#);
        assert_eq!(keys.verify_access(&foreign(&accepted)).as_deref(), Some(CLAIMS.as_bytes()));
        for refused in [
            format!(r#"{{"kid":"{kid}","alg":"none"}}"#),
            format!(r#"{{"kid":"{kid}","alg":"HS256"}}"#),
            format!(r#"{{"kid":"{kid}","alg":"RS256","crit":["b64"],"b64":false}}"#),
            format!(r#"{{"kid":"{kid}"}}"#),
            format!(r#"{{"kid":["{kid}"],"alg":"RS256"}}"#),
            format!(r#"["{kid}","RS256"]"#),
            r#"{"alg":"RS256"}"#.to_owned(),
            String::new(),
        ] {
            assert_eq!(keys.verify_access(&foreign(&refused)), None, "{refused}");
        }
    }

    #[test]
    fn garbage_is_refused_without_a_panic() {
        let keys = SigningKeys::new(POOL);
        let token = keys.sign_access(CLAIMS);
        let texts = ["", ".", "..", "...", "a.b.c", "é.ü.ß", "\0.\0.\0", "eyJ9.e30.AA", "null.1.2"];
        for text in texts {
            assert_eq!(keys.verify_access(text), None, "{text:?}");
        }
        for end in 0..token.len() {
            assert_eq!(keys.verify_access(&token[..end]), None);
        }
        let nested = URL_SAFE_NO_PAD.encode("[".repeat(8 * 1024));
        assert_eq!(keys.verify_access(&format!("{nested}.e30.AA")), None);
        assert_eq!(keys.verify_access(&".".repeat(LONGEST_TOKEN)), None);
    }

    #[test]
    fn a_token_over_the_limit_is_refused() {
        let keys = SigningKeys::new(POOL);
        let sign = |length| keys.sign_access(&format!(r#"{{"a":"{}"}}"#, "a".repeat(length)));
        let rest = sign(0).len();
        let fits = (LONGEST_TOKEN - rest) * 3 / 4;
        let (longest, longer) = (sign(fits), sign(fits + 3));
        assert!(longest.len() <= LONGEST_TOKEN && longest.len() + 4 > LONGEST_TOKEN);
        assert!(keys.verify_access(&longest).is_some());
        assert!(longer.len() > LONGEST_TOKEN);
        assert_eq!(keys.verify_access(&longer), None);
    }

    #[test]
    fn the_key_set_has_the_members_of_cognito_in_their_order() {
        let keys = SigningKeys::new(POOL);
        let [access, id] = public_test_moduli().map(|modulus| URL_SAFE_NO_PAD.encode(modulus));
        let jwk = |kid: &str, n: &str| {
            format!(
                r#"{{"kid":"{kid}","alg":"RS256","kty":"RSA","e":"AQAB","n":"{n}","use":"sig"}}"#
            )
        };
        assert_eq!(
            keys.jwks(),
            format!(
                r#"{{"keys":[{},{}]}}"#,
                jwk(&keys.id.kid, &id),
                jwk(&keys.access.kid, &access)
            )
        );
    }

    #[test]
    fn the_key_set_verifies_the_tokens() {
        let keys = SigningKeys::new(POOL);
        let set: Value = serde_json::from_str(&keys.jwks()).unwrap();
        for (jwk, token, modulus) in [
            (&set["keys"][0], keys.sign_id(CLAIMS), &public_test_moduli()[1]),
            (&set["keys"][1], keys.sign_access(CLAIMS), &public_test_moduli()[0]),
        ] {
            let bytes = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
            assert_eq!(&bytes("n"), modulus);
            assert_eq!(modulus.len(), 256);
            assert!(modulus[0] >= 0x80, "2048 bits");
            let (message, signature) = token.rsplit_once('.').unwrap();
            RsaPublicKeyComponents { n: bytes("n"), e: bytes("e") }
                .verify(
                    &RSA_PKCS1_2048_8192_SHA256,
                    message.as_bytes(),
                    &URL_SAFE_NO_PAD.decode(signature).unwrap(),
                )
                .unwrap();
        }
        assert_ne!(public_test_moduli()[0], public_test_moduli()[1]);
    }

    #[test]
    fn slashes_are_escaped_once() {
        assert_eq!(escape_slashes(r#"{"a":"b"}"#), r#"{"a":"b"}"#);
        assert_eq!(escape_slashes(r#"{"a":"b/c/"}"#), r#"{"a":"b\/c\/"}"#);
        assert_eq!(escape_slashes(r#"{"a":"b\/c"}"#), r#"{"a":"b\/c"}"#);
        // A backslash of the value itself, then a slash.
        assert_eq!(escape_slashes(r#"{"a":"b\\/c"}"#), r#"{"a":"b\\\/c"}"#);
        assert_eq!(escape_slashes(r#"{"a":"ß/\"/"}"#), r#"{"a":"ß\/\"\/"}"#);
    }

    #[test]
    fn debug_shows_the_kids_only() {
        let keys = SigningKeys::new(POOL);
        assert_eq!(
            format!("{keys:?}"),
            format!("SigningKeys {{ access: {:?}, id: {:?} }}", keys.access.kid, keys.id.kid)
        );
    }
}
