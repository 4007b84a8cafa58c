use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{PAGINATION_KEY, QUERY_LIMIT, USER_POOL_ID_TYPE},
    },
    pages::Pages,
    request::sealed::Sealed,
};

/// [ListUserPoolClients](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html)
///
/// AWS promises no order. Here a listing follows a keyed hash of the ids.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUserPoolClientsRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// 1 to 60; 60 if absent (assumed).
    pub max_results: Option<u32>,
    /// Where another page ended.
    pub next_token: Option<String>,
}

/// What ListUserPoolClients answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUserPoolClientsResponse {
    /// The clients of this page.
    pub user_pool_clients: Vec<UserPoolClientDescription>,
    /// Where the next page starts; absent on the last.
    pub next_token: Option<String>,
}

/// A client in a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserPoolClientDescription {
    /// The client's id.
    pub client_id: String,
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's name.
    pub client_name: String,
}

impl ListUserPoolClientsRequest {
    /// The first page of all clients.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), max_results: None, next_token: None }
    }
}

impl Sealed for ListUserPoolClientsRequest {}

impl Request for ListUserPoolClientsRequest {
    type Response = ListUserPoolClientsResponse;

    const OPERATION: &'static str = "ListUserPoolClients";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.integer("MaxResults", self.max_results.map(Into::into), &QUERY_LIMIT);
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for ListUserPoolClientsRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ListUserPoolClientsResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let (key, now) = (pool.users.key(), call.now);
        let pages = Pages { key, operation: Self::OPERATION, filter: "", now };
        let size = self.max_results.unwrap_or(60) as usize;
        let token = self.next_token.as_deref();
        let (clients, next_token) =
            pages.page(pool.clients.values(), |client| &client.id, token, size)?;
        let describe = |client: &crate::client::Client| UserPoolClientDescription {
            client_id: client.id.to_string(),
            user_pool_id: pool.id.clone(),
            client_name: client.settings.name.clone(),
        };
        let user_pool_clients = clients.into_iter().map(describe).collect();
        Ok(ListUserPoolClientsResponse { user_pool_clients, next_token })
    }
}
