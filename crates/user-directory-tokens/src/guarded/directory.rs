use async_trait::async_trait;
use user_directory::{
    Operation, ResetUserPassword, Result, SetUserPassword, UserDirectory, forward,
};

use super::{Endings, Guarded, resolve};

#[async_trait]
impl<D: UserDirectory> forward::UserDirectory for Guarded<D> {
    async fn set_user_password(&self, mut request: SetUserPassword) -> Result<()> {
        let Some(life) = self.on_password_change else {
            return self.inner.set_user_password(request).await;
        };
        let (username, ended) = resolve(&self.inner, &request.username).await?;
        request.username = username;
        let call = self.inner.set_user_password(request);
        self.ending(Operation::AdminSetUserPassword, ended, life, call).await
    }

    async fn reset_user_password(&self, mut request: ResetUserPassword) -> Result<()> {
        let Some(life) = self.on_password_change else {
            return self.inner.reset_user_password(request).await;
        };
        let (username, ended) = resolve(&self.inner, &request.username).await?;
        request.username = username;
        let call = self.inner.reset_user_password(request);
        self.ending(Operation::AdminResetUserPassword, ended, life, call).await
    }

    async fn disable_user(&self, username: &str) -> Result<()> {
        let (username, ended) = resolve(&self.inner, username).await?;
        let call = self.inner.disable_user(&username);
        self.ending(Operation::AdminDisableUser, ended, self.longest_token_life, call).await
    }

    async fn delete_user(&self, username: &str) -> Result<()> {
        let (username, ended) = resolve(&self.inner, username).await?;
        let call = self.inner.delete_user(&username);
        // Whoever registers under the name is another user.
        let ended = Endings::without_names(ended.ended);
        self.ending(Operation::AdminDeleteUser, ended, self.longest_token_life, call).await
    }

    async fn global_sign_out(&self, username: &str) -> Result<()> {
        let (username, ended) = resolve(&self.inner, username).await?;
        let call = self.inner.global_sign_out(&username);
        self.ending(Operation::AdminUserGlobalSignOut, ended, self.longest_token_life, call).await
    }
}
