use std::{fmt, sync::Arc};

use async_trait::async_trait;
use user_directory::{OwnFactors, SelfService, UserDirectory};
use user_directory_contract::{
    Ability, ClientSettings, CustomAttribute, Environment, Harness, HarnessError, PoolProfile,
    PoolSettings, Support,
};
use user_directory_fake::{
    AliasAttribute, AttributeDataType, CreateUserPoolClientRequest, CreateUserPoolRequest,
    ExplicitAuthFlow, Fake, FakeBuilder, FakeDirectory, FakeSelfService, MfaConfiguration,
    PreventUserExistenceErrors, RecoveryMechanism, RecoveryOption, RefreshTokenRotation,
    SchemaAttributeType, SmsConfiguration,
};

use crate::FakeEnvironment;

/// Wraps an administrator's handle before a case gets it.
pub(crate) type WrapDirectory = Arc<dyn Fn(FakeDirectory) -> Arc<dyn UserDirectory> + Send + Sync>;

/// Wraps a user's handle before a case gets it.
pub(crate) type WrapSelfService =
    Arc<dyn Fn(FakeSelfService) -> Arc<dyn SelfService> + Send + Sync>;

/// Wraps a user's handle on second factors before a case gets it.
pub(crate) type WrapOwnFactors = Arc<dyn Fn(FakeSelfService) -> Arc<dyn OwnFactors> + Send + Sync>;

/// Opens pools of the fake for the contract, with every [`Ability`], and with handles as they are or
/// in wrappers.
#[derive(Clone)]
pub struct FakeHarness {
    name: String,
    directory: WrapDirectory,
    self_service: WrapSelfService,
    own_factors: WrapOwnFactors,
}

impl FakeHarness {
    /// The fake as it is.
    pub fn new() -> Self {
        Self {
            name: "fake".to_owned(),
            directory: Arc::new(|directory| Arc::new(directory)),
            self_service: Arc::new(|self_service| Arc::new(self_service)),
            own_factors: Arc::new(|own_factors| Arc::new(own_factors)),
        }
    }

    /// Every administrator's handle in a wrapper. A case asks for several, of one pool or of one for
    /// each case: [`FakeDirectory::fake`] tells which.
    pub fn wrapping<W: UserDirectory>(
        wrap: impl Fn(FakeDirectory) -> W + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: "wrapped fake".to_owned(),
            directory: Arc::new(move |directory| Arc::new(wrap(directory))),
            ..Self::new()
        }
    }

    /// Every user's own handle in a wrapper, as well.
    #[must_use]
    pub fn wrapping_self_service<W: SelfService>(
        mut self,
        wrap: impl Fn(FakeSelfService) -> W + Send + Sync + 'static,
    ) -> Self {
        self.self_service = Arc::new(move |self_service| Arc::new(wrap(self_service)));
        self
    }

    /// Every user's own handle on second factors in a wrapper, as well.
    #[must_use]
    pub fn wrapping_own_factors<W: OwnFactors>(
        mut self,
        wrap: impl Fn(FakeSelfService) -> W + Send + Sync + 'static,
    ) -> Self {
        self.own_factors = Arc::new(move |own_factors| Arc::new(wrap(own_factors)));
        self
    }

    /// Sets the name in reports and tests: `wrapped fake` unless set.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl Default for FakeHarness {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FakeHarness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeHarness").field("name", &self.name).finish_non_exhaustive()
    }
}

#[async_trait]
impl Harness for FakeHarness {
    fn name(&self) -> &str {
        &self.name
    }

    fn support(&self, _ability: Ability) -> Support {
        Support::Yes
    }

    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
        Ok(Arc::new(self.open_fake(profile, Fake::builder())?))
    }
}

impl FakeHarness {
    /// Opens a pool of a fake with these settings.
    ///
    /// # Errors
    ///
    /// A profile that the fake does not know, or refuses.
    pub fn open_fake(
        &self,
        profile: &PoolProfile,
        builder: FakeBuilder,
    ) -> Result<FakeEnvironment, HarnessError> {
        let fake = builder
            .pool(pool_request(&profile.pool)?)
            .client(client_request(&profile.client)?)
            .build()?;
        let second = match &profile.second_client {
            Some(settings) => {
                let pool_id = &fake.first_client().pool_id;
                Some(fake.create_user_pool_client(pool_id, client_request(settings)?)?)
            }
            None => None,
        };
        if let Some(name) = profile.pool.mfa_configuration {
            let configuration = match name {
                "OFF" => MfaConfiguration::Off,
                "OPTIONAL" => MfaConfiguration::Optional,
                "ON" => MfaConfiguration::On,
                other => return Err(unknown("MfaConfiguration", other)),
            };
            let factors = profile.pool.mfa_types.iter().copied();
            fake.set_mfa(&fake.first_client().pool_id, configuration, factors)?;
        }
        let (directory, own) = (self.directory.clone(), self.self_service.clone());
        Ok(FakeEnvironment::new(fake, second, directory, own, self.own_factors.clone()))
    }
}

/// Nothing here sends text messages; a pool that verifies phone numbers must say who does.
const SMS_ROLE: &str = "arn:aws:iam::000000000000:role/sms";

