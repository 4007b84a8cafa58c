use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;

use crate::{
    Call, Pool, Request, ServiceError, Target, Timestamp, UserType,
    filter::Filter,
    model::{
        Members,
        shapes::{
            QUERY_LIMIT_TYPE, SEARCH_PAGINATION_TOKEN_TYPE, USER_FILTER_TYPE, USER_POOL_ID_TYPE,
        },
    },
    request::sealed::Sealed,
    user::{User, UserId},
    users::{Position, keyed_hash},
    uuid::Uuid,
};

/// [ListUsers](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html)
///
/// AWS promises no order. Here a listing follows a keyed hash of the `sub`; a search by prefix
/// follows the values first.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUsersRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// `<attribute> = "<value>"` or `<attribute> ^= "<value>"`.
    pub filter: Option<String>,
    /// 0 to 60; 0 stands for the default of 60 (assumed).
    pub limit: Option<u32>,
    /// Where another page ended.
    pub pagination_token: Option<String>,
}

/// What ListUsers answers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListUsersResponse {
    /// The users of this page.
    pub users: Vec<UserType>,
    /// Where the next page starts; absent on the last.
    pub pagination_token: Option<String>,
}

impl ListUsersRequest {
    /// The first page of all users.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            filter: None,
            limit: None,
            pagination_token: None,
        }
    }
}

impl Sealed for ListUsersRequest {}

impl Request for ListUsersRequest {
    type Response = ListUsersResponse;

    const OPERATION: &'static str = "ListUsers";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.integer("Limit", self.limit.map(Into::into), &QUERY_LIMIT_TYPE);
        let token = self.pagination_token.as_deref();
        members.optional_text("PaginationToken", token, &SEARCH_PAGINATION_TOKEN_TYPE);
        members.optional_text("Filter", self.filter.as_deref(), &USER_FILTER_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }

    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ListUsersResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let filter_text = self.filter.as_deref().unwrap_or_default();
        let filter = Filter::parse(filter_text, &pool.settings)?;
        let token = self.pagination_token.as_deref();
        let after = token
            .map(|token| read_token(pool.users.key(), token, filter_text, call.now))
            .transpose()?;
        let limit = match self.limit {
            None | Some(0) => 60,
            Some(limit) => limit as usize,
        };

        // One more than the page shows whether there is another.
        let mut found = search(pool, filter.as_ref(), after.as_ref(), limit + 1);
        let more = found.len() > limit;
        found.truncate(limit);
        let pagination_token = found
            .last()
            .filter(|_| more)
            .map(|(position, _)| write_token(pool.users.key(), position, filter_text, call.now));
        let users = found.into_iter().map(|(_, user)| pool.user_type(user)).collect();
        Ok(ListUsersResponse { users, pagination_token })
    }
}

fn search<'a>(
    pool: &'a Pool,
    filter: Option<&'a Filter>,
    after: Option<&Position>,
    most: usize,
) -> Vec<(Position, &'a User)> {
    let Some(filter) = filter else {
        return pool
            .users
            .all(after.map(|position| position.id))
            .take(most)
            .map(|user| (Position { value: String::new(), id: user.id }, user))
            .collect();
    };
    pool.users
        .starting_with(filter.attribute, &filter.value, after)
        .take_while(|(value, _)| filter.is_prefix || *value == filter.value)
        .take(most)
        .map(|(value, user)| (Position { value: value.into_owned(), id: user.id }, user))
        .collect()
}

/// How long a pagination token is good for:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html>
const TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);

const TAG: usize = 16;

/// A token is opaque: tag, time of issue, rank, sub and value of the last user, the tag over the
/// rest and the filter.
fn write_token(key: &[u8], position: &Position, filter: &str, now: Timestamp) -> String {
    let mut body = Vec::with_capacity(64);
    body.extend(now.millis().to_be_bytes());
    body.extend(position.id.rank.to_be_bytes());
    body.extend(position.id.sub.to_string().as_bytes());
    body.extend(position.value.as_bytes());
    let mut token = tag(key, &body, filter).to_vec();
    token.extend(body);
    URL_SAFE_NO_PAD.encode(token)
}

fn read_token(
    key: &[u8],
    token: &str,
    filter: &str,
    now: Timestamp,
) -> Result<Position, ServiceError> {
    let parse = || {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (given, body) = token.split_at_checked(TAG)?;
        if !bool::from(given.ct_eq(&tag(key, body, filter))) {
            return None;
        }
        let (issued, rest) = body.split_first_chunk::<8>()?;
        let (rank, rest) = rest.split_first_chunk::<8>()?;
        let (sub, value) = rest.split_first_chunk::<36>()?;
        if Timestamp::from_millis(u64::from_be_bytes(*issued)) + TOKEN_LIFE <= now {
            return None;
        }
        let sub = Uuid::parse(std::str::from_utf8(sub).ok()?)?;
        let value = String::from_utf8(value.to_vec()).ok()?;
        Some(Position { value, id: UserId { rank: u64::from_be_bytes(*rank), sub } })
    };
    parse().ok_or(ServiceError::PaginationTokenInvalid)
}

fn tag(key: &[u8], body: &[u8], filter: &str) -> [u8; TAG] {
    let mut signed = Vec::with_capacity(body.len() + filter.len() + 1);
    signed.extend(filter.as_bytes());
    // A filter holds no zero byte, so the two parts cannot be shifted against each other.
    signed.push(0);
    signed.extend(body);
    let digest = keyed_hash(key, &signed);
    digest[..TAG].try_into().expect("a digest has 32 bytes")
}
