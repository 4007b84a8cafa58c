use std::time::Duration;

use user_directory::{MfaType, RefreshFlow};

/// Declares `with_*` for fields that hold a value, an option or a list of words.
macro_rules! setters {
    () => {};
    ($(#[$doc:meta])* $name:ident = some $field:ident: $type:ty; $($rest:tt)*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $field: $type) -> Self {
            self.$field = Some($field);
            self
        }
        setters! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident = list $field:ident; $($rest:tt)*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $field: impl IntoIterator<Item = &'static str>) -> Self {
            self.$field = $field.into_iter().collect();
            self
        }
        setters! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident = $field:ident: $type:ty; $($rest:tt)*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $field: $type) -> Self {
            self.$field = $field;
            self
        }
        setters! { $($rest)* }
    };
}

/// The pool that a case wants: the requests CreateUserPool and CreateUserPoolClient as data.
///
/// The name is for people. A harness that keeps pools for later compares whole profiles: a case
/// may change any setting and leave the name.
///
/// ```
/// use user_directory_contract::{ClientSettings, PasswordPolicy, PoolProfile, PoolSettings};
///
/// let profile = PoolProfile::article()
///     .map_pool(|pool| pool.with_password_policy(PasswordPolicy::cognito_default()))
///     .map_client(|client| client.with_auth_session_validity_minutes(5))
///     .with_second_client(ClientSettings::article().with_generate_secret(false));
/// assert_eq!(profile.pool.case_sensitive, None);
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct PoolProfile {
    /// A name for people.
    pub name: &'static str,
    /// The pool.
    pub pool: PoolSettings,
    /// The app client that a case uses unless it names another.
    pub client: ClientSettings,
    /// Another app client of the same pool.
    pub second_client: Option<ClientSettings>,
}

impl PoolProfile {
    /// A pool and a client.
    pub fn new(name: &'static str, pool: PoolSettings, client: ClientSettings) -> Self {
        Self { name, pool, client, second_client: None }
    }

    /// What a server-side application with a confidential client has: plain user names, a client
    /// secret, and existence errors shown, as is the API's default.
    pub fn article() -> Self {
        Self::new("article", PoolSettings::new(), ClientSettings::article())
    }

    /// As [`article`](Self::article), but a sign-in hides whether a user exists, as is the
    /// console's default.
    pub fn existence_errors_prevented() -> Self {
        Self::article()
            .with_name("existence-errors-prevented")
            .map_client(|client| client.with_prevent_user_existence_errors("ENABLED"))
    }

    /// As [`article`](Self::article), but e-mail addresses are the user names, so that the real
    /// name is the `sub`.
    pub fn email_usernames() -> Self {
        Self::article().with_name("email-usernames").map_pool(|pool| {
            pool.with_username_attributes(["email"]).with_auto_verified_attributes(["email"])
        })
    }

    /// As [`article`](Self::article), but a verified e-mail address can stand for the user name.
    pub fn email_alias() -> Self {
        Self::article().with_name("email-alias").map_pool(|pool| {
            pool.with_alias_attributes(["email"]).with_auto_verified_attributes(["email"])
        })
    }

    /// As [`article`](Self::article), but user names do not differ by case.
    pub fn case_insensitive() -> Self {
        Self::article()
            .with_name("case-insensitive")
            .map_pool(|pool| pool.with_case_sensitive(false))
    }

    /// As [`article`](Self::article), but refresh tokens rotate, so that REFRESH_TOKEN_AUTH is off.
    pub fn rotation(grace_period_seconds: u32) -> Self {
        Self::article().with_name("rotation").map_client(|client| {
            client
                .with_explicit_auth_flows([
                    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                    "ALLOW_USER_PASSWORD_AUTH",
                ])
                .with_refresh_token_rotation(Rotation::new(grace_period_seconds))
        })
    }

    /// As [`article`](Self::article), but the client has no secret.
    pub fn without_secret() -> Self {
        Self::article()
            .with_name("without-secret")
            .map_client(|client| client.with_generate_secret(false))
    }

    /// How the first client refreshes: by GetTokensFromRefreshToken where refresh tokens rotate,
    /// by REFRESH_TOKEN_AUTH elsewhere.
    pub fn refresh_flow(&self) -> RefreshFlow {
        match self.client.refresh_token_rotation {
            Some(_) => RefreshFlow::GetTokensFromRefreshToken,
            None => RefreshFlow::RefreshTokenAuth,
        }
    }

    /// Changes the pool.
    #[must_use]
    pub fn map_pool(mut self, change: impl FnOnce(PoolSettings) -> PoolSettings) -> Self {
        self.pool = change(self.pool);
        self
    }

