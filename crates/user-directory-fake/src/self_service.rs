use std::sync::Arc;

use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ChangePassword, CodeDelivery,
    ConfirmForgotPassword, ConfirmOwnSignUp, DeleteOwnAttributes, DeliveryMedium, ForgotPassword,
    OwnUser, Refresh, RefreshFlow, Refreshed, ResendConfirmationCode, Result, Revoke, SelfService,
    SignIn, SignUp, SignedUp, UpdateOwnAttributes, UserAttributeVerificationCode,
    VerifyUserAttribute,
};
use user_directory_pool as pool;

use crate::{
    Fake, FakeClient, FakeRequest, authentication,
    directory::{from_pool, to_pool},
};

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

    fn client_id(&self) -> &str {
        &self.client.client_id
    }

    /// The hash that a client with a secret sends along with a user name.
    fn secret_hash(&self, username: &str) -> Option<pool::Secret> {
        authentication::secret_hash(&self.client, username)
    }

    /// Calls an operation that answers nothing.
    async fn done<R: FakeRequest<Response = ()>>(&self, request: R) -> Result<()> {
        self.fake.call_on(&self.client, request, |_, ()| Ok(())).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for FakeSelfService {
    fn pool_id(&self) -> Option<&str> {
        Some(&self.client.pool_id)
    }

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
        self.done(pool::GlobalSignOutRequest::new(presented)).await
    }

    async fn sign_up(&self, request: SignUp) -> Result<SignedUp> {
        let SignUp { username, password, .. } = request;
        let mut pool_request =
            pool::SignUpRequest::new(self.client_id(), username, password.expose());
        pool_request.secret_hash = self.secret_hash(&pool_request.username);
        pool_request.user_attributes = to_pool(request.attributes);
        pool_request.validation_data = to_pool(request.validation_data);
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::SignUpResponse| {
            let mut signed_up =
                SignedUp::new(response.user_sub).with_user_confirmed(response.user_confirmed);
            signed_up.code_delivery = response.code_delivery_details.map(delivery);
            Ok(signed_up)
        };
        self.fake.call_on(&self.client, pool_request, finish).await
    }

    async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()> {
        let mut pool_request = pool::ConfirmSignUpRequest::new(
            self.client_id(),
            request.username,
            request.code.expose(),
        );
        pool_request.secret_hash = self.secret_hash(&pool_request.username);
        pool_request.force_alias_creation = request.force_alias_creation;
        pool_request.client_metadata = request.client_metadata;
        self.done(pool_request).await
    }

    async fn resend_confirmation_code(
        &self,
        request: ResendConfirmationCode,
    ) -> Result<CodeDelivery> {
        let mut pool_request =
            pool::ResendConfirmationCodeRequest::new(self.client_id(), request.username);
        pool_request.secret_hash = self.secret_hash(&pool_request.username);
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::ResendConfirmationCodeResponse| {
            Ok(delivery(response.code_delivery_details))
        };
        self.fake.call_on(&self.client, pool_request, finish).await
    }

    async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery> {
        let mut pool_request = pool::ForgotPasswordRequest::new(self.client_id(), request.username);
        pool_request.secret_hash = self.secret_hash(&pool_request.username);
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::ForgotPasswordResponse| {
            Ok(delivery(response.code_delivery_details))
        };
        self.fake.call_on(&self.client, pool_request, finish).await
    }

    async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()> {
        let mut pool_request = pool::ConfirmForgotPasswordRequest::new(
            self.client_id(),
            request.username,
            request.code.expose(),
            request.password.expose(),
        );
        pool_request.secret_hash = self.secret_hash(&pool_request.username);
        pool_request.client_metadata = request.client_metadata;
        self.done(pool_request).await
    }

    async fn change_password(&self, request: ChangePassword) -> Result<()> {
        self.done(pool::ChangePasswordRequest::new(
            self.fake.present(request.access_token.expose()),
            request.previous_password.expose(),
            request.proposed_password.expose(),
        ))
        .await
    }

    async fn update_user_attributes(
        &self,
        request: UpdateOwnAttributes,
    ) -> Result<Vec<CodeDelivery>> {
        let mut pool_request = pool::UpdateUserAttributesRequest::new(
            self.fake.present(request.access_token.expose()),
            to_pool(request.attributes),
        );
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::UpdateUserAttributesResponse| {
            Ok(response.code_delivery_details_list.into_iter().map(delivery).collect())
        };
        self.fake.call_on(&self.client, pool_request, finish).await
    }

    async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()> {
        let presented = self.fake.present(request.access_token.expose());
        self.done(pool::DeleteUserAttributesRequest::new(presented, request.names)).await
    }

    async fn user_attribute_verification_code(
        &self,
        request: UserAttributeVerificationCode,
    ) -> Result<CodeDelivery> {
        let mut pool_request = pool::GetUserAttributeVerificationCodeRequest::new(
            self.fake.present(request.access_token.expose()),
            request.attribute_name,
        );
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::GetUserAttributeVerificationCodeResponse| {
            Ok(delivery(response.code_delivery_details))
        };
        self.fake.call_on(&self.client, pool_request, finish).await
    }

    async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()> {
        self.done(pool::VerifyUserAttributeRequest::new(
            self.fake.present(request.access_token.expose()),
            request.attribute_name,
            request.code.expose(),
        ))
        .await
    }

    async fn delete_user(&self, access_token: &AccessToken) -> Result<()> {
        let presented = self.fake.present(access_token.expose());
        self.done(pool::DeleteUserRequest::new(presented)).await
    }
}

fn delivery(details: pool::CodeDeliveryDetailsType) -> CodeDelivery {
    CodeDelivery::new(details.destination, medium(details.delivery_medium), details.attribute_name)
}

/// The way that a message goes.
pub(crate) fn medium(medium: pool::DeliveryMedium) -> DeliveryMedium {
    match medium {
        pool::DeliveryMedium::Sms => DeliveryMedium::Sms,
        _ => DeliveryMedium::Email,
    }
}
