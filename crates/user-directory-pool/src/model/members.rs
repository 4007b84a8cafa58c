use crate::{SchemaAttributeType, ServiceError};

use super::{
    IntegerShape, Outliers, StringShape, item_path, outliers::Outlier, path, patterns::matches,
    shapes,
};

/// Collects, in one walk over a request's members, which members are present and which break a
/// constraint.
///
/// Members go in by their AWS names (`Username`), which violations print with a small first letter
/// (`username`). Members of structures go in by their paths (`Policies.PasswordPolicy.MinimumLength`);
/// that violations print those too is assumed, after the paths of items that have been seen. Values
/// of sensitive shapes are not printed.
#[derive(Debug, Default)]
pub struct Members {
    names: Vec<&'static str>,
    violations: Vec<String>,
    not_implemented: Option<String>,
    outliers: Outliers,
}

impl Members {
    /// A walk over a request that was decoded with these outliers.
    pub(crate) fn with_outliers(outliers: Outliers) -> Self {
        Self { outliers, ..Self::default() }
    }

    /// A required member.
    pub fn text(&mut self, member: &'static str, value: &str, shape: &StringShape) {
        if self.is_missing(|| path(member), shape.sensitive) {
            return;
        }
        self.names.push(member);
        match self.outliers.at(|| path(member)) {
            Some(Outlier::Text(value)) => {
                let value = value.clone();
                self.check(|| path(member), &value, shape);
            }
            _ => self.check(|| path(member), value, shape),
        }
    }

    /// A member with an enum's value, which may be absent.
    pub fn choice(&mut self, member: &'static str, is_present: bool, shape: &StringShape) {
        if let Some(Outlier::Text(value)) = self.outliers.at(|| path(member)) {
            let value = value.clone();
            self.names.push(member);
            self.check_outlier(|| path(member), &value, shape);
        } else {
            self.present(member, is_present);
        }
    }

