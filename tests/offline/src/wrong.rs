//! Directories that are wrong on purpose, each in one way that emulators of Cognito are known to
//! be. The contract must catch each by the cases that are about it, and by no unrelated one.

#![expect(clippy::exhaustive_structs, reason = "each is a name for one behaviour")]

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, ChallengeAnswer, ChangePassword, CodeDelivery,
    ConfirmForgotPassword, ConfirmOwnSignUp, CreateUser, Error, ErrorKind, ForgotPassword, IdToken,
    ListUsers, OwnFactors, OwnUser, Refresh, RefreshGrant, RefreshToken, Refreshed, Result, Revoke,
    SecretCode, SelfService, SetUserPassword, SignIn, SignUp, SignedUp, TokenSet, Tokens,
    UpdateOwnAttributes, User, UserDirectory, UserPage,
};
use user_directory_fake::{Fake, FakeDirectory, FakeSelfService};

mod factors;
mod own_account;
mod with;

pub use factors::*;
pub use own_account::*;
pub use with::With;

/// What a wrong directory does otherwise. Each method wraps the right call and may change what goes
/// in or comes out; the default changes nothing.
#[async_trait]
pub trait Wrong: Clone + Debug + Send + Sync + 'static {
    /// Around a sign-in.
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        right.sign_in(request).await
    }

    /// Around an answer to a challenge.
    async fn respond<A: Authentication>(
        &self,
        right: &A,
        answer: ChallengeAnswer,
    ) -> Result<AuthOutcome> {
        right.respond_to_challenge(answer).await
    }

    /// Around the secret of an app.
    async fn associate_own(
        &self,
        right: &FakeSelfService,
        token: &AccessToken,
    ) -> Result<SecretCode> {
        right.associate_own_software_token(token).await
    }

    /// Around a refresh.
    async fn refresh<A: Authentication>(&self, right: &A, request: Refresh) -> Result<Refreshed> {
        right.refresh(request).await
    }

    /// Around a revocation.
    async fn revoke<A: Authentication>(&self, right: &A, request: Revoke) -> Result<()> {
        right.revoke(request).await
    }

    /// Around a creation.
    async fn create_user(&self, right: &FakeDirectory, request: CreateUser) -> Result<User> {
        right.create_user(request).await
    }

    /// Around an administrator's password.
    async fn set_user_password(
        &self,
        right: &FakeDirectory,
        request: SetUserPassword,
    ) -> Result<()> {
        right.set_user_password(request).await
    }

    /// Around an administrator's sign-out.
    async fn global_sign_out(&self, right: &FakeDirectory, username: &str) -> Result<()> {
        right.global_sign_out(username).await
    }

    /// Around a user's sign-out.
    async fn own_sign_out(&self, right: &FakeSelfService, token: &AccessToken) -> Result<()> {
        right.global_sign_out(token).await
    }

    /// Around an enabling.
    async fn enable_user(&self, right: &FakeDirectory, username: &str) -> Result<()> {
        right.enable_user(username).await
    }

    /// Around a look-up.
    async fn user(&self, right: &FakeDirectory, username: &str) -> Result<User> {
        right.user(username).await
    }

    /// Around a list.
    async fn list_users(&self, right: &FakeDirectory, request: ListUsers) -> Result<UserPage> {
        right.list_users(request).await
    }

    /// Around a user's own look-up.
    async fn own_user(&self, right: &FakeSelfService, token: &AccessToken) -> Result<OwnUser> {
        right.user(token).await
    }

    /// Around a sign-up.
    async fn sign_up(&self, right: &FakeSelfService, request: SignUp) -> Result<SignedUp> {
        right.sign_up(request).await
    }

    /// Around a user's confirmation.
    async fn confirm_sign_up(
        &self,
        right: &FakeSelfService,
        request: ConfirmOwnSignUp,
    ) -> Result<()> {
        right.confirm_sign_up(request).await
    }

    /// Around a forgotten password.
    async fn forgot_password(
        &self,
        right: &FakeSelfService,
        request: ForgotPassword,
    ) -> Result<CodeDelivery> {
        right.forgot_password(request).await
    }

    /// Around a new password by code.
    async fn confirm_forgot_password(
        &self,
        right: &FakeSelfService,
        request: ConfirmForgotPassword,
    ) -> Result<()> {
        right.confirm_forgot_password(request).await
    }

    /// Around a user's change of the password.
    async fn change_password(
        &self,
        right: &FakeSelfService,
        request: ChangePassword,
    ) -> Result<()> {
        right.change_password(request).await
    }

    /// Around a user's change of attributes.
    async fn update_own_attributes(
        &self,
        right: &FakeSelfService,
        request: UpdateOwnAttributes,
    ) -> Result<Vec<CodeDelivery>> {
        right.update_user_attributes(request).await
    }
}

