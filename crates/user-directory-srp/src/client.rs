use std::{fmt, time::SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crypto_bigint::{U256, U512, U576};
use zeroize::Zeroize as _;

use crate::{
    PasswordDigest, PublicKey, SrpError,
    group::{GENERATOR, MULTIPLIER, Residue, from_hex, scrambler},
    proof::{Key, timestamp},
    public_key::number,
};

/// The user's side of one sign-in.
///
/// The secret number has 256 bits, as RFC 5054 asks for at least.
pub struct SrpClient {
    secret: U256,
    srp_a: PublicKey,
}

/// Without the secret.
impl fmt::Debug for SrpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SrpClient").field("srp_a", &self.srp_a).finish_non_exhaustive()
    }
}

impl Drop for SrpClient {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// What a pool says in a challenge `PASSWORD_VERIFIER`, by the names of its parameters.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "the challenge's parameters are these")]
pub struct PasswordVerifier<'a> {
    /// The id of the pool.
    pub pool_id: &'a str,
    /// `USER_ID_FOR_SRP`: the real user name, where the user may have typed an alias.
    pub user_id_for_srp: &'a str,
    /// `SALT`, hexadecimal.
    pub salt: &'a str,
    /// `SRP_B`, hexadecimal.
    pub srp_b: &'a str,
    /// `SECRET_BLOCK`, base64.
    pub secret_block: &'a str,
}

/// Without the block.
impl fmt::Debug for PasswordVerifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordVerifier")
            .field("pool_id", &self.pool_id)
            .field("user_id_for_srp", &self.user_id_for_srp)
            .finish_non_exhaustive()
    }
}

/// What a client answers, beside the name and the secret block.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Proof {
    /// `TIMESTAMP`
    pub timestamp: String,
    /// `PASSWORD_CLAIM_SIGNATURE`. It is good for this one exchange.
    pub signature: String,
}

/// Without the signature.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

impl SrpClient {
    /// A client with a secret number, which must be random and of this sign-in alone.
    pub fn new(random: [u8; 32]) -> Self {
        let secret = U256::from_be_slice(&random);
        Self { secret, srp_a: PublicKey::of(&GENERATOR.pow(&secret)) }
    }

    /// `SRP_A`, hexadecimal.
    pub fn srp_a(&self) -> String {
        self.srp_a.to_hex()
    }

    /// Proves that the user knows the password, at a time that Cognito is told.
    ///
    /// # Errors
    ///
    /// [`SrpError`] for a challenge that is no honest server's.
    pub fn prove(
        &self,
        challenge: &PasswordVerifier<'_>,
        password: &str,
        at: SystemTime,
    ) -> Result<Proof, SrpError> {
        self.prove_at(challenge, password, &timestamp(at))
    }

    /// As [`prove`](Self::prove), with the time as it is to be written: for tests of a server, which
    /// must refuse what is no time.
    ///
    /// # Errors
    ///
    /// As [`prove`](Self::prove).
    pub fn prove_at(
        &self,
        challenge: &PasswordVerifier<'_>,
        password: &str,
        timestamp: &str,
    ) -> Result<Proof, SrpError> {
        let salt = from_hex(challenge.salt).ok_or(SrpError::InvalidSalt)?;
        let secret_block =
            STANDARD.decode(challenge.secret_block).map_err(|_| SrpError::InvalidSecretBlock)?;
        let srp_b = number(challenge.srp_b).ok_or(SrpError::InvalidServerKey)?;
        let public = Residue::new(&srp_b);
        let u = scrambler(self.srp_a.number(), &srp_b);
        // A server that sends these has no need of the password.
        if public == Residue::ZERO || u == U256::ZERO {
            return Err(SrpError::InvalidServerKey);
        }
        let digest = PasswordDigest::new(challenge.pool_id, challenge.user_id_for_srp, password);
        let x = digest.exponent(&salt);
        let product: U512 = u.concatenating_mul(&x);
        let exponent: U576 =
            product.resize::<{ U576::LIMBS }>().wrapping_add(&self.secret.resize());
        let shared = (public - MULTIPLIER * GENERATOR.pow(&x)).pow(&exponent);
        let signature = Key::derive(&shared.retrieve(), &u).sign(
            challenge.pool_id,
            challenge.user_id_for_srp,
            &secret_block,
            timestamp,
        );
        Ok(Proof { timestamp: timestamp.to_owned(), signature })
    }
}
