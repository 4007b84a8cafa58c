//! What users do with their own access token.

use user_directory::{AccessToken, ErrorKind, Refresh, Register, SignIn};

use super::{
    refresh::MINUTE,
    sign_out::{ACCESS_TOKEN_REVOKED, access_token_dies, refresh_token_dies, untouched},
};
use crate::{Case, Evidence, PASSWORD, PoolProfile, case, check};

const GET_USER: &str =
    "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html";
const GLOBAL_SIGN_OUT: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html";
const LIFTRIC: &str = "https://github.com/Liftric/cognito-idp/blob/HEAD/src/commonTest/kotlin/com/liftric/cognito/idp/IdentityProviderClientTests.kt";

const MADE_UP_TOKEN: &str = "bWFkZQ.dXA.dG9rZW4";

fn alice() -> Register {
    Register::new("alice", PASSWORD).with_attributes([("name", "Alice Adams"), ("nickname", "al")])
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = own_user();
    cases.extend(refusals());
    cases.extend(sign_in_and_out());
    cases
}

fn own_user() -> Vec<Case> {
    vec![
        case!(
            "self-service/user-attributes",
            "An access token shows its user's name and attributes.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: GET_USER },
            async |t| {
                let user = t.register_with(alice()).await?;
                let set = t.sign_in("alice").await?;
                let own = t.self_service().user(set.access_token()).await?;
                check::equal("the user name", own.username.as_str(), "alice")?;
                check::some("sub", own.sub())?;
                check::equal("sub", own.sub(), user.sub())?;
                check::equal("name", own.attributes.get("name"), Some("Alice Adams"))?;
                check::equal("nickname", own.attributes.get("nickname"), Some("al"))?;
                Ok(())
            }
        ),
        case!(
            "self-service/user-sub-first",
            "The first of the attributes that an access token shows is sub.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "so it is in the developer guide's example answer of AdminCreateUser"
            },
            async |t| {
                t.register_with(alice()).await?;
                let set = t.sign_in("alice").await?;
                let own = t.self_service().user(set.access_token()).await?;
                let first = own.attributes.iter().next().map(|(name, _)| name);
                check::equal("the first attribute", first, Some("sub"))?;
                Ok(())
            }
        ),
        case!(
            "self-service/user-read-attributes",
            "An access token shows only the attributes that its client may read.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_read_attributes(["nickname"])),
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                t.register_with(alice()).await?;
                let set = t.sign_in("alice").await?;
                let own = t.self_service().user(set.access_token()).await?;
                check::equal("nickname", own.attributes.get("nickname"), Some("al"))?;
                check::equal("name", own.attributes.get("name"), None)?;
                Ok(())
            }
        ),
        case!(
            "self-service/user-refreshed-token",
            "Before and after a refresh, both access tokens show the user.",
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                for token in [&refreshed.tokens().access_token, set.access_token()] {
                    let own = t.self_service().user(token).await?;
                    check::equal("the user name", own.username.as_str(), "alice")?;
                }
                Ok(())
            }
        ),
    ]
}

fn refusals() -> Vec<Case> {
    vec![
        case!(
            "self-service/user-garbage",
            "An access token that was made up is refused.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: LIFTRIC },
            async |t| {
                let refused = t.self_service().user(&AccessToken::new(MADE_UP_TOKEN)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["Invalid Access Token"])?;
                Ok(())
            }
        ),
        case!(
            "self-service/user-id-token",
            "An ID token is no access token.",
            needs = [SelfService],
            evidence = Evidence::Assumed { why: "GetUser models NotAuthorized for bad tokens" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = AccessToken::new(set.id_token().expose());
                let refused = t.self_service().user(&token).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "self-service/user-expired",
            "An access token is refused once its hour is over.",
            needs = [SelfService, Clock],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests against a live pool"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.advance(59 * MINUTE).await;
                t.self_service().user(set.access_token()).await?;
                t.advance(2 * MINUTE).await;
                let refused = t.self_service().user(set.access_token()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["Access Token has expired"])?;
                Ok(())
            }
        ),
        case!(
            "self-service/user-malformed",
            "Characters that no token has break a constraint of the model.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests against a live pool"
            },
            async |t| {
                let refused = t.self_service().user(&AccessToken::new("made up!")).await;
                let text = "1 validation error detected: Value at 'accessToken' failed to satisfy \
                            constraint: Member must satisfy regular expression pattern: \
                            [A-Za-z0-9-_=.]+";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
    ]
}

fn sign_in_and_out() -> Vec<Case> {
    vec![
        case!(
            "self-service/sign-in-and-refresh",
            "A user signs in and refreshes through the public operations.",
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
            async |t| {
                t.register("alice").await?;
                let own = t.self_service();
                let outcome = own.sign_in(SignIn::new("alice", PASSWORD)).await?;
                let set = check::tokens(outcome)?;
                check::equal("the grant's user name", set.grant.username(), "alice")?;
                let tokens = check::kept(own.refresh(Refresh::from(&set.grant)).await?)?;
                let own = own.user(&tokens.access_token).await?;
                check::equal("the user name", own.username.as_str(), "alice")?;
                Ok(())
            }
        ),
        case!(
            "self-service/sign-out-every-observer",
            "Users sign themselves out everywhere: the token that they did it with, all others, \
             and the refresh tokens are refused, and the account is as it was.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: GLOBAL_SIGN_OUT },
            async |t| {
                let here = t.registered_and_signed_in("alice").await?;
                let there = t.sign_in("alice").await?;
                t.self_service().global_sign_out(here.access_token()).await?;
                access_token_dies(&t, here.access_token(), ACCESS_TOKEN_REVOKED).await?;
                access_token_dies(&t, there.access_token(), ACCESS_TOKEN_REVOKED).await?;
                refresh_token_dies(&t, &here.grant, &[]).await?;
                refresh_token_dies(&t, &there.grant, &[]).await?;
                untouched(&t, "alice").await
            }
        ),
        case!(
            "self-service/sign-out-again",
            "A user cannot sign out again with the token that is revoked now.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: GLOBAL_SIGN_OUT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.self_service().global_sign_out(set.access_token()).await?;
                access_token_dies(&t, set.access_token(), ACCESS_TOKEN_REVOKED).await?;
                let refused = t.self_service().global_sign_out(set.access_token()).await;
                check::refused(refused, ErrorKind::NotAuthorized, ACCESS_TOKEN_REVOKED)?;
                Ok(())
            }
        ),
        case!(
            "self-service/sign-out-without-the-secret",
            "What an access token authorizes needs no secret of the client.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: GLOBAL_SIGN_OUT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let without = t.choice().with_secret(crate::WhichSecret::Omitted);
                let own = t.self_service_with(&without);
                own.user(set.access_token()).await?;
                own.global_sign_out(set.access_token()).await?;
                access_token_dies(&t, set.access_token(), ACCESS_TOKEN_REVOKED).await
            }
        ),
        case!(
            "self-service/sign-out-garbage",
            "A made-up access token signs nobody out.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: LIFTRIC },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let made_up = AccessToken::new(MADE_UP_TOKEN);
                let refused = t.self_service().global_sign_out(&made_up).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["Invalid Access Token"])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
    ]
}
