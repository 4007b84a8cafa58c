//! What users and administrators say about second factors, and what lists show of it.

use user_directory::{
    ErrorKind,
    FactorSetting::{Disabled, Enabled, Preferred},
    MfaType::{EmailOtp, SmsMfa, SoftwareTokenMfa},
    UserDirectory,
};

use super::mfa::{
    FLUTTER, SWIFT, has_factors, optional_all, optional_totp, prefer, prefer_for, reachable,
    set_up_app,
};
use crate::{Case, Evidence, case, check};

const ADMINISTRATOR: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html",
};
const FACTORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html",
};

pub(crate) fn cases() -> Vec<Case> {
    [shown(), changed(), refused()].concat()
}

fn shown() -> Vec<Case> {
    vec![
        case!(
            "mfa/preference-of-a-new-user",
            "A new user has no factor enabled and none preferred.",
            profile = optional_all,
            evidence = SWIFT,
            async |t| {
                t.register_with(reachable()).await?;
                has_factors(&t, &[], None).await
            }
        ),
        case!(
            "mfa/preference-enabled",
            "An enabled factor is in the list and not preferred; a preferred one is both.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = SWIFT,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(SoftwareTokenMfa, Enabled)]).await?;
                has_factors(&t, &[SoftwareTokenMfa], None).await?;
                prefer(&t, &set, &[(SoftwareTokenMfa, Preferred)]).await?;
                has_factors(&t, &[SoftwareTokenMfa], Some(SoftwareTokenMfa)).await
            }
        ),
        case!(
            "mfa/preference-shown-to-the-user",
            "GetUser shows the user's own factors.",
            profile = optional_totp,
            needs = [OwnFactors, SelfService],
            evidence = FLUTTER,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(SoftwareTokenMfa, Preferred)]).await?;
                let user = t.self_service().user(&set.tokens.access_token).await?;
                check::equal("UserMFASettingList", user.mfa_types, vec![SoftwareTokenMfa])?;
                check::equal("PreferredMfaSetting", user.preferred_mfa, Some(SoftwareTokenMfa))
            }
        ),
        case!(
            "mfa/auth-factors",
            "GetUserAuthFactors shows a user's first and second factors.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = FACTORS,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(SoftwareTokenMfa, Preferred)]).await?;
                let factors = t.own_factors().auth_factors(&set.tokens.access_token).await?;
                check::equal("the name", factors.username.as_str(), "alice")?;
                check::equal("UserMFASettingList", factors.mfa_types, vec![SoftwareTokenMfa])?;
                check::equal("preferred", factors.preferred_mfa, Some(SoftwareTokenMfa))?;
                let first = vec!["PASSWORD".to_owned()];
                check::equal("ConfiguredUserAuthFactors", factors.first_factors, first)
            }
        ),
        case!(
            "mfa/auth-factors-by-an-administrator",
            "AdminGetUserAuthFactors shows the same.",
            profile = optional_all,
            evidence = FACTORS,
            async |t| {
                t.register_with(reachable()).await?;
                prefer_for(&t, &[(EmailOtp, Preferred)]).await?;
                let factors = t.directory().user_auth_factors("alice").await?;
                check::equal("the name", factors.username.as_str(), "alice")?;
                check::equal("UserMFASettingList", factors.mfa_types, vec![EmailOtp])?;
                check::equal("preferred", factors.preferred_mfa, Some(EmailOtp))?;
                let unknown = t.directory().user_auth_factors("nobody").await;
                check::refused(unknown, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "mfa/preference-order",
            "Text messages come before the app in lists.",
            profile = optional_all,
            needs = [OwnFactors],
            evidence = Evidence::Reported { note: "the expectations of amplify-flutter" },
            async |t| {
                t.register_with(reachable()).await?;
                let set = t.sign_in("alice").await?;
                set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(SoftwareTokenMfa, Enabled), (SmsMfa, Enabled)]).await?;
                has_factors(&t, &[SmsMfa, SoftwareTokenMfa], None).await
            }
        ),
    ]
}

