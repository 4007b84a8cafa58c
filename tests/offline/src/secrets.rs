//! A walk through everything that carries a secret, watched.

use user_directory::{
    AuthOutcome, Authentication as _, Challenge, ChallengeAnswer, CreateUser, DeliveryMedium,
    Refresh, Register, ResetUserPassword, Revoke, SelfService as _, SetUserPassword, SignIn,
    UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_fake::Fake;

/// A password that is found wherever it is printed.
pub const PASSWORD: &str = "Hunter2-never-printed";

/// Another one.
pub const TEMPORARY: &str = "Temporary-3-never-printed";

/// What was shown, and what must not be in it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Watch {
    /// What was printed.
    pub shown: Vec<String>,
    secrets: Vec<String>,
}

impl Watch {
    /// Prints a value in both forms of Debug.
    pub fn show(&mut self, value: &impl std::fmt::Debug) {
        self.shown.push(format!("{value:?}"));
        self.shown.push(format!("{value:#?}"));
    }

    /// Notes a secret.
    pub fn secret(&mut self, value: &str) {
        assert!(value.len() >= 6, "a short secret would be found by accident");
        self.secrets.push(value.to_owned());
    }

    /// No secret stands in what was shown.
    pub fn check(&self) {
        assert!(!self.shown.is_empty() && !self.secrets.is_empty());
        for shown in &self.shown {
            for (place, secret) in self.secrets.iter().enumerate() {
                // The message names the place of the secret, not the secret.
                assert!(!shown.contains(secret.as_str()), "secret {place} is shown");
            }
        }
    }
}

/// A walk through everything that carries a secret, with Debug of each thing on the way.
pub async fn walk(fake: &Fake) -> Watch {
    let mut watch = Watch::default();
    let (directory, own) = (fake.directory(), fake.self_service());
    watch.secret(PASSWORD);
    watch.secret(TEMPORARY);
    let secret = fake.first_client().client_secret.clone().expect("it has one");
    watch.secret(secret.expose());
    watch.show(fake);
    watch.show(&directory);
    watch.show(&own);
    watch.show(fake.first_client());

    let register = Register::new("alice", PASSWORD)
        .with_attributes([("email", "alice@example.com"), ("email_verified", "true")]);
    watch.show(&register);
    watch.show(&directory.register(register).await);
    let sign_in = SignIn::new("alice", PASSWORD);
    watch.show(&sign_in);
    let outcome = directory.sign_in(sign_in).await.expect("alice may");
    watch.show(&outcome);
    let AuthOutcome::Tokens(set) = outcome else { panic!("alice is confirmed") };
    watch.secret(set.access_token().expose());
    watch.secret(set.id_token().expose());
    watch.secret(set.grant.refresh_token().expose());
    // The middle of a token, in case its start is cut off.
    watch.secret(&set.grant.refresh_token().expose()[80..120]);
    watch.show(&Refresh::from(&set.grant));
    watch.show(&Revoke::from(&set.grant));
    watch.show(&directory.refresh(Refresh::from(&set.grant)).await);
    watch.show(&own.user(set.access_token()).await);
    watch.show(&own.user(&"garbage".into()).await);

    let create = CreateUser::new("bob")
        .with_temporary_password(TEMPORARY)
        .with_attributes([("email", "bob@example.com")])
        .with_delivery_mediums([DeliveryMedium::Email]);
    watch.show(&create);
    watch.show(&directory.create_user(create).await);
    watch.show(&fake.inbox());
    let outcome = directory.sign_in(SignIn::new("bob", TEMPORARY)).await.expect("a challenge");
    watch.show(&outcome);
    let AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) = outcome else {
        panic!("bob has a temporary password")
    };
    watch.secret(challenge.session().expose());
    let answer: ChallengeAnswer = challenge.answer(PASSWORD);
    watch.show(&answer);
    watch.show(&directory.respond_to_challenge(answer.clone()).await);
    watch.show(&directory.respond_to_challenge(answer).await);

    let request = SetUserPassword::permanent("alice", PASSWORD);
    watch.show(&request);
    watch.show(&directory.set_user_password(request).await);
    watch.show(&directory.set_user_password(SetUserPassword::permanent("alice", "weak")).await);
    watch.show(&directory.set_user_password(SetUserPassword::permanent("x", PASSWORD)).await);
    watch.show(&directory.sign_in(SignIn::new("alice", TEMPORARY)).await);
    directory.reset_user_password(ResetUserPassword::new("alice")).await.expect("verified");
    let code = fake.inbox().last("alice").and_then(|message| message.code).expect("a code");
    watch.secret(code.expose());
    watch.show(&fake.inbox());
    watch.show(&directory.revoke(Revoke::from(&set.grant)).await);
    watch.show(fake.calls());
    watch.show(fake.faults());
    watch
}
