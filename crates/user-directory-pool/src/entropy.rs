use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use crate::{Secret, password::PasswordPolicy};

/// Where the pool's randomness comes from: an input, so that a run can be repeated.
pub trait Entropy {
    /// Fills the slice with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl std::fmt::Debug for dyn Entropy + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy")
    }
}

/// The protected header that every refresh token of Cognito starts with:
/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`.
const REFRESH_TOKEN_HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

/// Bytes of the parts of a refresh token after its header: RSA-encrypted key, nonce, text, tag.
const REFRESH_TOKEN_PARTS: [usize; 4] = [256, 12, 768, 16];

pub(crate) fn bytes<const LENGTH: usize>(entropy: &mut dyn Entropy) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    entropy.fill(&mut bytes);
    bytes
}

/// A number below `bound`, which must not be zero.
fn below(entropy: &mut dyn Entropy, bound: usize) -> usize {
    // 64 bits against bounds under 100: the bias is below 2^-57.
    let number = u64::from_le_bytes(bytes(entropy)) % bound as u64;
    usize::try_from(number).expect("the number is below a usize")
}

/// An opaque token in the shape of Cognito's: JWE compact serialization, five parts.
pub(crate) fn refresh_token(entropy: &mut dyn Entropy) -> Secret {
    let mut token = String::with_capacity(1500);
    token.push_str(REFRESH_TOKEN_HEADER);
    for length in REFRESH_TOKEN_PARTS {
        let mut part = vec![0; length];
        entropy.fill(&mut part);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(part, &mut token);
    }
    Secret::new(token)
}

/// A session in the shape of Cognito's: `AYABe` and the rest of an encryption envelope.
pub(crate) fn session(entropy: &mut dyn Entropy) -> Secret {
    let mut session = String::with_capacity(1600);
    session.push_str("AYABe");
    let mut envelope = vec![0; 1152];
    entropy.fill(&mut envelope);
    URL_SAFE_NO_PAD.encode_string(envelope, &mut session);
    Secret::new(session)
}

/// A secret block in the shape of Cognito's: base64. Its length is assumed.
pub(crate) fn secret_block(entropy: &mut dyn Entropy) -> Secret {
    Secret::new(STANDARD.encode(bytes::<900>(entropy)))
}

/// Lower-case letters and digits, as in client ids and secrets.
pub(crate) fn alphanumeric(entropy: &mut dyn Entropy, length: usize) -> String {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..length).map(|_| char::from(ALPHABET[below(entropy, ALPHABET.len())])).collect()
}

/// A code of six digits.
pub(crate) fn code(entropy: &mut dyn Entropy) -> Secret {
    Secret::new(format!("{:06}", below(entropy, 1_000_000)))
}

/// A temporary password that conforms to the policy.
pub(crate) fn temporary_password(entropy: &mut dyn Entropy, policy: &PasswordPolicy) -> Secret {
    const CLASSES: [&[u8]; 4] =
        [b"abcdefghijkmnopqrstuvwxyz", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"23456789", b"!@#$%&*?"];
    // One of each class in turn satisfies any policy; shuffled, because no position is special.
    let length = usize::try_from(policy.minimum_length).unwrap_or(99).max(8);
    let mut password: Vec<u8> = (0..length)
        .map(|position| {
            let class = CLASSES[position % CLASSES.len()];
            class[below(entropy, class.len())]
        })
        .collect();
    for position in (1..password.len()).rev() {
        password.swap(position, below(entropy, position + 1));
    }
    Secret::new(String::from_utf8(password).expect("all classes are ASCII"))
}
