//! What the users' own handle sends and reads of sign-ups, codes and passwords.

use cognito_tests::{
    Canister, Canned,
    calls::{CLIENT_ID, CLIENT_SECRET, secret_client},
};
use serde_json::json;
use user_directory::{
    ChangePassword, ClientSecret, CodeDelivery, ConfirmForgotPassword, ConfirmOwnSignUp,
    DeliveryMedium, ErrorKind, ForgotPassword, ResendConfirmationCode, SecretHash,
    SelfService as _, SignUp, UpdateOwnAttributes, UserAttributeVerificationCode,
    VerifyUserAttribute,
};

use crate::{body, good, handles};

#[tokio::test]
async fn what_is_set_is_sent_and_nothing_else() {
    let client = good();
    let own = handles(&client, &secret_client()).own;
    let sign_up = SignUp::new("alice", "a password")
        .with_attributes([("zoneinfo", "z"), ("email", "e")])
        .with_validation_data([("k", "v")])
        .with_client_metadata([("k", "v")]);
    own.sign_up(sign_up).await.expect("served");
    let confirm = ConfirmOwnSignUp::new("alice", "123456").with_force_alias_creation(true);
    own.confirm_sign_up(confirm).await.expect("served");
    own.confirm_sign_up(ConfirmOwnSignUp::new("alice", "123456")).await.expect("served");
    let resend = ResendConfirmationCode::new("alice").with_client_metadata([("k", "v")]);
    own.resend_confirmation_code(resend).await.expect("served");
    own.forgot_password(ForgotPassword::new("alice")).await.expect("served");
    let confirm = ConfirmForgotPassword::new("alice", "123456", "new");
    own.confirm_forgot_password(confirm).await.expect("served");
    own.change_password(ChangePassword::new("token", "old", "new")).await.expect("served");
    let update = UpdateOwnAttributes::new("token", [("zoneinfo", "z"), ("email", "")]);
    own.update_user_attributes(update).await.expect("served");
    let code = UserAttributeVerificationCode::new("token", "email");
    own.user_attribute_verification_code(code).await.expect("served");
    let verify = VerifyUserAttribute::new("token", "email", "123456");
    own.verify_user_attribute(verify).await.expect("served");

    let hash = SecretHash::new(&ClientSecret::new(CLIENT_SECRET), "alice", CLIENT_ID);
    let hash = hash.expose();
    let sent: Vec<_> = client.sent().iter().map(body).collect();
    let expected = [
        json!({
            "ClientId": CLIENT_ID,
            "SecretHash": hash,
            "Username": "alice",
            "Password": "a password",
            "UserAttributes": [
                { "Name": "zoneinfo", "Value": "z" },
                { "Name": "email", "Value": "e" },
            ],
            "ValidationData": [{ "Name": "k", "Value": "v" }],
            "ClientMetadata": { "k": "v" },
        }),
        json!({
            "ClientId": CLIENT_ID,
            "SecretHash": hash,
            "Username": "alice",
            "ConfirmationCode": "123456",
            "ForceAliasCreation": true,
        }),
        json!({
            "ClientId": CLIENT_ID,
            "SecretHash": hash,
            "Username": "alice",
            "ConfirmationCode": "123456",
        }),
        json!({
            "ClientId": CLIENT_ID,
            "SecretHash": hash,
            "Username": "alice",
            "ClientMetadata": { "k": "v" },
        }),
        json!({ "ClientId": CLIENT_ID, "SecretHash": hash, "Username": "alice" }),
        json!({
            "ClientId": CLIENT_ID,
            "SecretHash": hash,
            "Username": "alice",
            "ConfirmationCode": "123456",
            "Password": "new",
        }),
        json!({
            "AccessToken": "token",
            "PreviousPassword": "old",
            "ProposedPassword": "new",
        }),
        json!({
            "AccessToken": "token",
            "UserAttributes": [
                { "Name": "zoneinfo", "Value": "z" },
                { "Name": "email", "Value": "" },
            ],
        }),
        json!({ "AccessToken": "token", "AttributeName": "email" }),
        json!({ "AccessToken": "token", "AttributeName": "email", "Code": "123456" }),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_sign_up_may_be_confirmed_and_without_a_code() {
    let answer = r#"{"UserConfirmed":true,"UserSub":"a-sub"}"#;
    let client = Canned::always(Canister::new(200, answer));
    let own = handles(&client, &secret_client()).own;
    let signed_up = own.sign_up(SignUp::new("alice", "a password")).await.expect("served");
    assert_eq!(signed_up.sub, "a-sub");
    assert!(signed_up.user_confirmed);
    assert_eq!(signed_up.code_delivery, None);
}

#[tokio::test]
async fn deliveries_are_read_whole() {
    let details = |medium: &str, attribute: &str| {
        format!(
            r#"{{"Destination":"hidden","DeliveryMedium":"{medium}","AttributeName":"{attribute}"}}"#
        )
    };
    for (name, medium, attribute) in
        [("EMAIL", DeliveryMedium::Email, "email"), ("SMS", DeliveryMedium::Sms, "phone_number")]
    {
        let details = details(name, attribute);
        let answer = format!(
            r#"{{"UserSub":"a-sub","CodeDeliveryDetails":{details},
            "CodeDeliveryDetailsList":[{details},{details}]}}"#
        );
        let own = handles(&Canned::always(Canister::new(200, answer)), &secret_client()).own;
        let expected = CodeDelivery::new("hidden", medium, attribute);
        let signed_up = own.sign_up(SignUp::new("alice", "a password")).await.expect("served");
        assert_eq!(signed_up.code_delivery, Some(expected.clone()));
        let resend = own.resend_confirmation_code(ResendConfirmationCode::new("alice")).await;
        assert_eq!(resend.expect("served"), expected);
        let forgot = own.forgot_password(ForgotPassword::new("alice")).await;
        assert_eq!(forgot.expect("served"), expected);
        let code = UserAttributeVerificationCode::new("token", "email");
        let code = own.user_attribute_verification_code(code).await;
        assert_eq!(code.expect("served"), expected);
        let update = UpdateOwnAttributes::new("token", [("name", "A")]);
        let update = own.update_user_attributes(update).await;
        assert_eq!(update.expect("served"), [expected.clone(), expected]);
    }
}

/// The code is on its way, so the error says that it may be.
#[tokio::test]
async fn half_a_delivery_is_unexpected() {
    for details in [
        r#"{"DeliveryMedium":"EMAIL","AttributeName":"email"}"#,
        r#"{"Destination":"hidden","AttributeName":"email"}"#,
        r#"{"Destination":"hidden","DeliveryMedium":"PIGEON","AttributeName":"email"}"#,
        r#"{"Destination":"hidden","DeliveryMedium":"EMAIL"}"#,
    ] {
        let answer = format!(
            r#"{{"UserSub":"a-sub","CodeDeliveryDetails":{details},
            "CodeDeliveryDetailsList":[{details}]}}"#
        );
        let own = handles(&Canned::always(Canister::new(200, answer)), &secret_client()).own;
        for error in [
            own.sign_up(SignUp::new("alice", "a password")).await.expect_err("half"),
            own.forgot_password(ForgotPassword::new("alice")).await.expect_err("half"),
            own.update_user_attributes(UpdateOwnAttributes::new("token", [("name", "A")]))
                .await
                .expect_err("half"),
        ] {
            assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{details}: {error}");
            assert!(error.may_have_taken_effect(), "{details}");
        }
    }
}
