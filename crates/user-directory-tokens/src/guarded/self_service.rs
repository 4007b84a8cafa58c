use async_trait::async_trait;
use user_directory::{
    AccessToken, ChangePassword, ConfirmForgotPassword, Error, ErrorKind, Operation, OwnFactors,
    Result, SelfService, forward,
};

use super::{Endings, Guarded, resolve, sub_of};

impl<D: SelfService> Guarded<D> {
    /// The sign-ins of the user whom an access token belongs to. Cognito is asked: a token that
    /// nobody has verified could name anybody.
    async fn own(&self, access_token: &AccessToken) -> Result<Endings> {
        let user = self.inner.user(access_token).await?;
        let sub = sub_of(user.sub(), Operation::GetUser)?;
        Ok(Endings::of_user(&user.username, &user.username, &sub, &user.attributes))
    }
}

#[async_trait]
impl<D: SelfService> forward::SelfService for Guarded<D> {
    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()> {
        let ended = self.own(access_token).await?;
        let call = self.inner.global_sign_out(access_token);
        self.ending(Operation::GlobalSignOut, ended, self.longest_token_life, call).await
    }

    async fn confirm_forgot_password(&self, mut request: ConfirmForgotPassword) -> Result<()> {
        let Some((directory, life)) = &self.on_recovery else {
            return self.inner.confirm_forgot_password(request).await;
        };
        // Anybody can ask. So the ledger is written only after Cognito has found the code right.
        let (username, ended) = match resolve(directory, &request.username).await {
            Ok(found) => found,
            // Cognito's own answer does not tell who exists, where that is hidden.
            Err(error) if error.kind() == ErrorKind::UserNotFound => {
                return self.inner.confirm_forgot_password(request).await;
            }
            Err(error) => return Err(error),
        };
        request.username = username;
        self.inner.confirm_forgot_password(request).await?;
        self.record(&ended, *life).await.map_err(|error| {
            let text = "the password is changed, but the sign-out ledger could not be written";
            let error = Error::new(ErrorKind::NoAnswer, text).with_source(error);
            error.with_operation(Operation::ConfirmForgotPassword)
        })
    }

    async fn change_password(&self, request: ChangePassword) -> Result<()> {
        let Some(life) = self.on_password_change else {
            return self.inner.change_password(request).await;
        };
        let ended = self.own(&request.access_token).await?;
        let call = self.inner.change_password(request);
        self.ending(Operation::ChangePassword, ended, life, call).await
    }

    async fn delete_user(&self, access_token: &AccessToken) -> Result<()> {
        // Whoever registers under the name is another user.
        let ended = Endings::without_names(self.own(access_token).await?.ended);
        let call = self.inner.delete_user(access_token);
        self.ending(Operation::DeleteUser, ended, self.longest_token_life, call).await
    }
}

/// Second factors end no sign-in.
impl<D: OwnFactors> forward::OwnFactors for Guarded<D> {}
