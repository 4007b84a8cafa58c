//! The secure remote password protocol (SRP) as Amazon Cognito speaks it, both sides.
//!
//! With SRP a user proves a password without sending it. Cognito has a dialect of its own: the
//! group of 3,072 bits of [RFC 5054](https://www.rfc-editor.org/rfc/rfc5054#appendix-A), SHA-256 of
//! numbers that are padded by their highest bit, a key by HKDF, and a signature with a time in it
//! instead of the proofs of RFC 2945.
//!
//! | type | what it is |
//! | --- | --- |
//! | [`SrpClient`] | the user's side: makes `SRP_A`, and proves the password |
//! | [`SrpServer`] | the pool's side of one sign-in: makes `SRP_B`, and judges the proof |
//! | [`PublicKey`] | an `SRP_A` that a server may answer |
//! | [`PasswordDigest`] | what a pool needs to know of a password |
//!
//! Who signs in through `user-directory-cognito` or at the fake needs none of them: a handle does
//! these steps when it is configured so. They are here for clients and servers that you write yourself.
//!
//! The crate does no I/O and takes time and randomness as inputs. Secret numbers are raised to
//! powers in constant time, by [`crypto_bigint`].
//!
//! ```
//! use std::time::SystemTime;
//! use user_directory_srp::{
//!     Claim, PasswordDigest, PasswordVerifier, PublicKey, Salt, SrpClient, SrpServer,
//! };
//!
//! # fn random() -> [u8; 32] { [7; 32] }
//! let (pool_id, user) = ("eu-west-1_Example01", "alice");
//! // The pool knows this of the user, and a salt.
//! let (digest, salt) = (PasswordDigest::new(pool_id, user, "Correct-horse-9"), Salt::new([1; 16]));
//!
//! // InitiateAuth with USER_SRP_AUTH: the client sends SRP_A, and gets PASSWORD_VERIFIER.
//! let client = SrpClient::new(random());
//! let server = SrpServer::new(PublicKey::from_hex(&client.srp_a())?, &digest, salt, random());
//! let (secret_block, srp_b) = ("c2VjcmV0", server.srp_b());
//!
//! // RespondToAuthChallenge: the client sends a proof, which the pool judges.
//! let challenge = PasswordVerifier {
//!     pool_id,
//!     user_id_for_srp: user,
//!     salt: &salt.to_hex(),
//!     srp_b: &srp_b,
//!     secret_block,
//! };
//! let proof = client.prove(&challenge, "Correct-horse-9", SystemTime::now())?;
//! assert!(server.accepts(&Claim {
//!     pool_id,
//!     user_id_for_srp: user,
//!     secret_block,
//!     timestamp: &proof.timestamp,
//!     signature: &proof.signature,
//! }));
//! # Ok::<(), user_directory_srp::SrpError>(())
//! ```
//!
//! Its siblings: [`user-directory`](https://docs.rs/user-directory) (the traits),
//! [`user-directory-cognito`](https://docs.rs/user-directory-cognito) (the traits on Amazon Cognito)
//! and [`user-directory-pool`](https://docs.rs/user-directory-pool) (the rules of a pool, which judge
//! proofs with this crate).
//!
//! Design notes: [`design`].
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod client;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod error;
mod group;
mod proof;
mod public_key;
mod server;

pub use client::{PasswordVerifier, Proof, SrpClient};
pub use error::SrpError;
pub use public_key::PublicKey;
pub use server::{Claim, PasswordDigest, Salt, SrpServer};
