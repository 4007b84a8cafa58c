use std::sync::Arc;

use async_trait::async_trait;
use user_directory::{
    AccessToken, AssociateSoftwareToken, AuthOutcome, Authentication, ChallengeAnswer,
    ChangePassword, ClientSecretSource, CodeDelivery, ConfirmForgotPassword, ConfirmOwnSignUp,
    DeleteOwnAttributes, DeliveryMedium, ForgotPassword, OwnUser, Refresh, RefreshFlow, Refreshed,
    ResendConfirmationCode, Result, Revoke, SelfService, SignIn, SignInFlow, SignUp, SignedUp,
    SoftwareTokenSetup, UpdateOwnAttributes, UserAttributeVerificationCode, VerifiedSoftwareToken,
    VerifySoftwareToken, VerifyUserAttribute,
};
use user_directory_pool as pool;

use crate::{
    Fake, FakeClient,
    authentication::{self, Proof, factor, factors},
    directory::{from_pool, to_pool},
    handle::Handle,
    srp,
};

/// The users' own handle on a pool of a [`Fake`]: the double of `CognitoSelfService`. It calls the
/// public operations, such as InitiateAuth with USER_PASSWORD_AUTH.
#[derive(Clone, Debug)]
pub struct FakeSelfService(Handle);

impl FakeSelfService {
    pub(crate) fn on(fake: &Fake, client: &FakeClient) -> Self {
        Self::of(Handle::new(fake, client))
    }

    pub(crate) fn of(handle: Handle) -> Self {
        Self(handle)
    }

    /// Takes the client's secret from a source, as an application does whose secret changes, instead of
    /// the fixed one of its [`FakeClient`]. [`Fake::client_secret_source`] is one for tests.
    #[must_use]
    pub fn with_client_secret_source(self, source: Arc<dyn ClientSecretSource>) -> Self {
        Self(self.0.with_client_secret_source(source))
    }

    /// Chooses how a sign-in proves the password, as the Cognito implementation lets one choose.
    #[must_use]
    pub fn with_sign_in_flow(mut self, flow: SignInFlow) -> Self {
        self.0.sign_in_flow = flow;
        self
    }

    /// Chooses the operation that refreshes, as the Cognito implementation lets one choose.
    #[must_use]
    pub fn with_refresh_flow(mut self, flow: RefreshFlow) -> Self {
        self.0.refresh_flow = flow;
        self
    }

    /// The fake behind this handle: clock, inbox, faults, calls.
    pub fn fake(&self) -> &Fake {
        &self.0.fake
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.0
    }

