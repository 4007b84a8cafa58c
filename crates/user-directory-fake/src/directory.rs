use std::sync::Arc;

use async_trait::async_trait;
use user_directory::{
    AssociateSoftwareToken, Attributes, AuthEventPage, AuthFactors, AuthOutcome, Authentication,
    ChallengeAnswer, ClientSecretSource, ConfirmSignUp, CreateGroup, CreateUser,
    DeleteUserAttributes, DeliveryMedium, Error, ErrorKind, Group, GroupPage, ListGroups,
    ListGroupsForUser, ListUserAuthEvents, ListUsers, ListUsersInGroup, MessageAction, Refresh,
    RefreshFlow, Refreshed, ResetUserPassword, Result, Revoke, SetUserMfaPreference,
    SetUserPassword, SignIn, SignInFlow, SoftwareTokenSetup, UpdateGroup, UpdateUserAttributes,
    User, UserDirectory, UserPage, UserStatus, VerifiedSoftwareToken, VerifySoftwareToken,
    testing::FixtureUser,
};
use user_directory_pool as pool;

use crate::{
    Fake, FakeClient, FakeSelfService,
    authentication::{self, Proof, factor, factors},
    handle::Handle,
    mfa, srp,
};

/// An administrator's handle on a pool of a [`Fake`]: the double of `CognitoDirectory`.
///
/// [`FakeDirectory::new`] is all that a first test needs:
///
/// ```
/// use user_directory::{Register, SignIn, UserDirectory, UserDirectoryExt as _};
/// use user_directory_fake::FakeDirectory;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let directory: &dyn UserDirectory = &FakeDirectory::new();
/// let _ = directory.register(Register::new("alice", "Correct-horse-9")).await.unwrap();
/// let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await.unwrap();
/// assert!(outcome.tokens().is_some());
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct FakeDirectory(Handle);

impl Default for FakeDirectory {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeDirectory {
    /// A handle on a [new fake](Fake::new) of its own.
    pub fn new() -> Self {
        Fake::new().directory()
    }

    pub(crate) fn on(fake: &Fake, client: &FakeClient) -> Self {
        Self(Handle::new(fake, client))
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

    /// The users' own handle for the same client, secret and source included.
    pub fn self_service(&self) -> FakeSelfService {
        FakeSelfService::of(self.0.clone())
    }

    /// The fake behind this handle: clock, inbox, faults, calls.
    pub fn fake(&self) -> &Fake {
        &self.0.fake
    }

    /// The client that this handle signs in with.
    pub fn client(&self) -> &FakeClient {
        &self.0.client
    }

    fn pool(&self) -> &str {
        &self.0.client.pool_id
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Authentication for FakeDirectory {
    fn pool_id(&self) -> Option<&str> {
        Some(&self.0.client.pool_id)
    }

    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        let initiate = |proof: Proof<'_>, flow, parameters| {
            let mut pool_request =
                pool::AdminInitiateAuthRequest::new(self.pool(), proof.client_id, flow);
            pool_request.auth_parameters = parameters;
            pool_request.client_metadata.clone_from(&request.client_metadata);
            pool_request
        };
        if self.0.sign_in_flow == SignInFlow::Password {
            let make = |proof: Proof<'_>| {
                let parameters = authentication::sign_in(proof, &request)?;
                Ok(initiate(proof, "ADMIN_USER_PASSWORD_AUTH", parameters))
            };
            let finish = authentication::outcome(&request.username);
            return self.0.call_with_secret(make, finish).await;
        }
        let begin = |proof: Proof<'_>, parameters| initiate(proof, "USER_SRP_AUTH", parameters);
        let prove = |proof: Proof<'_>, responses| {
            let name = "PASSWORD_VERIFIER";
            let mut pool_request =
                pool::AdminRespondToAuthChallengeRequest::new(self.pool(), proof.client_id, name);
            pool_request.challenge_responses = responses;
            pool_request.client_metadata.clone_from(&request.client_metadata);
            pool_request
        };
        srp::sign_in(&self.0, &request, begin, prove).await
    }

    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        let make = |proof: Proof<'_>| {
            let name = answer.challenge_name();
            let mut pool_request =
                pool::AdminRespondToAuthChallengeRequest::new(self.pool(), proof.client_id, name);
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
            let flow = "REFRESH_TOKEN_AUTH";
            let mut pool_request =
                pool::AdminInitiateAuthRequest::new(self.pool(), proof.client_id, flow);
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
impl UserDirectory for FakeDirectory {
    async fn create_user(&self, request: CreateUser) -> Result<User> {
        let mut pool_request = pool::AdminCreateUserRequest::new(self.pool(), request.username);
        pool_request.user_attributes = to_pool(request.attributes);
        pool_request.validation_data = to_pool(request.validation_data);
        pool_request.temporary_password =
            request.temporary_password.map(|password| password.expose().into());
        pool_request.force_alias_creation = request.force_alias_creation;
        pool_request.message_action = request.message_action.map(|action| match action {
            MessageAction::Resend => pool::MessageAction::Resend,
            _ => pool::MessageAction::Suppress,
        });
        pool_request.desired_delivery_mediums = request
            .delivery_mediums
            .into_iter()
            .map(|medium| match medium {
                DeliveryMedium::Sms => pool::DeliveryMedium::Sms,
                _ => pool::DeliveryMedium::Email,
            })
            .collect();
        pool_request.client_metadata = request.client_metadata;
        self.0.call(pool_request, |_, response| Ok(user(response.user))).await
    }

