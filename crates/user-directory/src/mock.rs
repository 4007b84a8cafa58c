//! [mockall](https://docs.rs/mockall) mocks of the three traits, behind the feature `mock`.
//!
//! A mock is for "this call must happen" and "this call fails so". It can return an outcome that
//! Cognito never gives, so anything with two steps belongs on the fake of `user-directory-fake`.
//!
//! ```
//! use user_directory::{ErrorKind, UserDirectory as _, mock::MockUserDirectory};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let mut directory = MockUserDirectory::new();
//! directory
//!     .expect_delete_user()
//!     .withf(|username| username == "alice")
//!     .times(1)
//!     .returning(|_| Err(ErrorKind::TooManyRequests.into()));
//!
//! let error = directory.delete_user("alice").await.unwrap_err();
//! assert!(error.is_retryable());
//! # });
//! ```

// `mock!` writes undocumented helper types and public structs into this module.
#![allow(missing_docs, clippy::exhaustive_structs, unreachable_pub)]

use async_trait::async_trait;

use crate::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ChangePassword, CodeDelivery,
    ConfirmForgotPassword, ConfirmOwnSignUp, ConfirmSignUp, CreateGroup, CreateUser,
    DeleteOwnAttributes, DeleteUserAttributes, ForgotPassword, Group, GroupPage, ListGroups,
    ListGroupsForUser, ListUsers, ListUsersInGroup, OwnUser, Refresh, Refreshed,
    ResendConfirmationCode, ResetUserPassword, Result, Revoke, SelfService, SetUserPassword,
    SignIn, SignUp, SignedUp, UpdateGroup, UpdateOwnAttributes, UpdateUserAttributes, User,
    UserAttributeVerificationCode, UserDirectory, UserPage, VerifyUserAttribute,
};

// `#[automock]` does not implement supertraits, hence `mock!` with the methods repeated; a method
// that is missing here does not compile.
mockall::mock! {
    /// Mocks [`Authentication`] alone.
    #[derive(Debug)]
    pub Authentication {}

    #[async_trait]
    impl Authentication for Authentication {
        async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome>;
        async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome>;
        async fn refresh(&self, request: Refresh) -> Result<Refreshed>;
        async fn revoke(&self, request: Revoke) -> Result<()>;
    }
}

mockall::mock! {
    /// Mocks [`Authentication`], too: `expect_sign_in` and its siblings.
    #[derive(Debug)]
    pub UserDirectory {}

    #[async_trait]
    impl Authentication for UserDirectory {
        async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome>;
        async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome>;
        async fn refresh(&self, request: Refresh) -> Result<Refreshed>;
        async fn revoke(&self, request: Revoke) -> Result<()>;
    }

    #[async_trait]
    impl UserDirectory for UserDirectory {
        async fn create_user(&self, request: CreateUser) -> Result<User>;
        async fn user(&self, username: &str) -> Result<User>;
        async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()>;
        async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()>;
        async fn set_user_password(&self, request: SetUserPassword) -> Result<()>;
        async fn reset_user_password(&self, request: ResetUserPassword) -> Result<()>;
        async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()>;
        async fn enable_user(&self, username: &str) -> Result<()>;
        async fn disable_user(&self, username: &str) -> Result<()>;
        async fn delete_user(&self, username: &str) -> Result<()>;
        async fn global_sign_out(&self, username: &str) -> Result<()>;
        async fn list_users(&self, request: ListUsers) -> Result<UserPage>;
        async fn create_group(&self, request: CreateGroup) -> Result<Group>;
        async fn group(&self, name: &str) -> Result<Group>;
        async fn update_group(&self, request: UpdateGroup) -> Result<Group>;
        async fn delete_group(&self, name: &str) -> Result<()>;
        async fn list_groups(&self, request: ListGroups) -> Result<GroupPage>;
        async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()>;
        async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()>;
        async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage>;
        async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage>;
    }
}

mockall::mock! {
    /// Mocks [`Authentication`], too: `expect_sign_in` and its siblings.
    #[derive(Debug)]
    pub SelfService {}

    #[async_trait]
    impl Authentication for SelfService {
        async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome>;
        async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome>;
        async fn refresh(&self, request: Refresh) -> Result<Refreshed>;
        async fn revoke(&self, request: Revoke) -> Result<()>;
    }

    #[async_trait]
    impl SelfService for SelfService {
        async fn user(&self, access_token: &AccessToken) -> Result<OwnUser>;
        async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()>;
        async fn sign_up(&self, request: SignUp) -> Result<SignedUp>;
        async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()>;
        async fn resend_confirmation_code(&self, request: ResendConfirmationCode) -> Result<CodeDelivery>;
        async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery>;
        async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()>;
        async fn change_password(&self, request: ChangePassword) -> Result<()>;
        async fn update_user_attributes(&self, request: UpdateOwnAttributes) -> Result<Vec<CodeDelivery>>;
        async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()>;
        async fn user_attribute_verification_code(&self, request: UserAttributeVerificationCode) -> Result<CodeDelivery>;
        async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()>;
        async fn delete_user(&self, access_token: &AccessToken) -> Result<()>;
    }
}
