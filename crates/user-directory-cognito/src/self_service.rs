use std::{collections::BTreeMap, ops::ControlFlow};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    Client,
    types::{
        AuthFlowType, ChallengeNameType, CodeDeliveryDetailsType, DeliveryMediumType,
        UserContextDataType,
    },
};
use aws_types::SdkConfig;
use user_directory::{
    AccessToken, AssociateSoftwareToken, AuthOutcome, Authentication, ChallengeAnswer,
    ChangePassword, CodeDelivery, ConfirmForgotPassword, ConfirmOwnSignUp, DeleteOwnAttributes,
    DeliveryMedium, EndUserContext, ForgotPassword, Operation, OwnUser, Refresh, RefreshFlow,
    Refreshed, ResendConfirmationCode, Result, Revoke, SelfService, Session, SignIn, SignInFlow,
    SignUp, SignedUp, SoftwareTokenSetup, UpdateOwnAttributes, UserAttributeVerificationCode,
    VerifiedSoftwareToken, VerifySoftwareToken, VerifyUserAttribute,
};

use crate::{
    AppClient, ConfigError,
    authentication::{self, AuthOutput, Parameters, metadata, unexpected},
    challenges, mfa,
    service::Service,
    srp,
    users::{attribute_list, attributes, none_if_empty},
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

    pub(crate) fn of(service: Service) -> Self {
        Self { service }
    }

    pub(crate) fn service(&self) -> &Service {
        &self.service
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

    async fn initiate<T>(
        &self,
        flow: AuthFlowType,
        parameters: Parameters,
        request: &SignIn,
        finish: impl FnOnce(AuthOutput) -> Result<T>,
    ) -> Result<T> {
        let call = |client: &Client| {
            client
                .initiate_auth()
                .client_id(self.client_id())
                .auth_flow(flow)
                .set_auth_parameters(Some(parameters))
                .set_client_metadata(metadata(request.client_metadata.clone()))
                .set_user_context_data(request.context.as_ref().map(context_data))
                .send()
        };
        self.service.call(Operation::InitiateAuth, call, |output| finish(output.into())).await
    }

    async fn respond(
        &self,
        name: ChallengeNameType,
        session: Option<&Session>,
        responses: Parameters,
        client_metadata: &BTreeMap<String, String>,
        context: Option<&EndUserContext>,
    ) -> Result<AuthOutcome> {
        let typed = responses.get("USERNAME").cloned().unwrap_or_default();
        let finish = |output| authentication::outcome(&typed, output);
        let call = |client: &Client| {
            client
                .respond_to_auth_challenge()
                .client_id(self.client_id())
                .challenge_name(name)
                .set_session(session.map(|session| session.expose().to_owned()))
                .set_challenge_responses(Some(responses))
                .set_client_metadata(metadata(client_metadata.clone()))
                .set_user_context_data(context.map(context_data))
                .send()
        };
        self.service.call(Operation::RespondToAuthChallenge, call, finish).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for CognitoSelfService {
    fn pool_id(&self) -> Option<&str> {
        Some(&self.app_client().pool_id)
    }

    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| async {
                let (secret, request) = (secret, &request);
                let secret = secret.as_ref();
                if self.app_client().sign_in_flow == SignInFlow::Password {
                    let parameters = authentication::sign_in(service, secret, request)?;
                    let flow = AuthFlowType::UserPasswordAuth;
                    let finish = |output| authentication::outcome(&request.username, output);
                    return self.initiate(flow, parameters, request, finish).await;
                }
                let client = srp::client()?;
                let parameters = srp::parameters(service, secret, request, &client);
                let finish = |output| srp::responses(service, secret, request, &client, output);
                let next = self.initiate(AuthFlowType::UserSrpAuth, parameters, request, finish);
                match next.await? {
                    ControlFlow::Break(outcome) => Ok(outcome),
                    ControlFlow::Continue(responses) => {
                        let (metadata, context) =
                            (&request.client_metadata, request.context.as_ref());
                        let name = ChallengeNameType::PasswordVerifier;
                        self.respond(name, None, responses, metadata, context).await
                    }
                }
            })
            .await
    }

    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| async {
                let secret = secret;
                let responses = challenges::responses(service, secret.as_ref(), &answer);
                let (metadata, context) = (answer.client_metadata(), answer.context());
                let name = ChallengeNameType::from(answer.challenge_name());
                let session = Some(answer.session());
                self.respond(name, session, responses, metadata, context).await
            })
            .await
    }

    async fn refresh(&self, request: Refresh) -> Result<Refreshed> {
        let service = &self.service;
        if self.app_client().refresh_flow == RefreshFlow::GetTokensFromRefreshToken {
            return authentication::get_tokens(service, request).await;
        }
        service
            .secrets()
            .call(|secret| {
                let parameters = authentication::refresh(service, secret.as_ref(), &request.grant);
                let call = |client: &Client| {
                    client
                        .initiate_auth()
                        .client_id(self.client_id())
                        .auth_flow(AuthFlowType::RefreshTokenAuth)
                        .set_auth_parameters(Some(parameters))
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::InitiateAuth, call, authentication::refreshed)
            })
            .await
    }

    async fn revoke(&self, request: Revoke) -> Result<()> {
        authentication::revoke(&self.service, request).await
    }

    async fn associate_software_token(
        &self,
        request: AssociateSoftwareToken,
    ) -> Result<SoftwareTokenSetup> {
        mfa::associate_software_token(&self.service, request).await
    }

    async fn verify_software_token(
        &self,
        request: VerifySoftwareToken,
    ) -> Result<VerifiedSoftwareToken> {
        mfa::verify_software_token(&self.service, request).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SelfService for CognitoSelfService {
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser> {
        let call = |client: &Client| client.get_user().access_token(access_token.expose()).send();
        self.service
            .call(Operation::GetUser, call, |output| {
                // The SDK fills in what is missing.
                if output.username.is_empty() {
                    return Err(unexpected("a user without a name"));
                }
                let (factors, preferred) =
                    mfa::factors(output.user_mfa_setting_list, output.preferred_mfa_setting);
                let attributes = attributes(output.user_attributes);
                Ok(OwnUser::new(output.username, attributes).with_mfa(factors, preferred))
            })
            .await
    }

    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
        let call =
            |client: &Client| client.global_sign_out().access_token(access_token.expose()).send();
        self.service.call(Operation::GlobalSignOut, call, |_| Ok(())).await
    }

    async fn sign_up(&self, request: SignUp) -> Result<SignedUp> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| {
                let attributes = attribute_list(request.attributes.clone());
                let validation_data = attribute_list(request.validation_data.clone());
                let hash = service.secret_hash(secret.as_ref(), &request.username);
                let call = |client: &Client| {
                    client
                        .sign_up()
                        .client_id(self.client_id())
                        .set_secret_hash(hash)
                        .username(&request.username)
                        .password(request.password.expose())
                        .set_user_attributes(none_if_empty(attributes))
                        .set_validation_data(none_if_empty(validation_data))
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::SignUp, call, |output| {
                    // The SDK fills in what is missing.
                    if output.user_sub.is_empty() {
                        return Err(unexpected("a new user without a sub"));
                    }
                    let mut signed_up =
                        SignedUp::new(output.user_sub).with_user_confirmed(output.user_confirmed);
                    signed_up.code_delivery =
                        output.code_delivery_details.map(delivery).transpose()?;
                    Ok(signed_up)
                })
            })
            .await
    }

    async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| {
                let hash = service.secret_hash(secret.as_ref(), &request.username);
                let call = |client: &Client| {
                    client
                        .confirm_sign_up()
                        .client_id(self.client_id())
                        .set_secret_hash(hash)
                        .username(&request.username)
                        .confirmation_code(request.code.expose())
                        .set_force_alias_creation(request.force_alias_creation.then_some(true))
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::ConfirmSignUp, call, |_| Ok(()))
            })
            .await
    }

    async fn resend_confirmation_code(
        &self,
        request: ResendConfirmationCode,
    ) -> Result<CodeDelivery> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| {
                let hash = service.secret_hash(secret.as_ref(), &request.username);
                let call = |client: &Client| {
                    client
                        .resend_confirmation_code()
                        .client_id(self.client_id())
                        .set_secret_hash(hash)
                        .username(&request.username)
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::ResendConfirmationCode, call, |output| {
                    sent(output.code_delivery_details)
                })
            })
            .await
    }

    async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| {
                let hash = service.secret_hash(secret.as_ref(), &request.username);
                let call = |client: &Client| {
                    client
                        .forgot_password()
                        .client_id(self.client_id())
                        .set_secret_hash(hash)
                        .username(&request.username)
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::ForgotPassword, call, |output| {
                    sent(output.code_delivery_details)
                })
            })
            .await
    }

    async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()> {
        let service = &self.service;
        service
            .secrets()
            .call(|secret| {
                let hash = service.secret_hash(secret.as_ref(), &request.username);
                let call = |client: &Client| {
                    client
                        .confirm_forgot_password()
                        .client_id(self.client_id())
                        .set_secret_hash(hash)
                        .username(&request.username)
                        .confirmation_code(request.code.expose())
                        .password(request.password.expose())
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::ConfirmForgotPassword, call, |_| Ok(()))
            })
            .await
    }

    async fn change_password(&self, request: ChangePassword) -> Result<()> {
        let call = |client: &Client| {
            client
                .change_password()
                .access_token(request.access_token.expose())
                .previous_password(request.previous_password.expose())
                .proposed_password(request.proposed_password.expose())
                .send()
        };
        self.service.call(Operation::ChangePassword, call, |_| Ok(())).await
    }

    async fn update_user_attributes(
        &self,
        request: UpdateOwnAttributes,
    ) -> Result<Vec<CodeDelivery>> {
        let call = |client: &Client| {
            client
                .update_user_attributes()
                .access_token(request.access_token.expose())
                .set_user_attributes(Some(attribute_list(request.attributes)))
                .set_client_metadata(metadata(request.client_metadata))
                .send()
        };
        self.service
            .call(Operation::UpdateUserAttributes, call, |output| {
                let list = output.code_delivery_details_list.unwrap_or_default();
                list.into_iter().map(delivery).collect()
            })
            .await
    }

    async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()> {
        let call = |client: &Client| {
            client
                .delete_user_attributes()
                .access_token(request.access_token.expose())
                .set_user_attribute_names(Some(request.names))
                .send()
        };
        self.service.call(Operation::DeleteUserAttributes, call, |_| Ok(())).await
    }

    async fn user_attribute_verification_code(
        &self,
        request: UserAttributeVerificationCode,
    ) -> Result<CodeDelivery> {
        let call = |client: &Client| {
            client
                .get_user_attribute_verification_code()
                .access_token(request.access_token.expose())
                .attribute_name(request.attribute_name)
                .set_client_metadata(metadata(request.client_metadata))
                .send()
        };
        self.service
            .call(Operation::GetUserAttributeVerificationCode, call, |output| {
                sent(output.code_delivery_details)
            })
            .await
    }

    async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()> {
        let call = |client: &Client| {
            client
                .verify_user_attribute()
                .access_token(request.access_token.expose())
                .attribute_name(request.attribute_name)
                .code(request.code.expose())
                .send()
        };
        self.service.call(Operation::VerifyUserAttribute, call, |_| Ok(())).await
    }

    async fn delete_user(&self, access_token: &AccessToken) -> Result<()> {
        let call =
            |client: &Client| client.delete_user().access_token(access_token.expose()).send();
        self.service.call(Operation::DeleteUser, call, |_| Ok(())).await
    }
}

/// Where the code of an answer that is about a code was sent.
fn sent(details: Option<CodeDeliveryDetailsType>) -> Result<CodeDelivery> {
    details.ok_or_else(|| unexpected("a code without saying where it was sent")).and_then(delivery)
}

fn delivery(details: CodeDeliveryDetailsType) -> Result<CodeDelivery> {
    let medium = match details.delivery_medium {
        Some(DeliveryMediumType::Email) => DeliveryMedium::Email,
        Some(DeliveryMediumType::Sms) => DeliveryMedium::Sms,
        _ => return Err(unexpected("a code that was sent in an unknown way")),
    };
    let (Some(destination), Some(attribute_name)) = (details.destination, details.attribute_name)
    else {
        return Err(unexpected("a code without saying where it was sent"));
    };
    Ok(CodeDelivery::new(destination, medium, attribute_name))
}

fn context_data(context: &EndUserContext) -> UserContextDataType {
    UserContextDataType::builder()
        .set_ip_address(context.ip_address.clone())
        .set_encoded_data(context.encoded_data.clone())
        .build()
}
