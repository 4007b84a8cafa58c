use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    AliasAttribute, Checked, MessageTemplate, PasswordPolicy, Pool, RecoveryMechanism, Request,
    SchemaAttributeType, ServiceError, SmsConfiguration, Target, Timestamp, UserPoolType, check,
    codes::Codes,
    entropy::{self, Entropy},
    groups::Groups,
    message::{INVITATION_TEMPLATE, VERIFICATION_TEMPLATE},
    model::{
        Members, Outliers, StringShape,
        shapes::{
            self, ADMIN_CREATE_USER_UNUSED_ACCOUNT_VALIDITY_DAYS_TYPE, ALIAS_ATTRIBUTE_TYPE,
            USER_POOL_ID_TYPE, USER_POOL_NAME_TYPE, USERNAME_ATTRIBUTE_TYPE,
            VERIFIED_ATTRIBUTE_TYPE,
        },
    },
    pool::region,
    pool_rules::{self, Draft},
    request::sealed::Sealed,
    schema::Schema,
    sessions::Sessions,
    settings::Settings,
    sign_ins::SignIns,
    spent::Spent,
    srp::Exchanges,
    users::Users,
};

/// [CreateUserPool](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html),
/// with the members that this pool knows. [`Pool::describe`] is what AWS answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreateUserPoolRequest {
    /// A name to tell pools apart.
    pub pool_name: String,
    /// The rules for passwords.
    pub password_policy: PasswordPolicy,
    /// What a sign-up or an update verifies by a code: `email` or `phone_number`.
    pub auto_verified_attributes: Vec<AliasAttribute>,
    /// What can stand for the user name; excludes `username_attributes`.
    pub alias_attributes: Vec<AliasAttribute>,
    /// What *is* the user name: e-mail address, phone number or either.
    pub username_attributes: Vec<AliasAttribute>,
    /// Whether only administrators create users (`AdminCreateUserConfig`).
    pub allow_admin_create_user_only: bool,
    /// The old name of [`PasswordPolicy::temporary_password_validity_days`], which excludes it
    /// (`AdminCreateUserConfig`).
    pub unused_account_validity_days: Option<u32>,
    /// Whether user names differ by case; the API's default is true, the console's false.
    pub case_sensitive: bool,
    /// How a password is recovered.
    pub account_recovery_setting: Vec<RecoveryMechanism>,
    /// Custom attributes, and standard ones that are not as
    /// [`SchemaAttributeType::standard`] has them; at most 50.
    pub schema: Vec<SchemaAttributeType>,
    /// What messages with codes say.
    pub verification_message_template: MessageTemplate,
    /// What invitations say (`AdminCreateUserConfig.InviteMessageTemplate`).
    pub invite_message_template: MessageTemplate,
    /// What keeps its old value until the new one is verified (`UserAttributeUpdateSettings`).
    pub attributes_require_verification_before_update: Vec<AliasAttribute>,
    /// How text messages are sent; a pool that verifies phone numbers needs it.
    pub sms_configuration: Option<SmsConfiguration>,
    /// Other settings, by their AWS names: rules look at them, no answer but descriptions shows
    /// them.
    pub inert: Map<String, Value>,
    /// Not AWS's: whether a sign-out also refuses tokens of a sign-in in the same second, as
    /// Cognito has been seen to do (<https://github.com/aws/aws-sdk-java/issues/2449>).
    pub whole_second_sign_out: bool,
    /// Not AWS's: whether wrong passwords lock a user out: after 5 for a second, after each further
    /// one for twice as long, up to 15 minutes. On by default, as documented
    /// (<https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>).
    pub lockout: bool,
}

impl CreateUserPoolRequest {
    /// A pool with the API's defaults: plain, case-sensitive user names, no required attributes.
    pub fn new(pool_name: impl Into<String>) -> Self {
        Self {
            pool_name: pool_name.into(),
            password_policy: PasswordPolicy::default(),
            auto_verified_attributes: Vec::new(),
            alias_attributes: Vec::new(),
            username_attributes: Vec::new(),
            allow_admin_create_user_only: false,
            unused_account_validity_days: None,
            case_sensitive: true,
            account_recovery_setting: Vec::new(),
            schema: Vec::new(),
            verification_message_template: MessageTemplate::default(),
            invite_message_template: MessageTemplate::default(),
            attributes_require_verification_before_update: Vec::new(),
            sms_configuration: None,
            inert: Map::new(),
            whole_second_sign_out: false,
            lockout: true,
        }
    }
}

impl Sealed for CreateUserPoolRequest {}

impl Request for CreateUserPoolRequest {
    type Response = UserPoolType;

    const OPERATION: &'static str = "CreateUserPool";

    fn members(&self, members: &mut Members) {
        members.text("PoolName", &self.pool_name, &USER_POOL_NAME_TYPE);
        self.password_policy.members(members);
        let verified = AliasAttribute::names(&self.auto_verified_attributes);
        members.choices("AutoVerifiedAttributes", verified, &VERIFIED_ATTRIBUTE_TYPE);
        let aliases = AliasAttribute::names(&self.alias_attributes);
        members.choices("AliasAttributes", aliases, &ALIAS_ATTRIBUTE_TYPE);
        let names = AliasAttribute::names(&self.username_attributes);
        members.choices("UsernameAttributes", names, &USERNAME_ATTRIBUTE_TYPE);
        self.invite_message_template.members(&INVITATION_TEMPLATE, members);
        unused_account(self.unused_account_validity_days, members);
        members.present("AdminCreateUserConfig", self.allow_admin_create_user_only);
        members.schema("Schema", &self.schema, 50);
        self.verification_message_template.members(&VERIFICATION_TEMPLATE, members);
        members.kept(&self.inert, KEPT_TEXTS);
        SmsConfiguration::members(self.sms_configuration.as_ref(), members);
        verify_before_update(&self.attributes_require_verification_before_update, members);
        members.present("UsernameConfiguration.CaseSensitive", true);
        RecoveryMechanism::members(&self.account_recovery_setting, members);
    }

