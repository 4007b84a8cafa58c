use std::{fmt, sync::OnceLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crypto_bigint::U256;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    PublicKey,
    group::{GENERATOR, MULTIPLIER, Residue, bytes, hash, padded, scrambler, to_hex},
    proof::{Key, is_timestamp, pool_name},
};

/// What a pool needs to know of a password: SHA-256 of the pool's name, the user's name and the
/// password. Who has it can sign in as the user, and cannot read the password from it.
#[derive(Clone)]
pub struct PasswordDigest(Zeroizing<[u8; 32]>);

impl fmt::Debug for PasswordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordDigest([redacted])")
    }
}

impl PasswordDigest {
    /// The digest of a user's password. The user is named as in `USER_ID_FOR_SRP`.
    pub fn new(pool_id: &str, user_id_for_srp: &str, password: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(pool_name(pool_id));
        hash.update(user_id_for_srp);
        hash.update(":");
        hash.update(password);
        Self(Zeroizing::new(hash.finalize().into()))
    }

    /// x, the discrete logarithm of the verifier.
    pub(crate) fn exponent(&self, salt: &[u8]) -> U256 {
        hash(&[&padded(salt), &*self.0])
    }
}

/// What a pool mixes into a user's verifier, 128 bits. No secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// A salt of these bytes.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// `SALT`: hexadecimal without zeros in front, because clients differ in what they make of those.
    pub fn to_hex(self) -> String {
        to_hex(&self.0)
    }
}

/// The pool's side of one sign-in.
///
/// What is costly, four powers modulo the prime, is computed when it is first needed and once:
/// a server that makes an exchange under a lock can call [`srp_b`](Self::srp_b) outside of it.
///
/// With the feature `serde` it can be written down between the two requests. Who reads that can sign
/// in as the user.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SrpServer {
    srp_a: PublicKey,
    /// x
    exponent: Exponent,
    /// b
    secret: Exponent,
    #[cfg_attr(feature = "serde", serde(skip))]
    answer: OnceLock<Answer>,
}

/// A secret number.
#[derive(Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Exponent([u8; 32]);

impl Exponent {
    fn number(&self) -> U256 {
        U256::from_be_slice(&self.0)
    }
}

impl Drop for Exponent {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// What comes of the costly part.
#[derive(Clone)]
struct Answer {
    srp_b: String,
    key: Key,
}

/// Without its secrets.
impl fmt::Debug for SrpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpServer").field("srp_a", &self.srp_a).finish_non_exhaustive()
    }
}

/// Exchanges are equal that have the same inputs.
impl PartialEq for SrpServer {
    fn eq(&self, other: &Self) -> bool {
        let secrets = |it: &Self| [it.exponent.0, it.secret.0].concat();
        self.srp_a == other.srp_a && secrets(self).ct_eq(&secrets(other)).into()
    }
}

/// What a client claims in an answer to `PASSWORD_VERIFIER`, by the names of its responses.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the answer's members are these")]
pub struct Claim<'a> {
    /// The id of the pool.
    pub pool_id: &'a str,
    /// The real user name, as the challenge had it.
    pub user_id_for_srp: &'a str,
    /// `PASSWORD_CLAIM_SECRET_BLOCK`, base64. Whether it is this exchange's, the caller knows.
    pub secret_block: &'a str,
    /// `TIMESTAMP`
    pub timestamp: &'a str,
    /// `PASSWORD_CLAIM_SIGNATURE`, base64.
    pub signature: &'a str,
}

/// Without the signature and the block.
impl fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("user_id_for_srp", &self.user_id_for_srp)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}

impl SrpServer {
    /// An exchange with a client, with a secret number that must be random and of this exchange alone.
    pub fn new(srp_a: PublicKey, digest: &PasswordDigest, salt: Salt, random: [u8; 32]) -> Self {
        let mut exponent = Exponent([0; 32]);
        exponent.0.copy_from_slice(digest.exponent(&salt.0).to_be_bytes().as_ref());
        Self { srp_a, exponent, secret: Exponent(random), answer: OnceLock::new() }
    }

    /// `SRP_B`, hexadecimal.
    pub fn srp_b(&self) -> String {
        self.answer().srp_b.clone()
    }

    /// Whether a claim proves that the client knows the password: in constant time, as far as it
    /// depends on the signature.
    ///
    /// The time stamp must be one by its form; whether it is near, nobody asks: this side's clock can
    /// be a test's.
    pub fn accepts(&self, claim: &Claim<'_>) -> bool {
        let Ok(secret_block) = STANDARD.decode(claim.secret_block) else { return false };
        let key = &self.answer().key;
        let Claim { pool_id, user_id_for_srp, timestamp, signature, .. } = *claim;
        let expected = key.sign(pool_id, user_id_for_srp, &secret_block, timestamp);
        let is_right: bool = expected.as_bytes().ct_eq(signature.as_bytes()).into();
        is_right && is_timestamp(timestamp)
    }

    fn answer(&self) -> &Answer {
        self.answer.get_or_init(|| {
            let (x, b) = (self.exponent.number(), self.secret.number());
            let verifier = GENERATOR.pow(&x);
            let srp_b = (MULTIPLIER * verifier + GENERATOR.pow(&b)).retrieve();
            let u = scrambler(self.srp_a.number(), &srp_b);
            let shared = (Residue::new(self.srp_a.number()) * verifier.pow(&u)).pow(&b);
            let key = Key::derive(&shared.retrieve(), &u);
            Answer { srp_b: to_hex(&bytes(&srp_b)), key }
        })
    }
}
