//! Wrongs about second factors. Each knows more than a wrapper should: the fake's inbox, or the secret of
//! an app.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthOutcome, Authentication, Challenge, ChallengeAnswer, ChallengeResponse, Code,
    ErrorKind, OwnFactors, Result, SecretCode, SignIn, SmsMfa, SoftwareTokenMfa,
    testing::software_token_code,
};
use user_directory_fake::{Fake, FakeSelfService};

use super::Wrong;

/// Lets a user in who has shown the password, whatever else is demanded.
#[derive(Clone, Debug)]
pub struct SkipsFactors(pub Fake);

#[async_trait]
impl Wrong for SkipsFactors {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let username = request.username.clone();
        let outcome = right.sign_in(request).await?;
        let code = || self.0.inbox().last(&username).and_then(|message| message.code);
        match &outcome {
            AuthOutcome::Challenge(Challenge::SmsMfa(challenge)) => {
                right.respond_to_challenge(challenge.answer(code().expect("it was sent"))).await
            }
            AuthOutcome::Challenge(Challenge::EmailOtp(challenge)) => {
                right.respond_to_challenge(challenge.answer(code().expect("it was sent"))).await
            }
            _ => Ok(outcome),
        }
    }
}

/// Takes the code of an app again that has signed in once.
#[derive(Clone, Debug, Default)]
pub struct TakesUsedCodes(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    passwords: BTreeMap<String, SignIn>,
    /// The secret of the newest app, and the fake whose clock it goes by.
    app: Option<(SecretCode, Fake)>,
}

#[async_trait]
impl Wrong for TakesUsedCodes {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        let username = request.username.clone();
        self.0.lock().expect("unpoisoned").passwords.insert(username, request.clone());
        right.sign_in(request).await
    }

    async fn associate_own(
        &self,
        right: &FakeSelfService,
        token: &AccessToken,
    ) -> Result<SecretCode> {
        let secret_code = right.associate_own_software_token(token).await?;
        let app = Some((secret_code.clone(), right.fake().clone()));
        self.0.lock().expect("unpoisoned").app = app;
        Ok(secret_code)
    }

    async fn respond<A: Authentication>(
        &self,
        right: &A,
        answer: ChallengeAnswer,
    ) -> Result<AuthOutcome> {
        let username = answer.username().to_owned();
        let refused = match right.respond_to_challenge(answer).await {
            Err(error) if error.kind() == ErrorKind::ExpiredCode => Err(error),
            other => return other,
        };
        let (request, app) = {
            let seen = self.0.lock().expect("unpoisoned");
            (seen.passwords.get(&username).cloned(), seen.app.clone())
        };
        let (Some(request), Some((secret_code, fake))) = (request, app) else { return refused };
        // The next code of the app, in a sign-in of its own.
        let outcome = right.sign_in(request).await?;
        let AuthOutcome::Challenge(Challenge::SoftwareTokenMfa(challenge)) = outcome else {
            return refused;
        };
        let next = fake.clock().now() + Duration::from_secs(30);
        let answer = challenge.answer(software_token_code(&secret_code, next).expect("base32"));
        right.respond_to_challenge(answer).await
    }
}

/// Takes any code that was ever sent to the user, whatever session it was sent in.
#[derive(Clone, Debug)]
pub struct TakesAnothersCodes(pub Fake);

#[async_trait]
impl Wrong for TakesAnothersCodes {
    async fn respond<A: Authentication>(
        &self,
        right: &A,
        answer: ChallengeAnswer,
    ) -> Result<AuthOutcome> {
        let (username, session) = (answer.username().to_owned(), answer.session().clone());
        let given: Option<Code> = match answer.response() {
            ChallengeResponse::MfaCode { code, .. } => Some(code.clone()),
            _ => None,
        };
        let outcome = right.respond_to_challenge(answer).await;
        let is_mismatch =
            outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::CodeMismatch);
        let messages = self.0.inbox().messages();
        let sent: Vec<_> = messages
            .into_iter()
            .filter(|message| message.username == username)
            .filter_map(|message| message.code)
            .collect();
        if !is_mismatch || !given.is_some_and(|given| sent.contains(&given)) {
            return outcome;
        }
        // One of them is the session's.
        for code in sent {
            let answer = SmsMfa::new(&username, session.clone(), "").answer(code);
            if let Ok(outcome) = right.respond_to_challenge(answer).await {
                return Ok(outcome);
            }
        }
        outcome
    }
}

/// Answers the challenge of one factor as if it were another's.
#[derive(Clone, Debug)]
pub struct MistakesChallenges;

#[async_trait]
impl Wrong for MistakesChallenges {
    async fn sign_in<A: Authentication>(&self, right: &A, request: SignIn) -> Result<AuthOutcome> {
        Ok(match right.sign_in(request).await? {
            AuthOutcome::Challenge(Challenge::SmsMfa(challenge)) => {
                let session = challenge.session().clone();
                let mistaken = SoftwareTokenMfa::new(challenge.username(), session);
                AuthOutcome::Challenge(mistaken.into())
            }
            outcome => outcome,
        })
    }
}

/// Shows no factor to the user who has one.
#[derive(Clone, Debug)]
pub struct HidesFactors;

#[async_trait]
impl Wrong for HidesFactors {
    async fn own_user(
        &self,
        right: &FakeSelfService,
        token: &AccessToken,
    ) -> Result<user_directory::OwnUser> {
        use user_directory::SelfService as _;
        right.user(token).await.map(|user| user.with_mfa([], None))
    }
}
