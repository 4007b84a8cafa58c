//! A pool with something in it, and a well-formed request of each operation.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use user_directory::{MfaType, UserStatus, testing::software_token_code};
use user_directory_fake::{
    AliasAttribute, CreateGroupRequest, CreateUserPoolClientRequest, CreateUserPoolRequest,
    ExplicitAuthFlow, Fake, FixtureUser, MfaConfiguration,
};
use user_directory_srp::{PasswordVerifier, SrpClient};
use user_directory_wire::Wire;

use crate::{handle, mutate::Input};

pub(crate) const POOL: &str = "local-fake-1_Fake00001";
const CLIENT: &str = "client";
const PASSWORD: &str = "Correct-horse-9";
const EMAIL: &str = "success@simulator.amazonses.com";

/// A wire, and what was given out through it.
pub(crate) struct Populated {
    pub(crate) wire: Wire,
    access_token: Value,
    refresh_token: Value,
    session: Value,
    /// An answer to PASSWORD_VERIFIER.
    claim: Value,
    /// Of MFA_SETUP.
    setup_session: Value,
    /// Of SOFTWARE_TOKEN_MFA, with the code that it asks for.
    code_session: Value,
    totp: String,
    sign_up_code: String,
    reset_code: String,
}

impl Populated {
    pub(crate) fn new(seed: u64) -> Self {
        let mut pool = CreateUserPoolRequest::new("fuzz");
        pool.auto_verified_attributes = vec![AliasAttribute::Email];
        let mut client = CreateUserPoolClientRequest::new("", "client");
        client.client_id = Some(CLIENT.to_owned());
        client.explicit_auth_flows = vec![
            ExplicitAuthFlow::AllowAdminUserPasswordAuth,
            ExplicitAuthFlow::AllowUserPasswordAuth,
            ExplicitAuthFlow::AllowUserSrpAuth,
            ExplicitAuthFlow::AllowRefreshTokenAuth,
        ];
        let now = UNIX_EPOCH + Duration::from_millis(1_571_809_201_580);
        let mut builder = Fake::builder().rng_seed(seed).frozen_at(now).pool(pool).client(client);
        builder = builder.group(CreateGroupRequest::new("", "admins"));
        for (name, status) in [
            ("alice", UserStatus::Confirmed),
            ("bob", UserStatus::ForceChangePassword),
            ("carol", UserStatus::Confirmed),
        ] {
            let user = FixtureUser::new(name, status)
                .with_password(PASSWORD)
                .with_attributes([("email", EMAIL), ("email_verified", "true")])
                .with_groups(["admins"]);
            builder = builder.user(user);
        }
        for name in ["erik", "fred"] {
            let user = FixtureUser::new(name, UserStatus::Confirmed).with_password(PASSWORD);
            builder = builder.user(user);
        }
        let wire = Wire::new(builder.build().expect("good settings"));
        let ok = |operation: &str, body: Value| -> Value {
            let response = handle(&wire, Input::well_formed(operation, body).request());
            assert_eq!(response.status(), 200, "{operation}: {:?}", response.body());
            serde_json::from_slice(response.body()).expect("JSON")
        };
        let tokens = ok("InitiateAuth", sign_in("alice"))["AuthenticationResult"].take();
        let session = ok("InitiateAuth", sign_in("bob"))["Session"].take();
        let srp = SrpClient::new([7; 32]);
        let challenge = ok("InitiateAuth", srp_sign_in(&srp))["ChallengeParameters"].take();
        let claim = claim(&srp, &challenge, now);
        ok("SignUp", sign_up("dave"));
        ok("ForgotPassword", json!({ "ClientId": CLIENT, "Username": "carol" }));
        let code = |name: &str| {
            let message = wire.fake().inbox().last(name).expect("a message");
            message.code.expect("with a code").expose().to_owned()
        };
        let (sign_up_code, reset_code) = (code("dave"), code("carol"));

        // All others have signed in before a factor is demanded.
        let factors = MfaType::ALL;
        wire.fake().set_mfa(POOL, MfaConfiguration::On, factors).expect("the pool is there");
        let begun = ok("InitiateAuth", sign_in("erik"))["Session"].take();
        let token = ok("AssociateSoftwareToken", json!({ "Session": begun }));
        let secret_code = token["SecretCode"].as_str().expect("a secret").into();
        let earlier =
            software_token_code(&secret_code, now - Duration::from_secs(30)).expect("base32");
        ok(
            "VerifySoftwareToken",
            json!({
                "Session": token["Session"],
                "UserCode": earlier.expose(),
            }),
        );
        let code_session = ok("InitiateAuth", sign_in("erik"))["Session"].take();
        let totp = wire.fake().software_token_code(&secret_code).expose().to_owned();
        let setup_session = ok("InitiateAuth", sign_in("fred"))["Session"].take();
        Self {
            wire,
            access_token: tokens["AccessToken"].clone(),
            refresh_token: tokens["RefreshToken"].clone(),
            session,
            claim,
            setup_session,
            code_session,
            totp,
            sign_up_code,
            reset_code,
        }
    }

