//! Refreshing without rotation.

use std::time::Duration;

use user_directory::{
    AuthenticationExt as _, DeleteUserAttributes, ErrorKind, Refresh, RefreshFlow, RefreshToken,
    Register, ResetUserPassword, SetUserPassword, SignIn, UpdateUserAttributes, UserStatus,
};

use crate::{
    Aspect, Case, ClientSettings, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial,
    WhichClient, WhichSecret, case, check, mailbox,
};

const MOTO: &str =
    "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py";
const REFRESH_PAGE: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html";
const CREATE_CLIENT: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html";

/// Of the shape of a refresh token, five parts, and from nowhere.
pub(super) const MADE_UP_TOKEN: &str =
    "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.bWFkZQ.dXA.Zm9y.dGVzdHM";

pub(super) const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// As `check::refused`, where it is known that the call is refused and not how.
pub(super) fn refused_as_one_of<T>(
    result: user_directory::Result<T>,
    kinds: &[ErrorKind],
) -> Result<(), Failure> {
    let got = match result {
        Err(error) if kinds.contains(&error.kind()) => return Ok(()),
        Err(error) => error.to_string(),
        Ok(_) => "success".to_owned(),
    };
    Err(Failure::new(Aspect::Code, format!("expected one of {kinds:?}, got {got}")))
}

async fn register_with_attributes(t: &Trial) -> Result<(), Failure> {
    let attributes = [("name", "Alice Adams"), ("nickname", "al")];
    t.register_with(Register::new("alice", PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = identity();
    cases.extend(lifetime());
    cases.extend(refusals());
    cases.extend(after_changes());
    cases.extend(handles());
    cases
}

fn identity() -> Vec<Case> {
    vec![
        case!(
            "refresh/identity-kept",
            "New tokens keep sub, auth_time and origin_jti, and have a jti, iat and exp of their \
             own.",
            needs = [Clock],
            evidence = Evidence::Documented { url: MOTO },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.advance(10 * MINUTE).await;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                let tokens = check::kept(refreshed)?;
                for (what, old, new) in [
                    ("access", set.access_token().expose(), tokens.access_token.expose()),
                    ("ID", set.id_token().expose(), tokens.id_token.expose()),
                ] {
                    let (old, new) = (check::claims(old)?, check::claims(new)?);
                    for name in ["sub", "auth_time", "origin_jti", "token_use"] {
                        let what = format!("{name} of the {what} token");
                        check::some(&what, old.get(name))?;
                        check::equal(&what, new.get(name), old.get(name))?;
                    }
                    for name in ["jti", "iat", "exp"] {
                        let what = format!("{name} of the {what} token");
                        check::some(&what, new.get(name))?;
                        check::different(&what, new.get(name), old.get(name))?;
                    }
                }
                Ok(())
            }
        ),
        case!(
            "refresh/origin-shared",
            "Access and ID tokens of a sign-in and of its refreshes share origin_jti; no two share \
             jti.",
            evidence = Evidence::Documented { url: MOTO },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                let mut seen = Vec::new();
                for token in [
                    set.access_token().expose(),
                    set.id_token().expose(),
                    refreshed.tokens().access_token.expose(),
                    refreshed.tokens().id_token.expose(),
                ] {
                    let claims = check::claims(token)?;
                    let origin = claims.get("origin_jti").and_then(|value| value.as_str());
                    check::some("origin_jti", origin)?;
                    check::equal("origin_jti", origin, set.grant.origin_jti())?;
                    let jti = check::some("jti", claims.get("jti"))?.clone();
                    check::that(!seen.contains(&jti), "every token has a jti of its own")?;
                    seen.push(jti);
                }
                Ok(())
            }
        ),
        case!(
            "refresh/user-name-kept",
            "New tokens name the user as the first ones did.",
            evidence = Evidence::Documented { url: MOTO },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                let tokens = refreshed.tokens();
                let access = check::claims(tokens.access_token.expose())?;
                let id = check::claims(tokens.id_token.expose())?;
                check::equal("username", access["username"].as_str(), Some("alice"))?;
                check::equal("cognito:username", id["cognito:username"].as_str(), Some("alice"))?;
                Ok(())
            }
        ),
        case!(
            "refresh/no-refresh-token",
            "A refresh brings no refresh token where the client does not rotate.",
            evidence = Evidence::Documented { url: REFRESH_PAGE },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                let tokens = check::kept(refreshed)?;
                check::equal("the token type", tokens.token_type.as_str(), "Bearer")?;
                Ok(())
            }
        ),
        case!(
            "refresh/in-place",
            "Refreshing a token set in place replaces the tokens and keeps the grant.",
            evidence = Evidence::Own {
                promise: "a set without rotation can be refreshed in place again and again"
            },
            async |t| {
                let mut set = t.registered_and_signed_in("alice").await?;
                let first = set.clone();
                t.directory().refresh_in_place(&mut set).await?;
                check::different("the access token", &set.tokens, &first.tokens)?;
                check::equal("the grant", &set.grant, &first.grant)?;
                t.directory().refresh_in_place(&mut set).await?;
                check::equal("the grant", &set.grant, &first.grant)?;
                Ok(())
            }
        ),
        case!(
            "refresh/in-place-refused",
            "A refused refresh in place leaves the token set as it was.",
            evidence = Evidence::Own { promise: "after an error the set is unchanged" },
            async |t| {
                let mut set = t.registered_and_signed_in("alice").await?;
                set.grant = set.grant.with_refresh_token(RefreshToken::new(MADE_UP_TOKEN));
                let first = set.clone();
                let refused = t.directory().refresh_in_place(&mut set).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                check::equal("the token set", set, first)?;
                Ok(())
            }
        ),
    ]
}

