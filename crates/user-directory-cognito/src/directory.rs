use std::{collections::BTreeMap, ops::ControlFlow};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    Client,
    types::{AuthFlowType, ChallengeNameType, DeliveryMediumType, MessageActionType},
};
use aws_types::SdkConfig;
use user_directory::{
    AssociateSoftwareToken, AuthEventPage, AuthFactors, AuthOutcome, Authentication,
    ChallengeAnswer, ConfirmSignUp, CreateGroup, CreateUser, DeleteUserAttributes, DeliveryMedium,
    EndUserContext, Group, GroupPage, ListGroups, ListGroupsForUser, ListUserAuthEvents, ListUsers,
    ListUsersInGroup, MessageAction, Operation, Refresh, RefreshFlow, Refreshed, ResetUserPassword,
    Result, Revoke, Session, SetUserMfaPreference, SetUserPassword, SignIn, SignInFlow,
    SoftwareTokenSetup, UpdateGroup, UpdateUserAttributes, User, UserDirectory, UserPage,
    VerifiedSoftwareToken, VerifySoftwareToken,
};

use crate::{
    AppClient, CognitoSelfService, ConfigError,
    auth_events::auth_event,
    authentication::{self, AuthOutput, Parameters, context_data, metadata, unexpected},
    challenges, groups, mfa,
    service::Service,
    srp,
    users::{self, attribute_list, attributes, date, none_if_empty, status},
};

/// An administrator's handle on a user pool of Amazon Cognito.
///
/// It signs what Cognito wants signed with the credentials of the SDK's configuration; RevokeToken
/// and GetTokensFromRefreshToken go unsigned. A clone shares connections.
#[derive(Clone, Debug)]
pub struct CognitoDirectory {
    service: Service,
}

impl CognitoDirectory {
    /// A handle on the pool of an app client.
    ///
    /// # Errors
    ///
    /// An endpoint without TLS that is not this machine; a pool of another region.
    pub fn new(config: &SdkConfig, app_client: AppClient) -> Result<Self, ConfigError> {
        Ok(Self { service: Service::new(config, app_client)? })
    }

    /// A handle with the configuration of an SDK client: its HTTP client, retries, time-outs and
    /// interceptors.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
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

    /// The users' own handle for the same app client: it shares connections, secret and configuration.
    ///
    /// There is no way back from it to this one: code that signs users in must not reach an
    /// administrator's rights.
    ///
    /// ```
    /// use user_directory_cognito::{AppClient, CognitoDirectory, ConfigError, SdkConfig};
    ///
    /// fn handles(config: &SdkConfig, app_client: AppClient) -> Result<(), ConfigError> {
    ///     let directory = CognitoDirectory::new(config, app_client)?;
    ///     let own = directory.self_service();
    ///     assert_eq!(own.app_client(), directory.app_client());
    ///     Ok(())
    /// }
    /// # use user_directory_cognito::sdk::config::{BehaviorVersion, Region};
    /// # let config = SdkConfig::builder()
    /// #     .behavior_version(BehaviorVersion::latest())
    /// #     .region(Region::new("eu-west-1"))
    /// #     .build();
    /// # handles(&config, AppClient::new("eu-west-1_Example01", "1example23456789")).unwrap();
    /// ```
    pub fn self_service(&self) -> CognitoSelfService {
        CognitoSelfService::of(self.service.clone())
    }

    fn pool(&self) -> &str {
        &self.app_client().pool_id
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
                .admin_initiate_auth()
                .user_pool_id(self.pool())
                .client_id(self.client_id())
                .auth_flow(flow)
                .set_auth_parameters(Some(parameters))
                .set_client_metadata(metadata(request.client_metadata.clone()))
                .set_context_data(request.context.as_ref().map(context_data))
                .send()
        };
        self.service.call(Operation::AdminInitiateAuth, call, |output| finish(output.into())).await
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
                .admin_respond_to_auth_challenge()
                .user_pool_id(self.pool())
                .client_id(self.client_id())
                .challenge_name(name)
                .set_session(session.map(|session| session.expose().to_owned()))
                .set_challenge_responses(Some(responses))
                .set_client_metadata(metadata(client_metadata.clone()))
                .set_context_data(context.map(context_data))
                .send()
        };
        self.service.call(Operation::AdminRespondToAuthChallenge, call, finish).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for CognitoDirectory {
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
                    let flow = AuthFlowType::AdminUserPasswordAuth;
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
                        .admin_initiate_auth()
                        .user_pool_id(self.pool())
                        .client_id(self.client_id())
                        .auth_flow(AuthFlowType::RefreshTokenAuth)
                        .set_auth_parameters(Some(parameters))
                        .set_client_metadata(metadata(request.client_metadata.clone()))
                        .send()
                };
                service.call(Operation::AdminInitiateAuth, call, authentication::refreshed)
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
impl UserDirectory for CognitoDirectory {
    async fn create_user(&self, request: CreateUser) -> Result<User> {
        let mediums: Vec<_> = request
            .delivery_mediums
            .into_iter()
            .map(|medium| match medium {
                DeliveryMedium::Sms => DeliveryMediumType::Sms,
                _ => DeliveryMediumType::Email,
            })
            .collect();
        let action = request.message_action.map(|action| match action {
            MessageAction::Resend => MessageActionType::Resend,
            _ => MessageActionType::Suppress,
        });
        let password = request.temporary_password.as_ref();
        let call = |client: &Client| {
            client
                .admin_create_user()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_temporary_password(password.map(|password| password.expose().to_owned()))
                .set_user_attributes(none_if_empty(attribute_list(request.attributes)))
                .set_validation_data(none_if_empty(attribute_list(request.validation_data)))
                .set_message_action(action)
                .set_desired_delivery_mediums(none_if_empty(mediums))
                .set_force_alias_creation(request.force_alias_creation.then_some(true))
                .set_client_metadata(metadata(request.client_metadata))
                .send()
        };
        self.service
            .call(Operation::AdminCreateUser, call, |output| {
                output.user.ok_or_else(|| unexpected("no user")).and_then(users::user)
            })
            .await
    }