/// Hands out a new refresh token with every refresh, as LocalStack did
/// (<https://github.com/localstack/localstack/issues/8462>).
#[derive(Clone, Debug)]
pub struct RotatesAlways;

#[async_trait]
impl Wrong for RotatesAlways {
    async fn refresh<A: Authentication>(&self, right: &A, request: Refresh) -> Result<Refreshed> {
        let grant = request.grant.clone();
        Ok(match right.refresh(request).await? {
            Refreshed::Kept(tokens) => Refreshed::Rotated(TokenSet::new(tokens, grant)),
            rotated => rotated,
        })
    }
}

/// Refreshes with a token that has expired, by remembering what the user could do
/// (<https://github.com/localstack/localstack/issues/11392>).
#[derive(Clone, Debug, Default)]
pub struct NeverExpires(Arc<Mutex<BTreeMap<String, Tokens>>>);

#[async_trait]
impl Wrong for NeverExpires {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let outcome = right.sign_in(request).await?;
        if let AuthOutcome::Tokens(set) = &outcome {
            let token = set.grant.refresh_token().expose().to_owned();
            self.0.lock().expect("unpoisoned").insert(token, set.tokens.clone());
        }
        Ok(outcome)
    }

    async fn refresh<A: Authentication>(&self, right: &A, request: Refresh) -> Result<Refreshed> {
        let token = request.grant.refresh_token().expose().to_owned();
        match right.refresh(request).await {
            Err(error) if error.message() == "Refresh Token has expired" => {
                let tokens = self.0.lock().expect("unpoisoned").get(&token).cloned();
                tokens.map(Refreshed::Kept).ok_or(error)
            }
            other => other,
        }
    }
}

/// Signs out without telling the access tokens, as moto did
/// (<https://github.com/getmoto/moto/issues/5790>, the other way round).
#[derive(Clone, Debug)]
pub struct ForgetsAccessTokens;

#[async_trait]
impl Wrong for ForgetsAccessTokens {
    async fn own_user(&self, right: &FakeSelfService, token: &AccessToken) -> Result<OwnUser> {
        match right.user(token).await {
            Err(error) if error.message() == "Access Token has been revoked" => {
                let name = claim(token.expose(), "username").ok_or(error)?;
                let user = right.fake().directory_for(right.client()).user(&name).await?;
                Ok(OwnUser::new(user.username, user.attributes))
            }
            other => other,
        }
    }
}

/// Signs out without telling the refresh tokens.
#[derive(Clone, Debug, Default)]
pub struct ForgetsRefreshTokens(NeverExpires);

#[async_trait]
impl Wrong for ForgetsRefreshTokens {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        self.0.sign_in(right, request).await
    }

    async fn refresh<A: Authentication>(&self, right: &A, request: Refresh) -> Result<Refreshed> {
        let token = request.grant.refresh_token().expose().to_owned();
        match right.refresh(request).await {
            Err(error) if error.message() == "Refresh Token has been revoked" => {
                let tokens = self.0.0.lock().expect("unpoisoned").get(&token).cloned();
                tokens.map(Refreshed::Kept).ok_or(error)
            }
            other => other,
        }
    }
}

/// Gives the challenge for a new password whatever temporary password is sent, as cognito-local
/// does (<https://github.com/jagregory/cognito-local/issues/314>).
#[derive(Clone, Debug, Default)]
pub struct AnyTemporaryPassword(Arc<Mutex<BTreeMap<String, user_directory::Password>>>);

