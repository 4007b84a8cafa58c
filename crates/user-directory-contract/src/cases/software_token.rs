//! Authenticator apps of users who are signed in.

use user_directory::{
    ErrorKind, FactorSetting, MfaType, OwnFactors, UserDirectory, VerifyOwnSoftwareToken,
};

use super::mfa::{
    BLOCKS, FLUTTER, SWIFT, has_factors, optional_totp, prefer, prefer_for, set_up_app, sign_in,
    software_token, with_app,
};
use crate::{Case, Evidence, PoolProfile, case, check};

const APP: MfaType = MfaType::SoftwareTokenMfa;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "mfa/totp-not-enabled",
            "A pool without software tokens sets up no app.",
            profile = PoolProfile::article,
            needs = [OwnFactors],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = &set.tokens.access_token;
                let refused = t.own_factors().associate_own_software_token(token).await;
                let texts = ["Software Token MFA has not been enabled by the userPool"];
                check::refused(refused, ErrorKind::SoftwareTokenMfaNotFound, &texts)?;
                Ok(())
            }
        ),
        case!(
            "mfa/secret-code",
            "The secret of an app has at least 16 letters and digits, and is another each time.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = &set.tokens.access_token;
                let own = t.own_factors();
                let first = own.associate_own_software_token(token).await?;
                let second = own.associate_own_software_token(token).await?;
                let text = first.expose();
                let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
                check::that(text.len() >= 16 && is_plain, "16 letters and digits")?;
                check::different("the secrets", first, second)
            }
        ),
        case!(
            "mfa/verify-alone",
            "An app that is verified is not in use before it is enabled.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = BLOCKS,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                set_up_app(&t, &set).await?;
                has_factors(&t, &[], None).await?;
                check::tokens(sign_in(&t).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/verify-wrong-code",
            "A wrong code verifies no app, and the right one still does.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = SWIFT,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = &set.tokens.access_token;
                let own = t.own_factors();
                let secret_code = own.associate_own_software_token(token).await?;
                let wrong = t.software_token_code_in(&secret_code, 1000)?;
                let wrong = VerifyOwnSoftwareToken::new(token.clone(), wrong);
                let refused = own.verify_own_software_token(wrong).await;
                let texts = ["Code mismatch and fail enable Software Token MFA"];
                check::refused(refused, ErrorKind::EnableSoftwareTokenMfa, &texts)?;
                let right = t.software_token_code(&secret_code)?;
                let right = VerifyOwnSoftwareToken::new(token.clone(), right);
                own.verify_own_software_token(right).await?;
                Ok(())
            }
        ),
        case!(
            "mfa/verify-code-twice",
            "A code verifies an app once.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Reported {
                note: "a remark in the tests of aws-blocks, sandbox-admin-e2e"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = &set.tokens.access_token;
                let own = t.own_factors();
                let secret_code = own.associate_own_software_token(token).await?;
                let code = t.software_token_code(&secret_code)?;
                let verify = VerifyOwnSoftwareToken::new(token.clone(), code);
                own.verify_own_software_token(verify.clone()).await?;
                let again = own.verify_own_software_token(verify).await;
                let texts = ["Your software token has already been used once."];
                check::refused(again, ErrorKind::EnableSoftwareTokenMfa, &texts)?;
                Ok(())
            }
        ),
        case!(
            "mfa/verify-letters",
            "A code of letters is malformed.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = SWIFT,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = &set.tokens.access_token;
                let own = t.own_factors();
                own.associate_own_software_token(token).await?;
                let letters = VerifyOwnSoftwareToken::new(token.clone(), "Aaaa");
                let refused = own.verify_own_software_token(letters).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "mfa/verify-nothing",
            "Without a secret there is nothing to verify.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Assumed {
                why: "of the errors in the API's list it is the one about software tokens"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let verify = VerifyOwnSoftwareToken::new(set.tokens.access_token.clone(), "123456");
                let refused = t.own_factors().verify_own_software_token(verify).await;
                check::refused(refused, ErrorKind::SoftwareTokenMfaNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "mfa/associate-again",
            "A new secret makes the app that was set up before worth nothing, verified or not.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Documented {
                url: "https://github.com/aws-amplify/amplify-js/issues/3844"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(APP, FactorSetting::Preferred)]).await?;
                t.own_factors().associate_own_software_token(&set.tokens.access_token).await?;
                check::tokens(sign_in(&t).await?)?;
                has_factors(&t, &[], None).await
            }
        ),
        case!(
            "mfa/device-name",
            "The challenge shows what the user calls the device.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = FLUTTER,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = &set.tokens.access_token;
                let own = t.own_factors();
                let secret_code = own.associate_own_software_token(token).await?;
                let code = t.software_token_code(&secret_code)?;
                let verify = VerifyOwnSoftwareToken::new(token.clone(), code)
                    .with_friendly_device_name("a phone");
                own.verify_own_software_token(verify).await?;
                prefer_for(&t, &[(APP, FactorSetting::Preferred)]).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                check::equal("the device", challenge.friendly_device_name(), Some("a phone"))
            }
        ),
        case!(
            "mfa/delete-app",
            "An administrator deletes a user's app; the user is not asked for it any more.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html"
            },
            async |t| {
                with_app(&t).await?;
                let waiting = software_token(sign_in(&t).await?)?;
                t.directory().delete_software_token("alice").await?;
                has_factors(&t, &[], None).await?;
                check::tokens(sign_in(&t).await?)?;
                let late = t.directory().respond_to_challenge(waiting.answer("123456")).await;
                check::that(late.is_err(), "a code of an app that is gone brings nothing")
            }
        ),
    ]
}
