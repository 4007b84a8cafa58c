//! Every method reaches what is wrapped: pointers, `Guarded`, wrappers by [`forward`], mocks. One
//! that a wrapper has lost would answer `NotImplemented` by its default.

use std::{
    collections::BTreeSet,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use offline_tests::wrong::{With, Wrong};
use user_directory::{
    AuthOutcome, Authentication, ChangePassword, ConfirmForgotPassword, ConfirmOwnSignUp,
    ConfirmSignUp, CreateGroup, CreateUser, DeleteOwnAttributes, DeleteUserAttributes, ErrorKind,
    ForgotPassword, ListGroups, ListGroupsForUser, ListUserAuthEvents, ListUsers, ListUsersInGroup,
    MfaPreference, MfaSetup, MfaType, NewPasswordRequired, Operation, OwnFactors, Refresh,
    RefreshGrant, ResendConfirmationCode, ResetUserPassword, Result, Revoke, SelfService,
    SetMfaPreference, SetUserMfaPreference, SetUserPassword, SignIn, SignUp, SoftwareTokenSetup,
    UpdateGroup, UpdateOwnAttributes, UpdateUserAttributes, UserAttributeVerificationCode,
    UserDirectory, VerifyOwnSoftwareToken, VerifyUserAttribute, forward,
    mock::{MockAuthentication, MockOwnFactors, MockSelfService, MockUserDirectory},
};
use user_directory_fake::{Fake, FakeDirectory, FakeSelfService};
use user_directory_tokens::{Guarded, InMemoryLedger};

/// Whether a call went further than the default of its method. A mock that expects nothing panics.
async fn arrives<T>(call: impl Future<Output = Result<T>>) -> bool {
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(Err(error)) => error.kind() != ErrorKind::NotImplemented,
        Ok(Ok(_)) | Err(_) => true,
    }
}

/// Calls methods of one trait: their names, and whether the call arrived.
macro_rules! calls {
    ($of:ident $handle:ident: $($method:ident($($argument:expr),*))*) => {
        vec![$((
            concat!(stringify!($of), "::", stringify!($method)),
            arrives($of::$method($handle, $($argument),*)).await,
        )),*]
    };
}

async fn authentication(handle: &(impl Authentication + ?Sized)) -> Vec<(&'static str, bool)> {
    let challenge = NewPasswordRequired::new("alice", "session".into());
    let setup = MfaSetup::new("alice", "session".into(), [MfaType::SoftwareTokenMfa]);
    calls!(Authentication handle:
        sign_in(SignIn::new("alice", "Correct-horse-9"))
        respond_to_challenge(challenge.answer("Correct-horse-9"))
        refresh(Refresh::new(RefreshGrant::new("token".into(), "alice", "sub")))
        revoke(Revoke::new("token"))
        associate_software_token(setup.software_token())
        verify_software_token(SoftwareTokenSetup::new("alice", "session".into(), "SECRET").verify("123456")))
}

async fn directory(handle: &(impl UserDirectory + ?Sized)) -> Vec<(&'static str, bool)> {
    let mut calls = authentication(handle).await;
    calls.extend(calls!(UserDirectory handle:
        create_user(CreateUser::new("alice"))
        user("alice")
        update_user_attributes(UpdateUserAttributes::new("alice", [("name", "A")]))
        delete_user_attributes(DeleteUserAttributes::new("alice", ["name"]))
        set_user_password(SetUserPassword::permanent("alice", "Correct-horse-9"))
        reset_user_password(ResetUserPassword::new("alice"))
        confirm_sign_up(ConfirmSignUp::new("alice"))
        enable_user("alice")
        disable_user("alice")
        delete_user("alice")
        global_sign_out("alice")
        list_users(ListUsers::new())
        create_group(CreateGroup::new("admins"))
        group("admins")
        update_group(UpdateGroup::new("admins"))
        delete_group("admins")
        list_groups(ListGroups::new())
        add_user_to_group("alice", "admins")
        remove_user_from_group("alice", "admins")
        list_groups_for_user(ListGroupsForUser::new("alice"))
        list_users_in_group(ListUsersInGroup::new("admins"))
        list_user_auth_events(ListUserAuthEvents::new("alice"))
        set_user_mfa_preference(SetUserMfaPreference::new("alice", MfaPreference::new()))
        delete_software_token("alice")
        user_auth_factors("alice")));
    calls
}

async fn own(handle: &(impl SelfService + ?Sized)) -> Vec<(&'static str, bool)> {
    let token = "token";
    let mut calls = authentication(handle).await;
    calls.extend(calls!(SelfService handle:
        user(&token.into())
        global_sign_out(&token.into())
        sign_up(SignUp::new("alice", "Correct-horse-9"))
        confirm_sign_up(ConfirmOwnSignUp::new("alice", "123456"))
        resend_confirmation_code(ResendConfirmationCode::new("alice"))
        forgot_password(ForgotPassword::new("alice"))
        confirm_forgot_password(ConfirmForgotPassword::new("alice", "123456", "Correct-horse-9"))
        change_password(ChangePassword::new(token, "Correct-horse-9", "Another-staple-7"))
        update_user_attributes(UpdateOwnAttributes::new(token, [("name", "A")]))
        delete_user_attributes(DeleteOwnAttributes::new(token, ["name"]))
        user_attribute_verification_code(UserAttributeVerificationCode::new(token, "email"))
        verify_user_attribute(VerifyUserAttribute::new(token, "email", "123456"))
        delete_user(&token.into())));
    calls
}