    /// Changes the first client.
    #[must_use]
    pub fn map_client(mut self, change: impl FnOnce(ClientSettings) -> ClientSettings) -> Self {
        self.client = change(self.client);
        self
    }

    setters! {
        /// Sets the name.
        with_name = name: &'static str;
        /// Adds a second client.
        with_second_client = some second_client: ClientSettings;
    }
}

/// CreateUserPool. What is absent or empty is not sent, so that the service's default holds.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct PoolSettings {
    /// `UsernameAttributes`: what *is* the user name.
    pub username_attributes: Vec<&'static str>,
    /// `AliasAttributes`: what can stand for the user name.
    pub alias_attributes: Vec<&'static str>,
    /// `AutoVerifiedAttributes`.
    pub auto_verified_attributes: Vec<&'static str>,
    /// `UsernameConfiguration.CaseSensitive`; the API's default is true.
    pub case_sensitive: Option<bool>,
    /// `Policies.PasswordPolicy`.
    pub password_policy: Option<PasswordPolicy>,
    /// `Schema`: standard attributes with `Required` and `Mutable`.
    pub required_attributes: Vec<&'static str>,
    /// `Schema`: custom attributes.
    pub custom_attributes: Vec<CustomAttribute>,
    /// `AccountRecoverySetting.RecoveryMechanisms`, the first with priority 1.
    pub account_recovery: Vec<&'static str>,
    /// `AdminCreateUserConfig.AllowAdminCreateUserOnly`; the API's default is false.
    pub allow_admin_create_user_only: Option<bool>,
    /// `UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate`.
    pub verified_before_update: Vec<&'static str>,
    /// SetUserPoolMfaConfig: `MfaConfiguration`. The API's default is OFF.
    pub mfa_configuration: Option<&'static str>,
    /// SetUserPoolMfaConfig: the second factors that are switched on.
    pub mfa_types: Vec<MfaType>,
}

impl PoolSettings {
    /// The API's defaults: plain, case-sensitive user names.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether sign-ins demand a second factor, and which there are.
    #[must_use]
    pub fn with_mfa(
        mut self,
        configuration: &'static str,
        factors: impl IntoIterator<Item = MfaType>,
    ) -> Self {
        self.mfa_configuration = Some(configuration);
        self.mfa_types = factors.into_iter().collect();
        self
    }

    setters! {
        /// Sets what is the user name.
        with_username_attributes = list username_attributes;
        /// Sets what can stand for the user name.
        with_alias_attributes = list alias_attributes;
        /// Sets what the pool verifies on its own.
        with_auto_verified_attributes = list auto_verified_attributes;
        /// Sets whether user names differ by case.
        with_case_sensitive = some case_sensitive: bool;
        /// Sets the rules for passwords.
        with_password_policy = some password_policy: PasswordPolicy;
        /// Sets which standard attributes a user must have.
        with_required_attributes = list required_attributes;
        /// Sets how a password is recovered.
        with_account_recovery = list account_recovery;
        /// Sets whether only administrators create users.
        with_allow_admin_create_user_only = some allow_admin_create_user_only: bool;
        /// Sets what keeps its old value until the new one is verified.
        with_verified_before_update = list verified_before_update;
    }

    /// Adds custom attributes.
    #[must_use]
    pub fn with_custom_attributes(
        mut self,
        attributes: impl IntoIterator<Item = CustomAttribute>,
    ) -> Self {
        self.custom_attributes = attributes.into_iter().collect();
        self
    }
}

/// A custom attribute (AWS: `SchemaAttributeType`).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct CustomAttribute {
    /// `Name`, without `custom:`.
    pub name: &'static str,
    /// `AttributeDataType`: `String`, `Number`, `DateTime` or `Boolean`.
    pub data_type: &'static str,
    /// `Mutable`
    pub mutable: bool,
    /// `MinLength` of a text, `MinValue` of a number.
    pub min: Option<i64>,
    /// `MaxLength` of a text, `MaxValue` of a number.
    pub max: Option<i64>,
}

impl CustomAttribute {
    /// A mutable attribute without limits.
    pub fn new(name: &'static str, data_type: &'static str) -> Self {
        Self { name, data_type, mutable: true, min: None, max: None }
    }

    setters! {
        /// Sets whether a value can change.
        with_mutable = mutable: bool;
        /// Sets the least length or value.
        with_min = some min: i64;
        /// Sets the greatest length or value.
        with_max = some max: i64;
    }
}

/// `PasswordPolicyType`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// 6 to 99 characters.
    pub minimum_length: u32,
    /// Whether an upper-case letter is needed.
    pub require_uppercase: bool,
    /// Whether a lower-case letter is needed.
    pub require_lowercase: bool,
    /// Whether a digit is needed.
    pub require_numbers: bool,
    /// Whether a symbol is needed.
    pub require_symbols: bool,
    /// How long a temporary password is good for.
    pub temporary_password_validity_days: u32,
    /// How many passwords a user may not choose again; not sent if 0, because not every tier of
    /// Cognito has it.
    pub password_history_size: u32,
}

