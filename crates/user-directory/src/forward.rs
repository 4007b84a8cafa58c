//! A directory behind a pointer is a directory.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ConfirmSignUp, CreateUser,
    DeleteUserAttributes, ListUsers, OwnUser, Refresh, Refreshed, ResetUserPassword, Result,
    Revoke, SelfService, SetUserPassword, SignIn, UpdateUserAttributes, User, UserDirectory,
    UserPage,
};

/// Writes the three traits for one kind of pointer. A method that is missing does not compile,
/// because the traits have required methods only.
macro_rules! forward {
    ($pointer:ident) => {
        #[async_trait]
        impl<T: Authentication + ?Sized> Authentication for $pointer<T> {
            async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
                (**self).sign_in(request).await
            }
            async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
                (**self).respond_to_challenge(answer).await
            }
            async fn refresh(&self, request: Refresh) -> Result<Refreshed> {
                (**self).refresh(request).await
            }
            async fn revoke(&self, request: Revoke) -> Result<()> {
                (**self).revoke(request).await
            }
        }

        #[async_trait]
        impl<T: UserDirectory + ?Sized> UserDirectory for $pointer<T> {
            async fn create_user(&self, request: CreateUser) -> Result<User> {
                (**self).create_user(request).await
            }
            async fn user(&self, username: &str) -> Result<User> {
                (**self).user(username).await
            }
            async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()> {
                (**self).update_user_attributes(request).await
            }
            async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()> {
                (**self).delete_user_attributes(request).await
            }
            async fn set_user_password(&self, request: SetUserPassword) -> Result<()> {
                (**self).set_user_password(request).await
            }
            async fn reset_user_password(&self, request: ResetUserPassword) -> Result<()> {
                (**self).reset_user_password(request).await
            }
            async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()> {
                (**self).confirm_sign_up(request).await
            }
            async fn enable_user(&self, username: &str) -> Result<()> {
                (**self).enable_user(username).await
            }
            async fn disable_user(&self, username: &str) -> Result<()> {
                (**self).disable_user(username).await
            }
            async fn delete_user(&self, username: &str) -> Result<()> {
                (**self).delete_user(username).await
            }
            async fn global_sign_out(&self, username: &str) -> Result<()> {
                (**self).global_sign_out(username).await
            }
            async fn list_users(&self, request: ListUsers) -> Result<UserPage> {
                (**self).list_users(request).await
            }
        }

        #[async_trait]
        impl<T: SelfService + ?Sized> SelfService for $pointer<T> {
            async fn user(&self, access_token: &AccessToken) -> Result<OwnUser> {
                (**self).user(access_token).await
            }
            async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
                (**self).global_sign_out(access_token).await
            }
        }
    };
}

forward!(Arc);
forward!(Box);
