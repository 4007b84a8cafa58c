//! What the public API model of Amazon Cognito says about requests: the constraints of their
//! members, the walk that checks them, and the errors listed for each operation.
//!
//! The tables are generated from botocore's copy of the model, `cognito-idp/2016-04-18`, by
//! `scripts/generate-model-tables.py`. The texts of violations are not in the model; they follow
//! what Cognito has been seen to answer.

mod modelled_errors;
mod outliers;
pub(crate) mod shapes;

use std::sync::OnceLock;

use regex::Regex;

pub use modelled_errors::modelled_errors;
use outliers::Outlier;
pub use outliers::Outliers;

/// A string shape of the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct StringShape {
    /// The AWS name, such as `UsernameType`.
    pub name: &'static str,
    /// The least number of characters.
    pub min: Option<usize>,
    /// The greatest number of characters.
    pub max: Option<usize>,
    /// The pattern as modelled, in Java's syntax; whole values match it.
    pub pattern: Option<&'static str>,
    /// The values of an enum in the model's order; empty if any value will do.
    pub values: &'static [&'static str],
    /// Whether violations leave the value out.
    pub sensitive: bool,
}

/// An integer shape of the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct IntegerShape {
    /// The AWS name, such as `QueryLimitType`.
    pub name: &'static str,
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
}

