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
                "Value '[SMS, PIGEON]' at 'desiredDeliveryMediums' {rule} satisfy constraint: \
                 [Member must satisfy enum value set: [SMS, EMAIL]]"
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
    let emails = ["email"; 8].join(", ");
    let expected = format!(
        "Value '[fax, {emails}, preferred_username, telex]' at 'usernameAttributes' failed to \
         satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: \
         [phone_number, email]]"
    );
    assert_eq!(members.violations(), [expected]);
}

#[test]
fn what_only_the_model_has_is_said_aloud_unless_something_is_wrong() {
    let mut outliers = Outliers::default();
    outliers.item("ExplicitAuthFlows", 0, "ALLOW_TOKEN_EXCHANGE_DELEGATION");
    let mut members = Members::with_outliers(outliers);
    members.choices("ExplicitAuthFlows", [], &EXPLICIT_AUTH_FLOWS_TYPE);
    let what = "ALLOW_TOKEN_EXCHANGE_DELEGATION at explicitAuthFlows.1.member".to_owned();
    assert_eq!((members.refusal(), members.not_implemented()), (None, Some(what)));
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
        item.integer("Priority", None, &PRIORITY_TYPE);
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