    /// A request of each operation that is accepted, or would be but for the state of the pool.
    pub(crate) fn templates(&self) -> Vec<Input> {
        let user = json!({ "UserPoolId": POOL, "Username": "alice" });
        let group = json!({ "UserPoolId": POOL, "GroupName": "admins" });
        let pool = json!({ "UserPoolId": POOL });
        let client = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        let token = json!({ "AccessToken": self.access_token });
        let with = |base: &Value, more: Value| {
            let mut body = base.clone();
            for (name, value) in more.as_object().expect("members") {
                body[name] = value.clone();
            }
            body
        };
        let preference = json!({
            "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true },
            "SoftwareTokenMfaSettings": { "Enabled": false },
        });
        let email = json!([{ "Name": "email", "Value": "bounce@simulator.amazonses.com" }]);
        let group_of = with(&user, json!({ "GroupName": "admins" }));
        let answers = json!({ "USERNAME": "bob", "NEW_PASSWORD": "Another-horse-9" });
        let answer = json!({
            "ClientId": CLIENT,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": self.session,
            "ChallengeResponses": answers,
        });
        let refresh = json!({
            "ClientId": CLIENT,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": self.refresh_token },
        });
        let code = json!({
            "ClientId": CLIENT,
            "Username": "dave",
            "ConfirmationCode": self.sign_up_code,
        });
        [
            ("AddCustomAttributes", with(&pool, json!({
                "CustomAttributes": [{
                    "Name": "plan",
                    "AttributeDataType": "String",
                    "StringAttributeConstraints": { "MinLength": "0", "MaxLength": "20" },
                }],
            }))),
            ("AddUserPoolClientSecret", client.clone()),
            ("AdminAddUserToGroup", group_of.clone()),
            ("AdminConfirmSignUp", with(&pool, json!({ "Username": "dave" }))),
            ("AdminCreateUser", with(&pool, json!({
                "Username": "erin",
                "TemporaryPassword": PASSWORD,
                "UserAttributes": email,
                "DesiredDeliveryMediums": ["EMAIL"],
                "ClientMetadata": { "k": "v" },
            }))),
            ("AdminDeleteSoftwareToken", user.clone()),
            ("AdminDeleteUser", with(&pool, json!({ "Username": "carol" }))),
            ("AdminDeleteUserAttributes", with(&user, json!({ "UserAttributeNames": ["name"] }))),
            ("AdminDisableUser", with(&pool, json!({ "Username": "carol" }))),
            ("AdminEnableUser", user.clone()),
            ("AdminGetUser", user.clone()),
            ("AdminGetUserAuthFactors", user.clone()),
            ("AdminInitiateAuth", json!({
                "UserPoolId": POOL,
                "ClientId": CLIENT,
                "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "bob", "PASSWORD": PASSWORD },
            })),
            ("AdminListGroupsForUser", with(&user, json!({ "Limit": 1 }))),
            ("AdminListUserAuthEvents", with(&user, json!({ "MaxResults": 1 }))),
            ("AdminRemoveUserFromGroup", group_of),
            ("AdminResetUserPassword", user.clone()),
            ("AdminRespondToAuthChallenge", with(&answer, pool.clone())),
            ("AdminSetUserMFAPreference", with(&user, preference.clone())),
            ("AdminSetUserPassword", with(&user, json!({
                "Password": "Another-horse-9",
                "Permanent": true,
            }))),
            ("AdminUpdateUserAttributes", with(&user, json!({ "UserAttributes": email }))),
            ("AdminUserGlobalSignOut", with(&pool, json!({ "Username": "carol" }))),
            ("AssociateSoftwareToken", token.clone()),
            ("AssociateSoftwareToken", json!({ "Session": self.setup_session })),
            ("ChangePassword", with(&token, json!({
                "PreviousPassword": PASSWORD,
                "ProposedPassword": "Another-horse-9",
            }))),
            ("ConfirmForgotPassword", json!({
                "ClientId": CLIENT,
                "Username": "carol",
                "ConfirmationCode": self.reset_code,
                "Password": "Another-horse-9",
            })),
            ("ConfirmSignUp", code),
            ("CreateGroup", with(&group, json!({
                "GroupName": "editors",
                "Description": "they edit",
                "Precedence": 7,
                "RoleArn": "arn:aws:iam::123456789012:role/editor",
            }))),
            ("CreateUserPool", json!({
                "PoolName": "second",
                "Policies": { "PasswordPolicy": { "MinimumLength": 8, "RequireNumbers": true } },
                "AliasAttributes": ["email"],
                "UserPoolTags": { "k": "v" },
            })),
            ("CreateUserPoolClient", with(&pool, json!({
                "ClientName": "second",
                "GenerateSecret": true,
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "AccessTokenValidity": 1,
                "TokenValidityUnits": { "AccessToken": "hours" },
                "CallbackURLs": ["https://example.com"],
            }))),
            ("DeleteGroup", with(&pool, json!({ "GroupName": "editors" }))),
            ("DeleteUser", json!({ "AccessToken": "a.b.c" })),
            ("DeleteUserAttributes", with(&token, json!({ "UserAttributeNames": ["name"] }))),
            ("DeleteUserPool", json!({ "UserPoolId": "local-fake-1_Fake00002" })),
            ("DeleteUserPoolClient", with(&pool, json!({ "ClientId": "other" }))),
            ("DeleteUserPoolClientSecret", with(&client, json!({ "ClientSecretId": "c--1" }))),
            ("DescribeUserPool", pool.clone()),
            ("DescribeUserPoolClient", client.clone()),
            ("ForgotPassword", json!({ "ClientId": CLIENT, "Username": "alice" })),
            ("GetGroup", group.clone()),
            ("GetTokensFromRefreshToken", json!({
                "ClientId": CLIENT,
                "RefreshToken": self.refresh_token,
            })),
            ("GetUser", token.clone()),
            ("GetUserAttributeVerificationCode", with(&token, json!({ "AttributeName": "email" }))),
            ("GetUserAuthFactors", token.clone()),
            ("GetUserPoolMfaConfig", pool.clone()),
            ("GlobalSignOut", json!({ "AccessToken": "a.b.c" })),
            ("InitiateAuth", refresh),
            ("InitiateAuth", srp_sign_in(&SrpClient::new([9; 32]))),
            ("ListGroups", with(&pool, json!({ "Limit": 1 }))),
            ("ListUserPoolClientSecrets", client.clone()),
            ("ListUserPoolClients", with(&pool, json!({ "MaxResults": 1 }))),
            ("ListUserPools", json!({ "MaxResults": 1 })),
            ("ListUsers", with(&pool, json!({
                "Filter": "email ^= \"success\"",
                "Limit": 2,
                "AttributesToGet": ["email"],
            }))),
            ("ListUsersInGroup", with(&group, json!({ "Limit": 1 }))),
            ("ResendConfirmationCode", json!({ "ClientId": CLIENT, "Username": "dave" })),
            ("RespondToAuthChallenge", answer),
            ("RespondToAuthChallenge", json!({
                "ClientId": CLIENT,
                "ChallengeName": "PASSWORD_VERIFIER",
                "ChallengeResponses": self.claim,
            })),
            ("RespondToAuthChallenge", json!({
                "ClientId": CLIENT,
                "ChallengeName": "SOFTWARE_TOKEN_MFA",
                "Session": self.code_session,
                "ChallengeResponses": {
                    "USERNAME": "erik",
                    "SOFTWARE_TOKEN_MFA_CODE": self.totp,
                },
            })),
            ("RespondToAuthChallenge", json!({
                "ClientId": CLIENT,
                "ChallengeName": "MFA_SETUP",
                "Session": self.setup_session,
                "ChallengeResponses": { "USERNAME": "fred", "EMAIL": EMAIL },
            })),
            ("RevokeToken", json!({ "ClientId": CLIENT, "Token": "not-a-token" })),
            ("SetUserMFAPreference", with(&token, preference)),
            ("SetUserPoolMfaConfig", with(&pool, json!({ "MfaConfiguration": "OFF" }))),
            ("SignUp", sign_up("frank")),
            ("UpdateGroup", with(&group, json!({ "Description": "they rule" }))),
            ("UpdateUserAttributes", with(&token, json!({ "UserAttributes": email }))),
            ("UpdateUserPool", with(&pool, json!({ "AutoVerifiedAttributes": ["email"] }))),
            ("UpdateUserPoolClient", with(&client, json!({
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            }))),
            ("VerifySoftwareToken", with(&token, json!({ "UserCode": "123456" }))),
            ("VerifyUserAttribute", with(&token, json!({
                "AttributeName": "email",
                "Code": "123456",
            }))),
        ]
        .into_iter()
        .map(|(operation, body)| Input::well_formed(operation, body))
        .collect()
    }
}

fn sign_in(name: &str) -> Value {
    json!({
        "ClientId": CLIENT,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
    })
}

fn srp_sign_in(client: &SrpClient) -> Value {
    json!({
        "ClientId": CLIENT,
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": "alice", "SRP_A": client.srp_a() },
    })
}

fn claim(client: &SrpClient, challenge: &Value, now: SystemTime) -> Value {
    let parameter = |name: &str| challenge[name].as_str().expect("a text");
    let verifier = PasswordVerifier {
        pool_id: POOL,
        user_id_for_srp: parameter("USER_ID_FOR_SRP"),
        salt: parameter("SALT"),
        srp_b: parameter("SRP_B"),
        secret_block: parameter("SECRET_BLOCK"),
    };
    let proof = client.prove(&verifier, PASSWORD, now).expect("an honest challenge");
    json!({
        "USERNAME": "alice",
        "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": proof.signature,
        "TIMESTAMP": proof.timestamp,
    })
}

fn sign_up(name: &str) -> Value {
    json!({
        "ClientId": CLIENT,
        "Username": name,
        "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": EMAIL }],
    })
}
