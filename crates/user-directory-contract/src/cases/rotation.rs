//! Refreshing with rotation, and by GetTokensFromRefreshToken without it.

use std::time::Duration;

use user_directory::{AuthenticationExt as _, ErrorKind, Operation, Refresh, RefreshFlow, Revoke};

use super::{
    refresh::{MINUTE, refused_as_one_of},
    sign_out::{access_token_dies, refresh_token_dies},
};
use crate::{Case, Evidence, Fault, FaultKind, PoolProfile, case, check};

const REFRESH_PAGE: &str = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html";
const ROTATION_TYPE: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RefreshTokenRotationType.html";
const GET_TOKENS: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html";

const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = flows();
    cases.extend(reuse());
    cases.extend(one_sign_in());
    cases
}

fn flows() -> Vec<Case> {
    vec![
        case!(
            "rotation/off",
            "Without rotation GetTokensFromRefreshToken brings no refresh token, and the old one \
             goes on working.",
            evidence = Evidence::Documented { url: GET_TOKENS },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let flow = t.choice().with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
                let directory = t.directory_with(&flow);
                check::kept(directory.refresh(Refresh::from(&set.grant)).await?)?;
                check::kept(directory.refresh(Refresh::from(&set.grant)).await?)?;
                check::kept(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                Ok(())
            }
        ),
        case!(
            "rotation/new-token",
            "With rotation every refresh brings another refresh token, which refreshes in turn.",
            profile = || PoolProfile::rotation(10),
            evidence = Evidence::Documented { url: REFRESH_PAGE },
            async |t| {
                let first = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&first.grant)).await?;
                let second = check::rotated(refreshed)?;
                let refreshed = t.directory().refresh(Refresh::from(&second.grant)).await?;
                let third = check::rotated(refreshed)?;
                for (old, new) in [(&first, &second), (&second, &third), (&first, &third)] {
                    let what = "the refresh token";
                    check::different(what, old.grant.refresh_token(), new.grant.refresh_token())?;
                    check::different("the access token", old.access_token(), new.access_token())?;
                }
                Ok(())
            }
        ),
        case!(
            "rotation/old-flow-refused",
            "With rotation REFRESH_TOKEN_AUTH is refused and uses nothing up.",
            profile = || PoolProfile::rotation(0),
            evidence = Evidence::Documented { url: REFRESH_PAGE },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let flow = t.choice().with_refresh_flow(RefreshFlow::RefreshTokenAuth);
                let refused = t.directory_with(&flow).refresh(Refresh::from(&set.grant)).await;
                refused_as_one_of(
                    refused,
                    &[
                        ErrorKind::InvalidParameter,
                        ErrorKind::NotAuthorized,
                        ErrorKind::UnsupportedOperation,
                    ],
                )?;
                check::rotated(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                Ok(())
            }
        ),
        case!(
            "rotation/old-flow-class",
            "With rotation REFRESH_TOKEN_AUTH is refused as any flow is that the client lacks.",
            profile = || PoolProfile::rotation(0),
            evidence = Evidence::Assumed {
                why: "ALLOW_REFRESH_TOKEN_AUTH has to be off, and flows that are off answer so"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let flow = t.choice().with_refresh_flow(RefreshFlow::RefreshTokenAuth);
                let refused = t.directory_with(&flow).refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
    ]
}

fn reuse() -> Vec<Case> {
    vec![
        case!(
            "rotation/grace",
            "A rotated token works until the period of grace is over, and is then refused as \
             reused.",
            profile = || PoolProfile::rotation(10),
            needs = [Clock],
            evidence = Evidence::Documented { url: ROTATION_TYPE },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                t.advance(9 * SECOND).await;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                t.advance(2 * SECOND).await;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::RefreshTokenReuse, &[])?;
                Ok(())
            }
        ),
        case!(
            "rotation/no-grace",
            "Without a period of grace a rotated token is refused at once.",
            profile = || PoolProfile::rotation(0),
            evidence = Evidence::Documented { url: ROTATION_TYPE },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::RefreshTokenReuse, &[])?;
                Ok(())
            }
        ),
        case!(
            "rotation/reuse-spares-the-newest",
            "The newest token goes on working after an older one was used again.",
            profile = || PoolProfile::rotation(0),
            evidence = Evidence::Assumed {
                why: "nothing says that a reuse ends the sign-in, as it does elsewhere"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                let newest = check::rotated(refreshed)?;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::RefreshTokenReuse, &[])?;
                check::rotated(t.directory().refresh(Refresh::from(&newest.grant)).await?)?;
                Ok(())
            }
        ),
        case!(
            "rotation/remaining-life",
            "A rotated token dies when the first one would have.",
            profile = || PoolProfile::rotation(0)
                .map_client(|client| client.with_refresh_token_validity(60 * MINUTE)),
            needs = [Clock],
            evidence = Evidence::Documented { url: REFRESH_PAGE },
            async |t| {
                let first = t.registered_and_signed_in("alice").await?;
                t.advance(40 * MINUTE).await;
                let refreshed = t.directory().refresh(Refresh::from(&first.grant)).await?;
                let second = check::rotated(refreshed)?;
                t.advance(19 * MINUTE).await;
                let refreshed = t.directory().refresh(Refresh::from(&second.grant)).await?;
                let third = check::rotated(refreshed)?;
                t.advance(2 * MINUTE).await;
                let refused = t.directory().refresh(Refresh::from(&third.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "rotation/lost-answer",
            "A rotation whose answer is lost is not sent again, and may have used the token up.",
            profile = || PoolProfile::rotation(0),
            needs = [Faults, CallLog],
            evidence = Evidence::Own {
                promise: "a call that may have taken effect is never sent twice, and says so"
            },
            async |t| {
                let operation = Operation::GetTokensFromRefreshToken;
                let set = t.registered_and_signed_in("alice").await?;
                t.fault(Fault::new(operation, FaultKind::AnswerLost).times(1)).await;
                let lost = t.directory().refresh(Refresh::from(&set.grant)).await;
                let error = check::refused(lost, ErrorKind::NoAnswer, &[])?;
                check::equal("the number of requests", t.count_calls(operation).await, 1)?;
                check::that(error.may_have_taken_effect(), "the error says that it may have")?;
                check::that(!error.is_retryable(), "the error says not to try again")?;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::RefreshTokenReuse, &[])?;
                Ok(())
            }
        ),
    ]
}

