//! The group that Cognito computes in, and how it hashes numbers.

use crypto_bigint::{U256, U3072, modular::ConstMontyForm};
use sha2::{Digest as _, Sha256};

mod modulus {
    use crypto_bigint::{U3072, const_monty_params};

    const_monty_params!(
        Modulus,
        U3072,
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
         020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
         4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
         EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
         98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
         9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
         E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
         3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
         A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
         ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
         D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
         08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
        "The prime of 3,072 bits of RFC 5054, appendix A."
    );
}

/// A number modulo that prime.
pub(crate) type Residue = ConstMontyForm<modulus::Modulus, { U3072::LIMBS }>;

/// Bytes of a number of the group.
pub(crate) const BYTES: usize = 384;

/// g, the generator.
pub(crate) const GENERATOR: Residue = Residue::new(&U3072::from_u8(2));

/// k: SHA-256 of the prime and the generator, as a test computes it.
pub(crate) const MULTIPLIER: Residue = Residue::new(&U3072::from_be_hex(concat!(
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6",
)));

/// u, which ties the exchange to both public keys.
pub(crate) fn scrambler(srp_a: &U3072, srp_b: &U3072) -> U256 {
    hash(&[&padded(&bytes(srp_a)), &padded(&bytes(srp_b))])
}

pub(crate) fn bytes(number: &U3072) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    bytes.copy_from_slice(number.to_be_bytes().as_ref());
    bytes
}

pub(crate) fn hash(parts: &[&[u8]]) -> U256 {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    U256::from_be_slice(&hash.finalize())
}

/// A number as Cognito hashes it: without zeros in front, but for one where the highest bit would
/// read as a sign.
pub(crate) fn padded(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = &number[zeros..];
    let is_negative = digits.first().is_none_or(|first| *first >= 0x80);
    let mut padded = Vec::with_capacity(digits.len() + 1);
    padded.extend(is_negative.then_some(0));
    padded.extend_from_slice(digits);
    padded
}

/// A number in hexadecimal digits, without zeros in front.
pub(crate) fn to_hex(number: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = number.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let significant = digits.skip_while(|digit| *digit == 0);
    significant.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The bytes of a number in hexadecimal digits, of any case and length; `None` for what is none.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(text.len() + 1);
    digits.extend((text.len() % 2 == 1).then_some(0));
    for digit in text.chars() {
        digits.push(u8::try_from(digit.to_digit(16)?).ok()?);
    }
    (!text.is_empty()).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multiplier_is_the_hash_of_the_group() {
        let modulus = (Residue::ZERO - Residue::ONE).retrieve().wrapping_add(&U3072::ONE);
        let k = hash(&[&padded(&bytes(&modulus)), &[2]]);
        assert_eq!(MULTIPLIER.retrieve(), k.resize());
        assert_eq!(padded(&bytes(&modulus)).len(), BYTES + 1, "its highest bit is set");
    }

    #[test]
    fn numbers_are_padded_by_their_highest_bit() {
        assert_eq!(padded(&[0, 0, 0x7f, 1]), [0x7f, 1]);
        assert_eq!(padded(&[0, 0x80]), [0, 0x80]);
        assert_eq!(padded(&[0, 0]), [0]);
    }

    #[test]
    fn hexadecimal_digits() {
        assert_eq!(from_hex("abc"), Some(vec![0xa, 0xbc]));
        assert_eq!(from_hex("00FF"), Some(vec![0, 0xff]));
        assert_eq!(to_hex(&[0, 0x0a, 0xbc]), "abc");
        for bad in ["", "xy", "+1", " 1", "ä"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }
}
