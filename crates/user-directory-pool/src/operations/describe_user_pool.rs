use serde_json::{Map, Value};

use crate::{
    AliasAttribute, Call, MessageTemplate, PasswordPolicy, Pool, PoolRequest, RecoveryMechanism,
    Request, SchemaAttributeType, ServiceError, SmsConfiguration, Target, Timestamp,
    model::{Members, shapes::USER_POOL_ID_TYPE},
    request::sealed::Sealed,
};

/// [DescribeUserPool](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DescribeUserPoolRequest {
    /// The pool's id.
    pub user_pool_id: String,
}

/// What DescribeUserPool answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DescribeUserPoolResponse {
    /// The pool.
    pub user_pool: UserPoolType,
}

/// A pool as its descriptions show it (AWS: `UserPoolType`), with the members that this pool knows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserPoolType {
    /// The id: `<region>_<name>`.
    pub id: String,
    /// The name that the pool was given.
    pub name: String,
    /// The rules for passwords.
    pub password_policy: PasswordPolicy,
    /// When the settings last changed (assumed: clients and users are none of them).
    pub last_modified_date: Timestamp,
    /// When the pool was created.
    pub creation_date: Timestamp,
    /// The attributes that a user can have, `sub` first.
    pub schema_attributes: Vec<SchemaAttributeType>,
    /// What a sign-up verifies by a code.
    pub auto_verified_attributes: Vec<AliasAttribute>,
    /// What can stand for the user name.
    pub alias_attributes: Vec<AliasAttribute>,
    /// What *is* the user name.
    pub username_attributes: Vec<AliasAttribute>,
    /// How many users there are; AWS estimates.
    pub estimated_number_of_users: usize,
    /// Whether only administrators create users (`AdminCreateUserConfig`).
    pub allow_admin_create_user_only: bool,
    /// Whether user names differ by case (`UsernameConfiguration`).
    pub case_sensitive: bool,
    /// The pool's name among all AWS resources, with an account number of zeros.
    pub arn: String,
    /// How a password is recovered.
    pub account_recovery_setting: Vec<RecoveryMechanism>,
    /// What messages with codes say.
    pub verification_message_template: MessageTemplate,
    /// What invitations say (`AdminCreateUserConfig.InviteMessageTemplate`).
    pub invite_message_template: MessageTemplate,
    /// What keeps its old value until the new one is verified (`UserAttributeUpdateSettings`).
    pub attributes_require_verification_before_update: Vec<AliasAttribute>,
    /// How text messages are sent.
    pub sms_configuration: Option<SmsConfiguration>,
    /// Other settings, by their AWS names.
    pub inert: Map<String, Value>,
}

impl DescribeUserPoolRequest {
    /// Describes this pool.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into() }
    }
}

impl Sealed for DescribeUserPoolRequest {}

impl Request for DescribeUserPoolRequest {
    type Response = DescribeUserPoolResponse;

    const OPERATION: &'static str = "DescribeUserPool";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for DescribeUserPoolRequest {
    fn handle(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<DescribeUserPoolResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        Ok(DescribeUserPoolResponse { user_pool: pool.describe() })
    }
}

impl Pool {
    /// The pool as CreateUserPool and DescribeUserPool answer it.
    pub fn describe(&self) -> UserPoolType {
        let settings = self.settings.clone();
        UserPoolType {
            id: self.id.clone(),
            name: settings.name,
            password_policy: settings.password_policy,
            last_modified_date: self.modified,
            creation_date: self.created,
            schema_attributes: settings.schema.attributes().to_vec(),
            auto_verified_attributes: settings.auto_verified_attributes,
            alias_attributes: settings.alias_attributes,
            username_attributes: settings.username_attributes,
            estimated_number_of_users: self.users.len(),
            allow_admin_create_user_only: settings.allow_admin_create_user_only,
            case_sensitive: settings.case_sensitive,
            arn: format!("arn:aws:cognito-idp:{}:000000000000:userpool/{}", self.region(), self.id),
            account_recovery_setting: settings.recovery,
            verification_message_template: settings.verification,
            invite_message_template: settings.invitation,
            attributes_require_verification_before_update: settings.verified_before_update,
            sms_configuration: settings.sms_configuration,
            inert: settings.inert,
        }
    }
}
