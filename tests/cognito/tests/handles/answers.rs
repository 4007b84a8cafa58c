//! What the handles send and read besides signing in.

use std::time::{Duration, UNIX_EPOCH};

use cognito_tests::{
    Canister, Canned,
    calls::{CALLS, Handle, POOL_ID, challenge, secret_client},
};
use serde_json::json;
use user_directory::{
    AuthOutcome, Authentication as _, Challenge, CreateUser, ErrorKind, ListUsers, Operation,
    SelfService as _, SignIn, UpdateUserAttributes, UserDirectory as _, UserStatus,
};

use crate::{body, good, handles};

/// They say nothing but that it was done, or need not say more.
const WITHOUT_OUTPUT: [Operation; 24] = [
    Operation::AdminAddUserToGroup,
    Operation::AdminConfirmSignUp,
    Operation::AdminDeleteSoftwareToken,
    Operation::AdminDeleteUser,
    Operation::AdminDeleteUserAttributes,
    Operation::AdminDisableUser,
    Operation::AdminEnableUser,
    Operation::AdminRemoveUserFromGroup,
    Operation::AdminResetUserPassword,
    Operation::AdminSetUserMFAPreference,
    Operation::AdminSetUserPassword,
    Operation::AdminUpdateUserAttributes,
    Operation::AdminUserGlobalSignOut,
    Operation::ChangePassword,
    Operation::ConfirmForgotPassword,
    Operation::ConfirmSignUp,
    Operation::DeleteGroup,
    Operation::DeleteUser,
    Operation::DeleteUserAttributes,
    Operation::GlobalSignOut,
    Operation::RevokeToken,
    Operation::SetUserMFAPreference,
    Operation::UpdateUserAttributes,
    Operation::VerifyUserAttribute,
];

/// Cognito sends `{}` for some and nothing for others, and not always the same.
#[tokio::test]
async fn an_answer_without_content_is_a_success_only_where_there_is_nothing_to_say() {
    for answer in ["", "{}"] {
        let client = Canned::always(Canister::new(200, answer));
        let handles = handles(&client, &secret_client());
        for call in CALLS {
            let outcome = call.run(&handles).await;
            if WITHOUT_OUTPUT.contains(&call.operation) {
                outcome.unwrap_or_else(|error| panic!("{call:?} with {answer:?}: {error}"));
            } else {
                let error = outcome.expect_err("there is something to say");
                assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{call:?}: {error}");
                assert_eq!(error.operation(), Some(call.operation));
            }
        }
    }
}

#[tokio::test]
async fn the_request_id_of_an_unexpected_answer_is_told() {
    let client = Canned::always(Canister::new(200, "{}").with_request_id("an-id"));
    let handles = handles(&client, &secret_client());
    for call in CALLS.iter().filter(|call| !WITHOUT_OUTPUT.contains(&call.operation)) {
        let error = call.run(&handles).await.expect_err("there is something to say");
        assert_eq!(error.request_id(), Some("an-id"), "{call:?}");
    }
}

