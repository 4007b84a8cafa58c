use async_trait::async_trait;

use crate::{
    AuthEventPage, AuthFactors, Authentication, ConfirmSignUp, CreateGroup, CreateUser,
    DeleteUserAttributes, Error, Group, GroupPage, ListGroups, ListGroupsForUser,
    ListUserAuthEvents, ListUsers, ListUsersInGroup, Operation, ResetUserPassword, Result,
    SetUserMfaPreference, SetUserPassword, UpdateGroup, UpdateUserAttributes, User, UserPage,
};

/// What an administrator may do to any user of a pool: the IAM-signed operations of Cognito.
///
/// | method | what it does |
/// | --- | --- |
/// | [`create_user`](Self::create_user) | creates a user, or invites one again |
/// | [`user`](Self::user) | looks a user up |
/// | [`list_users`](Self::list_users) | lists users, or searches for them |
/// | [`update_user_attributes`](Self::update_user_attributes), [`delete_user_attributes`](Self::delete_user_attributes) | change attributes |
/// | [`set_user_password`](Self::set_user_password), [`reset_user_password`](Self::reset_user_password) | set a password, or have the user choose one |
/// | [`confirm_sign_up`](Self::confirm_sign_up) | confirms a sign-up without its code |
/// | [`enable_user`](Self::enable_user), [`disable_user`](Self::disable_user) | let a user in, or keep one out |
/// | [`global_sign_out`](Self::global_sign_out) | signs a user out everywhere |
/// | [`delete_user`](Self::delete_user) | deletes a user |
/// | [`create_group`](Self::create_group), [`group`](Self::group), [`update_group`](Self::update_group), [`delete_group`](Self::delete_group), [`list_groups`](Self::list_groups) | keep groups |
/// | [`add_user_to_group`](Self::add_user_to_group), [`remove_user_from_group`](Self::remove_user_from_group) | change who is in a group |
/// | [`list_groups_for_user`](Self::list_groups_for_user), [`list_users_in_group`](Self::list_users_in_group) | show who is in which |
/// | [`list_user_auth_events`](Self::list_user_auth_events) | shows what a user did |
/// | [`set_user_mfa_preference`](Self::set_user_mfa_preference), [`user_auth_factors`](Self::user_auth_factors) | choose and show the second factors of a user |
/// | [`delete_software_token`](Self::delete_software_token) | forgets a user's authenticator app |
///
/// Signing in and refreshing are those of [`Authentication`]. [`UserDirectoryExt`](crate::UserDirectoryExt)
/// adds [`register`](crate::UserDirectoryExt::register) and what follows pages.
///
/// Method names are AWS's without `Admin`; the AWS name finds them in the search of the docs. Every
/// method that takes a user name takes an alias too, and answers with the real name.
///
/// # Errors
///
/// Every method may answer [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a malformed
/// member, [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound) for a pool or client that does
/// not exist, [`TooManyRequests`](crate::ErrorKind::TooManyRequests) and
/// [`Internal`](crate::ErrorKind::Internal); methods on an existing user
/// [`UserNotFound`](crate::ErrorKind::UserNotFound). Their docs name the others.
///
/// # Contract
///
/// As for [`Authentication`].
///
/// ```
/// use user_directory::{
///     ConfirmSignUp, CreateGroup, CreateUser, DeleteUserAttributes, FactorSetting, Filter,
///     FilterAttribute, ListGroups, ListGroupsForUser, ListUserAuthEvents, ListUsers, ListUsersInGroup,
///     MfaPreference, MfaType, ResetUserPassword, Result, SetUserMfaPreference, SetUserPassword,
///     UpdateGroup, UpdateUserAttributes, UserDirectory,
/// };
///
/// async fn a_user(directory: &dyn UserDirectory) -> Result<()> {
///     let invited = CreateUser::new("alice").with_temporary_password("Temporary-1");
///     let alice = directory.create_user(invited).await?;
///     assert_eq!(directory.user("alice").await?.sub(), alice.sub());
///     let named = UpdateUserAttributes::new("alice", [("name", "Alice")]);
///     directory.update_user_attributes(named).await?;
///     directory.delete_user_attributes(DeleteUserAttributes::new("alice", ["name"])).await?;
///     directory.set_user_password(SetUserPassword::permanent("alice", "Correct-horse-9")).await?;
///
///     let filter = Filter::prefix(FilterAttribute::Username, "al");
///     let page = directory.list_users(ListUsers::new().with_filter(filter).with_limit(10)).await?;
///     assert_eq!(page.users.len(), 1);
///     let events = directory.list_user_auth_events(ListUserAuthEvents::new("alice")).await?;
///     assert!(events.events.is_empty());
///
///     directory.disable_user("alice").await?;
///     directory.enable_user("alice").await?;
///     directory.global_sign_out("alice").await?;
///     directory.reset_user_password(ResetUserPassword::new("alice")).await?;
///     directory.delete_user("alice").await
/// }
///
/// async fn a_sign_up_at_the_desk(directory: &dyn UserDirectory) -> Result<()> {
///     directory.confirm_sign_up(ConfirmSignUp::new("bob")).await
/// }
///
/// async fn a_lost_phone(directory: &dyn UserDirectory) -> Result<()> {
///     directory.delete_software_token("alice").await?;
///     let by_mail = MfaPreference::new().with(MfaType::EmailOtp, FactorSetting::Preferred);
///     directory.set_user_mfa_preference(SetUserMfaPreference::new("alice", by_mail)).await?;
///     let factors = directory.user_auth_factors("alice").await?;
///     assert_eq!(factors.mfa_types, [MfaType::EmailOtp]);
///     Ok(())
/// }
///
/// async fn a_group(directory: &dyn UserDirectory) -> Result<()> {
///     directory.create_group(CreateGroup::new("admins").with_precedence(1)).await?;
///     directory.update_group(UpdateGroup::new("admins").with_precedence(2)).await?;
///     assert_eq!(directory.group("admins").await?.precedence, Some(2));
///     directory.add_user_to_group("alice", "admins").await?;
///     let groups = directory.list_groups_for_user(ListGroupsForUser::new("alice")).await?;
///     assert_eq!(groups.groups.len(), 1);
///     let members = directory.list_users_in_group(ListUsersInGroup::new("admins")).await?;
///     assert_eq!(members.users.len(), 1);
///     directory.remove_user_from_group("alice", "admins").await?;
///     assert_eq!(directory.list_groups(ListGroups::new()).await?.groups.len(), 1);
///     directory.delete_group("admins").await
/// }
/// ```
#[async_trait]
pub trait UserDirectory: Authentication {
    /// Creates a user, or with [`MessageAction::Resend`](crate::MessageAction::Resend) invites one
    /// again.
    ///
    /// The user starts in FORCE_CHANGE_PASSWORD. To create a user with a permanent password use
    /// [`register`](crate::UserDirectoryExt::register).
    ///
    /// # Errors
    ///
    /// [`UsernameExists`](crate::ErrorKind::UsernameExists);
    /// [`InvalidPassword`](crate::ErrorKind::InvalidPassword);
    /// [`AliasExists`](crate::ErrorKind::AliasExists);
    /// [`UnsupportedUserState`](crate::ErrorKind::UnsupportedUserState) for resending to a user in
    /// another status; [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) **after** the
    /// user was created.
    ///
    /// AWS: [AdminCreateUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html).
    #[doc(alias = "AdminCreateUser")]
    async fn create_user(&self, request: CreateUser) -> Result<User>;