#[async_trait]
impl Wrong for AnyTemporaryPassword {
    async fn create_user(&self, right: &FakeDirectory, request: CreateUser) -> Result<User> {
        let password = request.temporary_password.clone();
        let user = right.create_user(request).await?;
        if let Some(password) = password {
            self.0.lock().expect("unpoisoned").insert(user.username.clone(), password);
        }
        Ok(user)
    }

    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let refused = right.sign_in(request.clone()).await;
        let known = self.0.lock().expect("unpoisoned").get(&request.username).cloned();
        match (&refused, known) {
            (Err(error), Some(password)) if error.kind() == ErrorKind::NotAuthorized => {
                let retried = right.sign_in(SignIn::new(&request.username, password)).await;
                match retried {
                    Ok(AuthOutcome::Challenge(challenge)) => Ok(AuthOutcome::Challenge(challenge)),
                    _ => refused,
                }
            }
            _ => refused,
        }
    }
}

/// Hides that a user does not exist, whatever the client says.
#[derive(Clone, Debug)]
pub struct HidesExistence;

#[async_trait]
impl Wrong for HidesExistence {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        match right.sign_in(request).await {
            Err(error) if error.kind() == ErrorKind::UserNotFound => Err(not_authorized(&error)),
            other => other,
        }
    }
}

/// Shows that a user does not exist, whatever the client says.
#[derive(Clone, Debug)]
pub struct ShowsExistence(pub Fake);

#[async_trait]
impl Wrong for ShowsExistence {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let username = request.username.clone();
        match right.sign_in(request).await {
            Err(error) if error.message() == "Incorrect username or password." => {
                match self.0.directory().user(&username).await {
                    Err(absent) if absent.kind() == ErrorKind::UserNotFound => Err(Error::service(
                        error.operation().expect("a refusal has an operation"),
                        "UserNotFoundException",
                        "User does not exist.",
                    )),
                    _ => Err(error),
                }
            }
            other => other,
        }
    }
}

/// Returns access and ID token in each other's place, as moto did
/// (<https://github.com/getmoto/moto/issues/5105>).
#[derive(Clone, Debug)]
pub struct SwapsTokens;

#[async_trait]
impl Wrong for SwapsTokens {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        right.sign_in(request).await.map(swapped)
    }
}

fn swapped(outcome: AuthOutcome) -> AuthOutcome {
    match outcome {
        AuthOutcome::Tokens(TokenSet { tokens, grant, .. }) => {
            let swapped = Tokens::new(
                AccessToken::new(tokens.id_token.expose()),
                IdToken::new(tokens.access_token.expose()),
                tokens.expires_in,
            );
            AuthOutcome::Tokens(TokenSet::new(swapped, grant))
        }
        challenge => challenge,
    }
}

/// Checks a password only after it has made the account.
#[derive(Clone, Debug)]
pub struct HalfMadeAccount;

#[async_trait]
impl Wrong for HalfMadeAccount {
    async fn create_user(&self, right: &FakeDirectory, request: CreateUser) -> Result<User> {
        match right.create_user(request.clone()).await {
            Err(error) if error.kind() == ErrorKind::InvalidPassword => {
                let mut without = request;
                without.temporary_password = None;
                let _ = right.create_user(without).await;
                Err(error)
            }
            other => other,
        }
    }
}

/// Lets access tokens from before live again when a user is enabled.
#[derive(Clone, Debug, Default)]
pub struct RevivesByEnabling(Arc<Mutex<BTreeMap<String, OwnUser>>>);

#[async_trait]
impl Wrong for RevivesByEnabling {
    async fn own_user(&self, right: &FakeSelfService, token: &AccessToken) -> Result<OwnUser> {
        let sub = claim(token.expose(), "sub").unwrap_or_default();
        match right.user(token).await {
            Err(error) if error.message() == "Access Token has been revoked" => {
                let revived = self.0.lock().expect("unpoisoned").get(&sub).cloned();
                revived.ok_or(error)
            }
            other => other,
        }
    }

    async fn enable_user(&self, right: &FakeDirectory, username: &str) -> Result<()> {
        let user = right.user(username).await?;
        right.enable_user(username).await?;
        if !user.enabled {
            let sub = user.sub().unwrap_or_default().to_owned();
            let revived = OwnUser::new(user.username, user.attributes);
            self.0.lock().expect("unpoisoned").insert(sub, revived);
        }
        Ok(())
    }
}

/// Takes any password for the right one of a user who is confirmed.
#[derive(Clone, Debug, Default)]
pub struct AnyPassword(Arc<Mutex<BTreeMap<String, user_directory::Password>>>);

