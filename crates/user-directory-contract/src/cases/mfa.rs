//! Which challenge for a second factor follows which state.

use user_directory::{
    AuthOutcome, Challenge, CreateUser, EmailOtp, ErrorKind, FactorSetting, MessageAction,
    MfaPreference, MfaSetup, MfaType, Register, SecretCode, SelectMfaType, SetMfaPreference,
    SetUserMfaPreference, SignIn, SignInFlow, SmsMfa, SoftwareTokenMfa, TokenSet,
    VerifyOwnSoftwareToken,
};

use crate::{
    Case, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial, case, check, mailbox,
};

pub(super) const FLUTTER: Evidence = Evidence::Documented {
    url: "https://github.com/aws-amplify/amplify-flutter/tree/d8a895daa2fa428fd274022df1f47c3fab7ba87b/packages/auth/amplify_auth_cognito/example/integration_test",
};
pub(super) const SWIFT: Evidence = Evidence::Documented {
    url: "https://github.com/aws-amplify/amplify-swift/tree/197334587a3abaf64e5092fb8c3c8d9553844f35/AmplifyPlugins/Auth/Tests/AuthHostApp/AuthIntegrationTests/MFATests",
};
pub(super) const ANDROID: Evidence = Evidence::Documented {
    url: "https://github.com/aws-amplify/amplify-android/tree/6b8bd6a47c8e83d9d011ed8d218cc4cc5da73322/aws-auth-cognito/src/androidTest",
};
pub(super) const BLOCKS: Evidence = Evidence::Documented {
    url: "https://github.com/aws-devtools-labs/aws-blocks/tree/b577accac9e5c548ede9cc716bc9bf5dd220c800/packages/bb-auth-cognito/src",
};
pub(super) const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html",
};
pub(super) const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};

pub(super) const PHONE: &str = "+15555550101";
/// PHONE, as challenges show it.
const MASKED_PHONE: &str = "+*******0101";

pub(crate) fn cases() -> Vec<Case> {
    [without(), enabled(), demanded()].concat()
}

/// A pool with these second factors.
pub(super) fn pool(configuration: &'static str, factors: &[MfaType]) -> PoolProfile {
    let factors = factors.to_vec();
    PoolProfile::article().with_name("mfa").map_pool(|pool| pool.with_mfa(configuration, factors))
}

pub(super) fn optional_totp() -> PoolProfile {
    pool("OPTIONAL", &[MfaType::SoftwareTokenMfa])
}

pub(super) fn optional_all() -> PoolProfile {
    pool("OPTIONAL", &MfaType::ALL)
}

pub(super) fn on_all() -> PoolProfile {
    pool("ON", &MfaType::ALL)
}

/// Alice with an address and a number, neither verified.
pub(super) fn reachable() -> Register {
    let attributes = [("email", mailbox("alice")), ("phone_number", PHONE.to_owned())];
    Register::new("alice", PASSWORD).with_attributes(attributes)
}

pub(super) fn with_email() -> Register {
    Register::new("alice", PASSWORD).with_attributes([("email", mailbox("alice"))])
}

pub(super) fn with_phone() -> Register {
    Register::new("alice", PASSWORD).with_attributes([("phone_number", PHONE)])
}

/// Alice signs in with the right password.
pub(super) async fn sign_in(t: &Trial) -> Result<AuthOutcome, Failure> {
    Ok(t.directory().sign_in(SignIn::new("alice", PASSWORD)).await?)
}

pub(super) fn software_token(outcome: AuthOutcome) -> Result<SoftwareTokenMfa, Failure> {
    check::challenge(outcome, "SOFTWARE_TOKEN_MFA", Challenge::software_token_mfa)
}

pub(super) fn sms(outcome: AuthOutcome) -> Result<SmsMfa, Failure> {
    check::challenge(outcome, "SMS_MFA", Challenge::sms_mfa)
}

pub(super) fn email(outcome: AuthOutcome) -> Result<EmailOtp, Failure> {
    check::challenge(outcome, "EMAIL_OTP", Challenge::email_otp)
}

pub(super) fn select(outcome: AuthOutcome) -> Result<SelectMfaType, Failure> {
    check::challenge(outcome, SelectMfaType::NAME, Challenge::select_mfa_type)
}

pub(super) fn setup(outcome: AuthOutcome) -> Result<MfaSetup, Failure> {
    check::challenge(outcome, MfaSetup::NAME, Challenge::mfa_setup)
}

