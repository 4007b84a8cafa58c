use serde_json::{Map, Value};

use super::create_user_pool::KEPT_TEXTS;
use crate::{
    AliasAttribute, Call, MessageTemplate, PasswordPolicy, Pool, PoolRequest, RecoveryMechanism,
    Request, ServiceError, SmsConfiguration, Target,
    message::{INVITATION_TEMPLATE, VERIFICATION_TEMPLATE},
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USER_POOL_NAME_TYPE, VERIFIED_ATTRIBUTE_TYPE},
    },
    pool_rules::{self, Draft},
    request::sealed::Sealed,
};

/// [UpdateUserPool](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html),
/// with the members that this pool knows.
///
/// The page says that a setting which is not given goes back to its default. That is true of some:
/// each member says what becomes of it. *Measured* is by <https://github.com/go-to-k/cdkd>, in
/// us-east-1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserPoolRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The rules for passwords. Kept if absent (measured).
    pub password_policy: Option<PasswordPolicy>,
    /// What a sign-up or an update verifies by a code: `email` or `phone_number`. Reset if absent
    /// (measured).
    pub auto_verified_attributes: Vec<AliasAttribute>,
    /// Whether only administrators create users (`AdminCreateUserConfig`). Reset if absent (assumed).
    pub allow_admin_create_user_only: bool,
    /// The old name of [`PasswordPolicy::temporary_password_validity_days`], which excludes it
    /// (`AdminCreateUserConfig`). Kept with the rules for passwords if absent (assumed).
    pub unused_account_validity_days: Option<u32>,
    /// How a password is recovered. Reset if absent (assumed).
    pub account_recovery_setting: Vec<RecoveryMechanism>,
    /// What messages with codes say. Reset if absent (assumed).
    pub verification_message_template: MessageTemplate,
    /// What invitations say (`AdminCreateUserConfig.InviteMessageTemplate`). Reset if absent
    /// (assumed).
    pub invite_message_template: MessageTemplate,
    /// What keeps its old value until the new one is verified (`UserAttributeUpdateSettings`). Reset
    /// if absent (assumed).
    pub attributes_require_verification_before_update: Vec<AliasAttribute>,
    /// How text messages are sent. Reset if absent (assumed).
    pub sms_configuration: Option<SmsConfiguration>,
    /// Other settings, by their AWS names. Reset if absent (assumed), but for `MfaConfiguration` and
    /// `Policies.SignInPolicy`, which are kept (measured).
    pub inert: Map<String, Value>,
    /// Another name. Kept if absent (assumed): it has no default.
    pub pool_name: Option<String>,
}

impl UpdateUserPoolRequest {
    /// Sets the defaults, of what absence resets.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            password_policy: None,
            auto_verified_attributes: Vec::new(),
            allow_admin_create_user_only: false,
            unused_account_validity_days: None,
            account_recovery_setting: Vec::new(),
            verification_message_template: MessageTemplate::default(),
            invite_message_template: MessageTemplate::default(),
            attributes_require_verification_before_update: Vec::new(),
            sms_configuration: None,
            inert: Map::new(),
            pool_name: None,
        }
    }

    /// What the settings become.
    fn draft(&self, pool: &Pool) -> Draft {
        let mut settings = pool.settings.clone();
        let has_factor = !settings.mfa.is_empty() || Draft::asks_for_factor(&settings.inert);
        let mut inert = self.inert.clone();
        let mut keep = |path: &[&str]| {
            let pointer = format!("/{}", path.join("/"));
            let (old, new) = (Value::from(settings.inert.clone()), Value::from(inert.clone()));
            if let (Some(old), None) = (old.pointer(&pointer), new.pointer(&pointer)) {
                put(&mut inert, path, old.clone());
            }
        };
        keep(&["MfaConfiguration"]);
        keep(&["Policies", "SignInPolicy"]);
        settings.inert = inert;
        if let Some(policy) = &self.password_policy {
            settings.password_policy = policy.clone();
        }
        settings.auto_verified_attributes.clone_from(&self.auto_verified_attributes);
        settings.allow_admin_create_user_only = self.allow_admin_create_user_only;
        settings.recovery.clone_from(&self.account_recovery_setting);
        settings.verification = self.verification_message_template.clone();
        settings.invitation = self.invite_message_template.clone();
        let before_update = &self.attributes_require_verification_before_update;
        settings.verified_before_update.clone_from(before_update);
        settings.sms_configuration.clone_from(&self.sms_configuration);
        if let Some(name) = &self.pool_name {
            settings.name.clone_from(name);
        }
        Draft {
            settings,
            region: pool.region().to_owned(),
            unused_account_validity_days: self.unused_account_validity_days,
            has_password_policy: self.password_policy.is_some(),
            has_factor,
        }
    }
}

/// Puts a value at a path, with the structures above it.
fn put(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => {
            object.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let inner = object.entry(*first).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

impl Sealed for UpdateUserPoolRequest {}

impl Request for UpdateUserPoolRequest {
    type Response = ();

    const OPERATION: &'static str = "UpdateUserPool";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        if let Some(policy) = &self.password_policy {
            policy.members(members);
        }
        let verified = AliasAttribute::names(&self.auto_verified_attributes);
        members.choices("AutoVerifiedAttributes", verified, &VERIFIED_ATTRIBUTE_TYPE);
        self.verification_message_template.members(&VERIFICATION_TEMPLATE, members);
        super::create_user_pool::verify_before_update(
            &self.attributes_require_verification_before_update,
            members,
        );
        members.kept(&self.inert, KEPT_TEXTS);
        SmsConfiguration::members(self.sms_configuration.as_ref(), members);
        self.invite_message_template.members(&INVITATION_TEMPLATE, members);
        super::create_user_pool::unused_account(self.unused_account_validity_days, members);
        members.present("AdminCreateUserConfig", self.allow_admin_create_user_only);
        RecoveryMechanism::members(&self.account_recovery_setting, members);
        members.optional_text("PoolName", self.pool_name.as_deref(), &USER_POOL_NAME_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for UpdateUserPoolRequest {
    fn check_rules(&self, pool: &Pool) -> Result<(), ServiceError> {
        pool_rules::check_update(&self.draft(pool))
    }

    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        pool.settings = self.draft(pool).into_settings();
        pool.modified = call.now;
        Ok(())
    }
}
