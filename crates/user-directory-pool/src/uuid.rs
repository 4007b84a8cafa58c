use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::entropy::{self, Entropy};

/// A random UUID (RFC 9562, version 4), as in `sub`, `jti`, `origin_jti` and `event_id`.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Uuid([u8; 16]);

impl Uuid {
    /// The least of all.
    pub(crate) const NIL: Self = Self([0; 16]);

    pub(crate) fn random(entropy: &mut dyn Entropy) -> Self {
        Self::from_random(entropy::bytes(entropy))
    }

    pub(crate) fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// Reads the form with hyphens in lower case. Any version: a fixture may give a `sub`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let hyphens = [8, 13, 18, 23];
        if text.len() != 36 || hyphens.iter().any(|position| text[*position] != b'-') {
            return None;
        }
        let digits = text.iter().enumerate().filter(|(i, _)| !hyphens.contains(i));
        let mut bytes = [0; 16];
        for (position, (_, digit)) in digits.enumerate() {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            bytes[position / 2] = bytes[position / 2] << 4 | value;
        }
        Some(Self(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("an id is no UUID in lower case"))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        // In one piece: every answer about a user has one.
        let mut text = [b'-'; 36];
        let mut at = 0;
        for (position, byte) in self.0.iter().enumerate() {
            if matches!(position, 4 | 6 | 8 | 10) {
                at += 1;
            }
            text[at] = DIGITS[usize::from(byte >> 4)];
            text[at + 1] = DIGITS[usize::from(byte & 0x0f)];
            at += 2;
        }
        f.write_str(std::str::from_utf8(&text).expect("digits and hyphens are ASCII"))
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_leads_back() {
        let text = "825d8d71-f582-4d9a-a35f-0123456789ab";
        assert_eq!(Uuid::parse(text).map(|uuid| uuid.to_string()).as_deref(), Some(text));
        for bad in [
            "",
            "825d8d71",
            "825D8d71-f582-4d9a-a35f-0123456789ab",
            "é25d8d71-f582-4d9a-a35f-0123456789a",
        ] {
            assert_eq!(Uuid::parse(bad), None, "{bad}");
        }
    }

    /// RFC 9562, 5.4: version 4, variant 10, everything else as drawn.
    #[test]
    fn random_ones_say_so() {
        struct Byte(u8);

        impl Entropy for Byte {
            fn fill(&mut self, bytes: &mut [u8]) {
                bytes.fill(self.0);
            }
        }

        let random = |byte| Uuid::random(&mut Byte(byte)).to_string();
        assert_eq!(random(0x00), "00000000-0000-4000-8000-000000000000");
        assert_eq!(random(0xff), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