    async fn user(&self, username: &str) -> Result<User> {
        let pool_request = pool::AdminGetUserRequest::new(self.pool(), username);
        let finish = |_: &_, response: pool::AdminGetUserResponse| {
            let preferred = response.preferred_mfa_setting.and_then(factor);
            let factors = factors(&response.user_mfa_setting_list);
            Ok(User::new(response.username)
                .with_attributes(from_pool(response.user_attributes))
                .with_status(status(response.user_status))
                .with_enabled(response.enabled)
                .with_dates(
                    response.user_create_date.into(),
                    response.user_last_modified_date.into(),
                )
                .with_mfa(factors, preferred))
        };
        self.0.call(pool_request, finish).await
    }

    async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()> {
        let mut pool_request = pool::AdminUpdateUserAttributesRequest::new(
            self.pool(),
            request.username,
            to_pool(request.attributes),
        );
        pool_request.client_metadata = request.client_metadata;
        self.0.done(pool_request).await
    }

    async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()> {
        let DeleteUserAttributes { username, names, .. } = request;
        let pool_id = self.pool();
        self.0.done(pool::AdminDeleteUserAttributesRequest::new(pool_id, username, names)).await
    }

    async fn set_user_password(&self, request: SetUserPassword) -> Result<()> {
        self.0
            .done(pool::AdminSetUserPasswordRequest::new(
                self.pool(),
                request.username,
                request.password.expose(),
                request.permanent,
            ))
            .await
    }

    async fn reset_user_password(&self, request: ResetUserPassword) -> Result<()> {
        let mut pool_request =
            pool::AdminResetUserPasswordRequest::new(self.pool(), request.username);
        pool_request.client_metadata = request.client_metadata;
        self.0.done(pool_request).await
    }

    async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()> {
        let mut pool_request = pool::AdminConfirmSignUpRequest::new(self.pool(), request.username);
        pool_request.client_metadata = request.client_metadata;
        self.0.done(pool_request).await
    }

    async fn enable_user(&self, username: &str) -> Result<()> {
        self.0.done(pool::AdminEnableUserRequest::new(self.pool(), username)).await
    }

    async fn disable_user(&self, username: &str) -> Result<()> {
        self.0.done(pool::AdminDisableUserRequest::new(self.pool(), username)).await
    }

    async fn delete_user(&self, username: &str) -> Result<()> {
        self.0.done(pool::AdminDeleteUserRequest::new(self.pool(), username)).await
    }

    async fn global_sign_out(&self, username: &str) -> Result<()> {
        self.0.done(pool::AdminUserGlobalSignOutRequest::new(self.pool(), username)).await
    }

    async fn list_users(&self, request: ListUsers) -> Result<UserPage> {
        let mut pool_request = pool::ListUsersRequest::new(self.pool());
        pool_request.filter = request.filter;
        pool_request.attributes_to_get = request.attributes_to_get;
        pool_request.limit = request.limit;
        pool_request.pagination_token = request.pagination_token;
        let finish = |_: &_, response: pool::ListUsersResponse| {
            let users = response.users.into_iter().map(user).collect();
            Ok(UserPage::new(users, response.pagination_token))
        };
        self.0.call(pool_request, finish).await
    }

    async fn create_group(&self, request: CreateGroup) -> Result<Group> {
        let mut pool_request = pool::CreateGroupRequest::new(self.pool(), request.name);
        pool_request.description = request.description;
        pool_request.role_arn = request.role_arn;
        pool_request.precedence = request.precedence;
        self.0.call(pool_request, |_, response| Ok(group(response))).await
    }

    async fn group(&self, name: &str) -> Result<Group> {
        let pool_request = pool::GetGroupRequest::new(self.pool(), name);
        self.0.call(pool_request, |_, response| Ok(group(response))).await
    }

    async fn update_group(&self, request: UpdateGroup) -> Result<Group> {
        let mut pool_request = pool::UpdateGroupRequest::new(self.pool(), request.name);
        pool_request.description = request.description;
        pool_request.role_arn = request.role_arn;
        pool_request.precedence = request.precedence;
        self.0.call(pool_request, |_, response| Ok(group(response))).await
    }

    async fn delete_group(&self, name: &str) -> Result<()> {
        self.0.done(pool::DeleteGroupRequest::new(self.pool(), name)).await
    }