    /// A list of an enum's values, by their AWS names. An empty list counts as absent.
    ///
    /// The names fill the places that outliers leave.
    pub fn choices<'a>(
        &mut self,
        member: &'static str,
        names: impl IntoIterator<Item = &'a str>,
        shape: &StringShape,
    ) {
        let mut names = names.into_iter();
        let outliers_end = self.outliers.items_end(member);
        let mut count = 0;
        loop {
            let at = || item_path(member, count);
            if let Some(Outlier::Text(value)) = self.outliers.at(at) {
                let value = value.clone();
                self.check_outlier(at, &value, shape);
            } else if let Some(name) = names.next() {
                self.check(at, name, shape);
            } else if count >= outliers_end {
                break;
            }
            count += 1;
        }
        self.present(member, count != 0);
    }

    /// A list of structures, of which the Rust type keeps as much as it needs: `walk` looks for
    /// outliers in each item's members. An empty list counts as absent.
    pub(crate) fn items(
        &mut self,
        member: &'static str,
        count: usize,
        mut walk: impl FnMut(&mut Item<'_>),
    ) {
        let count = count.max(self.outliers.items_end(member));
        for index in 0..count {
            walk(&mut Item { members: self, list: member, index });
        }
        self.present(member, count != 0);
    }

    /// A member that may be absent.
    pub fn optional_text(
        &mut self,
        member: &'static str,
        value: Option<&str>,
        shape: &StringShape,
    ) {
        if let Some(value) = value {
            self.text(member, value, shape);
        }
    }

    /// A number that may be absent.
    pub fn integer(&mut self, member: &'static str, value: Option<i64>, shape: &IntegerShape) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let value = match self.outliers.at(|| path(member)) {
            Some(Outlier::Integer(value)) => Some(*value),
            _ => value,
        };
        let Some(value) = value else { return };
        self.names.push(member);
        self.check_integer(|| path(member), value, shape);
    }

    /// A member without a constraint: a flag, a map.
    pub fn present(&mut self, member: &'static str, is_present: bool) {
        if !self.is_missing(|| path(member), false) && is_present {
            self.names.push(member);
        }
    }

    /// A list of attributes, each a name and perhaps a value. An empty list counts as absent.
    pub fn attributes<'a>(
        &mut self,
        member: &'static str,
        list: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let mut is_present = false;
        for (index, (name, value)) in list.into_iter().enumerate() {
            is_present = true;
            let at = |part| format!("{}.{part}", item_path(member, index));
            if !self.is_missing(|| at("name"), false) {
                self.check(|| at("name"), name, &shapes::ATTRIBUTE_NAME_TYPE);
            }
            if let Some(value) = value {
                self.check(|| at("value"), value, &shapes::ATTRIBUTE_VALUE_TYPE);
            }
        }
        self.present(member, is_present);
    }

    /// A list of attributes of a schema, at most so many. An empty list counts as absent. The form
    /// of a violation by a list is assumed.
    pub(crate) fn schema(
        &mut self,
        member: &'static str,
        list: &[SchemaAttributeType],
        most: usize,
    ) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let mut names = list.iter().map(|attribute| &*attribute.name);
        self.items(member, list.len(), |item| {
            if let Some(name) = names.next() {
                item.text("Name", name, &shapes::CUSTOM_ATTRIBUTE_NAME_TYPE);
            }
            item.choice("AttributeDataType", &shapes::ATTRIBUTE_DATA_TYPE);
        });
        if list.len() > most {
            let rule = format!("Member must have length less than or equal to {most}");
            self.violations.push(violation("Value", &path(member), &rule));
        }
    }

    /// A list of strings of one shape. An empty list counts as absent.
    pub fn texts<'a>(
        &mut self,
        member: &'static str,
        list: impl IntoIterator<Item = &'a str>,
        shape: &StringShape,
    ) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let mut is_present = false;
        for (index, value) in list.into_iter().enumerate() {
            is_present = true;
            self.check(|| item_path(member, index), value, shape);
        }
        self.present(member, is_present);
    }

    /// The AWS names of the members that are present, in structures their paths, in the order of the
    /// walk.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// What is wrong, a sentence each.
    pub fn violations(&self) -> &[String] {
        &self.violations
    }

    /// Cognito's text for all violations together.
    pub fn message(&self) -> Option<String> {
        let errors = match self.violations.len() {
            0 => return None,
            1 => "error",
            _ => "errors",
        };
        let count = self.violations.len();
        Some(format!("{count} validation {errors} detected: {}", self.violations.join("; ")))
    }

    /// What a request with these members gets: a violation before what this pool does not have.
    pub(crate) fn refusal(&self) -> Option<ServiceError> {
        let not_implemented = |what: &String| ServiceError::NotImplemented { what: what.clone() };
        self.message()
            .map(|message| ServiceError::Validation { message })
            .or_else(|| self.not_implemented.as_ref().map(not_implemented))
    }

    /// Refuses a value that an enum of this crate does not have, also where the model's does.
    fn check_outlier(&mut self, path: impl Fn() -> String, value: &str, shape: &StringShape) {
        let violations = self.violations.len();
        self.check(&path, value, shape);
        if self.violations.len() == violations {
            self.not_implemented.get_or_insert_with(|| format!("{value} at {}", path()));
        }
    }

    /// Refuses a required member that was not there. Rust requests cannot leave one out, JSON can.
    fn is_missing(&mut self, at: impl Fn() -> String, sensitive: bool) -> bool {
        let Some(Outlier::Missing) = self.outliers.at(&at) else { return false };
        let shown = if sensitive { "Value" } else { "Value null" };
        self.violations.push(violation(shown, &at(), "Member must not be null"));
        true
    }

    /// Length before pattern: Cognito names both for an empty attribute name, in this order. That
    /// enums come last is assumed; no shape of the table has an enum and another constraint.
    fn check(&mut self, path: impl Fn() -> String, value: &str, shape: &StringShape) {
        let mut refuse = |rule: String| {
            let shown =
                if shape.sensitive { "Value".to_owned() } else { format!("Value '{value}'") };
            self.violations.push(violation(&shown, &path(), &rule));
        };
        let length = value.chars().count();
        if let Some(max) = shape.max.filter(|max| length > *max) {
            refuse(format!("Member must have length less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| length < *min) {
            refuse(format!("Member must have length greater than or equal to {min}"));
        }
        if let Some(pattern) = enforced_pattern(shape).filter(|pattern| !matches(pattern, value)) {
            refuse(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        if !shape.values.is_empty() && !shape.values.contains(&value) {
            let values = shape.values.join(", ");
            refuse(format!("Member must satisfy enum value set: [{values}]"));
        }
    }

    fn check_integer(&mut self, path: impl Fn() -> String, value: i64, shape: &IntegerShape) {
        let mut refuse = |rule: String| {
            self.violations.push(violation(&format!("Value '{value}'"), &path(), &rule));
        };
        if let Some(max) = shape.max.filter(|max| value > *max) {
            refuse(format!("Member must have value less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| value < *min) {
            refuse(format!("Member must have value greater than or equal to {min}"));
        }
    }
}

/// One structure in a list: what JSON may say in it and the Rust type cannot.
pub(crate) struct Item<'a> {
    members: &'a mut Members,
    list: &'static str,
    index: usize,
}

impl Item<'_> {
    /// A required member with an enum's value.
    pub(crate) fn choice(&mut self, member: &str, shape: &StringShape) {
        let place = self.path(member);
        let at = || place.clone();
        if !self.members.is_missing(at, shape.sensitive)
            && let Some(Outlier::Text(value)) = self.members.outliers.at(at)
        {
            let value = value.clone();
            self.members.check_outlier(at, &value, shape);
        }
    }

    /// A required text.
    pub(crate) fn text(&mut self, member: &str, value: &str, shape: &StringShape) {
        let place = self.path(member);
        let at = || place.clone();
        if !self.members.is_missing(at, shape.sensitive) {
            self.members.check(at, value, shape);
        }
    }

    /// A required number that the Rust type does not keep.
    pub(crate) fn integer(&mut self, member: &str, shape: &IntegerShape) {
        let place = self.path(member);
        let at = || place.clone();
        if !self.members.is_missing(at, false)
            && let Some(Outlier::Integer(value)) = self.members.outliers.at(at)
        {
            let value = *value;
            self.members.check_integer(at, value, shape);
        }
    }

    fn path(&self, member: &str) -> String {
        format!("{}.{}", item_path(self.list, self.index), path(member))
    }
}

fn violation(shown: &str, path: &str, rule: &str) -> String {
    format!("{shown} at '{path}' failed to satisfy constraint: {rule}")
}

/// The pattern that values of a shape must match.
///
/// PasswordType's `[\S]+` is not enforced. The developer guide allows spaces inside a password
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>), so
/// the service cannot be matching whole values against it. Assumed.
fn enforced_pattern(shape: &StringShape) -> Option<&'static str> {
    shape.pattern.filter(|_| shape.name != shapes::PASSWORD_TYPE.name)
}

#[cfg(test)]
mod tests {
    use super::{shapes::*, *};

    const NAME_PATTERN: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+";

    fn message_for(walk: impl FnOnce(&mut Members)) -> String {
        let mut members = Members::default();
        walk(&mut members);
        members.message().expect("a violation")
    }

    fn accepts(value: &str, shape: &StringShape) -> bool {
        let mut members = Members::default();
        members.text("Member", value, shape);
        members.violations().is_empty()
    }

    #[test]
    fn nothing_wrong_has_no_message() {
        let mut members = Members::default();
        members.text("UserPoolId", "eu-west-1_Example01", &USER_POOL_ID_TYPE);
        members.text("Username", "kiriukun", &USERNAME_TYPE);
        members.optional_text("TemporaryPassword", None, &PASSWORD_TYPE);
        members.integer("Limit", Some(60), &QUERY_LIMIT_TYPE);
        members.integer("Segment", None, &QUERY_LIMIT_TYPE);
        members.present("ForceAliasCreation", false);
        members.present("ClientMetadata", true);
        members.attributes("UserAttributes", [("email", Some("k@example.com")), ("name", None)]);
        members.attributes("ValidationData", []);
        members.texts("UserAttributeNames", ["email"], &ATTRIBUTE_NAME_TYPE);
        assert_eq!(members.violations(), [""; 0]);
        assert_eq!(members.message(), None);
        let names = [
            "UserPoolId",
            "Username",
            "Limit",
            "ClientMetadata",
            "UserAttributes",
            "UserAttributeNames",
        ];
        assert_eq!(members.names(), names);
    }

    #[test]
    fn an_empty_attribute_name_breaks_length_and_pattern() {
        let at = "Value '' at 'userAttributes.1.member.name' failed to satisfy constraint";
        let expected = format!(
            "2 validation errors detected: {at}: Member must have length greater than or equal to \
             1; {at}: Member must satisfy regular expression pattern: {NAME_PATTERN}"
        );
        let message = message_for(|members| {
            members.attributes("UserAttributes", [("", Some("kiriukun@example.com"))]);
        });
        assert_eq!(message, expected);
    }

    #[test]
    fn a_long_username_is_not_printed() {
        let message = message_for(|members| {
            members.text("Username", &"x".repeat(129), &USERNAME_TYPE);
        });
        assert_eq!(
            message,
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member \
             must have length less than or equal to 128"
        );
    }

    #[test]
    fn a_short_session_is_too_short() {
        let message = message_for(|members| {
            members.optional_text("Session", Some("short"), &SESSION_TYPE);
        });
        assert_eq!(
            message,
            "1 validation error detected: Value at 'session' failed to satisfy constraint: Member \
             must have length greater than or equal to 20"
        );
    }

    #[test]
    fn patterns_are_printed_as_modelled() {
        let message = message_for(|members| {
            members.text("AccessToken", "not a token", &TOKEN_MODEL_TYPE);
            members.text("UserPoolId", "eu-west-1", &USER_POOL_ID_TYPE);
        });
        assert_eq!(
            message,
            "2 validation errors detected: Value at 'accessToken' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+; Value 'eu-west-1' \
             at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression \
             pattern: [\\w-]+_[0-9a-zA-Z]+"
        );
    }

    #[test]
    fn null_shows_unless_sensitive() {
        let mut outliers = Outliers::default();
        outliers.missing("AccessToken");
        outliers.missing("UserPoolId");
        outliers.missing_in_item("UserAttributes", 0, "Name");
        let mut members = Members::with_outliers(outliers);
        members.text("AccessToken", "", &TOKEN_MODEL_TYPE);
        members.text("UserPoolId", "", &USER_POOL_ID_TYPE);
        members.attributes("UserAttributes", [("", None)]);
        let rule = "failed to satisfy constraint: Member must not be null";
        assert_eq!(
            members.violations(),
            [
                format!("Value at 'accessToken' {rule}"),
                format!("Value null at 'userPoolId' {rule}"),
                format!("Value null at 'userAttributes.1.member.name' {rule}"),
            ]
        );
        assert_eq!(members.names(), ["UserAttributes"]);
    }

    #[test]
    fn outliers_are_refused_where_they_stand() {
        let mut outliers = Outliers::default();
        outliers.text("MessageAction", "SHOUT");
        outliers.item("DesiredDeliveryMediums", 1, "PIGEON");
        outliers.integer("Limit", 5_000_000_000);
        let mut members = Members::with_outliers(outliers);
        members.choice("MessageAction", false, &MESSAGE_ACTION_TYPE);
        members.choices("DesiredDeliveryMediums", ["SMS"], &DELIVERY_MEDIUM_TYPE);
        members.integer("Limit", None, &QUERY_LIMIT_TYPE);
        let rule = "failed to satisfy constraint: Member must";
        assert_eq!(
            members.violations(),
            [
                format!(
                    "Value 'SHOUT' at 'messageAction' {rule} satisfy enum value set: \
                     [RESEND, SUPPRESS]"
                ),
                format!(
                    "Value 'PIGEON' at 'desiredDeliveryMediums.2.member' {rule} satisfy enum \
                     value set: [SMS, EMAIL]"
                ),
                format!("Value '5000000000' at 'limit' {rule} have value less than or equal to 60"),
            ]
        );
        assert_eq!(members.names(), ["MessageAction", "DesiredDeliveryMediums", "Limit"]);
    }

    #[test]
    fn choices_fill_the_places_between_outliers() {
        let mut outliers = Outliers::default();
        outliers.item("UsernameAttributes", 0, "fax");
        outliers.item("UsernameAttributes", 10, "telex");
        let mut members = Members::with_outliers(outliers);
        let names = ["email"; 8].into_iter().chain(["preferred_username"]);
        members.choices("UsernameAttributes", names, &USERNAME_ATTRIBUTE_TYPE);
        let rule = "failed to satisfy constraint: Member must satisfy enum value set: \
                    [phone_number, email]";
        let expected = [(1, "fax"), (10, "preferred_username"), (11, "telex")];
        let expected = expected
            .map(|(n, value)| format!("Value '{value}' at 'usernameAttributes.{n}.member' {rule}"));
        assert_eq!(members.violations(), expected);
    }

    #[test]
    fn what_only_the_model_has_is_said_aloud_unless_something_is_wrong() {
        let mut outliers = Outliers::default();
        outliers.item("ExplicitAuthFlows", 0, "ALLOW_TOKEN_EXCHANGE_DELEGATION");
        let mut members = Members::with_outliers(outliers);
        members.choices("ExplicitAuthFlows", [], &EXPLICIT_AUTH_FLOWS_TYPE);
        let what = "ALLOW_TOKEN_EXCHANGE_DELEGATION at explicitAuthFlows.1.member".to_owned();
        assert_eq!(members.refusal(), Some(ServiceError::NotImplemented { what }));
        members.text("Username", "", &USERNAME_TYPE);
        assert!(matches!(members.refusal(), Some(ServiceError::Validation { .. })));
    }

    #[test]
    fn outliers_inside_structures_have_paths() {
        let mut outliers = Outliers::default();
        outliers.missing("UsernameConfiguration.CaseSensitive");
        outliers.text("TokenValidityUnits.IdToken", "weeks");
        let list = "AccountRecoverySetting.RecoveryMechanisms";
        outliers.missing_in_item(list, 0, "Priority");
        outliers.text_in_item(list, 1, "Name", "by_post");
        outliers.integer_in_item(list, 1, "Priority", 3);
        let mut members = Members::with_outliers(outliers);
        members.present("UsernameConfiguration.CaseSensitive", true);
        members.choice("TokenValidityUnits.IdToken", false, &TIME_UNITS_TYPE);
        members.items(list, 1, |item| {
            item.integer("Priority", &PRIORITY_TYPE);
            item.choice("Name", &RECOVERY_OPTION_NAME_TYPE);
        });
        let rule = "failed to satisfy constraint: Member must";
        let list = "accountRecoverySetting.recoveryMechanisms";
        assert_eq!(
            members.violations(),
            [
                format!("Value null at 'usernameConfiguration.caseSensitive' {rule} not be null"),
                format!(
                    "Value 'weeks' at 'tokenValidityUnits.idToken' {rule} satisfy enum value set: \
                     [seconds, minutes, hours, days]"
                ),
                format!("Value null at '{list}.1.member.priority' {rule} not be null"),
                format!(
                    "Value '3' at '{list}.2.member.priority' {rule} have value less than or equal \
                     to 2"
                ),
                format!(
                    "Value 'by_post' at '{list}.2.member.name' {rule} satisfy enum value set: \
                     [verified_email, verified_phone_number, admin_only]"
                ),
            ]
        );
    }

    #[test]
    fn numbers_have_bounds() {
        let above = message_for(|members| members.integer("Limit", Some(61), &QUERY_LIMIT_TYPE));
        assert_eq!(
            above,
            "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: \
             Member must have value less than or equal to 60"
        );
        let below = message_for(|members| members.integer("Limit", Some(-1), &QUERY_LIMIT_TYPE));
        assert_eq!(
            below,
            "1 validation error detected: Value '-1' at 'limit' failed to satisfy constraint: \
             Member must have value greater than or equal to 0"
        );
    }

    #[test]
    fn enums_list_their_values_in_the_order_of_the_model() {
        let message = message_for(|members| {
            members.text("AuthFlow", "PASSWORD", &AUTH_FLOW_TYPE);
        });
        assert_eq!(
            message,
            "1 validation error detected: Value 'PASSWORD' at 'authFlow' failed to satisfy \
             constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, \
             REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, \
             ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
        );
        assert!(accepts("ADMIN_USER_PASSWORD_AUTH", &AUTH_FLOW_TYPE));
    }

    #[test]
    fn items_of_lists_are_counted_from_one() {
        let long = "x".repeat(2049);
        let message = message_for(|members| {
            members.texts("UserAttributeNames", ["email", &long[..33]], &ATTRIBUTE_NAME_TYPE);
            members.attributes("UserAttributes", [("a", None), ("b", Some(long.as_str()))]);
        });
        let name = &long[..33];
        assert_eq!(
            message,
            format!(
                "2 validation errors detected: Value '{name}' at 'userAttributeNames.2.member' \
                 failed to satisfy constraint: Member must have length less than or equal to 32; \
                 Value at 'userAttributes.2.member.value' failed to satisfy constraint: Member \
                 must have length less than or equal to 2048"
            )
        );
    }

    #[test]
    fn length_counts_characters() {
        assert!(accepts(&"é".repeat(128), &USERNAME_TYPE));
        assert!(!accepts(&"é".repeat(129), &USERNAME_TYPE));
    }

    #[test]
    fn spaces_are_refused_in_usernames_but_not_in_passwords() {
        assert!(!accepts("two words", &USERNAME_TYPE));
        assert!(!accepts("twö words", &USERNAME_TYPE));
        assert!(accepts("two words", &PASSWORD_TYPE));
        let message = message_for(|members| {
            members.text("Password", &" ".repeat(257), &PASSWORD_TYPE);
        });
        assert_eq!(
            message,
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member \
             must have length less than or equal to 256"
        );
    }
}
