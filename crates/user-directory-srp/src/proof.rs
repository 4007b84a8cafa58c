//! What proves that both sides have the same key: a signature with a time in it.

use std::time::SystemTime;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crypto_bigint::{U256, U3072};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::{
    OffsetDateTime, PrimitiveDateTime, format_description::StaticFormatDescription,
    macros::format_description,
};
use zeroize::Zeroizing;

use crate::group::{bytes, padded};

/// The key that both sides have at the end.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; 16]>);

impl Key {
    /// The key of a shared secret S and the scrambler u.
    pub(crate) fn derive(shared: &U3072, scrambler: &U256) -> Self {
        let shared = Zeroizing::new(padded(&*Zeroizing::new(bytes(shared))));
        let salt = padded(scrambler.to_be_bytes().as_ref());
        let mut key = Zeroizing::new([0; 16]);
        Hkdf::<Sha256>::new(Some(&salt), &shared)
            .expand(b"Caldera Derived Key", &mut *key)
            .expect("HKDF gives up to 255 blocks");
        Self(key)
    }

    /// The signature of a claim, in base64.
    pub(crate) fn sign(
        &self,
        pool_id: &str,
        user_id_for_srp: &str,
        secret_block: &[u8],
        timestamp: &str,
    ) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes a key of any length");
        mac.update(pool_name(pool_id).as_bytes());
        mac.update(user_id_for_srp.as_bytes());
        mac.update(secret_block);
        mac.update(timestamp.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// The part of a pool's id that the protocol hashes: `Example01` of `eu-west-1_Example01`.
pub(crate) fn pool_name(pool_id: &str) -> &str {
    pool_id.split_once('_').map_or(pool_id, |(_, name)| name)
}

/// `Tue Sep 5 09:04:03 UTC 2023`: English, in UTC, the day without a zero in front.
const TIMESTAMP: StaticFormatDescription = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
);

/// A time as a claim has it. One that no date of four digits can say becomes the epoch.
pub(crate) fn timestamp(at: SystemTime) -> String {
    OffsetDateTime::from(at).format(TIMESTAMP).unwrap_or_default()
}

/// Whether a text is a time as a claim has it. Cognito has been seen to refuse a day with a zero in
/// front and a wrong weekday.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let parsed = PrimitiveDateTime::parse(text, TIMESTAMP);
    parsed.is_ok_and(|at| at.format(TIMESTAMP).is_ok_and(|written| written == text))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn timestamps() {
        let at = UNIX_EPOCH + Duration::from_secs(1_693_904_643);
        assert_eq!(timestamp(at), "Tue Sep 5 09:04:03 UTC 2023");
        assert!(is_timestamp(&timestamp(at)));
        for bad in [
            "",
            "Tue Sep 05 09:04:03 UTC 2023",
            "Mon Sep 5 09:04:03 UTC 2023",
            "Tue Sep 5 9:04:03 UTC 2023",
            "Tue Sep 5 09:04:03 GMT 2023",
            "tue sep 5 09:04:03 UTC 2023",
            "Tue Sep 31 09:04:03 UTC 2023",
            "Tue Sep 5 09:04:03 UTC 2023 ",
            "2023-09-05T09:04:03Z",
        ] {
            assert!(!is_timestamp(bad), "{bad}");
        }
    }

    #[test]
    fn names_of_pools() {
        assert_eq!(pool_name("eu-west-1_Example01"), "Example01");
        assert_eq!(pool_name("Example01"), "Example01");
    }
}
