//! A pool of the fake with a replica in another Region.

use std::time::Duration;

use user_directory::{
    AuthOutcome, Authentication as _, Challenge, ChangePassword, CreateGroup, CreateUser,
    ErrorKind, ForgotPassword, Operation, Reason, Refresh, Register, ResetUserPassword, Revoke,
    SelfService as _, SetUserPassword, SignIn, SignUp, TokenSet, UpdateOwnAttributes,
    UpdateUserAttributes, UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_fake::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, FakeDirectory, Fault, FaultKind,
};
use user_directory_pool::{DeleteUserPoolRequest, UpdateUserPoolRequest};

const PASSWORD: &str = "Correct-horse-9";
const REGION: &str = "local-fake-2";

async fn both() -> (Fake, Fake) {
    let fake = Fake::builder().rng_seed(1).build().expect("good");
    let replica = fake.create_user_pool_replica(pool_id(&fake), REGION).expect("the first");
    let registered = fake.directory().register(Register::new("alice", PASSWORD)).await;
    registered.expect("good").complete().expect("both calls succeeded");
    (fake, replica)
}

fn pool_id(fake: &Fake) -> &str {
    &fake.first_client().pool_id
}

async fn sign_in(directory: &FakeDirectory) -> TokenSet {
    let outcome = directory.sign_in(SignIn::new("alice", PASSWORD)).await.expect("good");
    outcome.tokens().expect("no challenge")
}

fn refused<T: std::fmt::Debug>(outcome: user_directory::Result<T>, what: &str) {
    let error = outcome.expect_err(what);
    assert_eq!(error.kind(), ErrorKind::OperationNotEnabled, "{what}: {error}");
}

#[tokio::test]
async fn a_replica_signs_in_and_reads() {
    let (fake, replica) = both().await;
    assert_eq!(replica.region(), REGION);
    assert_eq!(pool_id(&replica), pool_id(&fake));
    let directory = replica.directory();
    let set = sign_in(&directory).await;
    let _ = directory.refresh(Refresh::from(&set.grant)).await.expect("a refresh");
    let own = replica.self_service();
    assert_eq!(own.user(set.access_token()).await.expect("a read").username, "alice");
    assert_eq!(directory.user("alice").await.expect("a read").username, "alice");
    directory.revoke(Revoke::from(&set.grant)).await.expect("a revocation");
    // A sign-out in one Region is one in the other.
    let set = sign_in(&directory).await;
    fake.directory().global_sign_out("alice").await.expect("a sign-out");
    let error = directory.refresh(Refresh::from(&set.grant)).await.expect_err("signed out");
    assert_eq!(error.reason(), Reason::RefreshRevoked);
}

#[tokio::test]
async fn a_replica_changes_nothing() {
    let (fake, replica) = both().await;
    let set = sign_in(&replica.directory()).await;
    let before = fake.copy_of_pool(pool_id(&fake));
    let directory = replica.directory();
    refused(directory.create_user(CreateUser::new("bob")).await, "create_user");
    refused(directory.delete_user("alice").await, "delete_user");
    refused(directory.disable_user("alice").await, "disable_user");
    let request = SetUserPassword::permanent("alice", PASSWORD);
    refused(directory.set_user_password(request).await, "set_user_password");
    let request = ResetUserPassword::new("alice");
    refused(directory.reset_user_password(request).await, "reset_user_password");
    let request = UpdateUserAttributes::new("alice", [("name", "Alice")]);
    refused(directory.update_user_attributes(request).await, "update_user_attributes");
    refused(directory.create_group(CreateGroup::new("staff")).await, "create_group");
    let own = replica.self_service();
    refused(own.sign_up(SignUp::new("bob", PASSWORD)).await, "sign_up");
    refused(own.forgot_password(ForgotPassword::new("alice")).await, "forgot_password");
    let access = set.access_token();
    let request = ChangePassword::new(access.clone(), PASSWORD, "Battery-staple-9");
    refused(own.change_password(request).await, "change_password");
    let request = UpdateOwnAttributes::new(access.clone(), [("name", "Alice")]);
    refused(own.update_user_attributes(request).await, "update_user_attributes");
    refused(own.delete_user(access).await, "delete_user");
    let request = UpdateUserPoolRequest::new(pool_id(&fake));
    refused(replica.administer(request).await, "UpdateUserPool");
    assert_eq!(fake.copy_of_pool(pool_id(&fake)), before);
    assert_eq!(replica.copy_of_pool(pool_id(&fake)), before);
}

#[tokio::test]
async fn a_replica_asks_for_a_new_password_and_does_not_take_it() {
    let (fake, replica) = both().await;
    let request = SetUserPassword::temporary("alice", PASSWORD);
    fake.directory().set_user_password(request).await.expect("good");
    let outcome = replica.directory().sign_in(SignIn::new("alice", PASSWORD)).await;
    let Ok(AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge))) = outcome else {
        panic!("the password is temporary: {outcome:?}")
    };
    let answer = || challenge.answer("Battery-staple-9");
    refused(replica.directory().respond_to_challenge(answer()).await, "the answer");
    let outcome = fake.directory().respond_to_challenge(answer()).await.expect("the pool takes it");
    assert!(outcome.tokens().is_some());
}

