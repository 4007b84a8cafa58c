//! What `Guarded` writes, when, and what it does when something fails.

mod common;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use common::{NOW, at};
use user_directory::{
    Authentication as _, ChangePassword, ConfirmForgotPassword, CreateUser, Error, ErrorKind,
    ForgotPassword, MessageAction, Operation, Refresh, RefreshGrant, Register, ResetUserPassword,
    Revoke, SelfService as _, SetUserPassword, SignIn, TokenSet, UserDirectory,
    UserDirectoryExt as _, mock::MockUserDirectory,
};
use user_directory_fake::{
    AliasAttribute, CreateUserPoolClientRequest, CreateUserPoolRequest, ExplicitAuthFlow, Fake,
    FakeDirectory, FakeSelfService, Fault,
};
use user_directory_tokens::{
    BackendError, Ended, Ending, Guarded, SIGN_INS_ENDED, SignInRef, SignOutLedger,
};

const PASSWORD: &str = "Correct-horse-9";
const OTHER_PASSWORD: &str = "Another-horse-9";

/// Keeps what was recorded, names aside, and fails when told to.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    endings: Vec<Ending>,
    /// After how many records it fails.
    fails_after: Option<usize>,
}

impl Recorder {
    fn ended(&self) -> Vec<Ended> {
        let recorded = self.0.lock().expect("nobody panics with the lock");
        recorded.endings.iter().map(|ending| ending.ended.clone()).collect()
    }

    fn clear(&self) {
        self.0.lock().expect("nobody panics with the lock").endings.clear();
    }

    fn fail_after(&self, records: usize) {
        self.0.lock().expect("nobody panics with the lock").fails_after = Some(records);
    }
}

#[async_trait]
impl SignOutLedger for Recorder {
    async fn record(&self, ending: &Ending) -> Result<(), BackendError> {
        // Those of `tests/holding.rs`.
        if matches!(&ending.ended, Ended::User(sub) if sub.starts_with("name:")) {
            return Ok(());
        }
        let mut recorded = self.0.lock().expect("nobody panics with the lock");
        if recorded.fails_after.is_some_and(|records| recorded.endings.len() >= records) {
            return Err(BackendError::new("it is away"));
        }
        recorded.endings.push(ending.clone());
        Ok(())
    }

    async fn has_ended(&self, _: &SignInRef<'_>) -> Result<bool, BackendError> {
        Ok(false)
    }
}

struct World {
    fake: Fake,
    ledger: Recorder,
    directory: Guarded<FakeDirectory>,
    own: Guarded<FakeSelfService>,
    sub: String,
}

/// alice, who can also be called by her e-mail address, in a pool that does not tell upper from
/// lower case.
async fn world() -> World {
    let mut pool = CreateUserPoolRequest::new("pool");
    pool.alias_attributes = vec![AliasAttribute::Email];
    pool.case_sensitive = false;
    let mut client = CreateUserPoolClientRequest::new("", "client");
    client.explicit_auth_flows = vec![
        ExplicitAuthFlow::AllowAdminUserPasswordAuth,
        ExplicitAuthFlow::AllowUserPasswordAuth,
        ExplicitAuthFlow::AllowRefreshTokenAuth,
    ];
    let fake = Fake::builder().pool(pool).client(client).build().expect("valid settings");
    let directory = fake.directory();
    let email = [("email", "success@simulator.amazonses.com"), ("email_verified", "true")];
    let alice = Register::new("alice", PASSWORD).with_attributes(email);
    let _ = directory.register(alice).await.expect("the name is free");
    let sub = directory.user("alice").await.expect("she is there");
    let sub = sub.sub().expect("every user has one").to_owned();
    fake.calls().clear();
    let ledger = Recorder::default();
    let pool_id = directory.client().pool_id.clone();
    let guarded = Guarded::new(directory, Arc::new(ledger.clone()), &pool_id);
    let guarded = guarded.expect("its own pool");
    let own = Guarded::new(fake.self_service(), Arc::new(ledger.clone()), &pool_id);
    let own = own.expect("its own pool");
    World { fake, ledger, directory: guarded.with_clock(|| at(NOW)), own, sub }
}

impl World {
    async fn sign_in(&self) -> TokenSet {
        let outcome = self.directory.sign_in(SignIn::new("alice", PASSWORD)).await;
        outcome.expect("the password is right").tokens().expect("no challenge")
    }

    fn operations(&self) -> Vec<Operation> {
        self.fake.calls().operations()
    }