    /// Looks a user up.
    ///
    /// AWS: [AdminGetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html).
    #[doc(alias = "AdminGetUser")]
    async fn user(&self, username: &str) -> Result<User>;

    /// Sets attributes; an empty value deletes one. Changing the e-mail address or phone number
    /// makes it unverified unless the same call says it is verified.
    ///
    /// # Errors
    ///
    /// [`AliasExists`](crate::ErrorKind::AliasExists);
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for an attribute that the pool does
    /// not have or that cannot be changed.
    ///
    /// AWS: [AdminUpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html).
    #[doc(alias = "AdminUpdateUserAttributes")]
    async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()>;

    /// Deletes attributes. One that the user does not have is no error.
    ///
    /// AWS: [AdminDeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html).
    #[doc(alias = "AdminDeleteUserAttributes")]
    async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()>;

    /// Sets a password: permanent, and the user is CONFIRMED; temporary, and the user is in
    /// FORCE_CHANGE_PASSWORD with a new period of validity.
    ///
    /// # Errors
    ///
    /// [`InvalidPassword`](crate::ErrorKind::InvalidPassword).
    ///
    /// AWS: [AdminSetUserPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html).
    #[doc(alias = "AdminSetUserPassword")]
    async fn set_user_password(&self, request: SetUserPassword) -> Result<()>;

