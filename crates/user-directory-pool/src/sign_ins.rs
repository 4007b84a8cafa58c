use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::{Secret, Timestamp, user::UserId, uuid::Uuid};

/// The sign-ins of a pool, by the `origin_jti` that all tokens of one share, and the refresh tokens
/// that lead to them. A sign-in outlives its user, so that a deleted user's token is recognized.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct SignIns {
    by_origin: BTreeMap<Uuid, SignIn>,
    /// By digest: a look-up tells nothing about the tokens, and takes 32 bytes for each.
    refresh_tokens: BTreeMap<Digest, RefreshToken>,
}

impl fmt::Debug for SignIns {
    /// Without the digests of refresh tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.by_origin).finish()
    }
}

/// One sign-in: what its tokens stand for.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct SignIn {
    pub(crate) user: UserId,
    pub(crate) client_id: Arc<str>,
    pub(crate) auth_time: Timestamp,
    /// The user's generation at the sign-in.
    pub(crate) generation: u64,
    pub(crate) revoked: bool,
    /// When the refresh token dies, rotated or not.
    pub(crate) expires: Timestamp,
}

/// A refresh token that was given out.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct RefreshToken {
    pub(crate) origin: Uuid,
    /// Until when it works, once rotation has replaced it. What the client says about rotation later
    /// does not change that (assumed).
    pub(crate) grace_ends: Option<Timestamp>,
}

/// What stands for a token: it leads to the token's entry, and not back to the token.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Digest([u8; 32]);

impl fmt::Debug for Digest {
    /// Without its bytes, which a list of them would say nothing by.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(&*text).ok();
        let digest = bytes.and_then(|bytes| bytes.try_into().ok());
        digest.map(Self).ok_or_else(|| de::Error::custom("a digest is no base64 of 32 bytes"))
    }
}

impl SignIns {
    /// The clients that sign-ins name.
    pub(crate) fn client_ids_mut(&mut self) -> impl Iterator<Item = &mut Arc<str>> {
        self.by_origin.values_mut().map(|sign_in| &mut sign_in.client_id)
    }

    /// Whether every refresh token leads to a sign-in.
    pub(crate) fn is_whole(&self) -> bool {
        self.refresh_tokens.values().all(|token| self.by_origin.contains_key(&token.origin))
    }

    pub(crate) fn get(&self, origin: Uuid) -> Option<&SignIn> {
        self.by_origin.get(&origin)
    }

    pub(crate) fn insert(&mut self, origin: Uuid, sign_in: SignIn) {
        self.by_origin.insert(origin, sign_in);
    }

    pub(crate) fn revoke(&mut self, origin: Uuid) {
        if let Some(sign_in) = self.by_origin.get_mut(&origin) {
            sign_in.revoked = true;
        }
    }

    pub(crate) fn refresh_token(&self, token: &Secret) -> Option<&RefreshToken> {
        self.refresh_tokens.get(&digest(token))
    }

    pub(crate) fn insert_refresh_token(&mut self, token: &Secret, origin: Uuid) {
        self.refresh_tokens.insert(digest(token), RefreshToken { origin, grace_ends: None });
    }

    /// Notes that rotation has replaced a token. A second replacement within the grace period does
    /// not extend it.
    pub(crate) fn replace_refresh_token(&mut self, token: &Secret, grace_ends: Timestamp) {
        if let Some(token) = self.refresh_tokens.get_mut(&digest(token)) {
            token.grace_ends.get_or_insert(grace_ends);
        }
    }

    /// Forgets the refresh tokens of a client that is deleted, so that one under the same id does
    /// not inherit them. The sign-ins stay for their access tokens. Deletions of clients are rare
    /// enough to look through all tokens.
    pub(crate) fn remove_refresh_tokens(&mut self, client_id: &str) {
        let by_origin = &self.by_origin;
        self.refresh_tokens.retain(|_, token| {
            by_origin.get(&token.origin).is_some_and(|sign_in| *sign_in.client_id != *client_id)
        });
    }
}

pub(crate) fn digest(token: &Secret) -> Digest {
    Digest(Sha256::digest(token.expose()).into())
}