fn changed() -> Vec<Case> {
    vec![
        case!(
            "mfa/preference-moves",
            "The preference for one factor takes it from the other, and both stay enabled.",
            profile = optional_all,
            evidence = SWIFT,
            async |t| {
                t.register_with(reachable()).await?;
                prefer_for(&t, &[(SmsMfa, Preferred), (EmailOtp, Enabled)]).await?;
                has_factors(&t, &[SmsMfa, EmailOtp], Some(SmsMfa)).await?;
                prefer_for(&t, &[(EmailOtp, Preferred)]).await?;
                has_factors(&t, &[SmsMfa, EmailOtp], Some(EmailOtp)).await
            }
        ),
        case!(
            "mfa/preference-disabled",
            "Disabling the preferred factor leaves the other enabled and none preferred.",
            profile = optional_all,
            evidence = SWIFT,
            async |t| {
                t.register_with(reachable()).await?;
                prefer_for(&t, &[(SmsMfa, Preferred), (EmailOtp, Enabled)]).await?;
                prefer_for(&t, &[(SmsMfa, Disabled)]).await?;
                has_factors(&t, &[EmailOtp], None).await
            }
        ),
        case!(
            "mfa/preference-left-out",
            "A factor that a call does not name stays as it is; one that it only enables is not \
             preferred any more.",
            profile = optional_all,
            evidence = Evidence::Documented {
                url: "https://github.com/aws-amplify/amplify-android/issues/2580"
            },
            async |t| {
                t.register_with(reachable()).await?;
                prefer_for(&t, &[(SmsMfa, Preferred)]).await?;
                prefer_for(&t, &[(EmailOtp, Enabled)]).await?;
                has_factors(&t, &[SmsMfa, EmailOtp], Some(SmsMfa)).await?;
                prefer_for(&t, &[(SmsMfa, Enabled)]).await?;
                has_factors(&t, &[SmsMfa, EmailOtp], None).await
            }
        ),
        case!(
            "mfa/preference-by-an-administrator",
            "An administrator says what sign-ins ask a user for, and must name one who is there.",
            profile = optional_all,
            evidence = ADMINISTRATOR,
            async |t| {
                t.register_with(reachable()).await?;
                prefer_for(&t, &[(EmailOtp, Preferred)]).await?;
                has_factors(&t, &[EmailOtp], Some(EmailOtp)).await?;
                let nobody = user_directory::SetUserMfaPreference::new(
                    "nobody",
                    super::mfa::preference(&[(EmailOtp, Preferred)]),
                );
                let refused = t.directory().set_user_mfa_preference(nobody).await;
                check::refused(refused, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case!(
            "mfa/preference-for-two",
            "Two factors cannot be preferred in one call.",
            profile = optional_all,
            evidence = SWIFT,
            async |t| {
                t.register_with(reachable()).await?;
                let both = prefer_for(&t, &[(SmsMfa, Preferred), (EmailOtp, Preferred)]).await;
                check::refused(both, ErrorKind::InvalidParameter, &[])?;
                has_factors(&t, &[], None).await
            }
        ),
        case!(
            "mfa/preference-without-an-app",
            "The app cannot be enabled before it is verified.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence =
                Evidence::Documented { url: "https://github.com/aws/aws-sdk-js-v3/issues/4645" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let texts =
                    ["User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"];
                let early = prefer(&t, &set, &[(SoftwareTokenMfa, Preferred)]).await;
                check::refused(early, ErrorKind::InvalidParameter, &texts)?;
                let token = &set.tokens.access_token;
                t.own_factors().associate_own_software_token(token).await?;
                let early = prefer(&t, &set, &[(SoftwareTokenMfa, Enabled)]).await;
                check::refused(early, ErrorKind::InvalidParameter, &texts)?;
                has_factors(&t, &[], None).await
            }
        ),
        case!(
            "mfa/preference-without-a-number",
            "Text messages cannot be enabled for a user without a number.",
            profile = optional_all,
            evidence =
                Evidence::Reported { note: "an emulator's test, in the form of the text for apps" },
            async |t| {
                t.register("alice").await?;
                let texts = ["User does not have delivery config set to turn on SMS_MFA"];
                let refused = prefer_for(&t, &[(SmsMfa, Enabled)]).await;
                check::refused(refused, ErrorKind::InvalidParameter, &texts)?;
                Ok(())
            }
        ),
    ]
}
