//! What can be wrong about what users do to their own accounts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use user_directory::{
    AuthOutcome, Authentication, ChangePassword, Code, CodeDelivery, ConfirmForgotPassword,
    ConfirmOwnSignUp, ConfirmSignUp, CreateUser, Error, ErrorKind, ForgotPassword, MessageAction,
    Operation, Result, SelfService, SetUserPassword, SignIn, SignUp, SignedUp, UpdateOwnAttributes,
    UpdateUserAttributes, UserDirectory,
};
use user_directory_fake::{Fake, FakeSelfService};

use super::{Wrong, claim};

/// The codes that a user got, the oldest first.
fn codes(fake: &Fake, username: &str) -> Vec<Code> {
    let messages = fake.inbox().messages().into_iter();
    messages.filter(|m| m.username == username).filter_map(|message| message.code).collect()
}

/// Whether a refusal says that the code is too old.
fn is_too_old(result: &Result<()>) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == ErrorKind::ExpiredCode)
}

/// Confirms sign-ups with codes of any age.
#[derive(Clone, Debug)]
pub struct CodesNeverExpire;

#[async_trait]
impl Wrong for CodesNeverExpire {
    async fn confirm_sign_up(
        &self,
        right: &FakeSelfService,
        request: ConfirmOwnSignUp,
    ) -> Result<()> {
        let (name, code) = (request.username.clone(), request.code.clone());
        let refused = right.confirm_sign_up(request).await;
        if is_too_old(&refused) && codes(right.fake(), &name).last() == Some(&code) {
            return right.fake().directory().confirm_sign_up(ConfirmSignUp::new(name)).await;
        }
        refused
    }
}

/// Sets a new password with any code that was ever sent but the newest.
#[derive(Clone, Debug)]
pub struct OlderCodesWork;

#[async_trait]
impl Wrong for OlderCodesWork {
    async fn confirm_forgot_password(
        &self,
        right: &FakeSelfService,
        request: ConfirmForgotPassword,
    ) -> Result<()> {
        let again = SetUserPassword::permanent(&request.username, request.password.clone());
        let code = request.code.clone();
        let mut older = codes(right.fake(), &request.username);
        older.pop();
        let refused = right.confirm_forgot_password(request).await;
        if is_too_old(&refused) && older.contains(&code) {
            return right.fake().directory().set_user_password(again).await;
        }
        refused
    }
}

/// Signs everybody out who chooses a new password with a code.
#[derive(Clone, Debug)]
pub struct NewPasswordSignsOut;

#[async_trait]
impl Wrong for NewPasswordSignsOut {
    async fn confirm_forgot_password(
        &self,
        right: &FakeSelfService,
        request: ConfirmForgotPassword,
    ) -> Result<()> {
        let name = request.username.clone();
        right.confirm_forgot_password(request).await?;
        right.fake().directory().global_sign_out(&name).await
    }
}

/// Stops the old password as soon as somebody says that it is forgotten, as an administrator's
/// reset does.
#[derive(Clone, Debug, Default)]
pub struct ForgotPasswordResets(Arc<Mutex<BTreeSet<String>>>);

#[async_trait]
impl Wrong for ForgotPasswordResets {
    async fn forgot_password(
        &self,
        right: &FakeSelfService,
        request: ForgotPassword,
    ) -> Result<CodeDelivery> {
        let name = request.username.clone();
        let delivery = right.forgot_password(request).await?;
        self.0.lock().expect("unpoisoned").insert(name);
        Ok(delivery)
    }

    async fn confirm_forgot_password(
        &self,
        right: &FakeSelfService,
        request: ConfirmForgotPassword,
    ) -> Result<()> {
        let name = request.username.clone();
        right.confirm_forgot_password(request).await?;
        self.0.lock().expect("unpoisoned").remove(&name);
        Ok(())
    }

    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        if self.0.lock().expect("unpoisoned").contains(&request.username) {
            return Err(Error::service(
                Operation::AdminInitiateAuth,
                "PasswordResetRequiredException",
                "Password reset required for the user",
            ));
        }
        right.sign_in(request).await
    }
}

