use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    Client,
    types::{AuthFlowType, ChallengeNameType, UserContextDataType},
};
use aws_types::SdkConfig;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, EndUserContext, Operation, OwnUser,
    Refresh, RefreshFlow, Refreshed, Result, Revoke, SelfService, SignIn,
};

use crate::{
    AppClient, ConfigError,
    authentication::{self, metadata, unexpected},
    directory::attributes,
    service::Service,
};

/// The users' own handle on a user pool of Amazon Cognito. It signs nothing, so it needs no AWS
/// credentials.
#[derive(Clone, Debug)]
pub struct CognitoSelfService {
    service: Service,
}

impl CognitoSelfService {
    /// A handle on the pool of an app client.
    ///
    /// # Errors
    ///
    /// As [`CognitoDirectory::new`](crate::CognitoDirectory::new).
    pub fn new(config: &SdkConfig, app_client: AppClient) -> Result<Self, ConfigError> {
        Ok(Self { service: Service::new(config, app_client)? })
    }

    /// A handle with the configuration of an SDK client: its HTTP client, retries, time-outs and
    /// interceptors.
    ///
    /// # Errors
    ///
    /// As [`CognitoDirectory::new`](crate::CognitoDirectory::new).
    pub fn from_client(client: &Client, app_client: AppClient) -> Result<Self, ConfigError> {
        Ok(Self { service: Service::with_config(client.config(), app_client)? })
    }

    /// The app client that this handle signs in with.
    pub fn app_client(&self) -> &AppClient {
        self.service.app_client()
    }

    /// Where requests go: scheme, host and port.
    pub fn endpoint(&self) -> &str {
        self.service.endpoint()
    }

    fn client_id(&self) -> &str {
        &self.app_client().client_id
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for CognitoSelfService {
    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        let service = &self.service;
        service
            .with_secret(|secret| async {
                let secret = secret;
                let call = service
                    .changes()
                    .initiate_auth()
                    .client_id(self.client_id())
                    .auth_flow(AuthFlowType::UserPasswordAuth)
                    .set_auth_parameters(Some(authentication::sign_in(
                        service,
                        secret.as_ref(),
                        &request,
                    )?))
                    .set_client_metadata(metadata(request.client_metadata.clone()))
                    .set_user_context_data(request.context.as_ref().map(context_data))
                    .send();
                service.call(Operation::InitiateAuth, call, authentication::outcome).await
            })
            .await
    }

    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        let service = &self.service;
        service
            .with_secret(|secret| async {
                let secret = secret;
                let call = service
                    .changes()
                    .respond_to_auth_challenge()
                    .client_id(self.client_id())
                    .challenge_name(ChallengeNameType::from(answer.challenge_name()))
                    .session(answer.session().expose())
                    .set_challenge_responses(Some(authentication::responses(
                        service,
                        secret.as_ref(),
                        &answer,
                    )?))
                    .set_client_metadata(metadata(answer.client_metadata().clone()))
                    .set_user_context_data(answer.context().map(context_data))
                    .send();
                service.call(Operation::RespondToAuthChallenge, call, authentication::outcome).await
            })
            .await
    }

    async fn refresh(&self, request: Refresh) -> Result<Refreshed> {
        let service = &self.service;
        if self.app_client().refresh_flow == RefreshFlow::GetTokensFromRefreshToken {
            return authentication::get_tokens(service, request).await;
        }
        service
            .with_secret(|secret| {
                let parameters = authentication::refresh(service, secret.as_ref(), &request.grant);
                let call = service
                    .changes()
                    .initiate_auth()
                    .client_id(self.client_id())
                    .auth_flow(AuthFlowType::RefreshTokenAuth)
                    .set_auth_parameters(Some(parameters))
                    .set_client_metadata(metadata(request.client_metadata.clone()))
                    .send();
                service.call(Operation::InitiateAuth, call, authentication::refreshed)
            })
            .await
    }

    async fn revoke(&self, request: Revoke) -> Result<()> {
        authentication::revoke(&self.service, request).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SelfService for CognitoSelfService {
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser> {
        let call = self.service.reads().get_user().access_token(access_token.expose()).send();
        self.service
            .call(Operation::GetUser, call, |output| {
                // The SDK fills in what is missing.
                if output.username.is_empty() {
                    return Err(unexpected("a user without a name"));
                }
                Ok(OwnUser::new(output.username, attributes(output.user_attributes)))
            })
            .await
    }

    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
        let call =
            self.service.changes().global_sign_out().access_token(access_token.expose()).send();
        self.service.call(Operation::GlobalSignOut, call, |_| Ok(())).await
    }
}

fn context_data(context: &EndUserContext) -> UserContextDataType {
    UserContextDataType::builder()
        .set_ip_address(context.ip_address.clone())
        .set_encoded_data(context.encoded_data.clone())
        .build()
}
