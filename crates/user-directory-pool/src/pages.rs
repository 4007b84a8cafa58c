//! Pages of a list whose order AWS does not promise, and the tokens that lead from one to the next.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;

use crate::{ServiceError, Timestamp, users::keyed_hash};

/// How long a pagination token is good for:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html>.
/// For other lists than that of users it is assumed.
const TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);

const TAG: usize = 16;

/// How many items a page has: `Limit` 0 stands for the default of 60 (assumed).
pub(crate) fn page_size(limit: Option<u32>) -> usize {
    match limit {
        None | Some(0) => 60,
        Some(limit) => limit as usize,
    }
}

/// Signs tokens for one list of one owner.
#[derive(Clone, Copy)]
pub(crate) struct Pages<'a> {
    /// The owner's key.
    pub(crate) key: &'a [u8; 16],
    /// The operation.
    pub(crate) operation: &'static str,
    /// What the request selects from the list; a token is good for nothing else.
    pub(crate) filter: &'a str,
    /// When the request is made.
    pub(crate) now: Timestamp,
}

impl Pages<'_> {
    /// A token is opaque: tag, time of issue, position; the tag also over operation and filter.
    pub(crate) fn token(&self, position: &[u8]) -> String {
        let mut body = self.now.millis().to_be_bytes().to_vec();
        body.extend(position);
        let mut token = self.tag(&body).to_vec();
        token.extend(body);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The position in a token, if it is one of this list's and still good.
    fn position(&self, token: &str) -> Option<Vec<u8>> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (given, body) = token.split_at_checked(TAG)?;
        if !bool::from(given.ct_eq(&self.tag(body))) {
            return None;
        }
        let (issued, position) = body.split_first_chunk::<8>()?;
        let expires = Timestamp::from_millis(u64::from_be_bytes(*issued)) + TOKEN_LIFE;
        (self.now < expires).then(|| position.to_vec())
    }

    /// Where a page starts whose request has this token: `read` makes a position of its bytes.
    pub(crate) fn after<P>(
        &self,
        token: Option<&str>,
        read: impl Fn(&[u8]) -> Option<P>,
    ) -> Result<Option<P>, ServiceError> {
        let position = |token| self.position(token).and_then(|bytes| read(&bytes));
        token.map(|token| position(token).ok_or(ServiceError::PaginationTokenInvalid)).transpose()
    }

    fn tag(&self, body: &[u8]) -> [u8; TAG] {
        // Neither an operation nor a filter holds a zero byte, so the parts cannot be shifted
        // against each other.
        let signed = [self.operation.as_bytes(), &[0], self.filter.as_bytes(), &[0], body].concat();
        let digest = keyed_hash(self.key, &signed);
        digest[..TAG].try_into().expect("a digest has 32 bytes")
    }

    /// The page of a list of things with ids that a request asks for, and the token of the next.
    /// The order is that of a keyed hash of the ids.
    pub(crate) fn page<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        id: impl Fn(&T) -> &str,
        token: Option<&str>,
        size: usize,
    ) -> Result<(Vec<T>, Option<String>), ServiceError> {
        let rank = |id: &str| keyed_hash(self.key, id.as_bytes());
        let after = self.after(token, |bytes| Some(bytes.to_vec()))?;
        let mut rest: Vec<_> = all
            .into_iter()
            .map(|item| (rank(id(&item)), item))
            .filter(|(rank, _)| after.as_ref().is_none_or(|after| rank[..] > after[..]))
            .collect();
        rest.sort_by_key(|(rank, _)| *rank);
        let more = rest.len() > size;
        rest.truncate(size);
        let next = rest.last().filter(|_| more).map(|(rank, _)| self.token(rank));
        Ok((rest.into_iter().map(|(_, item)| item).collect(), next))
    }
}