/// Tells who has forgotten a password that there is no such user, whatever the client says.
#[derive(Clone, Debug)]
pub struct ForgotPasswordShowsExistence;

#[async_trait]
impl Wrong for ForgotPasswordShowsExistence {
    async fn forgot_password(
        &self,
        right: &FakeSelfService,
        request: ForgotPassword,
    ) -> Result<CodeDelivery> {
        match right.fake().directory().user(&request.username).await {
            Err(absent) if absent.kind() == ErrorKind::UserNotFound => Err(Error::service(
                Operation::ForgotPassword,
                "UserNotFoundException",
                "Username/client id combination not found.",
            )),
            _ => right.forgot_password(request).await,
        }
    }
}

/// Signs everybody out who changes the password.
#[derive(Clone, Debug)]
pub struct ChangeSignsOut;

#[async_trait]
impl Wrong for ChangeSignsOut {
    async fn change_password(
        &self,
        right: &FakeSelfService,
        request: ChangePassword,
    ) -> Result<()> {
        let token = request.access_token.clone();
        right.change_password(request).await?;
        right.global_sign_out(&token).await
    }
}

/// Leaves an e-mail address verified that its user changes.
#[derive(Clone, Debug)]
pub struct NewEmailStaysVerified;

#[async_trait]
impl Wrong for NewEmailStaysVerified {
    async fn update_own_attributes(
        &self,
        right: &FakeSelfService,
        request: UpdateOwnAttributes,
    ) -> Result<Vec<CodeDelivery>> {
        let name = claim(request.access_token.expose(), "username").unwrap_or_default();
        let changes = request.attributes.get("email").is_some();
        let sent = right.update_user_attributes(request).await?;
        if changes {
            let verified = UpdateUserAttributes::new(name, [("email_verified", "true")]);
            right.fake().directory().update_user_attributes(verified).await?;
        }
        Ok(sent)
    }
}

/// Locks a user out for longer with each try during a lock.
#[derive(Clone, Debug)]
pub struct LockCountsTries(pub Fake, pub Arc<Mutex<BTreeMap<String, (u32, SystemTime)>>>);

#[async_trait]
impl Wrong for LockCountsTries {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let (name, now) = (request.username.clone(), self.0.clock().now());
        let outcome = right.sign_in(request).await;
        let mut locks = self.1.lock().expect("unpoisoned");
        let is_locked =
            outcome.as_ref().is_err_and(|e| e.message() == "Password attempts exceeded");
        if is_locked {
            let (tries, until) = locks.entry(name).or_insert((0, now));
            *tries += 1;
            *until = now + Duration::from_secs(2_u64.pow((*tries).min(9)));
            return outcome;
        }
        if locks.get(&name).is_some_and(|(_, until)| now < *until) {
            return Err(Error::service(
                Operation::AdminInitiateAuth,
                "NotAuthorizedException",
                "Password attempts exceeded",
            ));
        }
        locks.remove(&name);
        outcome
    }
}

/// Checks the password of a sign-up only after it has made the account.
#[derive(Clone, Debug)]
pub struct HalfMadeSignUp;

#[async_trait]
impl Wrong for HalfMadeSignUp {
    async fn sign_up(&self, right: &FakeSelfService, request: SignUp) -> Result<SignedUp> {
        let name = request.username.clone();
        match right.sign_up(request).await {
            Err(error) if error.kind() == ErrorKind::InvalidPassword => {
                let half = CreateUser::new(name).with_message_action(MessageAction::Suppress);
                let _ = right.fake().directory().create_user(half).await;
                Err(error)
            }
            other => other,
        }
    }
}

/// Gives an alias to whoever confirms last.
#[derive(Clone, Debug)]
pub struct LastTakesTheAlias;

#[async_trait]
impl Wrong for LastTakesTheAlias {
    async fn confirm_sign_up(
        &self,
        right: &FakeSelfService,
        request: ConfirmOwnSignUp,
    ) -> Result<()> {
        right.confirm_sign_up(request.with_force_alias_creation(true)).await
    }
}