    /// All of alice's sign-ins, before and after the call.
    fn twice(&self) -> Vec<Ended> {
        vec![Ended::User(self.sub.clone()); 2]
    }
}

#[tokio::test]
async fn every_name_of_a_user_is_the_same_user() {
    let world = world().await;
    let sub = world.sub.clone();
    for name in ["alice", "ALICE", "success@simulator.amazonses.com", sub.as_str()] {
        world.directory.global_sign_out(name).await.expect("she is there");
        assert_eq!(world.ledger.ended(), world.twice(), "{name}");
        use Operation::{AdminGetUser, AdminUserGlobalSignOut};
        assert_eq!(world.operations(), [AdminGetUser, AdminUserGlobalSignOut]);
        world.ledger.clear();
        world.fake.calls().clear();
    }
    let error = world.directory.global_sign_out("bob").await.expect_err("there is no bob");
    assert_eq!(error.kind(), ErrorKind::UserNotFound);
    assert_eq!(world.ledger.ended(), []);
}

#[tokio::test]
async fn what_ends_sign_ins() {
    let world = world().await;
    world.directory.disable_user("alice").await.expect("she is there");
    assert_eq!(world.ledger.ended(), world.twice());
    world.directory.enable_user("alice").await.expect("she is there");
    assert_eq!(world.ledger.ended(), world.twice(), "no more than before");
    world.ledger.clear();
    world.directory.delete_user("alice").await.expect("she is there");
    assert_eq!(world.ledger.ended(), world.twice());
}

#[tokio::test]
async fn a_record_says_when_and_for_how_long() {
    let world = world().await;
    world.directory.global_sign_out("alice").await.expect("she is there");
    let recorded = world.ledger.0.lock().expect("nobody panics with the lock");
    let ending = &recorded.endings[0];
    assert_eq!(ending.pool_id, world.directory.inner().client().pool_id);
    assert_eq!(ending.at, at(NOW));
    assert_eq!(ending.tokens_until, at(NOW + 24 * 3600 + 600), "a day, and ten minutes");
}

#[tokio::test]
async fn a_grant_ends_its_own_sign_in() {
    let world = world().await;
    let tokens = world.sign_in().await;
    let jti = tokens.grant.origin_jti().expect("the client has token revocation").to_owned();
    world.directory.revoke(Revoke::from(&tokens.grant)).await.expect("it is a refresh token");
    assert_eq!(world.ledger.ended(), vec![Ended::SignIn(jti); 2]);
    let error = world.directory.refresh(Refresh::from(&tokens.grant)).await.expect_err("revoked");
    assert_eq!(error.kind(), ErrorKind::NotAuthorized);
    world.ledger.clear();

    // Without an origin_jti, all of the user's.
    let tokens = world.sign_in().await;
    let grant = &tokens.grant;
    let grant = RefreshGrant::new(grant.refresh_token().clone(), grant.username(), grant.sub());
    world.directory.revoke(Revoke::from(&grant)).await.expect("it is a refresh token");
    assert_eq!(world.ledger.ended(), world.twice());
    world.ledger.clear();

    // Of a bare token nothing is known.
    world.fake.calls().clear();
    let bare = Revoke::new(tokens.grant.refresh_token());
    let error = world.directory.revoke(bare).await.expect_err("it does not say whose it is");
    assert_eq!(error.kind(), ErrorKind::InvalidParameter);
    assert_eq!(
        error.to_string(),
        "RevokeToken: InvalidParameterException: a bare refresh token does not say which sign-in \
         to end in the ledger: make the request from the grant"
    );
    assert_eq!((world.ledger.ended(), world.operations()), (vec![], vec![]));
}

#[tokio::test]
async fn by_an_access_token() {
    let world = world().await;
    let tokens = world.sign_in().await;
    world.own.global_sign_out(tokens.access_token()).await.expect("the token is good");
    assert_eq!(world.ledger.ended(), world.twice());
    world.ledger.clear();
    // A token that is dead already ends nothing.
    let error = world.own.global_sign_out(tokens.access_token()).await.expect_err("it is dead");
    assert_eq!((error.kind(), error.note()), (ErrorKind::NotAuthorized, None));
    assert_eq!(world.ledger.ended(), []);

    let tokens = world.sign_in().await;
    world.own.revoke(Revoke::from(&tokens.grant)).await.expect("it is a refresh token");
    assert_eq!(world.ledger.ended().len(), 2);
    world.ledger.clear();
    let tokens = world.sign_in().await;
    world.own.delete_user(tokens.access_token()).await.expect("the token is good");
    assert_eq!(world.ledger.ended(), world.twice());
}

