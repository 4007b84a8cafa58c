//! A directory behind a pointer is a directory.

use std::sync::Arc;

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

/// Writes the three traits for one kind of pointer. A method that is missing does not compile,
/// because the traits have required methods only, but for `pool_id`, which a test asks for.
macro_rules! forward {
    ($pointer:ident) => {
        #[async_trait]
        impl<T: Authentication + ?Sized> Authentication for $pointer<T> {
            fn pool_id(&self) -> Option<&str> {
                (**self).pool_id()
            }
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
            async fn create_group(&self, request: CreateGroup) -> Result<Group> {
                (**self).create_group(request).await
            }
            async fn group(&self, name: &str) -> Result<Group> {
                (**self).group(name).await
            }
            async fn update_group(&self, request: UpdateGroup) -> Result<Group> {
                (**self).update_group(request).await
            }
            async fn delete_group(&self, name: &str) -> Result<()> {
                (**self).delete_group(name).await
            }
            async fn list_groups(&self, request: ListGroups) -> Result<GroupPage> {
                (**self).list_groups(request).await
            }
            async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()> {
                (**self).add_user_to_group(username, group_name).await
            }
            async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()> {
                (**self).remove_user_from_group(username, group_name).await
            }
            async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage> {
                (**self).list_groups_for_user(request).await
            }
            async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage> {
                (**self).list_users_in_group(request).await
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
            async fn sign_up(&self, request: SignUp) -> Result<SignedUp> {
                (**self).sign_up(request).await
            }
            async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()> {
                (**self).confirm_sign_up(request).await
            }
            async fn resend_confirmation_code(
                &self,
                request: ResendConfirmationCode,
            ) -> Result<CodeDelivery> {
                (**self).resend_confirmation_code(request).await
            }
            async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery> {
                (**self).forgot_password(request).await
            }
            async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()> {
                (**self).confirm_forgot_password(request).await
            }
            async fn change_password(&self, request: ChangePassword) -> Result<()> {
                (**self).change_password(request).await
            }
            async fn update_user_attributes(
                &self,
                request: UpdateOwnAttributes,
            ) -> Result<Vec<CodeDelivery>> {
                (**self).update_user_attributes(request).await
            }
            async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()> {
                (**self).delete_user_attributes(request).await
            }
            async fn user_attribute_verification_code(
                &self,
                request: UserAttributeVerificationCode,
            ) -> Result<CodeDelivery> {
                (**self).user_attribute_verification_code(request).await
            }
            async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()> {
                (**self).verify_user_attribute(request).await
            }
            async fn delete_user(&self, access_token: &AccessToken) -> Result<()> {
                (**self).delete_user(access_token).await
            }
        }
    };
}

forward!(Arc);
forward!(Box);
