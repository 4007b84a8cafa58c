use std::sync::Arc;

use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, OwnUser, Refresh, RefreshFlow,
    Refreshed, Result, Revoke, SelfService, SignIn,
};
use user_directory_pool as pool;

use crate::{Fake, FakeClient, authentication, directory::from_pool};

/// The users' own handle on a pool of a [`Fake`]: the double of `CognitoSelfService`. It calls the
/// public operations, such as InitiateAuth with USER_PASSWORD_AUTH.
#[derive(Clone, Debug)]
pub struct FakeSelfService {
    fake: Fake,
    client: Arc<FakeClient>,
    refresh_flow: RefreshFlow,
}

impl FakeSelfService {
    pub(crate) fn on(fake: &Fake, client: &FakeClient) -> Self {
        Self {
            fake: fake.clone(),
            client: Arc::new(client.clone()),
            refresh_flow: RefreshFlow::default(),
        }
    }

    /// Chooses the operation that refreshes, as the Cognito implementation lets one choose.
    #[must_use]
    pub fn with_refresh_flow(mut self, flow: RefreshFlow) -> Self {
        self.refresh_flow = flow;
        self
    }

    /// The fake behind this handle: clock, inbox, faults, calls.
    pub fn fake(&self) -> &Fake {
        &self.fake
    }

    /// The client that this handle signs in with.
    pub fn client(&self) -> &FakeClient {
        &self.client
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for FakeSelfService {
    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        let mut pool_request =
            pool::InitiateAuthRequest::new(&self.client.client_id, "USER_PASSWORD_AUTH");
        pool_request.auth_parameters = authentication::sign_in(&self.client, &request)?;
        pool_request.client_metadata = request.client_metadata;
        self.fake.call_on(&self.client, pool_request, authentication::outcome).await
    }

    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        let mut pool_request = pool::RespondToAuthChallengeRequest::new(
            &self.client.client_id,
            answer.challenge_name(),
        );
        pool_request.session = Some(answer.session().expose().into());
        pool_request.challenge_responses = authentication::responses(&self.client, &answer)?;
        pool_request.client_metadata.clone_from(answer.client_metadata());
        self.fake.call_on(&self.client, pool_request, authentication::outcome).await
    }

    async fn refresh(&self, request: Refresh) -> Result<Refreshed> {
        if self.refresh_flow == RefreshFlow::GetTokensFromRefreshToken {
            return authentication::get_tokens(&self.fake, &self.client, request).await;
        }
        let mut pool_request =
            pool::InitiateAuthRequest::new(&self.client.client_id, "REFRESH_TOKEN_AUTH");
        pool_request.auth_parameters = authentication::refresh(&self.client, &request.grant);
        pool_request.client_metadata = request.client_metadata;
        self.fake.call_on(&self.client, pool_request, authentication::refreshed).await
    }

    async fn revoke(&self, request: Revoke) -> Result<()> {
        authentication::revoke(&self.fake, &self.client, request).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SelfService for FakeSelfService {
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser> {
        let presented = self.fake.present(access_token.expose());
        let finish = |_: &_, response: pool::GetUserResponse| {
            Ok(OwnUser::new(response.username, from_pool(response.user_attributes)))
        };
        self.fake.call_on(&self.client, pool::GetUserRequest::new(presented), finish).await
    }

    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
        let presented = self.fake.present(access_token.expose());
        let request = pool::GlobalSignOutRequest::new(presented);
        self.fake.call_on(&self.client, request, |_, ()| Ok(())).await
    }
}