#[tokio::test]
async fn passwords_by_choice() {
    let life = std::time::Duration::from_secs(30 * 24 * 3600);
    let world = world().await;
    let tokens = world.sign_in().await;
    let set = || SetUserPassword::permanent("ALICE", PASSWORD);
    let change = || ChangePassword::new(tokens.access_token().clone(), PASSWORD, PASSWORD);
    world.directory.set_user_password(set()).await.expect("a good password");
    world.own.change_password(change()).await.expect("a good password");
    assert_eq!(world.ledger.ended(), []);

    let directory = world.directory.clone().end_on_password_change(life);
    let own = world.own.clone().end_on_password_change(life);
    directory.set_user_password(set()).await.expect("a good password");
    assert_eq!(world.ledger.ended(), world.twice());
    {
        let recorded = world.ledger.0.lock().expect("nobody panics with the lock");
        let until = recorded.endings[0].tokens_until;
        assert_eq!(until, at(NOW + 600) + life, "they can be refreshed for as long");
    }
    world.ledger.clear();
    own.change_password(change()).await.expect("a good password");
    assert_eq!(world.ledger.ended(), world.twice());
    world.ledger.clear();
    directory.reset_user_password(ResetUserPassword::new("alice")).await.expect("has an address");
    assert_eq!(world.ledger.ended(), world.twice());
}

