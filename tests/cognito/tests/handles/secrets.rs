//! Secrets of the client while they are being changed.

use cognito_tests::{
    Canister, Canned, Sent,
    calls::{CALLS, CLIENT_ID, CLIENT_SECRET, Call, POOL_ID, good_body, secret_client},
};
use user_directory::{ClientSecret, ErrorKind, Operation, SecretHash};
use user_directory_cognito::AppClient;

use crate::{body, handles};

const OTHER_SECRET: &str = "other-secret-never-printed";

fn both() -> AppClient {
    secret_client().with_second_client_secret(OTHER_SECRET)
}

/// The methods that carry a secret or a hash, on both handles.
fn calls() -> impl Iterator<Item = &'static Call> {
    let methods = ["sign_in", "respond_to_challenge", "refresh", "revoke"];
    CALLS
        .iter()
        .filter(move |call| methods.contains(&call.method) || BY_NAME.contains(&call.operation))
}

/// The operations of users who are not signed in, by the name that they give.
const BY_NAME: [Operation; 5] = [
    Operation::ConfirmForgotPassword,
    Operation::ConfirmSignUp,
    Operation::ForgotPassword,
    Operation::ResendConfirmationCode,
    Operation::SignUp,
];

/// What a request proves that the client knows its secret with.
fn proof(sent: &Sent) -> String {
    let body = body(sent);
    [
        &body["AuthParameters"]["SECRET_HASH"],
        &body["ChallengeResponses"]["SECRET_HASH"],
        &body["SecretHash"],
        &body["ClientSecret"],
    ]
    .iter()
    .find_map(|value| value.as_str())
    .expect("every request has a proof")
    .to_owned()
}

/// What it should be. After a sign-in calls have the real user name; before, what the user typed.
fn expected(call: &Call, secret: &str) -> String {
    let unhashed = [Operation::RevokeToken, Operation::GetTokensFromRefreshToken];
    if unhashed.contains(&call.operation) {
        return secret.to_owned();
    }
    let is_typed = call.method == "sign_in" || BY_NAME.contains(&call.operation);
    let username = if is_typed { "alice" } else { "alice-real" };
    SecretHash::new(&ClientSecret::new(secret), username, CLIENT_ID).expose().to_owned()
}

/// What Cognito says about a wrong secret.
fn refusal(operation: &str) -> Canister {
    let body = match operation {
        "RevokeToken" => r#"{"__type":"UnauthorizedException","message":"Invalid client"}"#,
        _ => {
            r#"{"__type":"NotAuthorizedException",
            "message":"Unable to verify secret hash for client client00000000000000000001"}"#
        }
    };
    Canister::new(400, body)
}

/// A pool that takes one secret.
fn pool(secret: &'static str) -> Canned {
    Canned::new(move |_, sent| {
        let operation = sent.operation();
        let of = |call: &&Call| call.operation.name() == operation;
        let known = calls().filter(of).any(|call| proof(sent) == expected(call, secret));
        if known {
            Canister::new(200, good_body(operation, &sent.body))
        } else {
            refusal(operation)
        }
    })
}

#[tokio::test]
async fn without_a_secret_no_proof_is_sent() {
    for call in calls() {
        let client = crate::good();
        let handles = handles(&client, &AppClient::new(POOL_ID, CLIENT_ID));
        call.run(&handles).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        let sent = &client.sent()[0];
        assert!(!sent.body.contains("SECRET_HASH"), "{call:?}");
        assert!(!sent.body.contains("SecretHash"), "{call:?}");
        assert!(!sent.body.contains("ClientSecret"), "{call:?}");
    }
}

#[tokio::test]
async fn the_first_secret_is_tried_first_and_alone_if_it_is_right() {
    for call in calls() {
        let client = pool(CLIENT_SECRET);
        call.run(&handles(&client, &both())).await.expect("the secret is right");
        let sent: Vec<_> = client.sent().iter().map(proof).collect();
        assert_eq!(sent, [expected(call, CLIENT_SECRET)], "{call:?}");
    }
}

#[tokio::test]
async fn a_refused_secret_is_followed_by_the_other_once_which_is_remembered() {
    for call in calls() {
        let client = pool(OTHER_SECRET);
        let handles = handles(&client, &both());
        call.run(&handles).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        let sent: Vec<_> = client.take().iter().map(proof).collect();
        let [first, other] = [CLIENT_SECRET, OTHER_SECRET].map(|secret| expected(call, secret));
        assert_ne!(first, other);
        assert_eq!(sent, [first, other.clone()], "{call:?}");
        call.run(&handles).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        let sent: Vec<_> = client.take().iter().map(proof).collect();
        assert_eq!(sent, [other], "{call:?}: it was accepted");
        // A clone remembers it too.
        call.run(&handles.clone()).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        assert_eq!(client.take().len(), 1, "{call:?}");
    }
}

/// A wrong password says that the secret was accepted: Cognito looks at the secret first.
#[tokio::test]
async fn a_secret_is_accepted_although_the_password_is_wrong() {
    let call = Call::of(cognito_tests::calls::Handle::Directory, Operation::AdminInitiateAuth);
    let client = Canned::new(move |_, sent| match proof(sent) == expected(&call, OTHER_SECRET) {
        true => Canister::new(
            400,
            r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#,
        ),
        false => refusal(sent.operation()),
    });
    let handles = handles(&client, &both());
    for requests in [2, 1] {
        let error = call.run(&handles).await.expect_err("the password is wrong");
        assert_eq!(error.message(), "Incorrect username or password.");
        assert_eq!(client.take().len(), requests);
    }
}

#[tokio::test]
async fn if_both_are_refused_neither_is_remembered() {
    for call in calls() {
        let client = pool("neither of them");
        let handles = handles(&client, &both());
        for _ in 0..2 {
            let error = call.run(&handles).await.expect_err("both are wrong");
            let kind = match call.operation {
                Operation::RevokeToken => ErrorKind::Unauthorized,
                _ => ErrorKind::NotAuthorized,
            };
            assert_eq!(error.kind(), kind, "{call:?}");
            let sent: Vec<_> = client.take().iter().map(proof).collect();
            let both = [CLIENT_SECRET, OTHER_SECRET].map(|secret| expected(call, secret));
            assert_eq!(sent, both, "{call:?}");
        }
    }
}

#[tokio::test]
async fn with_one_secret_a_refusal_is_final() {
    for call in calls() {
        let client = pool(OTHER_SECRET);
        call.run(&handles(&client, &secret_client())).await.expect_err("the secret is wrong");
        assert_eq!(client.sent().len(), 1, "{call:?}");
    }
}

/// Above all not a wrong password, which would count twice, nor an answer that was lost.
#[tokio::test]
async fn other_errors_are_not_tried_with_the_other_secret() {
    let text = |code: &str, text: &str| {
        Canister::new(400, format!(r#"{{"__type":"{code}","message":"{text}"}}"#))
    };
    for answer in [
        text("NotAuthorizedException", "Incorrect username or password."),
        text("NotAuthorizedException", "Refresh Token has been revoked"),
        text("ResourceNotFoundException", "User pool client x does not exist."),
        text("LimitExceededException", "Attempt limit exceeded, please try after some time."),
        Canister::new(500, ""),
        Canister::Lost,
    ] {
        for call in calls() {
            let client = Canned::always(answer.clone());
            call.run(&handles(&client, &both())).await.expect_err("nothing succeeds");
            assert_eq!(client.sent().len(), 1, "{call:?}: {answer:?}");
        }
    }
}
