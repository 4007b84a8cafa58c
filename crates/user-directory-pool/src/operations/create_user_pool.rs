use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    AliasAttribute, PasswordPolicy, Pool, RecoveryOption, ServiceError,
    entropy::{self, Entropy},
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USER_POOL_NAME_TYPE, USERNAME_ATTRIBUTE_TYPE},
    },
    schema,
    sessions::Sessions,
    settings::Settings,
    sign_ins::SignIns,
    users::Users,
};

/// [CreateUserPool](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html),
/// with the members that this pool knows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreateUserPoolRequest {
    /// A name to tell pools apart.
    pub pool_name: String,
    /// The rules for passwords.
    pub password_policy: PasswordPolicy,
    /// What can stand for the user name; excludes `username_attributes`.
    pub alias_attributes: Vec<AliasAttribute>,
    /// What *is* the user name: e-mail address, phone number or either.
    pub username_attributes: Vec<AliasAttribute>,
    /// Whether user names differ by case; the API's default is true, the console's false.
    pub case_sensitive: bool,
    /// How a password is recovered, in order of priority.
    pub account_recovery_setting: Vec<RecoveryOption>,
    /// Names of standard attributes that a user must have.
    pub required_attributes: Vec<String>,
    /// Not AWS's: whether a sign-out also refuses tokens of a sign-in in the same second, as
    /// Cognito has been seen to do (<https://github.com/aws/aws-sdk-java/issues/2449>).
    pub whole_second_sign_out: bool,
}

impl CreateUserPoolRequest {
    /// A pool with the API's defaults: plain, case-sensitive user names, no required attributes.
    pub fn new(pool_name: impl Into<String>) -> Self {
        Self {
            pool_name: pool_name.into(),
            password_policy: PasswordPolicy::default(),
            alias_attributes: Vec::new(),
            username_attributes: Vec::new(),
            case_sensitive: true,
            account_recovery_setting: Vec::new(),
            required_attributes: Vec::new(),
            whole_second_sign_out: false,
        }
    }
}

impl Pool {
    /// Creates a pool under an id that the owner chooses: `<region>_<name>`.
    ///
    /// # Errors
    ///
    /// Settings that break a constraint or exclude each other;
    /// [`ServiceError::NotImplemented`] for a required attribute that is not a standard one.
    pub fn create(
        id: impl Into<String>,
        request: CreateUserPoolRequest,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, ServiceError> {
        let id = id.into();
        let mut members = Members::default();
        members.text("UserPoolId", &id, &USER_POOL_ID_TYPE);
        members.text("PoolName", &request.pool_name, &USER_POOL_NAME_TYPE);
        request.password_policy.members(&mut members);
        let names = request.username_attributes.iter().map(|attribute| attribute.name());
        members.texts("UsernameAttributes", names, &USERNAME_ATTRIBUTE_TYPE);
        if let Some(message) = members.message() {
            return Err(ServiceError::Validation { message });
        }
        if !request.alias_attributes.is_empty() && !request.username_attributes.is_empty() {
            return Err(ServiceError::AliasAndUsernameAttributes);
        }
        let required_attributes = request
            .required_attributes
            .iter()
            .map(|name| schema::standard(name).ok_or_else(|| not_standard(name)))
            .collect::<Result<Vec<Cow<'static, str>>, _>>()?;
        Ok(Self {
            id,
            settings: Settings {
                password_policy: request.password_policy,
                alias_attributes: request.alias_attributes,
                username_attributes: request.username_attributes,
                case_sensitive: request.case_sensitive,
                recovery: request.account_recovery_setting,
                required_attributes,
                whole_second_sign_out: request.whole_second_sign_out,
            },
            clients: BTreeMap::new(),
            users: Users::new(entropy::bytes(entropy)),
            sign_ins: SignIns::default(),
            sessions: Sessions::default(),
        })
    }
}

fn not_standard(name: &str) -> ServiceError {
    ServiceError::NotImplemented { what: format!("the required attribute {name}") }
}