fn lifetime() -> Vec<Case> {
    vec![
        case!(
            "refresh/not-extended",
            "Refreshing does not extend the life of the refresh token.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_refresh_token_validity(HOUR)),
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://github.com/aws-amplify/amplify-swift/issues/3496"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let directory = t.directory();
                t.advance(30 * MINUTE).await;
                directory.refresh(Refresh::from(&set.grant)).await?;
                t.advance(29 * MINUTE).await;
                directory.refresh(Refresh::from(&set.grant)).await?;
                t.advance(2 * MINUTE).await;
                let refused = directory.refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["Refresh Token has expired"])?;
                Ok(())
            }
        ),
        case!(
            "refresh/lasts-30-days",
            "A refresh token is good for 30 days unless the client says otherwise.",
            needs = [Clock],
            evidence = Evidence::Documented { url: CREATE_CLIENT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.advance(30 * DAY - HOUR).await;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                t.advance(2 * HOUR).await;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "refresh/lasts-ten-years",
            "A refresh token may be good for ten years.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_refresh_token_validity(3650 * DAY)),
            needs = [Clock],
            evidence = Evidence::Documented { url: CREATE_CLIENT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.advance(3650 * DAY - HOUR).await;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "refresh/validity-of-zero",
            "A validity of zero stands for the default of 30 days.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_refresh_token_validity(Duration::ZERO)),
            needs = [Clock],
            evidence = Evidence::Documented { url: CREATE_CLIENT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.advance(30 * DAY - HOUR).await;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                t.advance(2 * HOUR).await;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "refresh/access-validity",
            "Refreshed tokens are good for as long as the client's settings say.",
            profile = || PoolProfile::article().map_client(|client| client
                .with_access_token_validity(5 * MINUTE)
                .with_id_token_validity(10 * MINUTE)),
            evidence = Evidence::Documented { url: CREATE_CLIENT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                let tokens = refreshed.tokens();
                check::equal("expires_in", tokens.expires_in, 5 * MINUTE)?;
                for (what, token, seconds) in [
                    ("the access token's life", tokens.access_token.expose(), 300),
                    ("the ID token's life", tokens.id_token.expose(), 600),
                ] {
                    let claims = check::claims(token)?;
                    let issued = check::some("iat", claims["iat"].as_u64())?;
                    let expires = check::some("exp", claims["exp"].as_u64())?;
                    check::equal(what, expires.checked_sub(issued), Some(seconds))?;
                }
                Ok(())
            }
        ),
        case!(
            "refresh/many-times",
            "One refresh token refreshes as often as wanted.",
            evidence = Evidence::Documented { url: REFRESH_PAGE },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let mut seen = vec![set.tokens.clone()];
                for _ in 0..5 {
                    let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                    let tokens = check::kept(refreshed)?;
                    check::that(!seen.contains(&tokens), "every refresh brings new tokens")?;
                    seen.push(tokens);
                }
                Ok(())
            }
        ),
    ]
}

