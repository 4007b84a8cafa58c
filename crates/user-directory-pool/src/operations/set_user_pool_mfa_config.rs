use serde_json::{Map, Value};

use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    mfa_rules::{self, Draft},
    model::{
        Members, StringShape,
        shapes::{self, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// The member that CreateUserPool, UpdateUserPool and SetUserPoolMfaConfig all set.
const MFA_CONFIGURATION: &str = "MfaConfiguration";

/// The texts with a constraint. A rule has the last word on the caller's ARN.
const KEPT_TEXTS: &[(&str, &StringShape)] = &[
    ("SmsMfaConfiguration.SmsAuthenticationMessage", &shapes::SMS_VERIFICATION_MESSAGE_TYPE),
    ("SmsMfaConfiguration.SmsConfiguration.ExternalId", &shapes::STRING_TYPE),
    ("SmsMfaConfiguration.SmsConfiguration.SnsRegion", &shapes::REGION_CODE_TYPE),
    ("EmailMfaConfiguration.Message", &shapes::EMAIL_MFA_MESSAGE_TYPE),
    ("EmailMfaConfiguration.Subject", &shapes::EMAIL_MFA_SUBJECT_TYPE),
    (MFA_CONFIGURATION, &shapes::USER_POOL_MFA_TYPE),
];

/// [SetUserPoolMfaConfig](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html)
///
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SetUserPoolMfaConfigRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The settings, by their AWS names.
    pub settings: Map<String, Value>,
}

impl SetUserPoolMfaConfigRequest {
    /// Sets what is in effect anyway: no second factor.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), settings: Map::new() }
    }
}

impl Sealed for SetUserPoolMfaConfigRequest {}

impl Request for SetUserPoolMfaConfigRequest {
    type Response = Map<String, Value>;

    const OPERATION: &'static str = "SetUserPoolMfaConfig";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.kept(&self.settings, KEPT_TEXTS);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for SetUserPoolMfaConfigRequest {
    fn check_rules(&self, pool: &Pool) -> Result<(), ServiceError> {
        mfa_rules::check(&Draft {
            config: self.settings.clone(),
            inert: pool.settings.inert.clone(),
            has_sms_configuration: pool.settings.sms_configuration.is_some(),
        })
    }

    /// That a factor which is not given is switched off is assumed: there is no other way to switch one
    /// off whose codes are messages. Without `MfaConfiguration` it is OFF: measured,
    /// <https://github.com/go-to-k/cdkd>.
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<Map<String, Value>, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        pool.settings.inert.insert(MFA_CONFIGURATION.to_owned(), "OFF".into());
        pool.settings.mfa.retain(|name, _| name == "WebAuthnConfiguration");
        for (name, value) in self.settings {
            match name.as_str() {
                MFA_CONFIGURATION => pool.settings.inert.insert(name, value),
                _ => pool.settings.mfa.insert(name, value),
            };
        }
        pool.modified = call.now;
        Ok(pool.mfa_config())
    }
}

impl Pool {
    /// The settings as both operations on them answer.
    pub(super) fn mfa_config(&self) -> Map<String, Value> {
        let mut config = self.settings.mfa.clone();
        let mfa = self.settings.inert.get(MFA_CONFIGURATION).cloned();
        config.insert(MFA_CONFIGURATION.to_owned(), mfa.unwrap_or_else(|| "OFF".into()));
        config
    }
}