async fn own_factors(handle: &(impl OwnFactors + ?Sized)) -> Vec<(&'static str, bool)> {
    let token = "token";
    let mut calls = authentication(handle).await;
    calls.extend(calls!(OwnFactors handle:
        associate_own_software_token(&token.into())
        verify_own_software_token(VerifyOwnSoftwareToken::new(token, "123456"))
        set_mfa_preference(SetMfaPreference::new(token, MfaPreference::new()))
        auth_factors(&token.into())));
    calls
}

/// All methods of these traits were called, by the table of operations, and all arrived.
fn assert_whole(calls: &[(&'static str, bool)], traits: &[&str]) {
    let lost: Vec<_> = calls.iter().filter(|(_, arrived)| !arrived).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let called: BTreeSet<_> = calls.iter().map(|(name, _)| *name).collect();
    let methods = Operation::ALL.iter().flat_map(|operation| operation.methods()).copied();
    let expected: BTreeSet<_> = methods
        .filter(|method| method.split("::").next().is_some_and(|of| traits.contains(&of)))
        .collect();
    assert_eq!(called, expected);
}

async fn assert_directory(handle: &(impl UserDirectory + ?Sized)) {
    assert_whole(&directory(handle).await, &["Authentication", "UserDirectory"]);
}

async fn assert_own(handle: &(impl SelfService + ?Sized)) {
    assert_whole(&own(handle).await, &["Authentication", "SelfService"]);
}

async fn assert_own_factors(handle: &(impl OwnFactors + ?Sized)) {
    assert_whole(&own_factors(handle).await, &["Authentication", "OwnFactors"]);
}

/// Changes nothing at all.
#[derive(Clone, Debug)]
struct Right;

#[async_trait]
impl Wrong for Right {}

/// As in the documentation of [`forward`].
#[derive(Debug)]
struct Counting<D> {
    inner: D,
    sign_ins: AtomicU64,
}

#[async_trait]
impl<D: Authentication> forward::Authentication for Counting<D> {
    type Inner = D;
    fn inner(&self) -> &D {
        &self.inner
    }
    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
        self.inner.sign_in(request).await
    }
}
impl<D: UserDirectory> forward::UserDirectory for Counting<D> {}
impl<D: SelfService> forward::SelfService for Counting<D> {}
impl<D: OwnFactors> forward::OwnFactors for Counting<D> {}

#[tokio::test]
async fn every_method_of_a_directory_arrives() {
    let handle = FakeDirectory::new;
    assert_directory(&handle()).await;
    assert_directory(&(Arc::new(handle()) as Arc<dyn UserDirectory>)).await;
    assert_directory(&(Box::new(handle()) as Box<dyn UserDirectory>)).await;
    assert_directory(&With(Right, handle())).await;
    let pool = handle().client().pool_id.clone();
    let guarded = Guarded::new(handle(), Arc::new(InMemoryLedger::new()), pool);
    assert_directory(&guarded.expect("its own pool")).await;
    assert_directory(&MockUserDirectory::new()).await;
}

#[tokio::test]
async fn every_method_of_self_service_arrives() {
    let fake = Fake::new();
    assert_own(&fake.self_service()).await;
    assert_own(&(Arc::new(fake.self_service()) as Arc<dyn SelfService>)).await;
    assert_own(&(Box::new(fake.self_service()) as Box<dyn SelfService>)).await;
    assert_own(&With(Right, fake.self_service())).await;
    let pool = fake.first_client().pool_id.clone();
    let guarded = Guarded::new(fake.self_service(), Arc::new(InMemoryLedger::new()), pool);
    assert_own(&guarded.expect("its own pool")).await;
    assert_own(&MockSelfService::new()).await;
}

#[tokio::test]
async fn every_method_of_own_factors_arrives() {
    let fake = Fake::new();
    assert_own_factors(&fake.self_service()).await;
    assert_own_factors(&(Arc::new(fake.self_service()) as Arc<dyn OwnFactors>)).await;
    assert_own_factors(&(Box::new(fake.self_service()) as Box<dyn OwnFactors>)).await;
    assert_own_factors(&With(Right, fake.self_service())).await;
    let pool = fake.first_client().pool_id.clone();
    let guarded = Guarded::new(fake.self_service(), Arc::new(InMemoryLedger::new()), pool);
    assert_own_factors(&guarded.expect("its own pool")).await;
    assert_own_factors(&MockOwnFactors::new()).await;
}

#[tokio::test]
async fn every_method_of_authentication_arrives() {
    let calls = authentication(&MockAuthentication::new()).await;
    assert_whole(&calls, &["Authentication"]);
}

#[tokio::test]
async fn a_wrapper_changes_one_method_and_forwards_the_others() {
    let counting = Counting { inner: FakeDirectory::new(), sign_ins: AtomicU64::new(0) };
    assert_directory(&counting).await;
    assert_eq!(counting.sign_ins.load(Ordering::Relaxed), 1);
    assert_eq!(counting.pool_id(), Some("local-fake-1_Fake00001"));
    let own: Counting<FakeSelfService> =
        Counting { inner: counting.inner.fake().self_service(), sign_ins: AtomicU64::new(0) };
    assert_own(&own).await;
    assert_own_factors(&own).await;
    // Behind a pointer, and wrapped again.
    let own: Arc<dyn SelfService> = Arc::new(own);
    let outer = Counting { inner: own, sign_ins: AtomicU64::new(0) };
    assert_own(&outer).await;
    assert_eq!(outer.sign_ins.into_inner(), 1);
}