fn one_sign_in() -> Vec<Case> {
    vec![
        case!(
            "rotation/identity-kept",
            "Rotated sets keep user name, sub and origin_jti, in the tokens and in the grant.",
            profile = || PoolProfile::rotation(0),
            evidence = Evidence::Assumed {
                why: "origin_jti names a sign-in, and the page on rotation says clients have it"
            },
            async |t| {
                let first = t.registered_and_signed_in("alice").await?;
                check::some("origin_jti", first.grant.origin_jti())?;
                let before = check::claims(first.access_token().expose())?;
                let mut newest = first.clone();
                for _ in 0..2 {
                    let refreshed = t.directory().refresh(Refresh::from(&newest.grant)).await?;
                    newest = check::rotated(refreshed)?;
                    let after = check::claims(newest.access_token().expose())?;
                    for name in ["username", "sub", "origin_jti", "auth_time"] {
                        check::equal(name, after.get(name), before.get(name))?;
                    }
                    let grant = &newest.grant;
                    check::equal("the grant's name", grant.username(), first.grant.username())?;
                    check::equal("the grant's sub", grant.sub(), first.grant.sub())?;
                    let what = "the grant's origin_jti";
                    check::equal(what, grant.origin_jti(), first.grant.origin_jti())?;
                }
                Ok(())
            }
        ),
        case!(
            "rotation/revoke-newest",
            "Revoking the newest token ends the sign-in, the very first access token included.",
            profile = || PoolProfile::rotation(60),
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "access tokens are revoked by origin_jti, which rotation keeps"
            },
            async |t| {
                let first = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&first.grant)).await?;
                let newest = check::rotated(refreshed)?;
                t.directory().revoke(Revoke::from(&newest.grant)).await?;
                access_token_dies(&t, first.access_token(), &[]).await?;
                access_token_dies(&t, newest.access_token(), &[]).await?;
                refresh_token_dies(&t, &newest.grant, &[]).await
            }
        ),
        case!(
            "rotation/sign-out",
            "A global sign-out ends rotated tokens, and the old ones that were still in grace.",
            // An attempt that succeeds rotates; in grace the next attempt finds the same state.
            profile = || PoolProfile::rotation(60),
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html"
            },
            async |t| {
                let first = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&first.grant)).await?;
                let newest = check::rotated(refreshed)?;
                t.directory().global_sign_out("alice").await?;
                refresh_token_dies(&t, &newest.grant, &[]).await?;
                refresh_token_dies(&t, &first.grant, &[]).await
            }
        ),
        case!(
            "rotation/in-place",
            "Refreshing a token set in place takes the new refresh token over.",
            profile = || PoolProfile::rotation(0),
            evidence = Evidence::Own {
                promise: "a set with rotation can be refreshed in place again and again"
            },
            async |t| {
                let mut set = t.registered_and_signed_in("alice").await?;
                let first = set.clone();
                t.directory().refresh_in_place(&mut set).await?;
                check::different("the access token", set.access_token(), first.access_token())?;
                let token = set.grant.refresh_token().clone();
                check::different("the refresh token", &token, first.grant.refresh_token())?;
                t.directory().refresh_in_place(&mut set).await?;
                check::different("the refresh token", set.grant.refresh_token(), &token)?;
                Ok(())
            }
        ),
        case!(
            "rotation/legacy-flows",
            "With rotation on, a client of legacy flows does not refresh by REFRESH_TOKEN_AUTH either.",
            profile = || PoolProfile::rotation(10)
                .map_client(|client| client.with_explicit_auth_flows(["ADMIN_NO_SRP_AUTH"])),
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let old =
                    t.choice().with_refresh_flow(user_directory::RefreshFlow::RefreshTokenAuth);
                let refused = t.directory_with(&old).refresh(Refresh::from(&set.grant)).await;
                check::that(refused.is_err(), "the old flow is refused")?;
                check::rotated(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                Ok(())
            }
        ),
    ]
}
