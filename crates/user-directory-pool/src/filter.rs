use crate::{
    ServiceError,
    settings::Settings,
    user::User,
    users::{SearchAttribute, search_value},
};

/// A filter of ListUsers: one attribute, `=` or `^=`, one quoted value.
///
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html>
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Filter {
    pub(crate) attribute: SearchAttribute,
    pub(crate) is_prefix: bool,
    /// As searches compare it.
    pub(crate) value: String,
}

impl Filter {
    /// Whether a user has the value.
    pub(crate) fn matches(&self, settings: &Settings, user: &User) -> bool {
        self.attribute.search_value(settings, user).is_some_and(|value| {
            if self.is_prefix { value.starts_with(&self.value) } else { value == self.value }
        })
    }

    /// Reads a filter; an empty one is none. Spaces around the parts do not count.
    pub(crate) fn parse(text: &str, settings: &Settings) -> Result<Option<Self>, ServiceError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let position = text.find('=').ok_or(ServiceError::FilterSyntax)?;
        let (left, right) = (&text[..position], text[position + 1..].trim());
        let (name, is_prefix) = match left.strip_suffix('^') {
            Some(name) => (name.trim(), true),
            None => (left.trim(), false),
        };
        let value = unquote(right).ok_or(ServiceError::FilterSyntax)?;
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(ServiceError::FilterSyntax);
        }
        let unquoted = name.trim_matches('"');
        let attribute = SearchAttribute::from_name(unquoted).ok_or_else(|| {
            match unquoted.starts_with("custom:") {
                true => ServiceError::SearchAttributeCustom,
                false => ServiceError::SearchAttributeInvalid { name: name.to_owned() },
            }
        })?;
        let value = search_value(settings, attribute, &value).into_owned();
        Ok(Some(Self { attribute, is_prefix, value }))
    }
}

/// The text between two quotation marks, where `\` stands before a mark that belongs to it.
fn unquote(text: &str) -> Option<String> {
    let mut characters = text.strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
    characters.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MessageTemplate, PasswordPolicy, schema::Schema};

    fn parse(text: &str) -> Result<Option<Filter>, ServiceError> {
        let settings = Settings {
            name: "filters".to_owned(),
            password_policy: PasswordPolicy::default(),
            auto_verified_attributes: Vec::new(),
            alias_attributes: Vec::new(),
            username_attributes: Vec::new(),
            allow_admin_create_user_only: false,
            case_sensitive: true,
            recovery: Vec::new(),
            schema: Schema::new(Vec::new()).expect("the standard attributes"),
            verified_before_update: Vec::new(),
            lockout: true,
            verification: MessageTemplate::default(),
            invitation: MessageTemplate::default(),
            whole_second_sign_out: false,
            sms_configuration: None,
            inert: serde_json::Map::new(),
            mfa: serde_json::Map::new(),
        };
        Filter::parse(text, &settings)
    }

    #[test]
    fn forms() {
        let filter = |attribute, is_prefix, value: &str| {
            Ok(Some(Filter { attribute, is_prefix, value: value.to_owned() }))
        };
        assert_eq!(parse(""), Ok(None));
        assert_eq!(parse(r#"email = "a@b.c""#), filter(SearchAttribute::Email, false, "a@b.c"));
        assert_eq!(parse(r#"username^="al""#), filter(SearchAttribute::Username, true, "al"));
        assert_eq!(
            parse(r#"given_name = "Ann \"A\" \\""#),
            filter(SearchAttribute::GivenName, false, r#"ann "a" \"#)
        );
        assert_eq!(
            parse(r#"cognito:user_status = "confirmed""#),
            filter(SearchAttribute::UserStatus, false, "CONFIRMED")
        );
    }

    #[test]
    fn refusals() {
        for bad in
            ["email", "email = a", r#"email = "a"#, r#"email = "a" b"#, r#" = "a""#, r#"a b = "c""#]
        {
            assert_eq!(parse(bad), Err(ServiceError::FilterSyntax), "{bad}");
        }
        let error = ServiceError::SearchAttributeInvalid { name: "nickname".to_owned() };
        assert_eq!(parse(r#"nickname = "b""#), Err(error));
        assert_eq!(parse(r#"custom:a = "b""#), Err(ServiceError::SearchAttributeCustom));
    }
}