#[async_trait]
impl Wrong for AnyPassword {
    async fn set_user_password(
        &self,
        right: &FakeDirectory,
        request: SetUserPassword,
    ) -> Result<()> {
        let (name, password) = (request.username.clone(), request.password.clone());
        right.set_user_password(request).await?;
        self.0.lock().expect("unpoisoned").insert(name, password);
        Ok(())
    }

    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let refused = right.sign_in(request.clone()).await;
        let known = self.0.lock().expect("unpoisoned").get(&request.username).cloned();
        match (&refused, known) {
            (Err(error), Some(password))
                if error.message() == "Incorrect username or password." =>
            {
                right.sign_in(SignIn::new(&request.username, password)).await
            }
            _ => refused,
        }
    }
}

/// Puts the name that was typed into the grant, not the real one: the commonest refresh bug.
#[derive(Clone, Debug)]
pub struct GrantWithTypedName;

#[async_trait]
impl Wrong for GrantWithTypedName {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let typed = request.username.clone();
        Ok(match right.sign_in(request).await? {
            AuthOutcome::Tokens(TokenSet { tokens, grant, .. }) => {
                let token: RefreshToken = grant.refresh_token().into();
                let mut wrong = RefreshGrant::new(token, typed, grant.sub());
                if let Some(origin_jti) = grant.origin_jti() {
                    wrong = wrong.with_origin_jti(origin_jti);
                }
                AuthOutcome::Tokens(TokenSet::new(tokens, wrong))
            }
            challenge => challenge,
        })
    }
}

/// Ends all sign-ins of a user when one is revoked.
#[derive(Clone, Debug)]
pub struct RevokesEverything(pub Fake);

#[async_trait]
impl Wrong for RevokesEverything {
    async fn refresh<A: Authentication>(&self, right: &A, request: Refresh) -> Result<Refreshed> {
        right.refresh(request).await
    }

    async fn revoke<A: Authentication>(&self, right: &A, request: Revoke) -> Result<()> {
        right.revoke(request).await?;
        let directory = self.0.directory();
        for user in directory.list_users(ListUsers::new()).await?.users {
            directory.global_sign_out(&user.username).await?;
        }
        Ok(())
    }
}

/// Shows every page as the last one.
#[derive(Clone, Debug)]
pub struct LosesThePages;

#[async_trait]
impl Wrong for LosesThePages {
    async fn list_users(&self, right: &FakeDirectory, request: ListUsers) -> Result<UserPage> {
        right.list_users(request).await.map(|page| UserPage::new(page.users, None))
    }
}

/// Leaves a user who answered the challenge in FORCE_CHANGE_PASSWORD, by setting the password as a
/// temporary one again.
#[derive(Clone, Debug)]
pub struct NeverConfirms(pub Fake);

#[async_trait]
impl Wrong for NeverConfirms {
    async fn respond<A: Authentication>(
        &self,
        right: &A,
        answer: ChallengeAnswer,
    ) -> Result<AuthOutcome> {
        let user_directory::ChallengeResponse::NewPassword { new_password, .. } =
            answer.response().clone()
        else {
            return right.respond_to_challenge(answer).await;
        };
        let name = answer.username().to_owned();
        let outcome = right.respond_to_challenge(answer).await?;
        let request = SetUserPassword::temporary(name, new_password);
        self.0.directory().set_user_password(request).await?;
        Ok(outcome)
    }
}

fn not_authorized(error: &Error) -> Error {
    Error::service(
        error.operation().expect("a refusal has an operation"),
        "NotAuthorizedException",
        "Incorrect username or password.",
    )
}

/// A claim of a token, unverified: these directories are wrong anyway.
fn claim(token: &str, name: &str) -> Option<String> {
    user_directory_contract::check::claims(token).ok()?.get(name)?.as_str().map(str::to_owned)
}

/// One state for each fake, however many handles on it a case asks for.
#[derive(Debug, Default)]
pub struct PerFake<W>(Mutex<BTreeMap<String, W>>);

impl<W: Clone + Default> PerFake<W> {
    /// The state of this fake.
    pub fn of(&self, fake: &Fake) -> W {
        let id = fake.first_client().client_id.clone();
        self.0.lock().expect("unpoisoned").entry(id).or_default().clone()
    }
}