/// Collects, in one walk over a request's members, which members are present and which break a
/// constraint.
///
/// Members go in by their AWS names (`Username`), which violations print with a small first letter
/// (`username`). Values of sensitive shapes are not printed.
#[derive(Debug, Default)]
pub struct Members {
    names: Vec<&'static str>,
    violations: Vec<String>,
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
            self.check(|| path(member), &value, shape);
        } else {
            self.present(member, is_present);
        }
    }

    /// A list of an enum's values. An empty list counts as absent.
    pub fn choices(&mut self, member: &'static str, is_present: bool, shape: &StringShape) {
        let outliers: Vec<_> = self
            .outliers
            .items_of(member)
            .map(|(place, value)| (place.to_owned(), value.to_owned()))
            .collect();
        self.present(member, is_present || !outliers.is_empty());
        for (place, value) in outliers {
            self.check(|| place.clone(), &value, shape);
        }
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
        let mut refuse = |rule: String| {
            self.violations.push(violation(&format!("Value '{value}'"), &path(member), &rule));
        };
        if let Some(max) = shape.max.filter(|max| value > *max) {
            refuse(format!("Member must have value less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| value < *min) {
            refuse(format!("Member must have value greater than or equal to {min}"));
        }
    }

    /// A member without a constraint: a flag, a map.
    pub fn present(&mut self, member: &'static str, is_present: bool) {
        if is_present {
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

    /// The AWS names of the members that are present, in the order of the walk.
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
}

fn violation(shown: &str, path: &str, rule: &str) -> String {
    format!("{shown} at '{path}' failed to satisfy constraint: {rule}")
}

/// `UserPoolId` is `userPoolId`.
fn path(member: &str) -> String {
    let mut characters = member.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// The first item of `UserAttributes` is `userAttributes.1.member`.
fn item_path(member: &str, index: usize) -> String {
    format!("{}.{}.member", path(member), index + 1)
}

/// The pattern that values of a shape must match.
///
/// PasswordType's `[\S]+` is not enforced. The developer guide allows spaces inside a password
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>), so
/// the service cannot be matching whole values against it. Assumed.
fn enforced_pattern(shape: &StringShape) -> Option<&'static str> {
    shape.pattern.filter(|_| shape.name != shapes::PASSWORD_TYPE.name)
}

/// Whether a whole value matches a pattern of the table.
fn matches(pattern: &str, value: &str) -> bool {
    static MATCHERS: [Matcher; shapes::PATTERNS.len()] =
        [const { Matcher::new() }; shapes::PATTERNS.len()];
    let row = shapes::PATTERNS
        .iter()
        .position(|known| *known == pattern)
        .expect("the generator lists the pattern of every shape");
    MATCHERS[row].matches(pattern, value)
}

/// A pattern, compiled at its first use.
///
/// The regex crate is built without its fast engines: it takes 1 to 2 µs for a pool id and 90 µs
/// for a token of 1000 characters. ASCII values are therefore looked up in sets of characters.
struct Matcher {
    ascii: OnceLock<Option<AsciiSets>>,
    regex: OnceLock<Regex>,
}

impl Matcher {
    const fn new() -> Self {
        Self { ascii: OnceLock::new(), regex: OnceLock::new() }
    }

    fn matches(&self, pattern: &str, value: &str) -> bool {
        if value.is_ascii()
            && let Some(sets) = self.ascii.get_or_init(|| AsciiSets::of(pattern))
        {
            return sets.matches(value);
        }
        self.regex.get_or_init(|| whole_value(pattern)).is_match(value)
    }
}

/// The ASCII characters in the class of a pattern `[…]+`, or in the two classes of `[…]+_[…]+`.
enum AsciiSets {
    One(AsciiSet),
    Two(AsciiSet, AsciiSet),
}

/// Whether each byte is in the set. A `u128` of bits takes three times as long on a token.
type AsciiSet = Box<[bool; 256]>;

impl AsciiSets {
    /// `None` for a pattern of another form.
    fn of(pattern: &str) -> Option<Self> {
        let classes = pattern.strip_prefix('[')?.strip_suffix("]+")?;
        match classes.split_once("]+_[") {
            None => ascii_set(classes).map(Self::One),
            Some((first, second)) => {
                let (first, second) = (ascii_set(first)?, ascii_set(second)?);
                // `matches` splits at the last underscore.
                (!second[usize::from(b'_')]).then_some(Self::Two(first, second))
            }
        }
    }

    fn matches(&self, value: &str) -> bool {
        let consists_of = |text: &str, set: &AsciiSet| {
            !text.is_empty() && text.bytes().all(|byte| set[usize::from(byte)])
        };
        match self {
            Self::One(set) => consists_of(value, set),
            Self::Two(first, second) => value.rsplit_once('_').is_some_and(|(left, right)| {
                consists_of(left, first) && consists_of(right, second)
            }),
        }
    }
}

/// The set of a class, given without its brackets; `None` if there are brackets inside.
fn ascii_set(class: &str) -> Option<AsciiSet> {
    if class.contains(['[', ']']) {
        return None;
    }
    let regex = whole_value(&format!("[{class}]"));
    let mut set = Box::new([false; 256]);
    for byte in 0..128_u8 {
        set[usize::from(byte)] = regex.is_match(char::from(byte).encode_utf8(&mut [0; 4]));
    }
    Some(set)
}

fn whole_value(pattern: &str) -> Regex {
    let pattern = rust_pattern(pattern);
    Regex::new(&format!(r"\A(?:{pattern})\z"))
        .expect("a test compiles every pattern of the table and its classes")
}

/// The model's patterns are Java's, where `\w`, `\s` and `\S` know ASCII only; in the regex crate
/// they are Unicode. The rest means the same in both, `-` after a range (`0-9-_`) included.
fn rust_pattern(pattern: &str) -> String {
    pattern
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\s", r"[\t\n\x0B\f\r ]")
        .replace(r"\S", r"[^\t\n\x0B\f\r ]")
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
        members.choices("DesiredDeliveryMediums", true, &DELIVERY_MEDIUM_TYPE);
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

    #[test]
    fn word_and_space_are_ascii_and_properties_are_unicode() {
        assert!(!accepts("clé", &CLIENT_ID_TYPE));
        assert!(!accepts("eu_٣", &USER_POOL_ID_TYPE));
        assert!(!accepts("a\u{a0}b", &USER_POOL_NAME_TYPE));
        assert!(accepts("a\u{b}b", &USER_POOL_NAME_TYPE));
        assert!(accepts("a\u{a0}b", &SEARCH_PAGINATION_TOKEN_TYPE));
        assert!(!accepts("a\u{b}b", &SEARCH_PAGINATION_TOKEN_TYPE));
        assert!(accepts("Žofie😀", &USERNAME_TYPE));
        assert!(!accepts("Žofie\u{a0}", &USERNAME_TYPE));
    }

    #[test]
    fn whole_values_match() {
        assert!(!accepts("client id", &CLIENT_ID_TYPE));
        assert!(!accepts("client\n", &CLIENT_ID_TYPE));
        assert!(!accepts(" client", &CLIENT_ID_TYPE));
        assert!(accepts("a_b_c", &USER_POOL_ID_TYPE));
        assert!(!accepts("a_b-c", &USER_POOL_ID_TYPE));
        assert!(!accepts("_b", &USER_POOL_ID_TYPE));
        assert!(accepts("aZ0-_=.", &TOKEN_MODEL_TYPE));
        assert!(!accepts("aZ0:", &TOKEN_MODEL_TYPE));
    }

    /// The fast path against the regular expressions, on all short ASCII values.
    #[test]
    fn ascii_sets_agree_with_the_regular_expressions() {
        let bytes: Vec<char> = (0..128_u8).map(char::from).collect();
        let few = ['_', '-', 'g', '7', ' '];
        for pattern in PATTERNS {
            let regex = whole_value(pattern);
            let sets = AsciiSets::of(pattern).expect("every pattern so far has a known form");
            let agree = |value: &str| {
                assert_eq!(sets.matches(value), regex.is_match(value), "{pattern} on {value:?}");
                assert_eq!(matches(pattern, value), regex.is_match(value), "{pattern}");
            };
            agree("");
            for first in &bytes {
                agree(&first.to_string());
                agree(&format!("{first}_x"));
                agree(&format!("x_{first}"));
            }
            for number in 0..few.len().pow(4) {
                let digit = |place: u32| few[number / few.len().pow(place) % few.len()];
                agree(&(0..4).map(digit).collect::<String>());
            }
        }
    }

    #[test]
    fn every_operation_has_its_errors() {
        let operations: Vec<&str> =
            modelled_errors::MODELLED_ERRORS.iter().map(|(name, _)| *name).collect();
        assert_eq!(operations.len(), 141);
        assert!(operations.is_sorted_by(|left, right| left < right));
        for operation in operations {
            let errors = modelled_errors(operation).expect("listed");
            assert!(errors.iter().all(|error| error.ends_with("Exception")), "{operation}");
        }
        let errors = modelled_errors("AdminGetUser").expect("listed");
        assert!(errors.contains(&"UserNotFoundException"));
        assert!(!errors.contains(&"UsernameExistsException"));
        assert_eq!(modelled_errors("adminGetUser"), None);
    }
}
