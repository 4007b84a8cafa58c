use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ChangePassword, CodeDelivery,
    ConfirmForgotPassword, ConfirmOwnSignUp, CreateUser, ForgotPassword, ListUsers, OwnUser,
    Refresh, Refreshed, Result, Revoke, SecretCode, SetUserPassword, SignIn, SignUp, SignedUp,
    UpdateOwnAttributes, User, UserPage, forward,
};
use user_directory_fake::{FakeDirectory, FakeSelfService};

use super::Wrong;

/// A handle of the fake with one thing wrong.
#[derive(Clone, Debug)]
pub struct With<W, H>(pub W, pub H);

#[async_trait]
impl<W: Wrong, H: Authentication> forward::Authentication for With<W, H> {
    type Inner = H;

    fn inner(&self) -> &H {
        &self.1
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
impl<W: Wrong> forward::UserDirectory for With<W, FakeDirectory> {
    async fn create_user(&self, request: CreateUser) -> Result<User> {
        self.0.create_user(&self.1, request).await
    }
    async fn user(&self, username: &str) -> Result<User> {
        self.0.user(&self.1, username).await
    }
    async fn set_user_password(&self, request: SetUserPassword) -> Result<()> {
        self.0.set_user_password(&self.1, request).await
    }
    async fn enable_user(&self, username: &str) -> Result<()> {
        self.0.enable_user(&self.1, username).await
    }
    async fn global_sign_out(&self, username: &str) -> Result<()> {
        self.0.global_sign_out(&self.1, username).await
    }
    async fn list_users(&self, request: ListUsers) -> Result<UserPage> {
        self.0.list_users(&self.1, request).await
    }
}

#[async_trait]
impl<W: Wrong> forward::SelfService for With<W, FakeSelfService> {
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
}

#[async_trait]
impl<W: Wrong> forward::OwnFactors for With<W, FakeSelfService> {
    async fn associate_own_software_token(&self, access_token: &AccessToken) -> Result<SecretCode> {
        self.0.associate_own(&self.1, access_token).await
    }
}