/// The code in the newest message to alice.
pub(super) async fn code(t: &Trial) -> Result<user_directory::Code, Failure> {
    check::some("the code", t.last_message("alice").await?.code)
}

/// Alice, who is signed in, sets up an authenticator app with the code of the step before this one, so
/// that the next two are still good.
pub(super) async fn set_up_app(t: &Trial, set: &TokenSet) -> Result<SecretCode, Failure> {
    let token = &set.tokens.access_token;
    let own = t.own_factors();
    let secret_code = own.associate_own_software_token(token).await?;
    let code = t.software_token_code_in(&secret_code, -1)?;
    own.verify_own_software_token(VerifyOwnSoftwareToken::new(token.clone(), code)).await?;
    Ok(secret_code)
}

/// Alice, who is signed in, says what sign-ins ask for.
pub(super) async fn prefer(
    t: &Trial,
    set: &TokenSet,
    settings: &[(MfaType, FactorSetting)],
) -> user_directory::Result<()> {
    let request = SetMfaPreference::new(set.tokens.access_token.clone(), preference(settings));
    t.own_factors().set_mfa_preference(request).await
}

pub(super) fn preference(settings: &[(MfaType, FactorSetting)]) -> MfaPreference {
    settings.iter().fold(MfaPreference::new(), |all, (factor, setting)| all.with(*factor, *setting))
}

/// An administrator says what sign-ins ask alice for.
pub(super) async fn prefer_for(
    t: &Trial,
    settings: &[(MfaType, FactorSetting)],
) -> user_directory::Result<()> {
    let request = SetUserMfaPreference::new("alice", preference(settings));
    t.directory().set_user_mfa_preference(request).await
}

/// Alice registers, sets up an app, and prefers it.
pub(super) async fn with_app(t: &Trial) -> Result<SecretCode, Failure> {
    let set = t.registered_and_signed_in("alice").await?;
    let secret_code = set_up_app(t, &set).await?;
    prefer(t, &set, &[(MfaType::SoftwareTokenMfa, FactorSetting::Preferred)]).await?;
    Ok(secret_code)
}

/// AdminGetUser shows these factors of alice.
pub(super) async fn has_factors(
    t: &Trial,
    enabled: &[MfaType],
    preferred: Option<MfaType>,
) -> Result<(), Failure> {
    let user = t.directory().user("alice").await?;
    check::equal("UserMFASettingList", user.mfa_types, enabled.to_vec())?;
    check::equal("PreferredMfaSetting", user.preferred_mfa, preferred)
}

