use serde_json::{Map, Value};

use crate::{
    AliasAttribute, Call, MessageTemplate, PasswordPolicy, Pool, PoolRequest, RecoveryOption,
    Request, ServiceError, Target,
    message::{INVITATION_TEMPLATE, VERIFICATION_TEMPLATE},
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USER_POOL_NAME_TYPE, VERIFIED_ATTRIBUTE_TYPE},
    },
    request::sealed::Sealed,
};

/// [UpdateUserPool](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html),
/// with the members that this pool knows.
///
/// Every setting that is not given goes back to its default, as the page says; the name, which has
/// none, stays (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserPoolRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The rules for passwords.
    pub password_policy: PasswordPolicy,
    /// What a sign-up or an update verifies by a code: `email` or `phone_number`.
    pub auto_verified_attributes: Vec<AliasAttribute>,
    /// Whether only administrators create users (`AdminCreateUserConfig`).
    pub allow_admin_create_user_only: bool,
    /// How a password is recovered, in order of priority.
    pub account_recovery_setting: Vec<RecoveryOption>,
    /// What messages with codes say.
    pub verification_message_template: MessageTemplate,
    /// What invitations say (`AdminCreateUserConfig.InviteMessageTemplate`).
    pub invite_message_template: MessageTemplate,
    /// What keeps its old value until the new one is verified (`UserAttributeUpdateSettings`).
    pub attributes_require_verification_before_update: Vec<AliasAttribute>,
    /// Settings that change no answer, by their AWS names: kept to be described.
    pub inert: Map<String, Value>,
    /// Another name.
    pub pool_name: Option<String>,
}

impl UpdateUserPoolRequest {
    /// Sets the defaults.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            password_policy: PasswordPolicy::default(),
            auto_verified_attributes: Vec::new(),
            allow_admin_create_user_only: false,
            account_recovery_setting: Vec::new(),
            verification_message_template: MessageTemplate::default(),
            invite_message_template: MessageTemplate::default(),
            attributes_require_verification_before_update: Vec::new(),
            inert: Map::new(),
            pool_name: None,
        }
    }
}

impl Sealed for UpdateUserPoolRequest {}

impl Request for UpdateUserPoolRequest {
    type Response = ();

    const OPERATION: &'static str = "UpdateUserPool";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        self.password_policy.members(members);
        let verified = AliasAttribute::names(&self.auto_verified_attributes);
        members.choices("AutoVerifiedAttributes", verified, &VERIFIED_ATTRIBUTE_TYPE);
        self.verification_message_template.members(&VERIFICATION_TEMPLATE, members);
        super::create_user_pool::verify_before_update(
            &self.attributes_require_verification_before_update,
            members,
        );
        self.invite_message_template.members(&INVITATION_TEMPLATE, members);
        members.present("AdminCreateUserConfig", self.allow_admin_create_user_only);
        RecoveryOption::members(&self.account_recovery_setting, members);
        members.optional_text("PoolName", self.pool_name.as_deref(), &USER_POOL_NAME_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for UpdateUserPoolRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let settings = &mut pool.settings;
        settings.password_policy = self.password_policy;
        settings.auto_verified_attributes = self.auto_verified_attributes;
        settings.allow_admin_create_user_only = self.allow_admin_create_user_only;
        settings.recovery = self.account_recovery_setting;
        settings.verification = self.verification_message_template;
        settings.invitation = self.invite_message_template;
        settings.verified_before_update = self.attributes_require_verification_before_update;
        settings.inert = self.inert;
        if let Some(name) = self.pool_name {
            settings.name = name;
        }
        pool.modified = call.now;
        Ok(())
    }
}
