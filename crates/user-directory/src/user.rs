use std::{fmt, time::SystemTime};

use crate::MfaType;

/// A user as an administrator sees it (AWS: `UserType`, AdminGetUser).
///
/// Cognito names the attributes `Attributes` in one answer and `UserAttributes` in another; here
/// they are always [`attributes`](Self::attributes).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct User {
    /// The real user name. In a pool with e-mail addresses or phone numbers as user names it is
    /// the `sub`, whatever alias was asked for.
    pub username: String,
    /// The attributes, `sub` first; the order of the others means nothing.
    pub attributes: Attributes,
    /// Where the account stands.
    pub status: UserStatus,
    /// Whether the user may sign in. It is independent of the status.
    pub enabled: bool,
    /// When the user was created.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::user::epoch_seconds"))]
    pub create_date: SystemTime,
    /// When attributes, password or status last changed.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::user::epoch_seconds"))]
    pub last_modified_date: SystemTime,
    /// The second factors that are enabled (`UserMFASettingList`). Only
    /// [`UserDirectory::user`](crate::UserDirectory::user) shows them; lists do not.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub mfa_types: Vec<MfaType>,
    /// The second factor that sign-ins ask for (`PreferredMfaSetting`). Shown as the others.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub preferred_mfa: Option<MfaType>,
}

impl User {
    /// An enabled, confirmed user without attributes, both dates at the epoch: for
    /// implementations and mocks, which set the rest.
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            attributes: Attributes::new(),
            status: UserStatus::Confirmed,
            enabled: true,
            create_date: SystemTime::UNIX_EPOCH,
            last_modified_date: SystemTime::UNIX_EPOCH,
            mfa_types: Vec::new(),
            preferred_mfa: None,
        }
    }

    /// Sets the attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: impl Into<Attributes>) -> Self {
        self.attributes = attributes.into();
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn with_status(mut self, status: UserStatus) -> Self {
        self.status = status;
        self
    }

    /// Sets whether the user is enabled.
    #[must_use]
    pub fn with_enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Sets the second factors.
    #[must_use]
    pub fn with_mfa(
        mut self,
        mfa_types: impl IntoIterator<Item = MfaType>,
        preferred: Option<MfaType>,
    ) -> Self {
        self.mfa_types = mfa_types.into_iter().collect();
        self.preferred_mfa = preferred;
        self
    }

    /// Sets both dates.
    #[must_use]
    pub fn with_dates(mut self, create_date: SystemTime, last_modified_date: SystemTime) -> Self {
        self.create_date = create_date;
        self.last_modified_date = last_modified_date;
        self
    }

    /// The immutable id of the user: unlike the user name it is never given to another user.
    pub fn sub(&self) -> Option<&str> {
        self.attributes.get("sub")
    }
}

/// A user as the user's own access token shows it (AWS: GetUser): no status and no dates, and only
/// the attributes that the app client may read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OwnUser {
    /// The real user name.
    pub username: String,
    /// The readable attributes, `sub` first.
    pub attributes: Attributes,
    /// The second factors that are enabled (`UserMFASettingList`).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub mfa_types: Vec<MfaType>,
    /// The second factor that sign-ins ask for (`PreferredMfaSetting`).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub preferred_mfa: Option<MfaType>,
}

impl OwnUser {
    /// A user with these attributes and no second factor.
    pub fn new(username: impl Into<String>, attributes: impl Into<Attributes>) -> Self {
        Self {
            username: username.into(),
            attributes: attributes.into(),
            mfa_types: Vec::new(),
            preferred_mfa: None,
        }
    }

    /// Sets the second factors.
    #[must_use]
    pub fn with_mfa(
        mut self,
        mfa_types: impl IntoIterator<Item = MfaType>,
        preferred: Option<MfaType>,
    ) -> Self {
        self.mfa_types = mfa_types.into_iter().collect();
        self.preferred_mfa = preferred;
        self
    }

    /// The immutable id of the user.
    pub fn sub(&self) -> Option<&str> {
        self.attributes.get("sub")
    }
}