fn without() -> Vec<Case> {
    vec![
        case!(
            "mfa/off",
            "Where second factors are off, nobody is asked for one, whatever the user has enabled.",
            evidence = Evidence::Assumed { why: "OFF switches all of it off" },
            async |t| {
                t.register_with(with_email()).await?;
                prefer_for(&t, &[(MfaType::EmailOtp, FactorSetting::Preferred)]).await?;
                check::tokens(sign_in(&t).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/optional-nothing-enabled",
            "Where second factors are optional, a user who has enabled none is not asked.",
            profile = optional_all,
            evidence = FLUTTER,
            async |t| {
                t.register_with(reachable()).await?;
                check::tokens(sign_in(&t).await?)?;
                has_factors(&t, &[], None).await
            }
        ),
        case!(
            "mfa/disabled-again",
            "After all factors are disabled, a sign-in brings tokens; the app stays set up.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = FLUTTER,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let secret_code = set_up_app(&t, &set).await?;
                let app = MfaType::SoftwareTokenMfa;
                prefer(&t, &set, &[(app, FactorSetting::Preferred)]).await?;
                prefer(&t, &set, &[(app, FactorSetting::Disabled)]).await?;
                has_factors(&t, &[], None).await?;
                let set = check::tokens(sign_in(&t).await?)?;
                prefer(&t, &set, &[(app, FactorSetting::Preferred)]).await?;
                let answer = software_token(sign_in(&t).await?)?;
                let answer = answer.answer(t.software_token_code(&secret_code)?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/refresh-asks-nothing",
            "A refresh asks for no second factor.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = GUIDE,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(MfaType::SoftwareTokenMfa, FactorSetting::Preferred)]).await?;
                let refresh = user_directory::Refresh::from(&set.grant);
                check::kept(t.directory().refresh(refresh).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/contact-does-not-recover",
            "A contact that gets the codes of a second factor does not recover the password; another \
             does.",
            profile = || pool("OPTIONAL", &[MfaType::SmsMfa]),
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html"
            },
            async |t| {
                let verified = [
                    ("email", mailbox("alice")),
                    ("email_verified", "true".to_owned()),
                    ("phone_number", PHONE.to_owned()),
                    ("phone_number_verified", "true".to_owned()),
                ];
                let alice = Register::new("alice", PASSWORD).with_attributes(verified);
                t.register_with(alice).await?;
                prefer_for(&t, &[(MfaType::SmsMfa, FactorSetting::Enabled)]).await?;
                let request = user_directory::ForgotPassword::new("alice");
                t.self_service().forgot_password(request).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))
            }
        ),
    ]
}

fn enabled() -> Vec<Case> {
    vec![
        case!(
            "mfa/totp",
            "A user who prefers the authenticator app is asked for its code, and gets tokens for it.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = MOTO,
            async |t| {
                let secret_code = with_app(&t).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                check::equal("the name", challenge.username(), "alice")?;
                let answer = challenge.answer(t.software_token_code(&secret_code)?);
                let set = check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                check::equal("the name", set.grant.username(), "alice")
            }
        ),
        case!(
            "mfa/totp-public-flow",
            "The users' own handle asks for the same.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = MOTO,
            async |t| {
                let secret_code = with_app(&t).await?;
                let own = t.own_factors();
                let outcome = own.sign_in(SignIn::new("alice", PASSWORD)).await?;
                let code = t.software_token_code(&secret_code)?;
                let answer = software_token(outcome)?.answer(code);
                check::tokens(own.respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/after-srp",
            "A proof by SRP is followed by the second factor as a password is.",
            profile = || optional_totp().map_client(|client| client.with_explicit_auth_flows([
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            ])),
            needs = [OwnFactors, Srp],
            evidence = Evidence::Documented {
                url: "https://github.com/NabuCasa/pycognito/blob/master/pycognito/__init__.py"
            },
            async |t| {
                let secret_code = with_app(&t).await?;
                let choice = t.choice().with_sign_in_flow(SignInFlow::Srp);
                let directory = t.directory_with(&choice);
                let outcome = directory.sign_in(SignIn::new("alice", PASSWORD)).await?;
                let code = t.software_token_code(&secret_code)?;
                let answer = software_token(outcome)?.answer(code);
                check::tokens(directory.respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/enabled-only",
            "The only enabled factor is asked for, preferred or not.",
            profile = optional_totp,
            needs = [OwnFactors],
            evidence = Evidence::Assumed { why: "there is nothing to choose between" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let secret_code = set_up_app(&t, &set).await?;
                prefer(&t, &set, &[(MfaType::SoftwareTokenMfa, FactorSetting::Enabled)]).await?;
                let challenge = software_token(sign_in(&t).await?)?;
                let answer = challenge.answer(t.software_token_code(&secret_code)?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                has_factors(&t, &[MfaType::SoftwareTokenMfa], None).await
            }
        ),
        case!(
            "mfa/preferred",
            "Of two enabled factors the preferred one is asked for.",
            profile = optional_all,
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                t.register_with(reachable()).await?;
                let settings = [
                    (MfaType::SmsMfa, FactorSetting::Preferred),
                    (MfaType::EmailOtp, FactorSetting::Enabled),
                ];
                prefer_for(&t, &settings).await?;
                let challenge = sms(sign_in(&t).await?)?;
                check::equal("the destination", challenge.destination(), MASKED_PHONE)?;
                let answer = challenge.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/select",
            "Of two enabled factors, none preferred, the user chooses one, and its challenge follows.",
            profile = optional_all,
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                t.register_with(reachable()).await?;
                let both = [MfaType::SmsMfa, MfaType::EmailOtp];
                prefer_for(&t, &both.map(|factor| (factor, FactorSetting::Enabled))).await?;
                let choice = select(sign_in(&t).await?)?;
                let mut offered = choice.can_choose().to_vec();
                offered.sort();
                check::equal("MFAS_CAN_CHOOSE", offered, both.to_vec())?;
                check::equal("messages", t.messages().await.len(), 0_usize)?;
                let answer = choice.answer(MfaType::EmailOtp);
                let challenge = email(t.directory().respond_to_challenge(answer).await?)?;
                let answer = challenge.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                has_factors(&t, &both, None).await
            }
        ),
        case!(
            "mfa/select-not-offered",
            "A choice of what was not offered is refused.",
            profile = || pool("OPTIONAL", &[MfaType::SmsMfa, MfaType::EmailOtp]),
            evidence = Evidence::Assumed {
                why: "of the errors in the API's list it is the one about factors"
            },
            async |t| {
                t.register_with(reachable()).await?;
                let both = [MfaType::SmsMfa, MfaType::EmailOtp];
                prefer_for(&t, &both.map(|factor| (factor, FactorSetting::Enabled))).await?;
                let answer = select(sign_in(&t).await?)?.answer(MfaType::SoftwareTokenMfa);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::MfaMethodNotFound, &[])?;
                Ok(())
            }
        ),
    ]
}

fn demanded() -> Vec<Case> {
    vec![
        case!(
            "mfa/on-one-contact",
            "Where second factors are demanded, a user with an address, even unverified, gets a code \
             there, and is enrolled by it.",
            profile = || pool("ON", &[MfaType::EmailOtp, MfaType::SoftwareTokenMfa]),
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                t.register_with(with_email()).await?;
                let challenge = email(sign_in(&t).await?)?;
                check::equal("the destination", challenge.destination(), "s***@s***")?;
                let answer = challenge.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                has_factors(&t, &[MfaType::EmailOtp], Some(MfaType::EmailOtp)).await
            }
        ),
        case!(
            "mfa/on-phone",
            "Where second factors are demanded, a user with a number gets a code there, and is \
             enrolled by it.",
            profile = || pool("ON", &[MfaType::SmsMfa, MfaType::SoftwareTokenMfa]),
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                t.register_with(with_phone()).await?;
                let challenge = sms(sign_in(&t).await?)?;
                check::equal("the destination", challenge.destination(), MASKED_PHONE)?;
                let answer = challenge.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                has_factors(&t, &[MfaType::SmsMfa], Some(MfaType::SmsMfa)).await
            }
        ),
        case!(
            "mfa/on-two-contacts",
            "Where second factors are demanded, a user with an address and a number chooses, and the \
             choice is preferred from then on.",
            profile = || pool("ON", &[MfaType::SmsMfa, MfaType::EmailOtp]),
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                t.register_with(reachable()).await?;
                let answer = select(sign_in(&t).await?)?.answer(MfaType::SmsMfa);
                let challenge = sms(t.directory().respond_to_challenge(answer).await?)?;
                has_factors(&t, &[], None).await?;
                let answer = challenge.answer(code(&t).await?);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                has_factors(&t, &[MfaType::SmsMfa], Some(MfaType::SmsMfa)).await?;
                sms(sign_in(&t).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/on-disabled",
            "Where second factors are demanded, disabling all of them is accepted, and the next \
             sign-in still asks for one.",
            profile = || pool("ON", &[MfaType::EmailOtp]),
            needs = [Inbox, OwnFactors],
            evidence = SWIFT,
            async |t| {
                t.register_with(with_email()).await?;
                let answer = email(sign_in(&t).await?)?.answer(code(&t).await?);
                let set = check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                prefer(&t, &set, &[(MfaType::EmailOtp, FactorSetting::Disabled)]).await?;
                has_factors(&t, &[], None).await?;
                email(sign_in(&t).await?)?;
                Ok(())
            }
        ),
        case!(
            "mfa/after-new-password",
            "A new password is followed by the second factor. A weak password and a wrong code are \
             refused, and the session goes on.",
            profile = || pool("ON", &[MfaType::SmsMfa, MfaType::SoftwareTokenMfa]).map_pool(
                |pool| pool.with_password_policy(crate::PasswordPolicy::cognito_default())
            ),
            needs = [Inbox],
            evidence = FLUTTER,
            async |t| {
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_attributes([("phone_number", PHONE)])
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let challenge = check::new_password_required(sign_in(&t).await?)?;
                let weak = t.directory().respond_to_challenge(challenge.answer("weak")).await;
                check::refused(weak, ErrorKind::InvalidPassword, &[])?;
                let answer = challenge.answer(OTHER_PASSWORD);
                let challenge = sms(t.directory().respond_to_challenge(answer).await?)?;
                let code = code(&t).await?;
                let wrong = challenge.answer(super::sign_up::another(&code));
                let refused = t.directory().respond_to_challenge(wrong).await;
                check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                let right = challenge.answer(code);
                check::tokens(t.directory().respond_to_challenge(right).await?)?;
                Ok(())
            }
        ),
    ]
}
