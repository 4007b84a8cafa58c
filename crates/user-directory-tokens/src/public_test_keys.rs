//! The keys of `user-directory-fake`, whose private halves everybody has.

use sha2::{Digest as _, Sha256};

/// SHA-256 of their moduli. Of the modulus and not the key id, which whoever serves a key set
/// chooses freely.
const DIGESTS: [&str; 2] = [
    "1a76408a56324065798732aa319d01c45278672a401793197c87ae24d2309a3d",
    "c242b8c0dfd31848a074c51eeae0b2bd8699ca9dd27de28e4f162b7b585f4aea",
];

pub(crate) fn is_public_test_key(modulus: &[u8]) -> bool {
    let digest = Sha256::digest(modulus);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    DIGESTS.contains(&hex.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_those_of_the_fake() {
        for modulus in user_directory_fake::public_test_moduli() {
            assert!(is_public_test_key(&modulus));
        }
        assert!(!is_public_test_key(&[0xff; 256]));
    }
}