    async fn list_groups(&self, request: ListGroups) -> Result<GroupPage> {
        let mut pool_request = pool::ListGroupsRequest::new(self.pool());
        pool_request.limit = request.limit;
        pool_request.next_token = request.next_token;
        let finish = |_: &_, response: pool::ListGroupsResponse| {
            Ok(group_page(response.groups, response.next_token))
        };
        self.0.call(pool_request, finish).await
    }

    async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()> {
        let pool_id = self.pool();
        self.0.done(pool::AdminAddUserToGroupRequest::new(pool_id, username, group_name)).await
    }

    async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()> {
        let pool_id = self.pool();
        self.0.done(pool::AdminRemoveUserFromGroupRequest::new(pool_id, username, group_name)).await
    }

    async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage> {
        let mut pool_request =
            pool::AdminListGroupsForUserRequest::new(self.pool(), request.username);
        pool_request.limit = request.limit;
        pool_request.next_token = request.next_token;
        let finish = |_: &_, response: pool::AdminListGroupsForUserResponse| {
            Ok(group_page(response.groups, response.next_token))
        };
        self.0.call(pool_request, finish).await
    }

    async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage> {
        let mut pool_request = pool::ListUsersInGroupRequest::new(self.pool(), request.group_name);
        pool_request.limit = request.limit;
        pool_request.next_token = request.next_token;
        let finish = |_: &_, response: pool::ListUsersInGroupResponse| {
            let users = response.users.into_iter().map(user).collect();
            Ok(UserPage::new(users, response.next_token))
        };
        self.0.call(pool_request, finish).await
    }

    async fn list_user_auth_events(&self, request: ListUserAuthEvents) -> Result<AuthEventPage> {
        let mut pool_request =
            pool::AdminListUserAuthEventsRequest::new(self.pool(), request.username);
        pool_request.max_results = request.limit;
        pool_request.next_token = request.next_token;
        self.0.call(pool_request, |_, never| match never {}).await
    }

    async fn set_user_mfa_preference(&self, request: SetUserMfaPreference) -> Result<()> {
        let preference = mfa::preference(&request.preference);
        let pool = self.pool();
        let username = request.username;
        self.0.done(pool::AdminSetUserMfaPreferenceRequest::new(pool, username, preference)).await
    }

    async fn delete_software_token(&self, username: &str) -> Result<()> {
        self.0.done(pool::AdminDeleteSoftwareTokenRequest::new(self.pool(), username)).await
    }

    async fn user_auth_factors(&self, username: &str) -> Result<AuthFactors> {
        let pool_request = pool::AdminGetUserAuthFactorsRequest::new(self.pool(), username);
        self.0.call(pool_request, |_, response| Ok(mfa::auth_factors(response))).await
    }
}

fn group(group: pool::GroupType) -> Group {
    let mut own = Group::new(group.group_name)
        .with_dates(group.creation_date.into(), group.last_modified_date.into());
    own.description = group.description;
    own.role_arn = group.role_arn;
    own.precedence = group.precedence;
    own
}

fn group_page(groups: Vec<pool::GroupType>, next_token: Option<String>) -> GroupPage {
    GroupPage::new(groups.into_iter().map(group).collect(), next_token)
}

fn user(user: pool::UserType) -> User {
    User::new(user.username)
        .with_attributes(from_pool(user.attributes))
        .with_status(status(user.user_status))
        .with_enabled(user.enabled)
        .with_dates(user.user_create_date.into(), user.user_last_modified_date.into())
}

fn status(status: pool::UserStatus) -> UserStatus {
    UserStatus::from_name(status.name())
}

/// A status that Cognito no longer uses, and one that nobody knows, is refused.
pub(crate) fn fixture_to_pool(user: FixtureUser) -> Result<pool::PutUser> {
    let FixtureUser { username, status, password, attributes, enabled, sub, groups, .. } = user;
    let status = pool::UserStatus::from_name(status.name()).ok_or_else(|| {
        let names = pool::UserStatus::ALL.map(pool::UserStatus::name).join(", ");
        let text = format!("the fake has no users of status {status}: choose one of {names}");
        Error::new(ErrorKind::InvalidParameter, text)
    })?;
    let mut put = pool::PutUser::new(username, status);
    put.password = password.map(|password| pool::Secret::new(password.expose()));
    put.attributes = to_pool(attributes);
    put.enabled = enabled;
    put.sub = sub;
    put.groups = groups;
    Ok(put)
}

pub(crate) fn to_pool(attributes: Attributes) -> Vec<pool::Attribute> {
    attributes.into_iter().map(|(name, value)| pool::Attribute::new(name, value)).collect()
}

pub(crate) fn from_pool(attributes: Vec<pool::Attribute>) -> Attributes {
    attributes
        .into_iter()
        .map(|attribute| (attribute.name, attribute.value.unwrap_or_default()))
        .collect()
}