impl PasswordPolicy {
    /// What a pool has without a policy of its own: 8 characters of all four classes, 7 days.
    pub fn cognito_default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: 7,
            password_history_size: 0,
        }
    }

    /// A length and no classes, 7 days.
    pub fn length_only(minimum_length: u32) -> Self {
        Self {
            minimum_length,
            require_uppercase: false,
            require_lowercase: false,
            require_numbers: false,
            require_symbols: false,
            temporary_password_validity_days: 7,
            password_history_size: 0,
        }
    }

    setters! {
        /// Sets the length.
        with_minimum_length = minimum_length: u32;
        /// Asks for an upper-case letter, or not.
        with_require_uppercase = require_uppercase: bool;
        /// Asks for a lower-case letter, or not.
        with_require_lowercase = require_lowercase: bool;
        /// Asks for a digit, or not.
        with_require_numbers = require_numbers: bool;
        /// Asks for a symbol, or not.
        with_require_symbols = require_symbols: bool;
        /// Sets how long a temporary password is good for.
        with_temporary_password_validity_days = temporary_password_validity_days: u32;
        /// Sets how many passwords a user may not choose again.
        with_password_history_size = password_history_size: u32;
    }
}

/// CreateUserPoolClient. What is absent or empty is not sent.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct ClientSettings {
    /// `GenerateSecret`.
    pub generate_secret: bool,
    /// `ExplicitAuthFlows`.
    pub explicit_auth_flows: Vec<&'static str>,
    /// `PreventUserExistenceErrors`: `LEGACY` or `ENABLED`.
    pub prevent_user_existence_errors: Option<&'static str>,
    /// `AccessTokenValidity`; 1 hour by default.
    pub access_token_validity: Option<Duration>,
    /// `IdTokenValidity`; 1 hour by default.
    pub id_token_validity: Option<Duration>,
    /// `RefreshTokenValidity`; 30 days by default.
    pub refresh_token_validity: Option<Duration>,
    /// `AuthSessionValidity`; 3 minutes by default.
    pub auth_session_validity_minutes: Option<u32>,
    /// `EnableTokenRevocation`; true by default.
    pub enable_token_revocation: Option<bool>,
    /// `RefreshTokenRotation`; off by default.
    pub refresh_token_rotation: Option<Rotation>,
    /// `ReadAttributes`.
    pub read_attributes: Vec<&'static str>,
    /// `WriteAttributes`.
    pub write_attributes: Vec<&'static str>,
}

impl ClientSettings {
    /// The API's defaults: no secret, and no sign-in by plain password.
    pub fn new() -> Self {
        Self::default()
    }

    /// The client of [`PoolProfile::article`].
    pub fn article() -> Self {
        Self::new()
            .with_generate_secret(true)
            .with_explicit_auth_flows([
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ])
            .with_prevent_user_existence_errors("LEGACY")
    }

    setters! {
        /// Makes a secret, or not.
        with_generate_secret = generate_secret: bool;
        /// Sets the flows that the client may use.
        with_explicit_auth_flows = list explicit_auth_flows;
        /// Sets whether a sign-in hides that a user does not exist.
        with_prevent_user_existence_errors = some prevent_user_existence_errors: &'static str;
        /// Sets how long access tokens are good for.
        with_access_token_validity = some access_token_validity: Duration;
        /// Sets how long ID tokens are good for.
        with_id_token_validity = some id_token_validity: Duration;
        /// Sets how long refresh tokens are good for.
        with_refresh_token_validity = some refresh_token_validity: Duration;
        /// Sets how long a challenge's session is good for.
        with_auth_session_validity_minutes = some auth_session_validity_minutes: u32;
        /// Sets whether single sign-ins can be revoked.
        with_enable_token_revocation = some enable_token_revocation: bool;
        /// Makes refresh tokens rotate.
        with_refresh_token_rotation = some refresh_token_rotation: Rotation;
        /// Sets which attributes the client may read.
        with_read_attributes = list read_attributes;
        /// Sets which attributes users may write through the client.
        with_write_attributes = list write_attributes;
    }
}

/// `RefreshTokenRotationType`, switched on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Rotation {
    /// `RetryGracePeriodSeconds`: how long the old token still works, 0 to 60.
    pub grace_period_seconds: u32,
}

impl Rotation {
    /// Rotation with a period of grace.
    pub fn new(grace_period_seconds: u32) -> Self {
        Self { grace_period_seconds }
    }
}
