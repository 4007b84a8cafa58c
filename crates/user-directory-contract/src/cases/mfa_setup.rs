//! A second factor that is set up in a sign-in which demands one.

use user_directory::{Authentication, ErrorKind, MfaSetup, MfaType, SecretCode, UserDirectory};

use super::mfa::{
    ANDROID, BLOCKS, FLUTTER, SWIFT, code, email, has_factors, on_all, pool, setup, sign_in,
    software_token,
};
use crate::{Case, Evidence, Failure, Trial, case, check, mailbox};

const INVALID_SESSION: &str = "Invalid session for the user.";

pub(crate) fn cases() -> Vec<Case> {
    [by_app(), by_email(), abused()].concat()
}

fn on_totp() -> crate::PoolProfile {
    pool("ON", &[MfaType::SoftwareTokenMfa])
}

/// Alice registers, and her sign-in demands that she sets up a factor.
async fn begun(t: &Trial) -> Result<MfaSetup, Failure> {
    t.register("alice").await?;
    setup(sign_in(t).await?)
}

/// Sets up an app in a sign-in, up to its tokens.
async fn finish(t: &Trial, challenge: &MfaSetup) -> Result<SecretCode, Failure> {
    let directory = t.directory();
    let token = directory.associate_software_token(challenge.software_token()).await?;
    let code = t.software_token_code_in(token.secret_code(), -1)?;
    let verified = directory.verify_software_token(token.verify(code)).await?;
    check::tokens(directory.respond_to_challenge(verified.answer()).await?)?;
    Ok(token.secret_code().clone())
}