    /// Makes a user choose a new password with a code, which is sent: the password stops working
    /// at once and the status becomes RESET_REQUIRED.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) without a verified e-mail address
    /// or phone number; [`NotAuthorized`](crate::ErrorKind::NotAuthorized) in FORCE_CHANGE_PASSWORD
    /// and for a disabled user.
    ///
    /// AWS: [AdminResetUserPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html).
    #[doc(alias = "AdminResetUserPassword")]
    async fn reset_user_password(&self, request: ResetUserPassword) -> Result<()>;

    /// Confirms a user who signed up, without a code.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) in any status but UNCONFIRMED.
    ///
    /// AWS: [AdminConfirmSignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html).
    #[doc(alias = "AdminConfirmSignUp")]
    async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()>;

    /// Lets a disabled user sign in again. Tokens from before stay dead.
    ///
    /// AWS: [AdminEnableUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html).
    #[doc(alias = "AdminEnableUser")]
    async fn enable_user(&self, username: &str) -> Result<()>;

    /// Stops a user from signing in and revokes the user's access and refresh tokens.
    ///
    /// AWS: [AdminDisableUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html).
    #[doc(alias = "AdminDisableUser")]
    async fn disable_user(&self, username: &str) -> Result<()>;

    /// Deletes a user. The name can be used again, by a user with another `sub`.
    ///
    /// AWS: [AdminDeleteUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html).
    #[doc(alias = "AdminDeleteUser")]
    async fn delete_user(&self, username: &str) -> Result<()>;

    /// Signs a user out everywhere: Cognito's own API then refuses the user's access and refresh
    /// tokens.
    ///
    /// Access **and** ID tokens still verify offline until they expire. An application that wants them
    /// dead at once wraps its directory in
    /// [`Guarded`](https://docs.rs/user-directory-tokens/latest/user_directory_tokens/struct.Guarded.html)
    /// of `user-directory-tokens`, which keeps a record for verifiers to look at.
    ///
    /// AWS: [AdminUserGlobalSignOut](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html).
    #[doc(alias = "AdminUserGlobalSignOut")]
    async fn global_sign_out(&self, username: &str) -> Result<()>;

    /// Lists one page of users. [`all_users`](crate::UserDirectoryExt::all_users) follows the
    /// pages.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a filter that cannot be parsed,
    /// a limit over 60, a token that has expired (after an hour) or belongs to another filter, or
    /// an attribute to get that a user of the page lacks.
    ///
    /// AWS: [ListUsers](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html).
    #[doc(alias = "ListUsers")]
    async fn list_users(&self, request: ListUsers) -> Result<UserPage>;

    /// Creates a group.
    ///
    /// # Errors
    ///
    /// [`GroupExists`](crate::ErrorKind::GroupExists);
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for more than 10,000 groups in a pool.
    ///
    /// AWS: [CreateGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html).
    #[doc(alias = "CreateGroup")]
    async fn create_group(&self, request: CreateGroup) -> Result<Group>;

    /// Looks a group up.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound).
    ///
    /// AWS: [GetGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html).
    #[doc(alias = "GetGroup")]
    async fn group(&self, name: &str) -> Result<Group>;

    /// Changes a group. What the request does not set stays as it is.
    ///
    /// Access and ID tokens show it from the next sign-in or refresh on, in `cognito:groups`, which
    /// is absent for a user without groups.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound).
    ///
    /// AWS: [UpdateGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html).
    #[doc(alias = "UpdateGroup")]
    async fn update_group(&self, request: UpdateGroup) -> Result<Group>;

    /// Deletes a group. Its members stay users.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound).
    ///
    /// AWS: [DeleteGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html).
    #[doc(alias = "DeleteGroup")]
    async fn delete_group(&self, name: &str) -> Result<()>;