/// Where an account stands (AWS: `UserStatusType`). Disabled is not a status: see
/// [`User::enabled`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum UserStatus {
    /// Signed up, not confirmed yet.
    Unconfirmed,
    /// May sign in.
    Confirmed,
    /// Has a temporary password and must choose a new one at the first sign-in.
    ForceChangePassword,
    /// Must choose a new password with a code before the next sign-in.
    ResetRequired,
    /// Comes from an external identity provider.
    ExternalProvider,
    /// No longer used by Cognito.
    Archived,
    /// No longer used by Cognito.
    Compromised,
    /// Cognito's own `UNKNOWN`, and any status newer than this crate.
    Unknown,
}

impl UserStatus {
    /// The AWS name, such as `FORCE_CHANGE_PASSWORD`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
            Self::Archived => "ARCHIVED",
            Self::Compromised => "COMPROMISED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The status of an AWS name; a name that is not known is [`UserStatus::Unknown`].
    pub fn from_name(name: &str) -> Self {
        match name {
            "UNCONFIRMED" => Self::Unconfirmed,
            "CONFIRMED" => Self::Confirmed,
            "FORCE_CHANGE_PASSWORD" => Self::ForceChangePassword,
            "RESET_REQUIRED" => Self::ResetRequired,
            "EXTERNAL_PROVIDER" => Self::ExternalProvider,
            "ARCHIVED" => Self::Archived,
            "COMPROMISED" => Self::Compromised,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for UserStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for UserStatus {
    /// As the AWS name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A date as Cognito has it in JSON: seconds since the epoch, with milliseconds.
#[cfg(feature = "serde")]
pub(crate) fn epoch_seconds<S: serde::Serializer>(
    date: &SystemTime,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let since = date.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds fit for 285,000 years")]
    serializer.serialize_f64(since.as_millis() as f64 / 1000.0)
}

/// Names and values of a user's attributes, in the order given.
///
/// Values are always text: Cognito gives `email_verified` as `"true"`. Nothing is validated here.
///
/// ```
/// use user_directory::Attributes;
///
/// let attributes = Attributes::from([("email", "alice@example.com"), ("email_verified", "true")]);
/// assert_eq!(attributes.get("email"), Some("alice@example.com"));
/// assert_eq!(attributes.get("name"), None);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Attributes(Vec<(String, String)>);

impl Attributes {
    /// No attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of an attribute, `None` if there is none of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// Adds an attribute at the end. The same name may come twice: then the service refuses it, or
    /// decides.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<N: Into<String>, V: Into<String>, const LENGTH: usize> From<[(N, V); LENGTH]> for Attributes {
    fn from(pairs: [(N, V); LENGTH]) -> Self {
        pairs.into_iter().collect()
    }
}

impl From<Vec<(String, String)>> for Attributes {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl IntoIterator for Attributes {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_names_lead_back() {
        for status in [
            UserStatus::Unconfirmed,
            UserStatus::Confirmed,
            UserStatus::ForceChangePassword,
            UserStatus::ResetRequired,
            UserStatus::ExternalProvider,
            UserStatus::Archived,
            UserStatus::Compromised,
            UserStatus::Unknown,
        ] {
            assert_eq!(UserStatus::from_name(status.name()), status);
        }
        assert_eq!(UserStatus::from_name("BRAND_NEW"), UserStatus::Unknown);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_page_as_json() {
        let created = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_571_809_201_580);
        let user = User::new("alice")
            .with_attributes([("sub", "aed7ad78"), ("email", "a@example.com")])
            .with_status(UserStatus::ForceChangePassword)
            .with_dates(created, created);
        let page = crate::UserPage::new(vec![user], None);
        assert_eq!(
            serde_json::to_value(&page).expect("plain data"),
            serde_json::json!({
                "users": [{
                    "username": "alice",
                    "attributes": [["sub", "aed7ad78"], ["email", "a@example.com"]],
                    "status": "FORCE_CHANGE_PASSWORD",
                    "enabled": true,
                    "create_date": 1_571_809_201.58,
                    "last_modified_date": 1_571_809_201.58,
                }],
                "pagination_token": null,
            })
        );
    }
}