#[tokio::test]
async fn lockouts_are_counted_apart() {
    let (fake, replica) = both().await;
    let wrong = || SignIn::new("alice", "Wrong-horse-9");
    for _ in 0..5 {
        let error = replica.directory().sign_in(wrong()).await.expect_err("wrong");
        assert_eq!(error.reason(), Reason::WrongCredentials);
    }
    let error = replica.directory().sign_in(SignIn::new("alice", PASSWORD)).await;
    assert_eq!(error.expect_err("locked out").reason(), Reason::LockedOut);
    sign_in(&fake.directory()).await;
    for _ in 0..5 {
        fake.directory().sign_in(wrong()).await.expect_err("wrong");
    }
    // One clock for both.
    fake.clock().advance(Duration::from_secs(2));
    sign_in(&replica.directory()).await;
    sign_in(&fake.directory()).await;
}

#[tokio::test]
async fn tokens_have_the_region_that_made_them_and_are_good_there() {
    let (fake, replica) = both().await;
    let issuer = |fake: &Fake| fake.issuer(pool_id(fake)).expect("there is a pool");
    let at_home = "https://cognito-idp.local-fake-1.amazonaws.com/local-fake-1_Fake00001";
    assert_eq!([issuer(&fake), issuer(&replica)], [at_home, &at_home.replacen("-1", "-2", 1)]);
    assert_ne!(fake.jwks(pool_id(&fake)), replica.jwks(pool_id(&fake)));
    let [home, away] = [sign_in(&fake.directory()).await, sign_in(&replica.directory()).await];
    for (fake, own, other) in [(&fake, &home, &away), (&replica, &away, &home)] {
        assert!(fake.self_service().user(own.access_token()).await.is_ok());
        let error = fake.self_service().user(other.access_token()).await.expect_err("foreign");
        assert_eq!(error.message(), "Invalid Access Token");
        // Refresh tokens are good in both.
        assert!(fake.directory().refresh(Refresh::from(&other.grant)).await.is_ok());
    }
}

#[tokio::test]
async fn each_region_has_its_own_faults_and_calls() {
    let (fake, replica) = both().await;
    fake.calls().clear();
    fake.faults().inject(Fault::new(Operation::AdminInitiateAuth, FaultKind::InternalError));
    let error = fake.directory().sign_in(SignIn::new("alice", PASSWORD)).await;
    assert_eq!(error.expect_err("the Region is away").kind(), ErrorKind::Internal);
    sign_in(&replica.directory()).await;
    assert_eq!((fake.calls().all().len(), replica.calls().all().len()), (1, 1));
}

#[tokio::test]
async fn clients_of_later_and_the_end_of_the_pool() {
    let (fake, replica) = both().await;
    let mut request = CreateUserPoolClientRequest::new("", "second");
    request.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    let client = fake.create_user_pool_client(pool_id(&fake), request).expect("good");
    let own = replica.self_service_for(&client);
    assert!(own.sign_in(SignIn::new("alice", PASSWORD)).await.is_ok());
    fake.administer(DeleteUserPoolRequest::new(pool_id(&fake))).await.expect("it is there");
    let error = own.sign_in(SignIn::new("alice", PASSWORD)).await.expect_err("the pool is gone");
    assert_eq!(error.kind(), ErrorKind::ResourceNotFound);
    let error = replica.directory().user("alice").await.expect_err("the pool is gone");
    assert_eq!(error.kind(), ErrorKind::ResourceNotFound);
}

#[test]
fn a_pool_has_one_replica_in_another_region() {
    let fake = Fake::new();
    let replicate = |fake: &Fake, region: &str| {
        let pool_id = fake.first_client().pool_id.clone();
        fake.create_user_pool_replica(&pool_id, region).map_err(|error| error.kind())
    };
    for region in ["", "eu", "local-fake-1", "Local-Fake-2", "local fake 2", &"l".repeat(33)] {
        assert_eq!(replicate(&fake, region).expect_err(region), ErrorKind::InvalidParameter);
    }
    let unknown = fake.create_user_pool_replica("local-fake-1_Unknown01", REGION);
    assert_eq!(unknown.expect_err("no pool").kind(), ErrorKind::ResourceNotFound);
    let replica = replicate(&fake, REGION).expect("the first");
    assert_eq!(replicate(&fake, REGION).expect_err("a second"), ErrorKind::LimitExceeded);
    assert_eq!(replicate(&replica, "local-fake-3").expect_err("of it"), ErrorKind::LimitExceeded);
}
