use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target, UserType,
    filter::Filter,
    model::{
        Members,
        shapes::{
            ATTRIBUTE_NAME_TYPE, QUERY_LIMIT_TYPE, SEARCH_PAGINATION_TOKEN_TYPE, USER_FILTER_TYPE,
            USER_POOL_ID_TYPE,
        },
    },
    pages::{Pages, page_size},
    request::sealed::Sealed,
    user::{User, UserId},
    users::Position,
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
    /// Which attributes to show; all if absent, none if empty. Reported:
    /// <https://github.com/aws/aws-sdk-js/issues/2203>
    pub attributes_to_get: Option<Vec<String>>,
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
            attributes_to_get: None,
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
        let names = self.attributes_to_get.iter().flatten().map(String::as_str);
        members.texts("AttributesToGet", names, &ATTRIBUTE_NAME_TYPE);
        members.integer("Limit", self.limit.map(Into::into), &QUERY_LIMIT_TYPE);
        let token = self.pagination_token.as_deref();
        members.optional_text("PaginationToken", token, &SEARCH_PAGINATION_TOKEN_TYPE);
        members.optional_text("Filter", self.filter.as_deref(), &USER_FILTER_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for ListUsersRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ListUsersResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let filter_text = self.filter.as_deref().unwrap_or_default();
        let filter = Filter::parse(filter_text, &pool.settings)?;
        let (key, now) = (pool.users.key(), call.now);
        let pages = Pages { key, operation: Self::OPERATION, filter: filter_text, now };
        let after = pages.after(self.pagination_token.as_deref(), position_of)?;
        let limit = page_size(self.limit);

        let Found { users, next } = search(pool, filter.as_ref(), after.as_ref(), limit);
        let pagination_token = next.map(|position| pages.token(&position_bytes(&position)));
        let users = users
            .into_iter()
            .map(|user| only(self.attributes_to_get.as_deref(), pool.user_type(user)))
            .collect::<Result<_, _>>()?;
        Ok(ListUsersResponse { users, pagination_token })
    }
}

/// A user with the attributes that were asked for, all of which a user of the page must have.
/// Source: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html>
fn only(names: Option<&[String]>, mut user: UserType) -> Result<UserType, ServiceError> {
    let Some(names) = names else { return Ok(user) };
    let has = |name: &String| user.attributes.iter().any(|attribute| attribute.name == *name);
    if !names.iter().all(has) {
        return Err(ServiceError::AttributesToGetMissing);
    }
    user.attributes.retain(|attribute| names.contains(&attribute.name));
    Ok(user)
}

/// Users of a page, and where the next one starts.
struct Found<'a> {
    users: Vec<&'a User>,
    next: Option<Position>,
}

/// How many users a search without an index looks at for one page. The page is then short, as
/// pages may be.
const MOST_SCANNED: usize = 1000;

fn search<'a>(
    pool: &'a Pool,
    filter: Option<&'a Filter>,
    after: Option<&Position>,
    limit: usize,
) -> Found<'a> {
    let after_id = after.map(|position| position.id);
    let at = |user: &User| Position { value: String::new(), id: user.id };
    match filter {
        None => page(pool.users.all(after_id).map(|user| (at(user), user)), limit),
        Some(filter) if filter.attribute.is_indexed() => {
            let found = pool.users.starting_with(filter.attribute, &filter.value, after);
            let found = found
                .take_while(|(value, _)| filter.is_prefix || *value == filter.value)
                .map(|(value, user)| (Position { value: value.into_owned(), id: user.id }, user));
            page(found, limit)
        }
        Some(filter) => {
            let mut users = pool.users.all(after_id);
            let scanned: Vec<_> = users.by_ref().take(MOST_SCANNED).collect();
            let more = users.next().is_some();
            let matching = scanned.iter().filter(|user| filter.matches(&pool.settings, user));
            let mut found = page(matching.map(|user| (at(user), *user)), limit);
            if found.next.is_none() && more {
                found.next = scanned.last().map(|user| at(user));
            }
            found
        }
    }
}

fn page<'a>(found: impl Iterator<Item = (Position, &'a User)>, limit: usize) -> Found<'a> {
    // One more than the page shows whether there is another.
    let mut found: Vec<_> = found.take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(position, _)| position.clone());
    Found { users: found.into_iter().map(|(_, user)| user).collect(), next }
}

/// In a token: rank, sub and value of the last user.
pub(super) fn position_bytes(position: &Position) -> Vec<u8> {
    let mut bytes = position.id.rank.to_be_bytes().to_vec();
    bytes.extend(position.id.sub.to_string().as_bytes());
    bytes.extend(position.value.as_bytes());
    bytes
}

pub(super) fn position_of(bytes: &[u8]) -> Option<Position> {
    let (rank, rest) = bytes.split_first_chunk::<8>()?;
    let (sub, value) = rest.split_first_chunk::<36>()?;
    let sub = Uuid::parse(std::str::from_utf8(sub).ok()?)?;
    let value = String::from_utf8(value.to_vec()).ok()?;
    Some(Position { value, id: UserId { rank: u64::from_be_bytes(*rank), sub } })
}