fn refusals() -> Vec<Case> {
    vec![
        case!(
            "refresh/garbage",
            "A refresh token that Cognito never gave out is refused.",
            evidence =
                Evidence::Documented { url: "https://github.com/aws/aws-sdk-cpp/issues/1789" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let grant = set.grant.with_refresh_token(RefreshToken::new(MADE_UP_TOKEN));
                let refused = t.directory().refresh(Refresh::new(grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["Invalid Refresh Token."])?;
                Ok(())
            }
        ),
        case!(
            "refresh/empty-token",
            "An empty refresh token is a missing parameter.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: clients that handle the text"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let grant = set.grant.with_refresh_token(RefreshToken::new(""));
                let refused = t.directory().refresh(Refresh::new(grant)).await;
                let text = "Missing required parameter REFRESH_TOKEN";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "refresh/foreign-client",
            "Another client's refresh token is refused in words of its own, and stays good.",
            profile = || PoolProfile::article().with_second_client(ClientSettings::article()),
            evidence = Evidence::Reported {
                note: "https://github.com/aws/aws-sdk-js/issues/4016, \
                       https://github.com/aws-amplify/amplify-js/issues/9502"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let second = t.directory_with(&t.choice().with_client(WhichClient::Second));
                let refused = second.refresh(Refresh::from(&set.grant)).await;
                let text = "Refresh Token has different Client";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "refresh/get-tokens-wrong-secret",
            "GetTokensFromRefreshToken refuses a wrong client secret, and the token stays good.",
            evidence = Evidence::Assumed {
                why: "the operation models NotAuthorized and no error of its own for clients"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let flow = t.choice().with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
                let wrong = t.directory_with(&flow.with_secret(WhichSecret::Wrong));
                let refused = wrong.refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "refresh/get-tokens-without-secret",
            "GetTokensFromRefreshToken refuses a client that has a secret and does not send it.",
            evidence = Evidence::Assumed { why: "a missing secret is no better than a wrong one" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let flow = t.choice().with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
                let without = t.directory_with(&flow.with_secret(WhichSecret::Omitted));
                let refused = without.refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
    ]
}

fn after_changes() -> Vec<Case> {
    vec![
        case!(
            "refresh/sees-changes",
            "A refreshed ID token has the user's attributes of now, the old one those of then.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html"
            },
            async |t| {
                register_with_attributes(&t).await?;
                let set = t.sign_in("alice").await?;
                let directory = t.directory();
                let update = UpdateUserAttributes::new("alice", [("nickname", "allie")]);
                directory.update_user_attributes(update).await?;
                let delete = DeleteUserAttributes::new("alice", ["name"]);
                directory.delete_user_attributes(delete).await?;

                let old = check::claims(set.id_token().expose())?;
                check::equal("the old nickname", old["nickname"].as_str(), Some("al"))?;
                check::equal("the old name", old["name"].as_str(), Some("Alice Adams"))?;
                t.eventually(async || {
                    let refreshed = directory.refresh(Refresh::from(&set.grant)).await?;
                    let new = check::claims(refreshed.tokens().id_token.expose())?;
                    check::equal("the new nickname", new["nickname"].as_str(), Some("allie"))?;
                    check::equal("the new name", new.get("name"), None)
                })
                .await
            }
        ),
        case!(
            "refresh/deleted-user",
            "After the user was deleted a refresh says so.",
            evidence = Evidence::Reported {
                note: "aws-amplify/aws-sdk-android#366, aws-amplify/amplify-flutter#3292"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().delete_user("alice").await?;
                t.eventually(async || {
                    let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                    check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])
                })
                .await?;
                Ok(())
            }
        ),
        case!(
            "refresh/name-used-again",
            "A new user of the same name does not bring a deleted user's refresh token back.",
            evidence = Evidence::Assumed { why: "a refresh token is a user's and not a name's" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().delete_user("alice").await?;
                t.register("alice").await?;
                t.eventually(async || {
                    let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                    refused_as_one_of(refused, &[ErrorKind::UserNotFound, ErrorKind::NotAuthorized])
                })
                .await
            }
        ),
        case!(
            "refresh/disabled-user",
            "A disabled user's refresh token is refused.",
            evidence = Evidence::Assumed {
                why: "disabling revokes refresh tokens, and a revoked one is NotAuthorized"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().disable_user("alice").await?;
                t.eventually(async || {
                    let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &[])
                })
                .await?;
                Ok(())
            }
        ),
        case!(
            "refresh/reset-required",
            "A user who must reset the password gets no tokens from an old sign-in.",
            profile = || PoolProfile::article().map_pool(|pool| pool
                .with_auto_verified_attributes(["email"])
                .with_account_recovery(["verified_email"])),
            needs = [Inbox],
            evidence = Evidence::Assumed {
                why: "InitiateAuth and AdminInitiateAuth model PasswordResetRequired for all flows"
            },
            async |t| {
                let email = mailbox("reset-required");
                let attributes = [("email", email.as_str()), ("email_verified", "true")];
                let request = Register::new("alice", PASSWORD).with_attributes(attributes);
                t.register_with(request).await?;
                let set = t.sign_in("alice").await?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                t.eventually(async || {
                    let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                    check::refused(refused, ErrorKind::PasswordResetRequired, &[])
                })
                .await?;
                Ok(())
            }
        ),
        case!(
            "refresh/survives-new-password",
            "A sign-in goes on after an administrator has set another permanent password.",
            evidence = Evidence::Assumed { why: "so it is when users change it themselves" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let request = SetUserPassword::permanent("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "refresh/survives-temporary-password",
            "A sign-in goes on after an administrator has set a temporary password.",
            evidence = Evidence::Assumed {
                why: "only global sign-out, revocation, disabling and deletion are said to end it"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let request = SetUserPassword::temporary("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                let status = t.directory().user("alice").await?.status;
                check::equal("the status", status, UserStatus::ForceChangePassword)?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
    ]
}

fn handles() -> Vec<Case> {
    vec![case!(
        "refresh/either-handle",
        "A sign-in through one kind of handle is refreshed through the other.",
        needs = [SelfService],
        evidence = Evidence::Assumed {
            why: "a refresh token belongs to a client, and both operations take REFRESH_TOKEN_AUTH"
        },
        async |t| {
            let set = t.registered_and_signed_in("alice").await?;
            let refreshed = t.self_service().refresh(Refresh::from(&set.grant)).await?;
            check::kept(refreshed)?;
            let request = SignIn::new("alice", PASSWORD);
            let set = check::tokens(t.self_service().sign_in(request).await?)?;
            let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
            check::kept(refreshed)?;
            Ok(())
        }
    )]
}
