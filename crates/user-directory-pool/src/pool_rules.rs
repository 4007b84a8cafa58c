//! What CreateUserPool and UpdateUserPool check across members, once each member is right by itself.
//!
//! Texts are documented by a tool that measures AWS's answers through CloudFormation
//! (<https://github.com/badmintoncryer/cdk-preflight>), unless a rule says otherwise. Class and order
//! are assumed. Not here: what needs an account, such as roles of another one.

use serde_json::{Map, Value};

use crate::{
    AliasAttribute, RecoveryOption, ServiceError,
    rules::{self, Rule, kept, kept_text, kept_texts, region_of, when},
    schema::is_email,
    settings::Settings,
};

/// The settings as they would be, with what the rules need besides.
pub(crate) struct Draft {
    pub(crate) settings: Settings,
    /// The pool's region.
    pub(crate) region: String,
    /// `AdminCreateUserConfig.UnusedAccountValidityDays` of the request.
    pub(crate) unused_account_validity_days: Option<u32>,
    /// Whether the request has rules for passwords.
    pub(crate) has_password_policy: bool,
    /// Whether the pool has a second factor before this.
    pub(crate) has_factor: bool,
}

impl Draft {
    /// The settings, once they are known to break no rule.
    pub(crate) fn into_settings(self) -> Settings {
        let mut settings = self.settings;
        if let Some(days) = self.unused_account_validity_days.filter(|days| *days != 0) {
            settings.password_policy.temporary_password_validity_days = Some(days);
        }
        settings
    }

    fn text(&self, path: &str) -> Option<&str> {
        kept_text(&self.settings.inert, path)
    }

    fn has(&self, path: &str) -> bool {
        kept(&self.settings.inert, path).is_some()
    }

    fn first_factors(&self) -> impl Iterator<Item = &str> {
        kept_texts(&self.settings.inert, "Policies.SignInPolicy.AllowedFirstAuthFactors")
    }

    /// The names of all functions.
    fn functions(&self) -> impl Iterator<Item = &str> {
        let config = kept(&self.settings.inert, "LambdaConfig").and_then(Value::as_object);
        let triggers = config.into_iter().flatten().filter(|(name, _)| *name != "KMSKeyID");
        triggers.filter_map(|(_, trigger)| {
            trigger.as_str().or_else(|| trigger.get("LambdaArn").and_then(Value::as_str))
        })
    }

    fn has_custom_sender(&self) -> bool {
        self.has("LambdaConfig.CustomSMSSender") || self.has("LambdaConfig.CustomEmailSender")
    }

    /// Whether a sign-in asks for a second factor, always or of those who have one.
    pub(crate) fn asks_for_factor(inert: &Map<String, Value>) -> bool {
        matches!(kept_text(inert, "MfaConfiguration"), Some("ON" | "OPTIONAL"))
    }

    /// What the LITE tier does not have.
    fn beyond_lite(&self) -> Option<String> {
        if self.text("UserPoolTier") != Some("LITE") {
            return None;
        }
        let mut features = Vec::new();
        let version = self.text("LambdaConfig.PreTokenGenerationConfig.LambdaVersion");
        if let Some(version @ ("V2_0" | "V3_0")) = version {
            features
                .push(format!("Token Customization with Pre-Token Generation Lambda {version}"));
        }
        if self.first_factors().any(|factor| factor != "PASSWORD") {
            features.push("Passwordless Sign-In".to_owned());
        }
        (!features.is_empty()).then(|| features.join(", "))
    }
}

/// Checks the settings of a new pool.
pub(crate) fn check_new(draft: &Draft) -> Result<(), ServiceError> {
    rules::check(RULES, draft)?;
    rules::check(OF_A_NEW_POOL, draft)
}

/// Checks what an update makes of a pool's settings.
pub(crate) fn check_update(draft: &Draft) -> Result<(), ServiceError> {
    rules::check(RULES, draft)?;
    rules::check(OF_AN_UPDATE, draft)
}