#[tokio::test]
async fn attributes_keep_their_order_both_ways() {
    let client = Canned::new(|_, sent| {
        let list = r#"[{"Name":"sub","Value":"s"},{"Name":"b","Value":"2"},{"Name":"a"},
            {"Name":"email","Value":"e"}]"#;
        let dates = r#""UserCreateDate":1,"UserLastModifiedDate":2"#;
        Canister::new(
            200,
            match sent.operation() {
                "AdminGetUser" => format!(r#"{{"Username":"u","UserAttributes":{list},{dates}}}"#),
                "GetUser" => format!(r#"{{"Username":"u","UserAttributes":{list}}}"#),
                "ListUsers" => {
                    format!(r#"{{"Users":[{{"Username":"u","Attributes":{list},{dates}}}]}}"#)
                }
                _ => format!(r#"{{"User":{{"Username":"u","Attributes":{list},{dates}}}}}"#),
            },
        )
    });
    let handles = handles(&client, &secret_client());
    let (directory, own) = (&handles.directory, &handles.own);
    let ordered = [("zoneinfo", "z"), ("name", "n"), ("custom:a", "a"), ("email", "e")];
    let created =
        directory.create_user(CreateUser::new("u").with_attributes(ordered)).await.expect("served");
    let read = directory.user("u").await.expect("served");
    let own = own.user(&"token".into()).await.expect("served");
    let listed = directory.list_users(ListUsers::new()).await.expect("served").users.remove(0);
    for attributes in [created.attributes, read.attributes, own.attributes, listed.attributes] {
        let read: Vec<_> = attributes.iter().collect();
        assert_eq!(read, [("sub", "s"), ("b", "2"), ("a", ""), ("email", "e")]);
    }
    directory
        .update_user_attributes(UpdateUserAttributes::new("u", ordered))
        .await
        .expect("served");
    let sent: Vec<_> =
        ordered.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    for request in client.sent() {
        if ["AdminCreateUser", "AdminUpdateUserAttributes"].contains(&request.operation()) {
            assert_eq!(body(&request)["UserAttributes"], json!(sent), "{}", request.operation());
        }
    }
}

/// They come as decimal fractions, which binary ones only come near.
#[tokio::test]
async fn dates_have_milliseconds() {
    for milliseconds in [0, 1, 123, 580, 999] {
        let answer = format!(
            r#"{{"Username":"u","UserCreateDate":1571809201.{milliseconds:03},
            "UserLastModifiedDate":1.571809201{milliseconds:03}E9,"Enabled":false,
            "UserStatus":"FORCE_CHANGE_PASSWORD"}}"#
        );
        let handles = handles(&Canned::always(Canister::new(200, answer)), &secret_client());
        let user = handles.directory.user("u").await.expect("served");
        let date = UNIX_EPOCH + Duration::from_millis(1_571_809_201_000 + milliseconds);
        assert_eq!((user.create_date, user.last_modified_date), (date, date));
        assert_eq!((user.enabled, user.status), (false, UserStatus::ForceChangePassword));
    }
}

#[tokio::test]
async fn a_challenge_is_read_and_answered() {
    let client = Canned::new(|place, sent| match place {
        0 => Canister::new(
            200,
            challenge()
                .replace(
                    r#""requiredAttributes":"[]""#,
                    r#""requiredAttributes":"[\"userAttributes.name\",\"email\"]""#,
                )
                .replace(
                    r#""userAttributes":"{}""#,
                    r#""userAttributes":"{\"email_verified\":\"true\"}""#,
                ),
        ),
        _ => Canister::new(200, cognito_tests::calls::good_body(sent.operation(), &sent.body)),
    });
    let handles = handles(&client, &secret_client());
    let outcome = handles.own.sign_in(SignIn::new("alice", "temporary")).await.expect("served");
    let AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) = outcome else {
        panic!("a new password is wanted")
    };
    assert_eq!(challenge.username(), "alice-real");
    assert_eq!(challenge.required_attributes(), ["name", "email"]);
    assert_eq!(challenge.user_attributes().get("email_verified"), Some("true"));
    let answer = challenge.answer_with("new", [("name", "Alice")]);
    let _ = handles.own.respond_to_challenge(answer).await.expect("served");
    let answered = body(&client.sent()[1]);
    assert_eq!(answered["Session"], challenge.session().expose());
    assert_eq!(answered["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert_eq!(answered["ChallengeResponses"]["userAttributes.name"], "Alice");
    assert_eq!(answered["ChallengeResponses"]["USERNAME"], "alice-real");
    assert_eq!(answered["ChallengeResponses"]["NEW_PASSWORD"], "new");
}

#[tokio::test]
async fn a_challenge_without_a_type_has_its_name() {
    let answer = challenge().replace("NEW_PASSWORD_REQUIRED", "BRAND_NEW_CHALLENGE");
    let handles = handles(&Canned::always(Canister::new(200, answer)), &secret_client());
    let outcome = handles.directory.sign_in(SignIn::new("alice", "password")).await;
    let challenge = outcome.expect("served").challenge().expect("not tokens");
    assert_eq!(challenge.name(), "BRAND_NEW_CHALLENGE");
    assert!(challenge.new_password_required().is_none());
}

#[tokio::test]
async fn a_malformed_challenge_is_unexpected() {
    for (good, bad) in [
        (r#""Session""#, r#""Other""#),
        ("USER_ID_FOR_SRP", "OTHER"),
        (r#""requiredAttributes":"[]""#, r#""requiredAttributes":"x""#),
        (r#""userAttributes":"{}""#, r#""userAttributes":"[]""#),
        ("requiredAttributes", "other"),
        ("userAttributes", "other"),
    ] {
        assert!(challenge().contains(good));
        let answer = challenge().replace(good, bad);
        let handles = handles(&Canned::always(Canister::new(200, answer)), &secret_client());
        let error = handles.own.sign_in(SignIn::new("alice", "password")).await;
        let error = error.expect_err("something is missing");
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{bad}: {error}");
    }
}

#[tokio::test]
async fn every_administrators_call_is_on_the_pool() {
    let client = good();
    let handles = handles(&client, &secret_client());
    for call in CALLS {
        call.run(&handles).await.expect("served");
        let sent = client.take();
        // The unsigned ones name the app client, or have a session.
        let admin = call.handle == Handle::Directory && call.operation.is_signed();
        let pool = body(&sent[0]).get("UserPoolId").and_then(|id| id.as_str().map(str::to_owned));
        assert_eq!(pool.as_deref(), admin.then_some(POOL_ID), "{call:?}");
        // What was not set is not sent as empty.
        for empty in ["{}", "[]", "null", r#"ClientMetadata"#] {
            assert!(!sent[0].body.contains(empty), "{call:?} sends {empty}");
        }
    }
}
