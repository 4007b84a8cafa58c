//! No secret reaches Debug, an error, a panic or the call log: each type by a test. Traces have a
//! test target of their own.

use offline_tests::secrets::{PASSWORD, TEMPORARY, Watch, walk};
use user_directory::{
    Attributes, Authentication as _, ChangePassword, ClientSecret, ConfirmForgotPassword,
    ConfirmOwnSignUp, CreateUser, DeleteOwnAttributes, EndUserContext, MfaPreference, MfaType,
    Password, Register, Registration, SetMfaPreference, SetUserPassword, SignIn, SignUp,
    UpdateOwnAttributes, UserAttributeVerificationCode, UserDirectory as _, UserDirectoryExt as _,
    UserStatus, VerifyOwnSoftwareToken, VerifyUserAttribute,
};
use user_directory_fake::{Fake, FakeDirectory, FixtureUser, MfaConfiguration, Secret};
use user_directory_pool as pool;

#[tokio::test]
async fn debug_of_everything_on_the_way() {
    walk(&Fake::new()).await.check();
}

#[tokio::test]
async fn errors_and_their_display() {
    let directory = FakeDirectory::new();
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    let _ = directory.register(Register::new("alice", PASSWORD)).await.expect("alice is new");
    let long = format!("{PASSWORD}{}", "x".repeat(300));
    for error in [
        directory.sign_in(SignIn::new(PASSWORD, PASSWORD)).await.expect_err("unknown"),
        directory.user(&PASSWORD.repeat(10)).await.expect_err("too long a name"),
        directory
            .set_user_password(SetUserPassword::permanent("alice", &*long))
            .await
            .expect_err("too long a password"),
        directory
            .register(Register::new("alice", PASSWORD))
            .await
            .map(Registration::complete)
            .expect_err("taken"),
    ] {
        watch.shown.push(error.to_string());
        watch.show(&error);
    }
    watch.check();
}

#[test]
fn requests_of_the_pool() {
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    let secret = || Secret::new(PASSWORD);
    let mut sign_in = pool::AdminInitiateAuthRequest::new("p_1", "c", "ADMIN_USER_PASSWORD_AUTH");
    sign_in.auth_parameters.insert("PASSWORD".to_owned(), secret());
    watch.show(&sign_in);
    let mut answer = pool::RespondToAuthChallengeRequest::new("c", "NEW_PASSWORD_REQUIRED");
    answer.session = Some(secret());
    answer.challenge_responses.insert("NEW_PASSWORD".to_owned(), secret());
    watch.show(&answer);
    let mut create = pool::AdminCreateUserRequest::new("p_1", "alice");
    create.temporary_password = Some(secret());
    watch.show(&create);
    watch.show(&pool::AdminSetUserPasswordRequest::new("p_1", "alice", secret(), true));
    watch.show(&pool::RevokeTokenRequest::new("c", secret()));
    watch.show(&pool::GetTokensFromRefreshTokenRequest::new("c", secret()));
    watch.show(&pool::GetUserRequest::new(pool::PresentedToken::new(secret(), None)));
    let mut client = pool::CreateUserPoolClientRequest::new("p_1", "c");
    client.client_secret = Some(secret());
    watch.show(&client);
    let mut fixture = FixtureUser::new("alice", UserStatus::Confirmed);
    fixture.password = Some(PASSWORD.into());
    watch.show(&fixture);
    watch.show(&Fake::builder().user(fixture));
    watch.check();
}

/// Requests about one's own account, of the traits and of the pool, and the messages that they bring.
#[tokio::test]
async fn requests_about_ones_own_account() {
    let mut watch = Watch::default();
    for secret in [PASSWORD, TEMPORARY, "A-code-that-nobody-prints"] {
        watch.secret(secret);
    }
    let (token, code) = (TEMPORARY, "A-code-that-nobody-prints");
    watch.show(&SignUp::new("alice", PASSWORD));
    watch.show(&ConfirmOwnSignUp::new("alice", code));
    watch.show(&ConfirmForgotPassword::new("alice", code, PASSWORD));
    watch.show(&ChangePassword::new(token, PASSWORD, PASSWORD));
    watch.show(&UpdateOwnAttributes::new(token, [("name", "Alice")]));
    watch.show(&DeleteOwnAttributes::new(token, ["name"]));
    watch.show(&UserAttributeVerificationCode::new(token, "email"));
    watch.show(&VerifyUserAttribute::new(token, "email", code));

    let presented = || pool::PresentedToken::new(token, None);
    let mut sign_up = pool::SignUpRequest::new("c", "alice", PASSWORD);
    sign_up.secret_hash = Some(Secret::new(TEMPORARY));
    watch.show(&sign_up);
    watch.show(&pool::ConfirmSignUpRequest::new("c", "alice", code));
    watch.show(&pool::ConfirmForgotPasswordRequest::new("c", "alice", code, PASSWORD));
    watch.show(&pool::ChangePasswordRequest::new(presented(), PASSWORD, PASSWORD));
    watch.show(&pool::UpdateUserAttributesRequest::new(presented(), Vec::new()));
    watch.show(&pool::VerifyUserAttributeRequest::new(presented(), "email", code));
    watch.show(&pool::DeleteUserRequest::new(presented()));

    let fake = Fake::new();
    let invitation = CreateUser::new("alice")
        .with_temporary_password(TEMPORARY)
        .with_attributes([("phone_number", "+15555550100")]);
    fake.directory().create_user(invitation).await.expect("alice is new");
    let message = fake.inbox().last("alice").expect("an invitation");
    assert!(message.text.expose().contains(TEMPORARY));
    watch.show(&message);
    watch.show(fake.inbox());
    watch.check();
}

