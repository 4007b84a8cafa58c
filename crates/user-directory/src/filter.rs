use std::fmt;

/// A filter of [`ListUsers`](crate::ListUsers): one attribute, compared with one value, which is
/// escaped.
///
/// AWS reads quotation marks and backslashes in a value as part of the filter. If you put what a
/// user typed between quotation marks by hand, the user can write the filter.
///
/// ```
/// use user_directory::{Filter, FilterAttribute, ListUsers};
///
/// let request = ListUsers::new().with_filter(Filter::equal(FilterAttribute::Email, "a@b.example"));
/// assert_eq!(request.filter.as_deref(), Some(r#"email = "a@b.example""#));
///
/// let typed = r#"x" or "1"#;
/// let filter = Filter::prefix(FilterAttribute::Name, typed);
/// assert_eq!(filter.to_string(), r#"name ^= "x\" or \"1""#);
/// ```
///
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html>
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Filter {
    attribute: FilterAttribute,
    is_prefix: bool,
    value: String,
}

/// What a [`Filter`] can name. Custom attributes cannot be searched.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FilterAttribute {
    /// `username`: the real name; an alias does not match.
    Username,
    /// `email`, verified or not.
    Email,
    /// `phone_number`, verified or not.
    PhoneNumber,
    /// `name`
    Name,
    /// `given_name`
    GivenName,
    /// `family_name`
    FamilyName,
    /// `preferred_username`
    PreferredUsername,
    /// `cognito:user_status`, such as `CONFIRMED`.
    UserStatus,
    /// `status`: `Enabled` or `Disabled`.
    Status,
    /// `sub`
    Sub,
}

impl FilterAttribute {
    /// Every attribute.
    pub const ALL: [Self; 10] = [
        Self::Username,
        Self::Email,
        Self::PhoneNumber,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::PreferredUsername,
        Self::UserStatus,
        Self::Status,
        Self::Sub,
    ];

    /// The AWS name, such as `cognito:user_status`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::PreferredUsername => "preferred_username",
            Self::UserStatus => "cognito:user_status",
            Self::Status => "status",
            Self::Sub => "sub",
        }
    }
}

impl Filter {
    /// Users whose attribute has this value.
    pub fn equal(attribute: FilterAttribute, value: impl Into<String>) -> Self {
        Self { attribute, is_prefix: false, value: value.into() }
    }

    /// Users whose attribute begins with this value.
    pub fn prefix(attribute: FilterAttribute, value: impl Into<String>) -> Self {
        Self { attribute, is_prefix: true, value: value.into() }
    }
}

impl fmt::Display for Filter {
    /// The filter as AWS reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operator = if self.is_prefix { "^=" } else { "=" };
        write!(f, "{} {operator} \"", self.attribute.name())?;
        for character in self.value.chars() {
            if matches!(character, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{character}")?;
        }
        f.write_str("\"")
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.to_string()
    }
}