    /// The client that this handle signs in with.
    pub fn client(&self) -> &FakeClient {
        &self.0.client
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for FakeSelfService {
    fn pool_id(&self) -> Option<&str> {
        Some(&self.0.client.pool_id)
    }

    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        let initiate = |proof: Proof<'_>, flow, parameters| {
            let mut pool_request = pool::InitiateAuthRequest::new(proof.client_id, flow);
            pool_request.auth_parameters = parameters;
            pool_request.client_metadata.clone_from(&request.client_metadata);
            pool_request
        };
        if self.0.sign_in_flow == SignInFlow::Password {
            let make = |proof: Proof<'_>| {
                let parameters = authentication::sign_in(proof, &request)?;
                Ok(initiate(proof, "USER_PASSWORD_AUTH", parameters))
            };
            let finish = authentication::outcome(&request.username);
            return self.0.call_with_secret(make, finish).await;
        }
        let begin = |proof: Proof<'_>, parameters| initiate(proof, "USER_SRP_AUTH", parameters);
        let prove = |proof: Proof<'_>, responses| {
            let name = "PASSWORD_VERIFIER";
            let mut pool_request = pool::RespondToAuthChallengeRequest::new(proof.client_id, name);
            pool_request.challenge_responses = responses;
            pool_request.client_metadata.clone_from(&request.client_metadata);
            pool_request
        };
        srp::sign_in(&self.0, &request, begin, prove).await
    }

    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        let make = |proof: Proof<'_>| {
            let name = answer.challenge_name();
            let mut pool_request = pool::RespondToAuthChallengeRequest::new(proof.client_id, name);
            pool_request.session = Some(answer.session().expose().into());
            pool_request.challenge_responses = authentication::responses(proof, &answer);
            pool_request.client_metadata.clone_from(answer.client_metadata());
            Ok(pool_request)
        };
        self.0.call_with_secret(make, authentication::outcome(answer.username())).await
    }

    async fn refresh(&self, request: Refresh) -> Result<Refreshed> {
        if self.0.refresh_flow == RefreshFlow::GetTokensFromRefreshToken {
            return authentication::get_tokens(&self.0, request).await;
        }
        let make = |proof: Proof<'_>| {
            let mut pool_request =
                pool::InitiateAuthRequest::new(proof.client_id, "REFRESH_TOKEN_AUTH");
            pool_request.auth_parameters = authentication::refresh(proof, &request.grant);
            pool_request.client_metadata.clone_from(&request.client_metadata);
            Ok(pool_request)
        };
        self.0.call_with_secret(make, authentication::refreshed).await
    }

    async fn revoke(&self, request: Revoke) -> Result<()> {
        authentication::revoke(&self.0, request).await
    }

    async fn associate_software_token(
        &self,
        request: AssociateSoftwareToken,
    ) -> Result<SoftwareTokenSetup> {
        authentication::associate_software_token(&self.0, request).await
    }

    async fn verify_software_token(
        &self,
        request: VerifySoftwareToken,
    ) -> Result<VerifiedSoftwareToken> {
        authentication::verify_software_token(&self.0, request).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SelfService for FakeSelfService {
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser> {
        let presented = self.0.fake.present(access_token.expose());
        let finish = |_: &_, response: pool::GetUserResponse| {
            let attributes = from_pool(response.user_attributes);
            let preferred = response.preferred_mfa_setting.and_then(factor);
            let factors = factors(&response.user_mfa_setting_list);
            Ok(OwnUser::new(response.username, attributes).with_mfa(factors, preferred))
        };
        self.0.call(pool::GetUserRequest::new(presented), finish).await
    }

    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
        let presented = self.0.fake.present(access_token.expose());
        self.0.done(pool::GlobalSignOutRequest::new(presented)).await
    }

    async fn sign_up(&self, request: SignUp) -> Result<SignedUp> {
        let make = |proof: Proof<'_>| {
            let SignUp { username, password, .. } = &request;
            let mut pool_request =
                pool::SignUpRequest::new(proof.client_id, username, password.expose());
            pool_request.secret_hash = proof.hash(username);
            pool_request.user_attributes = to_pool(request.attributes.clone());
            pool_request.validation_data = to_pool(request.validation_data.clone());
            pool_request.client_metadata.clone_from(&request.client_metadata);
            Ok(pool_request)
        };
        let finish = |_: &_, response: pool::SignUpResponse| {
            let mut signed_up =
                SignedUp::new(response.user_sub).with_user_confirmed(response.user_confirmed);
            signed_up.code_delivery = response.code_delivery_details.map(delivery);
            Ok(signed_up)
        };
        self.0.call_with_secret(make, finish).await
    }

    async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()> {
        let make = |proof: Proof<'_>| {
            let ConfirmOwnSignUp { username, code, .. } = &request;
            let mut pool_request =
                pool::ConfirmSignUpRequest::new(proof.client_id, username, code.expose());
            pool_request.secret_hash = proof.hash(username);
            pool_request.force_alias_creation = request.force_alias_creation;
            pool_request.client_metadata.clone_from(&request.client_metadata);
            Ok(pool_request)
        };
        self.0.call_with_secret(make, |_, ()| Ok(())).await
    }

    async fn resend_confirmation_code(
        &self,
        request: ResendConfirmationCode,
    ) -> Result<CodeDelivery> {
        let make = |proof: Proof<'_>| {
            let username = &request.username;
            let mut pool_request =
                pool::ResendConfirmationCodeRequest::new(proof.client_id, username);
            pool_request.secret_hash = proof.hash(username);
            pool_request.client_metadata.clone_from(&request.client_metadata);
            Ok(pool_request)
        };
        let finish = |_: &_, response: pool::ResendConfirmationCodeResponse| {
            Ok(delivery(response.code_delivery_details))
        };
        self.0.call_with_secret(make, finish).await
    }

    async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery> {
        let make = |proof: Proof<'_>| {
            let username = &request.username;
            let mut pool_request = pool::ForgotPasswordRequest::new(proof.client_id, username);
            pool_request.secret_hash = proof.hash(username);
            pool_request.client_metadata.clone_from(&request.client_metadata);
            Ok(pool_request)
        };
        let finish = |_: &_, response: pool::ForgotPasswordResponse| {
            Ok(delivery(response.code_delivery_details))
        };
        self.0.call_with_secret(make, finish).await
    }

    async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()> {
        let make = |proof: Proof<'_>| {
            let ConfirmForgotPassword { username, code, password, .. } = &request;
            let mut pool_request = pool::ConfirmForgotPasswordRequest::new(
                proof.client_id,
                username,
                code.expose(),
                password.expose(),
            );
            pool_request.secret_hash = proof.hash(username);
            pool_request.client_metadata.clone_from(&request.client_metadata);
            Ok(pool_request)
        };
        self.0.call_with_secret(make, |_, ()| Ok(())).await
    }

    async fn change_password(&self, request: ChangePassword) -> Result<()> {
        self.0
            .done(pool::ChangePasswordRequest::new(
                self.0.fake.present(request.access_token.expose()),
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
            self.0.fake.present(request.access_token.expose()),
            to_pool(request.attributes),
        );
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::UpdateUserAttributesResponse| {
            Ok(response.code_delivery_details_list.into_iter().map(delivery).collect())
        };
        self.0.call(pool_request, finish).await
    }

    async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()> {
        let presented = self.0.fake.present(request.access_token.expose());
        self.0.done(pool::DeleteUserAttributesRequest::new(presented, request.names)).await
    }

    async fn user_attribute_verification_code(
        &self,
        request: UserAttributeVerificationCode,
    ) -> Result<CodeDelivery> {
        let mut pool_request = pool::GetUserAttributeVerificationCodeRequest::new(
            self.0.fake.present(request.access_token.expose()),
            request.attribute_name,
        );
        pool_request.client_metadata = request.client_metadata;
        let finish = |_: &_, response: pool::GetUserAttributeVerificationCodeResponse| {
            Ok(delivery(response.code_delivery_details))
        };
        self.0.call(pool_request, finish).await
    }

    async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()> {
        self.0
            .done(pool::VerifyUserAttributeRequest::new(
                self.0.fake.present(request.access_token.expose()),
                request.attribute_name,
                request.code.expose(),
            ))
            .await
    }

    async fn delete_user(&self, access_token: &AccessToken) -> Result<()> {
        let presented = self.0.fake.present(access_token.expose());
        self.0.done(pool::DeleteUserRequest::new(presented)).await
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
