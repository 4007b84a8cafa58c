//! Codes of second factors: which are good, where, and how often one may try.

use std::time::Duration;

use user_directory::{ErrorKind, FactorSetting, MfaType, UserDirectory};

use super::{
    mfa::{
        BLOCKS, FLUTTER, GUIDE, MOTO, SWIFT, code, email, optional_all, optional_totp, pool,
        prefer_for, reachable, set_up_app, sign_in, sms, software_token, with_app, with_email,
        with_phone,
    },
    sign_up::another,
};
use crate::{Case, Evidence, case, check};

const USED_ONCE: &str = "Your software token has already been used once.";

pub(crate) fn cases() -> Vec<Case> {
    [of_apps(), of_messages(), of_both()].concat()
}

fn of_apps() -> Vec<Case> {
    vec![
        case!(
            "mfa/code-used-once",
            "The code that verified an app is not good for a sign-in as well.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = SWIFT,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let own = t.own_factors();
                let token = &set.tokens.access_token;
                let secret_code = own.associate_own_software_token(token).await?;
                let code = t.software_token_code(&secret_code)?;
                let verify =
                    user_directory::VerifyOwnSoftwareToken::new(token.clone(), code.clone());
                own.verify_own_software_token(verify).await?;
                prefer_for(&t, &[(MfaType::SoftwareTokenMfa, FactorSetting::Preferred)]).await?;
                let answer = software_token(sign_in(&t).await?)?.answer(code);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[USED_ONCE])?;
                Ok(())
            }
        ),
        case!(
            "mfa/code-of-a-sign-in-used-once",
            "A code that has signed in once does not sign in again.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = MOTO,
            async |t| {
                let secret_code = with_app(&t).await?;
                let code = t.software_token_code(&secret_code)?;
                let answer = software_token(sign_in(&t).await?)?.answer(code.clone());
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                let answer = software_token(sign_in(&t).await?)?.answer(code);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[USED_ONCE])?;
                Ok(())
            }
        ),
        case!(
            "mfa/totp-wrong-code",
            "A wrong code of an app is refused, and the right one is good in the same session.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Reported { note: "the error tables of four clients" },
            async |t| {
                let secret_code = with_app(&t).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                let wrong = challenge.answer(t.software_token_code_in(&secret_code, 1000)?);
                let refused = t.directory().respond_to_challenge(wrong).await;
                let texts = ["Invalid code received for user"];
                check::refused(refused, ErrorKind::CodeMismatch, &texts)?;
                let right = challenge.answer(t.software_token_code(&secret_code)?);
                check::tokens(t.directory().respond_to_challenge(right).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/totp-window",
            "A code is good for 30 seconds before and after its own.",
            profile = optional_totp,
            needs = [OwnFactors, Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html"
            },
            async |t| {
                let secret_code = with_app(&t).await?;
                // Later than the code that has set it up.
                t.advance(Duration::from_secs(300)).await;
                for steps in [-2, 2] {
                    let code = t.software_token_code_in(&secret_code, steps)?;
                    let answer = software_token(sign_in(&t).await?)?.answer(code);
                    let refused = t.directory().respond_to_challenge(answer).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                for steps in [-1, 0, 1] {
                    let code = t.software_token_code_in(&secret_code, steps)?;
                    let answer = software_token(sign_in(&t).await?)?.answer(code);
                    check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                }
                Ok(())
            }
        ),
        case!(
            "mfa/another-users-app",
            "The code of one user's app is not good for another user.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Own { promise: "secrets are one user's alone" },
            async |t| {
                with_app(&t).await?;
                let bob = t.registered_and_signed_in("bob").await?;
                let secret_code = set_up_app(&t, &bob).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                let answer = challenge.answer(t.software_token_code(&secret_code)?);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                Ok(())
            }
        ),
    ]
}

fn of_messages() -> Vec<Case> {
    vec![
        case!(
            "mfa/six-digits",
            "Codes of second factors that are messages have six digits.",
            profile = || pool("ON", &[MfaType::EmailOtp]),
            needs = [Inbox],
            evidence = BLOCKS,
            async |t| {
                t.register_with(with_email()).await?;
                email(sign_in(&t).await?)?;
                let code = code(&t).await?;
                let is_code = code.expose().bytes().all(|byte| byte.is_ascii_digit());
                check::that(is_code && code.expose().len() == 6, "the code has six digits")
            }
        ),
        case!(
            "mfa/sms-wrong-code",
            "A wrong code of a text message is refused, and the right one is good in the same session.",
            profile = || pool("ON", &[MfaType::SmsMfa]),
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                t.register_with(with_phone()).await?;
                let challenge = sms(sign_in(&t).await?)?;
                let code = code(&t).await?;
                let wrong = challenge.answer(another(&code));
                let refused = t.directory().respond_to_challenge(wrong).await;
                let texts = ["Invalid code or auth state for the user."];
                check::refused(refused, ErrorKind::CodeMismatch, &texts)?;
                let right = challenge.answer(code);
                check::tokens(t.directory().respond_to_challenge(right).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/verifies-the-contact",
            "The right code verifies the number that it went to.",
            profile = || pool("ON", &[MfaType::SmsMfa]),
            needs = [Inbox],
            evidence = GUIDE,
            async |t| {
                t.register_with(with_phone()).await?;
                let answer = sms(sign_in(&t).await?)?.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                let user = t.directory().user("alice").await?;
                let verified = user.attributes.get("phone_number_verified");
                check::equal("phone_number_verified", verified, Some("true"))
            }
        ),
        case!(
            "mfa/another-sessions-code",
            "The code of one session is worth nothing in another.",
            profile = || pool("ON", &[MfaType::SmsMfa]),
            needs = [Inbox],
            evidence = Evidence::Assumed { why: "a session answers for one sign-in" },
            async |t| {
                t.register_with(with_phone()).await?;
                let first = sms(sign_in(&t).await?)?;
                let of_the_first = code(&t).await?;
                let second = sms(sign_in(&t).await?)?;
                let of_the_second = code(&t).await?;
                let crossed = second.answer(of_the_first.clone());
                let refused = t.directory().respond_to_challenge(crossed).await;
                check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                for answer in [first.answer(of_the_first), second.answer(of_the_second)] {
                    check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                }
                Ok(())
            }
        ),
        case!(
            "mfa/moved-contact",
            "A code is worth nothing once the user has another number than it went to.",
            profile = || pool("ON", &[MfaType::SmsMfa]),
            needs = [Inbox],
            evidence = Evidence::Assumed { why: "it would verify a number that nobody has shown" },
            async |t| {
                t.register_with(with_phone()).await?;
                let challenge = sms(sign_in(&t).await?)?;
                let moved = [("phone_number", "+15555550199")];
                let moved = user_directory::UpdateUserAttributes::new("alice", moved);
                t.directory().update_user_attributes(moved).await?;
                let answer = challenge.answer(code(&t).await?);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
    ]
}

fn of_both() -> Vec<Case> {
    vec![
        case!(
            "mfa/session-expired",
            "A code comes too late when the session has expired.",
            profile = || pool("ON", &[MfaType::SmsMfa]),
            needs = [Inbox, Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html"
            },
            async |t| {
                t.register_with(with_phone()).await?;
                let challenge = sms(sign_in(&t).await?)?;
                t.advance(Duration::from_secs(3 * 60)).await;
                let answer = challenge.answer(code(&t).await?);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "mfa/another-challenge",
            "The session of one factor does not take the code of another.",
            profile = || optional_all().map_client(|client| client.with_generate_secret(false)),
            needs = [Inbox, OwnFactors, Wire],
            evidence = Evidence::Assumed { why: "a session answers for one challenge" },
            async |t| {
                let set = {
                    t.register_with(reachable()).await?;
                    check::tokens(sign_in(&t).await?)?
                };
                let secret_code = set_up_app(&t, &set).await?;
                prefer_for(&t, &[(MfaType::SmsMfa, FactorSetting::Preferred)]).await?;
                let challenge = sms(sign_in(&t).await?)?;
                let members = serde_json::json!({
                    "ClientId": t.client_id(),
                    "ChallengeName": "SOFTWARE_TOKEN_MFA",
                    "Session": challenge.session().expose(),
                    "ChallengeResponses": {
                        "USERNAME": "alice",
                        "SOFTWARE_TOKEN_MFA_CODE": t.software_token_code(&secret_code)?.expose(),
                    },
                });
                let answer = t.send("RespondToAuthChallenge", members).await;
                check::different("the status", answer.status, 200)
            }
        ),
        case!(
            "mfa/code-attempts",
            "After five wrong codes the right one is refused for a second, whatever the session.",
            profile = optional_totp,
            needs = [OwnFactors, Clock],
            evidence = GUIDE,
            async |t| {
                let secret_code = with_app(&t).await?;
                t.advance(Duration::from_secs(300)).await;
                let challenge = software_token(sign_in(&t).await?)?;
                for _ in 0..5 {
                    let wrong = challenge.answer(t.software_token_code_in(&secret_code, 1000)?);
                    let refused = t.directory().respond_to_challenge(wrong).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                let challenge = software_token(sign_in(&t).await?)?;
                let code = t.software_token_code(&secret_code)?;
                let refused = t.directory().respond_to_challenge(challenge.answer(code)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                t.advance(Duration::from_secs(1)).await;
                let code = t.software_token_code(&secret_code)?;
                let answer = software_token(sign_in(&t).await?)?.answer(code);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
    ]
}
