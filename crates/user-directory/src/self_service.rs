use async_trait::async_trait;

use crate::{AccessToken, Authentication, OwnUser, Result};

/// What users may do to their own account: the operations that Cognito authorizes by the user's
/// access token or code, and that nobody signs.
///
/// # Errors
///
/// Every method that takes an access token answers `NotAuthorized` for one that is malformed, has
/// expired or was revoked.
///
/// # Contract
///
/// As for [`Authentication`].
#[async_trait]
pub trait SelfService: Authentication {
    /// The user whom an access token belongs to, with the attributes that the client may read.
    ///
    /// AWS: [GetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html).
    #[doc(alias = "GetUser")]
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser>;

    /// Signs the user out everywhere.
    ///
    /// The access token that was used is refused from then on as well; like the ID token it still
    /// verifies offline until it expires.
    ///
    /// AWS: [GlobalSignOut](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html).
    #[doc(alias = "GlobalSignOut")]
    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()>;
}