    async fn user(&self, username: &str) -> Result<User> {
        let call = |client: &Client| {
            client.admin_get_user().user_pool_id(self.pool()).username(username).send()
        };
        self.service
            .call(Operation::AdminGetUser, call, |output| {
                // The SDK fills in what is missing.
                if output.username.is_empty() {
                    return Err(unexpected("a user without a name"));
                }
                let (factors, preferred) =
                    mfa::factors(output.user_mfa_setting_list, output.preferred_mfa_setting);
                Ok(User::new(output.username)
                    .with_mfa(factors, preferred)
                    .with_attributes(attributes(output.user_attributes.unwrap_or_default()))
                    .with_status(status(output.user_status))
                    .with_enabled(output.enabled)
                    .with_dates(
                        date(output.user_create_date)?,
                        date(output.user_last_modified_date)?,
                    ))
            })
            .await
    }

    async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_update_user_attributes()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_user_attributes(Some(attribute_list(request.attributes)))
                .set_client_metadata(metadata(request.client_metadata))
                .send()
        };
        self.service.call(Operation::AdminUpdateUserAttributes, call, |_| Ok(())).await
    }

    async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_delete_user_attributes()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_user_attribute_names(Some(request.names))
                .send()
        };
        self.service.call(Operation::AdminDeleteUserAttributes, call, |_| Ok(())).await
    }

    async fn set_user_password(&self, request: SetUserPassword) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_set_user_password()
                .user_pool_id(self.pool())
                .username(request.username)
                .password(request.password.expose())
                .permanent(request.permanent)
                .send()
        };
        self.service.call(Operation::AdminSetUserPassword, call, |_| Ok(())).await
    }

    async fn reset_user_password(&self, request: ResetUserPassword) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_reset_user_password()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_client_metadata(metadata(request.client_metadata))
                .send()
        };
        self.service.call(Operation::AdminResetUserPassword, call, |_| Ok(())).await
    }

    async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_confirm_sign_up()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_client_metadata(metadata(request.client_metadata))
                .send()
        };
        self.service.call(Operation::AdminConfirmSignUp, call, |_| Ok(())).await
    }

    async fn enable_user(&self, username: &str) -> Result<()> {
        let call = |client: &Client| {
            client.admin_enable_user().user_pool_id(self.pool()).username(username).send()
        };
        self.service.call(Operation::AdminEnableUser, call, |_| Ok(())).await
    }

    async fn disable_user(&self, username: &str) -> Result<()> {
        let call = |client: &Client| {
            client.admin_disable_user().user_pool_id(self.pool()).username(username).send()
        };
        self.service.call(Operation::AdminDisableUser, call, |_| Ok(())).await
    }

    async fn delete_user(&self, username: &str) -> Result<()> {
        let call = |client: &Client| {
            client.admin_delete_user().user_pool_id(self.pool()).username(username).send()
        };
        self.service.call(Operation::AdminDeleteUser, call, |_| Ok(())).await
    }

    async fn global_sign_out(&self, username: &str) -> Result<()> {
        let call = |client: &Client| {
            client.admin_user_global_sign_out().user_pool_id(self.pool()).username(username).send()
        };
        self.service.call(Operation::AdminUserGlobalSignOut, call, |_| Ok(())).await
    }

    async fn list_users(&self, request: ListUsers) -> Result<UserPage> {
        let call = |client: &Client| {
            client
                .list_users()
                .user_pool_id(self.pool())
                .set_filter(request.filter)
                .set_attributes_to_get(request.attributes_to_get)
                .set_limit(limit(request.limit))
                .set_pagination_token(request.pagination_token)
                .send()
        };
        self.service
            .call(Operation::ListUsers, call, |output| {
                users::page(output.users, output.pagination_token)
            })
            .await
    }

    async fn create_group(&self, request: CreateGroup) -> Result<Group> {
        let precedence = groups::precedence(Operation::CreateGroup, request.precedence)?;
        let call = |client: &Client| {
            client
                .create_group()
                .user_pool_id(self.pool())
                .group_name(request.name)
                .set_description(request.description)
                .set_role_arn(request.role_arn)
                .set_precedence(precedence)
                .send()
        };
        self.service.call(Operation::CreateGroup, call, |output| groups::group(output.group)).await
    }

    async fn group(&self, name: &str) -> Result<Group> {
        let call =
            |client: &Client| client.get_group().user_pool_id(self.pool()).group_name(name).send();
        self.service.call(Operation::GetGroup, call, |output| groups::group(output.group)).await
    }

    async fn update_group(&self, request: UpdateGroup) -> Result<Group> {
        let precedence = groups::precedence(Operation::UpdateGroup, request.precedence)?;
        let call = |client: &Client| {
            client
                .update_group()
                .user_pool_id(self.pool())
                .group_name(request.name)
                .set_description(request.description)
                .set_role_arn(request.role_arn)
                .set_precedence(precedence)
                .send()
        };
        self.service.call(Operation::UpdateGroup, call, |output| groups::group(output.group)).await
    }

    async fn delete_group(&self, name: &str) -> Result<()> {
        let call = |client: &Client| {
            client.delete_group().user_pool_id(self.pool()).group_name(name).send()
        };
        self.service.call(Operation::DeleteGroup, call, |_| Ok(())).await
    }

    async fn list_groups(&self, request: ListGroups) -> Result<GroupPage> {
        let call = |client: &Client| {
            client
                .list_groups()
                .user_pool_id(self.pool())
                .set_limit(limit(request.limit))
                .set_next_token(request.next_token)
                .send()
        };
        self.service
            .call(Operation::ListGroups, call, |output| {
                groups::page(output.groups, output.next_token)
            })
            .await
    }

    async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_add_user_to_group()
                .user_pool_id(self.pool())
                .username(username)
                .group_name(group_name)
                .send()
        };
        self.service.call(Operation::AdminAddUserToGroup, call, |_| Ok(())).await
    }

    async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()> {
        let call = |client: &Client| {
            client
                .admin_remove_user_from_group()
                .user_pool_id(self.pool())
                .username(username)
                .group_name(group_name)
                .send()
        };
        self.service.call(Operation::AdminRemoveUserFromGroup, call, |_| Ok(())).await
    }

    async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage> {
        let call = |client: &Client| {
            client
                .admin_list_groups_for_user()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_limit(limit(request.limit))
                .set_next_token(request.next_token)
                .send()
        };
        self.service
            .call(Operation::AdminListGroupsForUser, call, |output| {
                groups::page(output.groups, output.next_token)
            })
            .await
    }

    async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage> {
        let call = |client: &Client| {
            client
                .list_users_in_group()
                .user_pool_id(self.pool())
                .group_name(request.group_name)
                .set_limit(limit(request.limit))
                .set_next_token(request.next_token)
                .send()
        };
        self.service
            .call(Operation::ListUsersInGroup, call, |output| {
                users::page(output.users, output.next_token)
            })
            .await
    }

    async fn list_user_auth_events(&self, request: ListUserAuthEvents) -> Result<AuthEventPage> {
        let call = |client: &Client| {
            client
                .admin_list_user_auth_events()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_max_results(limit(request.limit))
                .set_next_token(request.next_token)
                .send()
        };
        self.service
            .call(Operation::AdminListUserAuthEvents, call, |output| {
                let events = output.auth_events.ok_or_else(|| unexpected("no list of events"))?;
                let events = events.into_iter().map(auth_event).collect::<Result<_>>()?;
                Ok(AuthEventPage::new(events, output.next_token))
            })
            .await
    }

    async fn set_user_mfa_preference(&self, request: SetUserMfaPreference) -> Result<()> {
        let preference = request.preference;
        let call = |client: &Client| {
            client
                .admin_set_user_mfa_preference()
                .user_pool_id(self.pool())
                .username(request.username)
                .set_sms_mfa_settings(mfa::sms(&preference))
                .set_software_token_mfa_settings(mfa::software_token(&preference))
                .set_email_mfa_settings(mfa::email(&preference))
                .send()
        };
        self.service.call(Operation::AdminSetUserMFAPreference, call, |_| Ok(())).await
    }

    async fn delete_software_token(&self, username: &str) -> Result<()> {
        let call = |client: &Client| {
            client.admin_delete_software_token().user_pool_id(self.pool()).username(username).send()
        };
        self.service.call(Operation::AdminDeleteSoftwareToken, call, |_| Ok(())).await
    }

    async fn user_auth_factors(&self, username: &str) -> Result<AuthFactors> {
        let call = |client: &Client| {
            client.admin_get_user_auth_factors().user_pool_id(self.pool()).username(username).send()
        };
        self.service
            .call(Operation::AdminGetUserAuthFactors, call, |output| {
                mfa::auth_factors(
                    output.username,
                    output.user_mfa_setting_list,
                    output.preferred_mfa_setting,
                    output.configured_user_auth_factors,
                )
            })
            .await
    }
}

/// The length of a page. Beyond `i32` Cognito's answer is the same as for its greatest value.
fn limit(limit: Option<u32>) -> Option<i32> {
    limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX))
}
