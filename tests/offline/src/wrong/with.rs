use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ChangePassword, CodeDelivery,
    ConfirmForgotPassword, ConfirmOwnSignUp, ConfirmSignUp, CreateGroup, CreateUser,
    DeleteOwnAttributes, DeleteUserAttributes, ForgotPassword, Group, GroupPage, ListGroups,
    ListGroupsForUser, ListUsers, ListUsersInGroup, OwnUser, Refresh, Refreshed,
    ResendConfirmationCode, ResetUserPassword, Result, Revoke, SelfService, SetUserPassword,
    SignIn, SignUp, SignedUp, UpdateGroup, UpdateOwnAttributes, UpdateUserAttributes, User,
    UserAttributeVerificationCode, UserDirectory, UserPage, VerifyUserAttribute,
};
use user_directory_fake::{FakeDirectory, FakeSelfService};

use super::Wrong;

/// A handle of the fake with one thing wrong.
#[derive(Clone, Debug)]
pub struct With<W, H>(pub W, pub H);

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<W: Wrong, H: Authentication> Authentication for With<W, H> {
    fn pool_id(&self) -> Option<&str> {
        self.1.pool_id()
    }
    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        self.0.sign_in(&self.1, request).await
    }
    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        self.0.respond(&self.1, answer).await
    }
    async fn refresh(&self, request: Refresh) -> Result<Refreshed> {
        self.0.refresh(&self.1, request).await
    }
    async fn revoke(&self, request: Revoke) -> Result<()> {
        self.0.revoke(&self.1, request).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<W: Wrong> UserDirectory for With<W, FakeDirectory> {
    async fn create_user(&self, request: CreateUser) -> Result<User> {
        self.0.create_user(&self.1, request).await
    }
    async fn user(&self, username: &str) -> Result<User> {
        self.0.user(&self.1, username).await
    }
    async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()> {
        self.1.update_user_attributes(request).await
    }
    async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()> {
        self.1.delete_user_attributes(request).await
    }
    async fn set_user_password(&self, request: SetUserPassword) -> Result<()> {
        self.0.set_user_password(&self.1, request).await
    }
    async fn reset_user_password(&self, request: ResetUserPassword) -> Result<()> {
        self.1.reset_user_password(request).await
    }
    async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()> {
        self.1.confirm_sign_up(request).await
    }
    async fn enable_user(&self, username: &str) -> Result<()> {
        self.0.enable_user(&self.1, username).await
    }
    async fn disable_user(&self, username: &str) -> Result<()> {
        self.1.disable_user(username).await
    }
    async fn delete_user(&self, username: &str) -> Result<()> {
        self.1.delete_user(username).await
    }
    async fn global_sign_out(&self, username: &str) -> Result<()> {
        self.0.global_sign_out(&self.1, username).await
    }
    async fn list_users(&self, request: ListUsers) -> Result<UserPage> {
        self.0.list_users(&self.1, request).await
    }
    async fn create_group(&self, request: CreateGroup) -> Result<Group> {
        self.1.create_group(request).await
    }
    async fn group(&self, name: &str) -> Result<Group> {
        self.1.group(name).await
    }
    async fn update_group(&self, request: UpdateGroup) -> Result<Group> {
        self.1.update_group(request).await
    }
    async fn delete_group(&self, name: &str) -> Result<()> {
        self.1.delete_group(name).await
    }
    async fn list_groups(&self, request: ListGroups) -> Result<GroupPage> {
        self.1.list_groups(request).await
    }
    async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()> {
        self.1.add_user_to_group(username, group_name).await
    }
    async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()> {
        self.1.remove_user_from_group(username, group_name).await
    }
    async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage> {
        self.1.list_groups_for_user(request).await
    }
    async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage> {
        self.1.list_users_in_group(request).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<W: Wrong> SelfService for With<W, FakeSelfService> {
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser> {
        self.0.own_user(&self.1, access_token).await
    }
    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
        self.0.own_sign_out(&self.1, access_token).await
    }
    async fn sign_up(&self, request: SignUp) -> Result<SignedUp> {
        self.0.sign_up(&self.1, request).await
    }
    async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()> {
        self.0.confirm_sign_up(&self.1, request).await
    }
    async fn resend_confirmation_code(
        &self,
        request: ResendConfirmationCode,
    ) -> Result<CodeDelivery> {
        self.1.resend_confirmation_code(request).await
    }
    async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery> {
        self.0.forgot_password(&self.1, request).await
    }
    async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()> {
        self.0.confirm_forgot_password(&self.1, request).await
    }
    async fn change_password(&self, request: ChangePassword) -> Result<()> {
        self.0.change_password(&self.1, request).await
    }
    async fn update_user_attributes(
        &self,
        request: UpdateOwnAttributes,
    ) -> Result<Vec<CodeDelivery>> {
        self.0.update_own_attributes(&self.1, request).await
    }
    async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()> {
        self.1.delete_user_attributes(request).await
    }
    async fn user_attribute_verification_code(
        &self,
        request: UserAttributeVerificationCode,
    ) -> Result<CodeDelivery> {
        self.1.user_attribute_verification_code(request).await
    }
    async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()> {
        self.1.verify_user_attribute(request).await
    }
    async fn delete_user(&self, access_token: &AccessToken) -> Result<()> {
        self.1.delete_user(access_token).await
    }
}