/// Second factors: challenges, what sets one up, requests of the traits and of the pool, messages, and
/// the pool itself.
#[tokio::test]
async fn second_factors() {
    let mut watch = Watch::default();
    let fake = Fake::new();
    let (own, pool_id) = (fake.self_service(), fake.first_client().pool_id.clone());
    for (name, attributes) in [("alice", vec![]), ("bob", vec![("email", "bob@example.com")])] {
        let user = FixtureUser::new(name, UserStatus::Confirmed);
        let attributes: Attributes = attributes.into_iter().collect();
        let user = user.with_password(PASSWORD).with_attributes(attributes);
        fake.put_user(&pool_id, user).expect("a new name");
    }
    fake.set_mfa(&pool_id, MfaConfiguration::On, MfaType::ALL).expect("the pool is there");

    let sign_in = |name: &str| own.sign_in(SignIn::new(name, PASSWORD));
    let outcome = sign_in("bob").await.expect("a challenge");
    watch.show(&outcome);
    watch.show(fake.inbox());
    let code = fake.inbox().last("bob").and_then(|message| message.code).expect("a code");
    watch.secret(code.expose());
    let challenge = outcome.challenge().expect("a challenge");
    let challenge = challenge.email_otp().expect("by e-mail");
    watch.secret(challenge.session().expose());
    watch.show(challenge);
    watch.show(&challenge.answer(code));

    let outcome = sign_in("alice").await.expect("a challenge");
    watch.show(&outcome);
    let setup = outcome.challenge().expect("a challenge").mfa_setup().expect("a set-up").clone();
    watch.secret(setup.session().expose());
    watch.show(&setup.software_token());
    let token = own.associate_software_token(setup.software_token()).await.expect("a secret");
    watch.secret(token.secret_code().expose());
    watch.show(&token);
    let code = fake.software_token_code(token.secret_code());
    watch.secret(code.expose());
    watch.secret(token.verify("123456").session().expose());
    watch.show(&token.verify(code.clone()));
    // It shows what it waits for.
    watch.show(&fake.copy_of_pool(&pool_id));
    let verified = own.verify_software_token(token.verify(code)).await.expect("the right code");
    watch.show(&verified);
    watch.show(&verified.answer());
    watch.show(&own.respond_to_challenge(verified.answer()).await.expect("tokens"));
    watch.show(&fake.copy_of_pool(&pool_id));
    watch.show(fake.calls());

    watch.secret(TEMPORARY);
    let code = "A-code-that-nobody-prints";
    watch.secret(code);
    watch.show(&VerifyOwnSoftwareToken::new(TEMPORARY, code));
    watch.show(&SetMfaPreference::new(TEMPORARY, MfaPreference::new()));
    let presented = || pool::PresentedToken::new(TEMPORARY, None);
    watch.show(&pool::AssociateSoftwareTokenRequest::of_user(presented()));
    watch.show(&pool::AssociateSoftwareTokenRequest::in_session(TEMPORARY));
    watch.show(&pool::VerifySoftwareTokenRequest::of_user(presented(), code));
    watch.show(&pool::VerifySoftwareTokenRequest::in_session(TEMPORARY, code));
    watch.show(&pool::GetUserAuthFactorsRequest::new(presented()));
    watch.check();
}

/// A failed assertion in a user's test prints both sides.
#[test]
fn assertions_and_panics() {
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    watch.secret(TEMPORARY);
    let panics: [fn(); 3] = [
        || assert_eq!(SignIn::new("a", PASSWORD), SignIn::new("a", TEMPORARY)),
        || assert_eq!(Password::new(PASSWORD), Password::new(TEMPORARY)),
        || {
            let secret = ClientSecret::new(PASSWORD);
            panic!("an application that panics with {secret:?}");
        },
    ];
    for panic in panics {
        let payload = std::panic::catch_unwind(panic).expect_err("it panics");
        watch.shown.push(payload.downcast_ref::<String>().expect("a message").clone());
    }
    watch.check();
}

/// What an application passes on about the end user may hold cookies and tokens.
#[test]
fn the_end_users_context() {
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    let mut context = EndUserContext::new();
    context.http_headers = vec![("Cookie".to_owned(), PASSWORD.to_owned())];
    context.encoded_data = Some(PASSWORD.to_owned());
    watch.show(&context);
    watch.show(&SignIn::new("alice", PASSWORD).with_context(context));
    watch.check();
}