fn pool_request(settings: &PoolSettings) -> Result<CreateUserPoolRequest, HarnessError> {
    let mut request = CreateUserPoolRequest::new("contract");
    request.username_attributes = aliases(&settings.username_attributes)?;
    request.alias_attributes = aliases(&settings.alias_attributes)?;
    if let Some(case_sensitive) = settings.case_sensitive {
        request.case_sensitive = case_sensitive;
    }
    if let Some(policy) = &settings.password_policy {
        let target = &mut request.password_policy;
        target.minimum_length = policy.minimum_length;
        target.require_lowercase = policy.require_lowercase;
        target.require_uppercase = policy.require_uppercase;
        target.require_numbers = policy.require_numbers;
        target.require_symbols = policy.require_symbols;
        target.temporary_password_validity_days = Some(policy.temporary_password_validity_days);
        target.password_history_size = policy.password_history_size;
    }
    let required = settings.required_attributes.iter().map(|name| {
        let attribute = SchemaAttributeType::standard(name);
        attribute.map(SchemaAttributeType::required).ok_or_else(|| unknown("attribute", name))
    });
    let custom = settings.custom_attributes.iter().map(custom_attribute);
    request.schema = required.chain(custom).collect::<Result<_, _>>()?;
    request.auto_verified_attributes = aliases(&settings.auto_verified_attributes)?;
    if request.auto_verified_attributes.contains(&AliasAttribute::PhoneNumber) {
        request.sms_configuration = Some(SmsConfiguration::new(SMS_ROLE));
    }
    request.attributes_require_verification_before_update =
        aliases(&settings.verified_before_update)?;
    if let Some(only) = settings.allow_admin_create_user_only {
        request.allow_admin_create_user_only = only;
    }
    request.account_recovery_setting = settings
        .account_recovery
        .iter()
        .zip(1..)
        .map(|(option, priority)| {
            let way = RecoveryOption::from_name(option);
            let way = way.ok_or_else(|| unknown("recovery option", option))?;
            Ok(RecoveryMechanism::new(priority, way))
        })
        .collect::<Result<_, HarnessError>>()?;
    Ok(request)
}

fn client_request(settings: &ClientSettings) -> Result<CreateUserPoolClientRequest, HarnessError> {
    let mut request = CreateUserPoolClientRequest::new("", "contract");
    request.generate_secret = settings.generate_secret;
    if !settings.explicit_auth_flows.is_empty() {
        request.explicit_auth_flows = settings
            .explicit_auth_flows
            .iter()
            .map(|flow| ExplicitAuthFlow::from_name(flow).ok_or_else(|| unknown("flow", flow)))
            .collect::<Result<_, _>>()?;
    }
    request.prevent_user_existence_errors = match settings.prevent_user_existence_errors {
        None => None,
        Some("LEGACY") => Some(PreventUserExistenceErrors::Legacy),
        Some("ENABLED") => Some(PreventUserExistenceErrors::Enabled),
        Some(other) => return Err(unknown("PreventUserExistenceErrors", other)),
    };
    if let Some(validity) = settings.access_token_validity {
        request.access_token_validity = validity.into();
    }
    if let Some(validity) = settings.id_token_validity {
        request.id_token_validity = validity.into();
    }
    if let Some(validity) = settings.refresh_token_validity {
        request.refresh_token_validity = validity.into();
    }
    if let Some(minutes) = settings.auth_session_validity_minutes {
        request.auth_session_validity = std::time::Duration::from_secs(u64::from(minutes) * 60);
    }
    if let Some(enabled) = settings.enable_token_revocation {
        request.enable_token_revocation = enabled;
    }
    request.refresh_token_rotation = settings
        .refresh_token_rotation
        .as_ref()
        .map(|rotation| RefreshTokenRotation::new(rotation.grace_period_seconds));
    request.read_attributes =
        settings.read_attributes.iter().map(|name| (*name).to_owned()).collect();
    request.write_attributes =
        settings.write_attributes.iter().map(|name| (*name).to_owned()).collect();
    Ok(request)
}

fn custom_attribute(attribute: &CustomAttribute) -> Result<SchemaAttributeType, HarnessError> {
    let length = |limit: Option<i64>| limit.and_then(|limit| u32::try_from(limit).ok());
    let (min, max) = (attribute.min, attribute.max);
    let data_type = match attribute.data_type {
        "Boolean" => AttributeDataType::Boolean,
        "DateTime" => AttributeDataType::DateTime,
        "Number" => AttributeDataType::number(min, max),
        "String" => AttributeDataType::string(length(min), length(max)),
        other => return Err(unknown("type of attributes", other)),
    };
    let mut own = SchemaAttributeType::new(attribute.name, data_type);
    own.mutable = attribute.mutable;
    Ok(own)
}

fn aliases(names: &[&'static str]) -> Result<Vec<AliasAttribute>, HarnessError> {
    names
        .iter()
        .map(|name| {
            AliasAttribute::ALL
                .into_iter()
                .find(|alias| alias.name() == *name)
                .ok_or_else(|| unknown("alias attribute", name))
        })
        .collect()
}

fn unknown(what: &str, name: &str) -> HarnessError {
    HarnessError::Failed(format!("the fake knows no {what} {name}"))
}