fn by_app() -> Vec<Case> {
    vec![
        case!(
            "mfa/on-nothing-to-use",
            "Where second factors are demanded, a user who has none sets up an app, gets tokens, and \
             is asked for it from then on.",
            profile = on_totp,
            evidence = BLOCKS,
            async |t| {
                let challenge = begun(&t).await?;
                let app = MfaType::SoftwareTokenMfa;
                check::equal("MFAS_CAN_SETUP", challenge.can_set_up(), [app].as_slice())?;
                let secret_code = finish(&t, &challenge).await?;
                has_factors(&t, &[app], Some(app)).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                let answer = challenge.answer(t.software_token_code(&secret_code)?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/setup-without-phone",
            "A user without a number cannot choose text messages where there is something else.",
            profile = || pool("ON", &[MfaType::SmsMfa, MfaType::SoftwareTokenMfa]),
            evidence = FLUTTER,
            async |t| {
                let offered = begun(&t).await?.can_set_up().to_vec();
                check::equal("MFAS_CAN_SETUP", offered, vec![MfaType::SoftwareTokenMfa])
            }
        ),
        case!(
            "mfa/setup-offers",
            "A user without address and number can set up an app or an address, and no number.",
            profile = on_all,
            evidence = ANDROID,
            async |t| {
                let mut offered = begun(&t).await?.can_set_up().to_vec();
                offered.sort();
                let expected = vec![MfaType::SoftwareTokenMfa, MfaType::EmailOtp];
                check::equal("MFAS_CAN_SETUP", offered, expected)
            }
        ),
        case!(
            "mfa/setup-wrong-code",
            "A wrong code sets up no app, and the right one still does in the same session.",
            profile = on_totp,
            evidence = ANDROID,
            async |t| {
                let challenge = begun(&t).await?;
                let directory = t.directory();
                let token = directory.associate_software_token(challenge.software_token()).await?;
                let wrong = token.verify(t.software_token_code_in(token.secret_code(), 1000)?);
                let refused = directory.verify_software_token(wrong).await;
                let texts = ["Code mismatch"];
                check::refused(refused, ErrorKind::EnableSoftwareTokenMfa, &texts)?;
                let right = token.verify(t.software_token_code(token.secret_code())?);
                let verified = directory.verify_software_token(right).await?;
                check::tokens(directory.respond_to_challenge(verified.answer()).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/setup-three-wrong-codes",
            "The third wrong code ends the session of a set-up.",
            profile = on_totp,
            evidence = BLOCKS,
            async |t| {
                let challenge = begun(&t).await?;
                let directory = t.directory();
                let token = directory.associate_software_token(challenge.software_token()).await?;
                for _ in 0..3 {
                    let wrong = token.verify(t.software_token_code_in(token.secret_code(), 1000)?);
                    let refused = directory.verify_software_token(wrong).await;
                    check::refused(refused, ErrorKind::EnableSoftwareTokenMfa, &[])?;
                }
                let right = token.verify(t.software_token_code(token.secret_code())?);
                let refused = directory.verify_software_token(right).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                setup(sign_in(&t).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/setup-public-flow",
            "The users' own handle sets up an app in the same way.",
            profile = on_totp,
            needs = [OwnFactors],
            evidence = SWIFT,
            async |t| {
                t.register("alice").await?;
                let own = t.own_factors();
                let sign_in = user_directory::SignIn::new("alice", crate::PASSWORD);
                let challenge = setup(own.sign_in(sign_in).await?)?;
                let token = own.associate_software_token(challenge.software_token()).await?;
                let code = t.software_token_code(token.secret_code())?;
                let verified = own.verify_software_token(token.verify(code)).await?;
                check::tokens(own.respond_to_challenge(verified.answer()).await?)?;
                Ok(())
            }
        ),
    ]
}

fn by_email() -> Vec<Case> {
    vec![
        case!(
            "mfa/setup-email",
            "A user sets up an address: it gets a code, and is stored and verified by the right answer.",
            profile = on_all,
            needs = [Inbox],
            evidence = SWIFT,
            async |t| {
                let answer = begun(&t).await?.email(mailbox("alice"));
                let challenge = email(t.directory().respond_to_challenge(answer).await?)?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))?;
                let answer = challenge.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                let user = t.directory().user("alice").await?;
                let address = Some(mailbox("alice"));
                check::equal("email", user.attributes.get("email"), address.as_deref())?;
                let verified = user.attributes.get("email_verified");
                check::equal("email_verified", verified, Some("true"))?;
                has_factors(&t, &[MfaType::EmailOtp], Some(MfaType::EmailOtp)).await
            }
        ),
        case!(
            "mfa/setup-email-malformed",
            "What is no address is refused, and another may be given in the same session.",
            profile = on_all,
            needs = [Inbox],
            evidence = Evidence::Assumed { why: "the address is checked as any other is" },
            async |t| {
                let challenge = begun(&t).await?;
                let malformed = challenge.email("not an address");
                let refused = t.directory().respond_to_challenge(malformed).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                let answer = challenge.email(mailbox("alice"));
                email(t.directory().respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
    ]
}

fn abused() -> Vec<Case> {
    vec![
        case!(
            "mfa/setup-skipped",
            "A set-up that no code has ended brings no tokens.",
            profile = on_totp,
            needs = [Wire],
            evidence = Evidence::Assumed { why: "the pool demands a factor; the class is assumed" },
            async |t| {
                let challenge = begun(&t).await?;
                let directory = t.directory();
                let early = answer_setup(&t, challenge.session().expose()).await?;
                check::different("the status", early, 200)?;
                let challenge = setup(sign_in(&t).await?)?;
                let token = directory.associate_software_token(challenge.software_token()).await?;
                let session = token.verify("123456").session().expose().to_owned();
                check::different("the status", answer_setup(&t, &session).await?, 200)?;
                software_token_is_not_asked_for(&t).await
            }
        ),
        case!(
            "mfa/setup-twice",
            "Who has set up a factor in one sign-in cannot set up another in a second one that was \
             begun before.",
            profile = on_totp,
            evidence = Evidence::Assumed {
                why: "otherwise the password alone would replace the factor; class and text assumed"
            },
            async |t| {
                let first = begun(&t).await?;
                let second = setup(sign_in(&t).await?)?;
                let third = setup(sign_in(&t).await?)?;
                let directory = t.directory();
                let waiting = directory.associate_software_token(third.software_token()).await?;
                finish(&t, &first).await?;
                let late = directory.associate_software_token(second.software_token()).await;
                check::refused(late, ErrorKind::NotAuthorized, &[INVALID_SESSION])?;
                let code = t.software_token_code(waiting.secret_code())?;
                let late = directory.verify_software_token(waiting.verify(code)).await;
                check::refused(late, ErrorKind::NotAuthorized, &[INVALID_SESSION])?;
                Ok(())
            }
        ),
        case!(
            "mfa/setup-session-once",
            "Each step of a set-up uses its session up.",
            profile = on_totp,
            evidence = Evidence::Assumed {
                why: "the answers bring new sessions; that the old ones are used up is assumed"
            },
            async |t| {
                let challenge = begun(&t).await?;
                let directory = t.directory();
                let request = challenge.software_token();
                let token = directory.associate_software_token(request.clone()).await?;
                let again = directory.associate_software_token(request).await;
                check::refused(again, ErrorKind::NotAuthorized, &[])?;
                let code = t.software_token_code(token.secret_code())?;
                let request = token.verify(code);
                let verified = directory.verify_software_token(request.clone()).await?;
                let again = directory.verify_software_token(request).await;
                check::refused(again, ErrorKind::NotAuthorized, &[])?;
                check::tokens(directory.respond_to_challenge(verified.answer()).await?)?;
                let again = directory.respond_to_challenge(verified.answer()).await;
                check::refused(again, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "mfa/setup-other-session",
            "The session of another challenge sets up nothing.",
            profile = || on_totp().map_client(|client| client.with_generate_secret(false)),
            needs = [Wire],
            evidence = Evidence::Assumed { why: "it is a session for something else" },
            async |t| {
                let challenge = begun(&t).await?;
                finish(&t, &challenge).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                let members = serde_json::json!({ "Session": challenge.session().expose() });
                let answer = t.send("AssociateSoftwareToken", members).await;
                check::different("the status", answer.status, 200)
            }
        ),
    ]
}

/// The status of an answer to MFA_SETUP, made by hand: the traits have no answer without a code.
async fn answer_setup(t: &Trial, session: &str) -> Result<u16, Failure> {
    let members = serde_json::json!({
        "UserPoolId": t.pool_id(),
        "ClientId": t.client_id(),
        "ChallengeName": "MFA_SETUP",
        "Session": session,
        "ChallengeResponses": { "USERNAME": "alice" },
    });
    Ok(t.send("AdminRespondToAuthChallenge", members).await.status)
}

async fn software_token_is_not_asked_for(t: &Trial) -> Result<(), Failure> {
    has_factors(t, &[], None).await?;
    setup(sign_in(t).await?)?;
    Ok(())
}
