use crypto_bigint::U3072;

use crate::{
    SrpError,
    group::{BYTES, Residue, bytes, from_hex, to_hex},
};

/// The public key of a client (`SRP_A`), which a server may answer.
///
/// Of a multiple of the prime the shared secret would be zero, whatever the password:
/// [RFC 5054, section 2.5.4](https://www.rfc-editor.org/rfc/rfc5054#section-2.5.4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct PublicKey(U3072);

impl PublicKey {
    /// Reads hexadecimal digits, of any case and with any number of zeros in front.
    ///
    /// # Errors
    ///
    /// [`SrpError::InvalidPublicKey`] for what no client would send.
    pub fn from_hex(text: &str) -> Result<Self, SrpError> {
        let number = number(text).ok_or(SrpError::InvalidPublicKey)?;
        let is_harmless = Residue::new(&number) != Residue::ZERO;
        is_harmless.then_some(Self(number)).ok_or(SrpError::InvalidPublicKey)
    }

    pub(crate) fn of(residue: &Residue) -> Self {
        Self(residue.retrieve())
    }

    pub(crate) fn number(&self) -> &U3072 {
        &self.0
    }

    /// The hexadecimal digits, without zeros in front.
    pub fn to_hex(self) -> String {
        to_hex(&bytes(&self.0))
    }
}

#[cfg(feature = "serde")]
impl TryFrom<String> for PublicKey {
    type Error = SrpError;

    fn try_from(text: String) -> Result<Self, SrpError> {
        Self::from_hex(&text)
    }
}

#[cfg(feature = "serde")]
impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_hex()
    }
}

/// A number of at most 3,072 bits.
pub(crate) fn number(text: &str) -> Option<U3072> {
    // So that no text of megabytes is looked at digit by digit.
    let text = text.trim_start_matches('0');
    if text.len() > 2 * BYTES {
        return None;
    }
    let digits = if text.is_empty() { vec![0] } else { from_hex(text)? };
    let mut number = [0; BYTES];
    number[BYTES - digits.len()..].copy_from_slice(&digits);
    Some(U3072::from_be_slice(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_client_sends_is_refused() {
        let prime = (Residue::ZERO - Residue::ONE).retrieve().wrapping_add(&U3072::ONE);
        let prime = to_hex(&bytes(&prime));
        for bad in ["", "0", "0000", "xyz", "-1", &prime, &"f".repeat(769)] {
            assert_eq!(PublicKey::from_hex(bad), Err(SrpError::InvalidPublicKey), "{bad}");
        }
    }

    #[test]
    fn what_emulators_were_sent_is_a_number() {
        let key = PublicKey::from_hex(&"a".repeat(512)).expect("recorded on AWS: no shape error");
        assert_eq!(key.to_hex(), "a".repeat(512));
        assert_eq!(PublicKey::from_hex("00Ab"), PublicKey::from_hex("ab"));
    }
}