    fn target(&self) -> Target<'_> {
        Target::Owner
    }
}

/// The texts with a constraint that a pool only keeps, in creation and update.
pub(super) const KEPT_TEXTS: &[(&str, &StringShape)] = &[
    ("SmsVerificationMessage", &shapes::SMS_VERIFICATION_MESSAGE_TYPE),
    ("EmailVerificationMessage", &shapes::EMAIL_VERIFICATION_MESSAGE_TYPE),
    ("EmailVerificationSubject", &shapes::EMAIL_VERIFICATION_SUBJECT_TYPE),
    (
        "VerificationMessageTemplate.EmailMessageByLink",
        &shapes::EMAIL_VERIFICATION_MESSAGE_BY_LINK_TYPE,
    ),
    (
        "VerificationMessageTemplate.EmailSubjectByLink",
        &shapes::EMAIL_VERIFICATION_SUBJECT_BY_LINK_TYPE,
    ),
    ("VerificationMessageTemplate.DefaultEmailOption", &shapes::DEFAULT_EMAIL_OPTION_TYPE),
    ("SmsAuthenticationMessage", &shapes::SMS_VERIFICATION_MESSAGE_TYPE),
    ("MfaConfiguration", &shapes::USER_POOL_MFA_TYPE),
    ("EmailConfiguration.SourceArn", &shapes::ARN_TYPE),
    ("EmailConfiguration.ReplyToEmailAddress", &shapes::EMAIL_ADDRESS_TYPE),
    ("EmailConfiguration.EmailSendingAccount", &shapes::EMAIL_SENDING_ACCOUNT_TYPE),
    ("EmailConfiguration.From", &shapes::STRING_TYPE),
    ("EmailConfiguration.ConfigurationSet", &shapes::SES_CONFIGURATION_SET),
    ("DeletionProtection", &shapes::DELETION_PROTECTION_TYPE),
    ("UserPoolAddOns.AdvancedSecurityMode", &shapes::ADVANCED_SECURITY_MODE_TYPE),
    ("UserPoolTier", &shapes::USER_POOL_TIER_TYPE),
];

/// The old name of `TemporaryPasswordValidityDays`, in creation and update.
pub(super) fn unused_account(days: Option<u32>, members: &mut Members) {
    let days = days.map(Into::into);
    let shape = &ADMIN_CREATE_USER_UNUSED_ACCOUNT_VALIDITY_DAYS_TYPE;
    members.integer("AdminCreateUserConfig.UnusedAccountValidityDays", days, shape);
}

/// The member that keeps old values until new ones are verified, in creation and update.
pub(super) fn verify_before_update(list: &[AliasAttribute], members: &mut Members) {
    members.choices(
        "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
        AliasAttribute::names(list),
        &VERIFIED_ATTRIBUTE_TYPE,
    );
}

impl Pool {
    /// Creates a pool under an id that the owner chooses: `<region>_<name>`.
    ///
    /// # Errors
    ///
    /// Settings that break a constraint or exclude each other.
    pub fn create(
        id: impl Into<String>,
        request: CreateUserPoolRequest,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, ServiceError> {
        Self::create_checked(id, check(request).1?, now, entropy)
    }

    /// As [`create`](Self::create), for a request whose members were checked already.
    ///
    /// # Errors
    ///
    /// An id that breaks a constraint; settings that exclude each other.
    pub fn create_checked(
        id: impl Into<String>,
        checked: Checked<CreateUserPoolRequest>,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, ServiceError> {
        let id = id.into();
        let mut members = Members::with_outliers(Outliers::default());
        members.text("UserPoolId", &id, &USER_POOL_ID_TYPE);
        if let Some(refusal) = members.refusal() {
            return Err(refusal);
        }
        let request = checked.request().clone();
        let schema = Schema::new(request.schema)?;
        let draft = Draft {
            region: region(&id).to_owned(),
            unused_account_validity_days: request.unused_account_validity_days,
            has_password_policy: true,
            has_factor: request.sms_configuration.is_some(),
            settings: Settings {
                name: request.pool_name,
                password_policy: request.password_policy,
                auto_verified_attributes: request.auto_verified_attributes,
                alias_attributes: request.alias_attributes,
                username_attributes: request.username_attributes,
                allow_admin_create_user_only: request.allow_admin_create_user_only,
                case_sensitive: request.case_sensitive,
                recovery: request.account_recovery_setting,
                schema,
                verified_before_update: request.attributes_require_verification_before_update,
                sms_configuration: request.sms_configuration,
                inert: request.inert,
                mfa: Map::new(),
                whole_second_sign_out: request.whole_second_sign_out,
                lockout: request.lockout,
                verification: request.verification_message_template,
                invitation: request.invite_message_template,
            },
        };
        pool_rules::check_new(&draft)?;
        checked.into_request()?;
        let settings = draft.into_settings();
        let mut users = Users::new(entropy::bytes(entropy));
        users.learn_names(&settings.schema);
        Ok(Self {
            id,
            created: now,
            modified: now,
            settings,
            clients: BTreeMap::new(),
            users,
            groups: Groups::default(),
            codes: Codes::default(),
            spent: Spent::default(),
            sign_ins: SignIns::default(),
            sessions: Sessions::default(),
            exchanges: Exchanges::default(),
            answering_in: None,
            issuer_base: None,
        })
    }
}