#[tokio::test]
async fn recovery_by_choice_and_only_with_the_right_code() {
    let life = std::time::Duration::from_secs(30 * 24 * 3600);
    let world = world().await;
    let admin: Arc<dyn UserDirectory> = Arc::new(world.fake.directory());
    let own = world.own.clone().end_on_password_recovery(admin, life).expect("of the same pool");
    let email = "success@simulator.amazonses.com";
    let recover = |code: &str| ConfirmForgotPassword::new(email, code, OTHER_PASSWORD);
    let _ = own.forgot_password(ForgotPassword::new(email)).await.expect("she has an address");
    let code = world.fake.inbox().last("alice").expect("it was sent").code.expect("a code");

    // Or anybody could end anybody's sign-ins with a guess.
    let error = own.confirm_forgot_password(recover("000000")).await.expect_err("it is wrong");
    assert_eq!((error.kind(), error.note()), (ErrorKind::CodeMismatch, None));
    assert_eq!(world.ledger.ended(), []);
    own.confirm_forgot_password(recover(code.expose())).await.expect("it is right");
    assert_eq!(world.ledger.ended(), [Ended::User(world.sub.clone())]);
    // Whom nobody knows is Cognito's answer to give.
    let unknown = ConfirmForgotPassword::new("bob", "123456", OTHER_PASSWORD);
    let error = own.confirm_forgot_password(unknown.clone()).await.expect_err("there is no bob");
    let plain = world.fake.self_service().confirm_forgot_password(unknown).await;
    assert_eq!(error.to_string(), plain.expect_err("there is no bob").to_string());

    // Without the look-up it cannot be recorded, so nothing is called.
    world.fake.faults().inject(Fault::throttling(Operation::AdminGetUser).times(1));
    world.fake.calls().clear();
    let error = own.confirm_forgot_password(recover("000000")).await.expect_err("throttled");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    assert_eq!(world.operations(), [Operation::AdminGetUser]);

    // Where it cannot be recorded, it says so: the password is changed.
    let _ = own.forgot_password(ForgotPassword::new(email)).await.expect("she has an address");
    let code = world.fake.inbox().last("alice").expect("it was sent").code.expect("a code");
    world.ledger.fail_after(0);
    let error = own.confirm_forgot_password(recover(code.expose())).await.expect_err("away");
    assert_eq!(error.kind(), ErrorKind::NoAnswer);
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn without_the_ledger_nothing_is_called() {
    let world = world().await;
    let tokens = world.sign_in().await;
    world.fake.calls().clear();
    world.ledger.fail_after(0);
    let error = world.directory.global_sign_out("alice").await.expect_err("it is away");
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(
        error.to_string(),
        "AdminUserGlobalSignOut: NotSent: the sign-out ledger cannot be written, so nothing was \
         called"
    );
    let error = world.directory.revoke(Revoke::from(&tokens.grant)).await.expect_err("away");
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert_eq!(world.operations(), [Operation::AdminGetUser], "the look-up alone");
}

#[tokio::test]
async fn a_call_that_fails_after_the_write_says_so() {
    let world = world().await;
    let fault = Fault::throttling(Operation::AdminUserGlobalSignOut).times(1);
    world.fake.faults().inject(fault);
    let error = world.directory.global_sign_out("alice").await.expect_err("it is throttled");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    assert_eq!(error.note(), Some(SIGN_INS_ENDED));
    assert!(error.to_string().ends_with("(the sign-ins were ended in the ledger before)"));
    assert_eq!(world.ledger.ended(), [Ended::User(world.sub.clone())]);
}

#[tokio::test]
async fn a_second_write_that_fails_says_that_the_call_was_made() {
    let world = world().await;
    world.ledger.fail_after(1);
    let error = world.directory.global_sign_out("alice").await.expect_err("it is away");
    assert_eq!(error.kind(), ErrorKind::NoAnswer);
    assert!(error.may_have_taken_effect() && !error.is_retryable());
    assert!(world.operations().contains(&Operation::AdminUserGlobalSignOut));
}

#[tokio::test]
async fn a_look_up_that_fails_ends_nothing() {
    let world = world().await;
    world.fake.faults().inject(Fault::throttling(Operation::AdminGetUser).times(1));
    let error = world.directory.delete_user("alice").await.expect_err("it is throttled");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    assert_eq!(world.ledger.ended(), []);
    assert_eq!(world.operations(), [Operation::AdminGetUser]);
}

#[tokio::test]
async fn everything_else_passes_through() {
    let mut mock = MockUserDirectory::new();
    mock.expect_create_user().times(1).returning(|_| Err(ErrorKind::UsernameExists.into()));
    mock.expect_group()
        .times(1)
        .returning(|name| Err(Error::new(ErrorKind::Internal, name.to_owned())));
    let ledger = Recorder::default();
    let guarded = Guarded::new(mock, Arc::new(ledger.clone()), "eu-west-1_A");
    let guarded = guarded.expect("a mock does not say which pool it serves");
    let request = CreateUser::new("alice").with_message_action(MessageAction::Suppress);
    let error = guarded.create_user(request).await.expect_err("as the mock says");
    assert_eq!((error.kind(), error.note()), (ErrorKind::UsernameExists, None));
    let error = guarded.group("a-group").await.expect_err("as the mock says");
    assert_eq!(error.message(), "a-group");
    assert_eq!(ledger.ended(), []);
}

/// A wrong id would let every sign-out answer Ok and end nothing.
#[tokio::test]
async fn a_pool_id_that_cannot_be_the_directorys_is_refused() {
    let world = world().await;
    let refusal = |pool_id: &str| {
        let directory = world.fake.directory();
        let guarded = Guarded::new(directory, Arc::new(world.ledger.clone()), pool_id);
        guarded.err().map(|error| error.to_string())
    };
    let own = world.fake.first_client().pool_id.clone();
    let client_id = world.fake.first_client().client_id.clone();
    let arn = format!("arn:aws:cognito-idp:local-fake-1:123456789012:userpool/{own}");
    let blank = format!(" {own}");
    for pool_id in ["", " ", &client_id, &arn, &blank] {
        assert_eq!(
            refusal(pool_id),
            Some(format!(
                "the pool id {pool_id:?} is not <region>_<name>: take it from the console, such as \
                 eu-west-1_Example01"
            ))
        );
    }
    assert_eq!(
        refusal("local-fake-1_Another01"),
        Some(format!(
            "the directory serves the pool {own}, not local-fake-1_Another01: guard it with its \
             own pool id"
        ))
    );
    assert_eq!(refusal(&own), None);

    // Behind pointers and other guards it is the same pool.
    let behind: Arc<dyn UserDirectory> = Arc::new(Box::new(world.directory.clone()));
    assert_eq!(behind.pool_id(), Some(own.as_str()));
    let ledger = Arc::new(world.ledger.clone());
    Guarded::new(behind, ledger.clone(), "local-fake-1_Another01").expect_err("another pool");

    let stranger = Fake::builder().region("local-fake-2").build();
    let stranger: Arc<dyn UserDirectory> = Arc::new(stranger.expect("valid settings").directory());
    let error = world.own.clone().end_on_password_recovery(stranger, Duration::from_secs(3600));
    let error = error.expect_err("another pool's users").to_string();
    assert!(error.starts_with("the directory serves the pool local-fake-2_"), "{error}");
}
