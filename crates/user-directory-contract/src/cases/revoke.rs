//! Revoking one sign-in.

use user_directory::{ErrorKind, Refresh, RefreshToken, Revoke};

use super::{
    refresh::MADE_UP_TOKEN,
    sign_out::{
        ACCESS_TOKEN_REVOKED, REFRESH_TOKEN_REVOKED, access_token_dies, refresh_token_dies,
        untouched,
    },
};
use crate::{Case, ClientSettings, Evidence, PoolProfile, WhichClient, WhichSecret, case, check};

const REVOKE_TOKEN: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html";
const TOKEN_REVOCATION: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html";

fn without_revocation() -> PoolProfile {
    PoolProfile::article().map_client(|client| client.with_enable_token_revocation(false))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = one_session();
    cases.extend(refusals());
    cases.extend(switched_off());
    cases
}

fn one_session() -> Vec<Case> {
    vec![
        case!(
            "revoke/one-session",
            "Revoking ends one sign-in, refreshed access tokens included, and no other.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: REVOKE_TOKEN },
            async |t| {
                let a = t.registered_and_signed_in("alice").await?;
                let b = t.sign_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&a.grant)).await?;
                t.directory().revoke(Revoke::from(&a.grant)).await?;
                access_token_dies(&t, a.access_token(), &[]).await?;
                access_token_dies(&t, &refreshed.tokens().access_token, &[]).await?;
                refresh_token_dies(&t, &a.grant, &[]).await?;
                t.self_service().user(b.access_token()).await?;
                t.directory().refresh(Refresh::from(&b.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/refresh-refused",
            "A revoked refresh token is refused, and that of another sign-in is not.",
            evidence = Evidence::Documented { url: REVOKE_TOKEN },
            async |t| {
                let a = t.registered_and_signed_in("alice").await?;
                let b = t.sign_in("alice").await?;
                t.directory().revoke(Revoke::from(&a.grant)).await?;
                refresh_token_dies(&t, &a.grant, &[]).await?;
                t.directory().refresh(Refresh::from(&b.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/refresh-text",
            "A refresh after a revocation is told that the token was revoked.",
            evidence = Evidence::Reported {
                note: "floci-io/floci#1407; a raw answer seen in public code, no address"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().revoke(Revoke::from(&set.grant)).await?;
                refresh_token_dies(&t, &set.grant, REFRESH_TOKEN_REVOKED).await
            }
        ),
        case!(
            "revoke/access-text",
            "A revoked sign-in's access token is refused with the text of a global sign-out.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "aws-amplify/amplify-js#3435 and aws/aws-sdk-java#2449, after sign-outs"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().revoke(Revoke::from(&set.grant)).await?;
                access_token_dies(&t, set.access_token(), ACCESS_TOKEN_REVOKED).await
            }
        ),
        case!(
            "revoke/again",
            "Revoking a token again succeeds.",
            evidence = Evidence::Assumed {
                why: "so RFC 7009, section 2.2, has it, and the operation models no error for it"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().revoke(Revoke::from(&set.grant)).await?;
                t.directory().revoke(Revoke::from(&set.grant)).await?;
                refresh_token_dies(&t, &set.grant, &[]).await?;
                t.directory().revoke(Revoke::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/user-untouched",
            "Revoking leaves the account as it was, and the user signs in again.",
            evidence = Evidence::Assumed { why: "the operation is about tokens only" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().revoke(Revoke::from(&set.grant)).await?;
                refresh_token_dies(&t, &set.grant, &[]).await?;
                untouched(&t, "alice").await?;
                let again = t.sign_in("alice").await?;
                t.directory().refresh(Refresh::from(&again.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/either-handle",
            "The users' own handle revokes a sign-in that an administrator's handle made.",
            needs = [SelfService],
            evidence = Evidence::Own { promise: "both kinds of handle revoke alike" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.self_service().revoke(Revoke::from(&set.grant)).await?;
                refresh_token_dies(&t, &set.grant, &[]).await
            }
        ),
    ]
}

fn refusals() -> Vec<Case> {
    vec![
        case!(
            "revoke/access-token",
            "An access token is not of the type that can be revoked.",
            evidence = Evidence::Documented { url: REVOKE_TOKEN },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = RefreshToken::new(set.access_token().expose());
                let refused = t.directory().revoke(Revoke::new(token)).await;
                check::refused(refused, ErrorKind::UnsupportedTokenType, &[])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/wrong-secret",
            "A wrong client secret is Unauthorized, not NotAuthorized, and revokes nothing.",
            evidence = Evidence::Documented { url: REVOKE_TOKEN },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let wrong = t.directory_with(&t.choice().with_secret(WhichSecret::Wrong));
                let refused = wrong.revoke(Revoke::from(&set.grant)).await;
                check::refused(refused, ErrorKind::Unauthorized, &[])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/missing-secret",
            "A client that has a secret and does not send it is Unauthorized.",
            evidence = Evidence::Assumed { why: "a missing secret is no better than a wrong one" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let without = t.directory_with(&t.choice().with_secret(WhichSecret::Omitted));
                let refused = without.revoke(Revoke::from(&set.grant)).await;
                check::refused(refused, ErrorKind::Unauthorized, &[])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/other-client",
            "Another client cannot revoke a token.",
            profile = || PoolProfile::article().with_second_client(ClientSettings::article()),
            evidence = Evidence::Assumed {
                why: "Unauthorized is the operation's one error for a client that is not right"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let second = t.directory_with(&t.choice().with_client(WhichClient::Second));
                let refused = second.revoke(Revoke::from(&set.grant)).await;
                check::refused(refused, ErrorKind::Unauthorized, &[])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/unknown-token",
            "Revoking a refresh token that was never given out succeeds.",
            evidence = Evidence::Assumed {
                why: "RFC 7009, section 2.2, asks for it, and the operation models no error for it"
            },
            async |t| {
                t.directory().revoke(Revoke::new(RefreshToken::new(MADE_UP_TOKEN))).await?;
                Ok(())
            }
        ),
    ]
}

fn switched_off() -> Vec<Case> {
    vec![
        case!(
            "revoke/switched-off",
            "Where the client has token revocation switched off, revoking is refused.",
            profile = without_revocation,
            evidence = Evidence::Documented { url: REVOKE_TOKEN },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refused = t.directory().revoke(Revoke::from(&set.grant)).await;
                check::refused(refused, ErrorKind::UnsupportedOperation, &[])?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "revoke/switched-off-claims",
            "Where the client has token revocation switched off, tokens have no origin_jti and no \
             jti.",
            profile = without_revocation,
            evidence = Evidence::Documented { url: TOKEN_REVOCATION },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                check::equal("the grant's origin_jti", set.grant.origin_jti(), None)?;
                for token in [set.access_token().expose(), set.id_token().expose()] {
                    let claims = check::claims(token)?;
                    check::equal("origin_jti", claims.get("origin_jti"), None)?;
                    check::equal("jti", claims.get("jti"), None)?;
                }
                Ok(())
            }
        ),
    ]
}
