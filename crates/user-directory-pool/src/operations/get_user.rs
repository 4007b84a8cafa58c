use crate::{
    AccessTokenClaims, Attribute, Call, MfaType, Pool, PoolRequest, Request, Secret, ServiceError,
    Target,
    model::{Members, shapes::TOKEN_MODEL_TYPE},
    request::sealed::Sealed,
};

/// An access token as a caller presented it, and what its signature proves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PresentedToken {
    /// The token itself, for the constraints of its shape.
    pub token: Secret,
    /// Its claims, if the owner of the pool has verified the signature. Expiry and revocation are
    /// for the pool to judge.
    pub claims: Option<AccessTokenClaims>,
}

impl PresentedToken {
    /// A token with its verified claims.
    pub fn new(token: impl Into<Secret>, claims: Option<AccessTokenClaims>) -> Self {
        Self { token: token.into(), claims }
    }

    pub(super) fn members(&self, members: &mut Members) {
        members.text("AccessToken", self.token.expose(), &TOKEN_MODEL_TYPE);
    }

    pub(super) fn target(&self) -> Target<'_> {
        Target::AccessToken(self.claims.as_ref().map(|claims| claims.iss.as_str()))
    }
}

/// [GetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetUserRequest {
    /// Whose user.
    pub access_token: PresentedToken,
}

/// What GetUser answers: no status, no dates.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct GetUserResponse {
    /// The real name.
    pub username: String,
    /// What the client may read, `sub` first.
    pub user_attributes: Vec<Attribute>,
    /// The preferred second factor.
    pub preferred_mfa_setting: Option<MfaType>,
    /// The second factors that are enabled.
    pub user_mfa_setting_list: Vec<MfaType>,
}

impl GetUserRequest {
    /// Asks for the user of this token.
    pub fn new(access_token: PresentedToken) -> Self {
        Self { access_token }
    }
}

impl Sealed for GetUserRequest {}

impl Request for GetUserRequest {
    type Response = GetUserResponse;

    const OPERATION: &'static str = "GetUser";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for GetUserRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<GetUserResponse, ServiceError> {
        let claims = self.access_token.claims.as_ref();
        let user = pool.user_of_access_token(claims, call.now)?;
        let claims = claims.ok_or(ServiceError::AccessTokenInvalid)?;
        let client = pool.client(&claims.client_id)?;
        let user_attributes = pool
            .attribute_list(user)
            .into_iter()
            .filter(|attribute| attribute.name == "sub" || client.may_read(&attribute.name))
            .collect();
        Ok(GetUserResponse {
            username: user.username.to_string(),
            user_attributes,
            preferred_mfa_setting: user.preferred_factor(),
            user_mfa_setting_list: user.enabled_factors(),
        })
    }
}
