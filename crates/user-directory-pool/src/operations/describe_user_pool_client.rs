use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target, UserPoolClientType,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [DescribeUserPoolClient](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DescribeUserPoolClientRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
}

/// What DescribeUserPoolClient answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DescribeUserPoolClientResponse {
    /// The client.
    pub user_pool_client: UserPoolClientType,
}

impl DescribeUserPoolClientRequest {
    /// Describes this client.
    pub fn new(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), client_id: client_id.into() }
    }
}

impl Sealed for DescribeUserPoolClientRequest {}

impl Request for DescribeUserPoolClientRequest {
    type Response = DescribeUserPoolClientResponse;

    const OPERATION: &'static str = "DescribeUserPoolClient";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for DescribeUserPoolClientRequest {
    fn handle(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<DescribeUserPoolClientResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let user_pool_client = pool.client(&self.client_id)?.describe(&pool.id);
        Ok(DescribeUserPoolClientResponse { user_pool_client })
    }
}