    /// Lists one page of groups. [`all_groups`](crate::UserDirectoryExt::all_groups) follows the
    /// pages.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a limit over 60 or a token that
    /// is not one of this list's.
    ///
    /// AWS: [ListGroups](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html).
    #[doc(alias = "ListGroups")]
    async fn list_groups(&self, request: ListGroups) -> Result<GroupPage>;

    /// Makes a user a member of a group. Doing so again changes nothing.
    ///
    /// Tokens show it from the next sign-in or refresh on.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound) for the group.
    ///
    /// AWS: [AdminAddUserToGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html).
    #[doc(alias = "AdminAddUserToGroup")]
    async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()>;

    /// Ends a user's membership of a group. If there is none, nothing changes.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound) for the group.
    ///
    /// AWS: [AdminRemoveUserFromGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html).
    #[doc(alias = "AdminRemoveUserFromGroup")]
    async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()>;

    /// Lists one page of a user's groups.
    /// [`all_groups_for_user`](crate::UserDirectoryExt::all_groups_for_user) follows the pages.
    ///
    /// # Errors
    ///
    /// As [`list_groups`](Self::list_groups).
    ///
    /// AWS: [AdminListGroupsForUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html).
    #[doc(alias = "AdminListGroupsForUser")]
    async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage>;

    /// Lists one page of a group's users.
    /// [`all_users_in_group`](crate::UserDirectoryExt::all_users_in_group) follows the pages.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](crate::ErrorKind::ResourceNotFound) for the group; otherwise as
    /// [`list_groups`](Self::list_groups).
    ///
    /// AWS: [ListUsersInGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html).
    #[doc(alias = "ListUsersInGroup")]
    async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage>;

    /// Lists one page of what a user did: sign-ins, sign-ups, changes of the password.
    ///
    /// # Errors
    ///
    /// [`UserPoolAddOnNotEnabled`](crate::ErrorKind::UserPoolAddOnNotEnabled) in a pool without
    /// threat protection, which keeps no events;
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a limit over 60;
    /// [`NotImplemented`](crate::ErrorKind::NotImplemented) from an implementation that does not
    /// have the method yet.
    ///
    /// AWS: [AdminListUserAuthEvents](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListUserAuthEvents.html).
    #[doc(alias = "AdminListUserAuthEvents")]
    async fn list_user_auth_events(&self, _: ListUserAuthEvents) -> Result<AuthEventPage> {
        Err(Error::not_implemented(Operation::AdminListUserAuthEvents))
    }
    /// Chooses what sign-ins ask a user for.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a factor that the user cannot use:
    /// an authenticator app that is not verified, a message without an address or number; and for two
    /// preferred factors. [`NotImplemented`](crate::ErrorKind::NotImplemented) from an implementation
    /// that does not have the method yet.
    ///
    /// AWS: [AdminSetUserMFAPreference](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html).
    #[doc(alias = "AdminSetUserMFAPreference")]
    async fn set_user_mfa_preference(&self, _: SetUserMfaPreference) -> Result<()> {
        Err(Error::not_implemented(Operation::AdminSetUserMFAPreference))
    }

    /// Makes a user's authenticator app worth nothing, for a user who has lost it.
    ///
    /// # Errors
    ///
    /// [`NotImplemented`](crate::ErrorKind::NotImplemented) from an implementation that does not have
    /// the method yet.
    ///
    /// AWS: [AdminDeleteSoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html).
    #[doc(alias = "AdminDeleteSoftwareToken")]
    async fn delete_software_token(&self, _username: &str) -> Result<()> {
        Err(Error::not_implemented(Operation::AdminDeleteSoftwareToken))
    }

    /// Shows what a user can sign in with.
    ///
    /// # Errors
    ///
    /// [`NotImplemented`](crate::ErrorKind::NotImplemented) from an implementation that does not have
    /// the method yet.
    ///
    /// AWS: [AdminGetUserAuthFactors](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUserAuthFactors.html).
    #[doc(alias = "AdminGetUserAuthFactors")]
    async fn user_auth_factors(&self, _username: &str) -> Result<AuthFactors> {
        Err(Error::not_implemented(Operation::AdminGetUserAuthFactors))
    }
}