const RULES: &[Rule<Draft>] = &[
    (
        "alias-username-exclusive",
        "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        |pool| {
            let Settings { alias_attributes, username_attributes, .. } = &pool.settings;
            when(!alias_attributes.is_empty() && !username_attributes.is_empty())
        },
    ),
    (
        "auto-verified-username-consistency",
        "SMS configuration is required when phone_number is selected for auto verification",
        |pool| {
            let verified = &pool.settings.auto_verified_attributes;
            when(
                verified.contains(&AliasAttribute::PhoneNumber)
                    && pool.settings.sms_configuration.is_none(),
            )
        },
    ),
    // Reported, too: https://github.com/aws/aws-cli/issues/7151
    (
        "before-update-is-auto-verified",
        "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        |pool| {
            let Settings { verified_before_update, auto_verified_attributes, .. } = &pool.settings;
            when(!verified_before_update.iter().all(|one| auto_verified_attributes.contains(one)))
        },
    ),
    (
        "recovery-duplicate",
        "Invalid account recovery setting parameter. Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        |pool| {
            let ways = &pool.settings.recovery;
            when(ways.iter().enumerate().any(|(at, way)| {
                let before = &ways[..at];
                before.iter().any(|other| other.name == way.name || other.priority == way.priority)
            }))
        },
    ),
    (
        "recovery-admin-only-alone",
        "Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        |pool| {
            let ways = &pool.settings.recovery;
            when(ways.len() > 1 && ways.iter().any(|way| way.name == RecoveryOption::AdminOnly))
        },
    ),
    (
        "unused-account-validity",
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        |pool| {
            let days = pool.settings.password_policy.temporary_password_validity_days;
            let both = pool.has_password_policy && days.is_some_and(|days| days != 0);
            when(both && pool.unused_account_validity_days.is_some_and(|days| days != 0))
        },
    ),
    (
        "email-cognito-default-with-sourcearn",
        "Cognito is not allowed to use your email identity",
        |pool| {
            let account = pool.text("EmailConfiguration.EmailSendingAccount");
            when(account == Some("COGNITO_DEFAULT") && pool.has("EmailConfiguration.SourceArn"))
        },
    ),
    ("email-from-format", "Provided From email address is invalid", |pool| {
        let from = pool.text("EmailConfiguration.From");
        when(from.is_some_and(|from| !is_email(address_of(from))))
    }),
    (
        "email-sourcearn-region",
        "Invalid EmailConfiguration.SourceArn. Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        |pool| {
            let region = pool.text("EmailConfiguration.SourceArn").map(region_of);
            when(region.is_some_and(|region| !SES_REGIONS.contains(&region)))
        },
    ),
    // For another region than us-east-1 assumed.
    (
        "sms-configuration-sns-region",
        "Invalid snsRegion. Allowed SNS region for {} is {}",
        |pool| {
            let own = pool.settings.sms_configuration.as_ref();
            let other = own.and_then(|sms| sms.sns_region.as_deref());
            other.filter(|region| *region != pool.region).map(|_| pool.region.clone())
        },
    ),
    (
        "custom-email-sender-kms",
        "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        |pool| when(pool.has_custom_sender() && !pool.has("LambdaConfig.KMSKeyID")),
    ),
    (
        "custom-sender-kms-region",
        "Encountered error when CreateGrant was attempted on the input KMS key - Invalid arn {}",
        |pool| {
            let region = pool.text("LambdaConfig.KMSKeyID").map(region_of);
            region.filter(|region| *region != pool.region).map(str::to_owned)
        },
    ),
    ("lambda-config-region", "Cross-region lambda functions are not supported", |pool| {
        when(pool.functions().any(|function| region_of(function) != pool.region))
    }),
    (
        "pre-token-generation-legacy-mix",
        "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        |pool| {
            let old = pool.text("LambdaConfig.PreTokenGeneration");
            let new = pool.text("LambdaConfig.PreTokenGenerationConfig.LambdaArn");
            when(old.is_some() && new.is_some() && old != new)
        },
    ),
    (
        "signin-policy-password-required",
        "Password should be configured as one of the allowed first auth factors.",
        |pool| {
            let mut factors = pool.first_factors().peekable();
            when(factors.peek().is_some() && !factors.any(|factor| factor == "PASSWORD"))
        },
    ),
    // Reported: https://github.com/go-to-k/cdkd, measured in us-east-1.
    (
        "signin-policy-sms",
        "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
        |pool| {
            let by_sms = pool.first_factors().any(|factor| factor == "SMS_OTP");
            when(by_sms && pool.settings.sms_configuration.is_none())
        },
    ),
    // That it is one text for both features is assumed. The class is more likely
    // FeatureUnavailableInTierException.
    (
        "pre-token-generation-config-tier",
        "The following features need to be disabled for the LITE pricing tier configured: {}",
        Draft::beyond_lite,
    ),
];

