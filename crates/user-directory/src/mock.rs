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
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ConfirmSignUp, CreateUser,
    DeleteUserAttributes, ListUsers, OwnUser, Refresh, Refreshed, ResetUserPassword, Result,
    Revoke, SelfService, SetUserPassword, SignIn, UpdateUserAttributes, User, UserDirectory,
    UserPage,
};

// `#[automock]` does not implement supertraits, hence `mock!` with the methods repeated; a method
// that is missing here does not compile.
mockall::mock! {
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
    }
}

mockall::mock! {
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
    }
}