const OF_A_NEW_POOL: &[Rule<Draft>] = &[(
    "mfa-sms-config",
    "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
    |pool| {
        let asks = Draft::asks_for_factor(&pool.settings.inert);
        when(asks && pool.settings.sms_configuration.is_none())
    },
)];

// Reported: https://github.com/go-to-k/cdkd, measured in us-east-1.
const OF_AN_UPDATE: &[Rule<Draft>] = &[(
    "mfa-on-later",
    "Cannot turn MFA functionality ON, once the user pool has been created.",
    |pool| when(pool.text("MfaConfiguration") == Some("ON") && !pool.has_factor),
)];

const SES_REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];

/// The address of `Name <address>`.
fn address_of(from: &str) -> &str {
    match from.rsplit_once('<') {
        Some((_, address)) => address.strip_suffix('>').unwrap_or_default(),
        None => from,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        CreateUserPoolRequest, Entropy, Pool, RecoveryMechanism, SmsConfiguration, Timestamp,
    };

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    const ROLE: &str = "arn:aws:iam::123456789012:role/sms";
    const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

    /// The settings of a pool that was given nothing but a name.
    fn draft() -> Draft {
        let request = CreateUserPoolRequest::new("pool");
        let now = Timestamp::from_millis(0);
        let pool = Pool::create("us-east-1_Rules0001", request, now, &mut Zeros);
        Draft {
            settings: pool.expect("the defaults are good").settings,
            region: "us-east-1".to_owned(),
            unused_account_validity_days: None,
            has_password_policy: true,
            has_factor: false,
        }
    }

    fn with(member: &str, value: Value) -> impl Fn(&mut Draft) {
        move |draft| {
            draft.settings.inert.insert(member.to_owned(), value.clone());
        }
    }

    fn recovery(ways: &[(u32, RecoveryOption)]) -> impl Fn(&mut Draft) {
        let ways: Vec<_> =
            ways.iter().map(|(place, way)| RecoveryMechanism::new(*place, *way)).collect();
        move |draft| draft.settings.recovery.clone_from(&ways)
    }

    type Change = Box<dyn Fn(&mut Draft)>;

    /// Settings of which each breaks one rule.
    fn broken() -> Vec<(&'static str, Change)> {
        use RecoveryOption::{AdminOnly, VerifiedEmail, VerifiedPhoneNumber};
        let email = |value| with("EmailConfiguration", value);
        let lambda = |value| with("LambdaConfig", value);
        let sign_in = |factors: &[&str]| {
            with("Policies", json!({ "SignInPolicy": { "AllowedFirstAuthFactors": factors } }))
        };
        let foreign = FUNCTION.replace("us-east-1", "eu-west-1");
        vec![
            (
                "alias-username-exclusive",
                Box::new(|draft| {
                    draft.settings.alias_attributes = vec![AliasAttribute::Email];
                    draft.settings.username_attributes = vec![AliasAttribute::Email];
                }),
            ),
            (
                "auto-verified-username-consistency",
                Box::new(|draft| {
                    draft.settings.auto_verified_attributes = vec![AliasAttribute::PhoneNumber];
                }),
            ),
            (
                "before-update-is-auto-verified",
                Box::new(|draft| {
                    draft.settings.verified_before_update = vec![AliasAttribute::Email];
                }),
            ),
            (
                "recovery-duplicate",
                Box::new(recovery(&[(1, VerifiedEmail), (1, VerifiedPhoneNumber)])),
            ),
            ("recovery-duplicate", Box::new(recovery(&[(1, VerifiedEmail), (2, VerifiedEmail)]))),
            (
                "recovery-admin-only-alone",
                Box::new(recovery(&[(1, AdminOnly), (2, VerifiedEmail)])),
            ),
            (
                "unused-account-validity",
                Box::new(|draft| {
                    draft.unused_account_validity_days = Some(7);
                    draft.settings.password_policy.temporary_password_validity_days = Some(7);
                }),
            ),
            (
                "email-cognito-default-with-sourcearn",
                Box::new(email(json!({
                    "EmailSendingAccount": "COGNITO_DEFAULT",
                    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@b.example",
                }))),
            ),
            ("email-from-format", Box::new(email(json!({ "From": "Us <nobody>" })))),
            (
                "email-sourcearn-region",
                Box::new(email(json!({
                    "SourceArn": "arn:aws:ses:sa-east-1:123456789012:identity/a@b.example",
                }))),
            ),
            (
                "sms-configuration-sns-region",
                Box::new(|draft| {
                    let mut sms = SmsConfiguration::new(ROLE);
                    sms.sns_region = Some("eu-west-1".to_owned());
                    draft.settings.sms_configuration = Some(sms);
                }),
            ),
            (
                "custom-email-sender-kms",
                Box::new(lambda(json!({ "CustomEmailSender": { "LambdaArn": FUNCTION } }))),
            ),
            (
                "custom-sender-kms-region",
                Box::new(lambda(json!({ "KMSKeyID": "arn:aws:kms:eu-west-1:123456789012:key/k" }))),
            ),
            ("lambda-config-region", Box::new(lambda(json!({ "PreSignUp": foreign })))),
            (
                "pre-token-generation-legacy-mix",
                Box::new(lambda(json!({
                    "PreTokenGeneration": FUNCTION,
                    "PreTokenGenerationConfig": {
                        "LambdaVersion": "V1_0",
                        "LambdaArn": format!("{FUNCTION}2"),
                    },
                }))),
            ),
            ("signin-policy-password-required", Box::new(sign_in(&["EMAIL_OTP"]))),
            ("signin-policy-sms", Box::new(sign_in(&["PASSWORD", "SMS_OTP"]))),
            (
                "pre-token-generation-config-tier",
                Box::new(move |draft| {
                    with("UserPoolTier", json!("LITE"))(draft);
                    sign_in(&["PASSWORD", "WEB_AUTHN"])(draft);
                }),
            ),
            ("mfa-sms-config", Box::new(with("MfaConfiguration", json!("OPTIONAL")))),
        ]
    }

    #[test]
    fn each_rule_is_broken_by_what_it_is_about() {
        assert_eq!(check_new(&draft()), Ok(()));
        let mut seen = Vec::new();
        for (expected, change) in broken() {
            let mut draft = draft();
            change(&mut draft);
            match check_new(&draft) {
                Err(ServiceError::RuleBroken { rule, .. }) => assert_eq!(rule, expected),
                other => panic!("{expected}: {other:?}"),
            }
            seen.push(expected);
        }
        for (name, ..) in RULES.iter().chain(OF_A_NEW_POOL) {
            assert!(seen.contains(name), "nothing breaks {name}");
        }
    }

    #[test]
    fn a_second_factor_comes_before_it_is_wanted_of_all() {
        let mut draft = draft();
        with("MfaConfiguration", json!("ON"))(&mut draft);
        assert!(matches!(
            check_update(&draft),
            Err(ServiceError::RuleBroken { rule: "mfa-on-later", .. })
        ));
        draft.has_factor = true;
        assert_eq!(check_update(&draft), Ok(()));
    }

    #[test]
    fn texts_name_what_breaks_a_rule() {
        let mut draft = draft();
        with("UserPoolTier", json!("LITE"))(&mut draft);
        let config = json!({ "LambdaVersion": "V2_0", "LambdaArn": FUNCTION });
        with("LambdaConfig", json!({ "PreTokenGenerationConfig": config }))(&mut draft);
        assert_eq!(
            check_new(&draft).map_err(|error| error.to_string()),
            Err(
                "The following features need to be disabled for the LITE pricing tier configured: \
                 Token Customization with Pre-Token Generation Lambda V2_0"
                    .to_owned()
            )
        );
    }
}
