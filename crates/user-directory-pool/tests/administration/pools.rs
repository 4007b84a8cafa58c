use user_directory_pool::{
    AdminCreateUserRequest, AdminSetUserPasswordRequest, AliasAttribute, Attribute,
    AttributeDataType, CreateUserPoolClientRequest, CreateUserPoolRequest,
    DeleteUserPoolClientRequest, DeleteUserPoolRequest, DeliveryMedium,
    DescribeUserPoolClientRequest, DescribeUserPoolRequest, ExplicitAuthFlow,
    ListUserPoolClientSecretsRequest, ListUserPoolClientsRequest, ListUserPoolsRequest,
    MessageAction, MessageContent, Pool, PutUser, RecoveryMechanism, RecoveryOption,
    SchemaAttributeType, ServiceError, SignUpRequest, UpdateUserPoolClientRequest,
    UpdateUserPoolRequest, UserStatus, check, check_with, model::Outliers,
};

use crate::{HOUR, MINUTE, POOL, START, SplitMix, World, validation};

#[test]
fn a_pool_is_described_as_it_was_created() {
    let mut request = CreateUserPoolRequest::new("described");
    request.password_policy.minimum_length = 12;
    request.auto_verified_attributes = vec![AliasAttribute::Email];
    request.alias_attributes = vec![AliasAttribute::PhoneNumber, AliasAttribute::PreferredUsername];
    request.allow_admin_create_user_only = true;
    request.case_sensitive = false;
    request.account_recovery_setting =
        vec![RecoveryMechanism::new(1, RecoveryOption::VerifiedEmail)];
    request.schema = vec![SchemaAttributeType::standard("email").unwrap().required()];
    let mut world = World::with(request.clone());
    world.now = START + MINUTE;
    let pool = world.describe();
    assert_eq!(pool, world.pool.describe());
    assert_eq!((pool.id.as_str(), pool.name.as_str()), (POOL, "described"));
    assert_eq!(pool.password_policy, request.password_policy);
    assert_eq!((pool.creation_date, pool.last_modified_date), (START, START));
    assert_eq!(pool.auto_verified_attributes, request.auto_verified_attributes);
    assert_eq!(pool.alias_attributes, request.alias_attributes);
    assert_eq!(pool.username_attributes, []);
    assert!(pool.allow_admin_create_user_only && !pool.case_sensitive);
    assert_eq!(pool.account_recovery_setting, request.account_recovery_setting);
    assert_eq!(pool.estimated_number_of_users, 0);
    assert_eq!(
        pool.arn,
        "arn:aws:cognito-idp:local-fake-1:000000000000:userpool/local-fake-1_Admin0001"
    );
}

#[test]
fn a_pool_counts_its_users() {
    let mut world = World::new();
    let client = world.create_client(|client| {
        client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    });
    world.sign_in(&client.client_id).expect("alice may");
    assert_eq!(world.describe().estimated_number_of_users, 1);
}

#[test]
fn the_schema_is_described() {
    let mut request = CreateUserPoolRequest::new("schema");
    request.schema = vec![SchemaAttributeType::standard("email").unwrap().required()];
    let schema = World::with(request).describe().schema_attributes;
    assert_eq!(schema.len(), 20);
    let text = |attribute: AttributeDataType| match attribute {
        AttributeDataType::String { min_length, max_length, .. } => Some((min_length, max_length)),
        _ => None,
    };
    let attribute =
        |name: &str| schema.iter().find(|attribute| attribute.name == name).expect("in the schema");
    assert_eq!(schema[0].name, "sub");
    assert_eq!(text(schema[0].attribute_data_type), Some((Some(1), Some(2048))));
    assert!(schema[0].required && !schema[0].mutable);
    assert_eq!(text(attribute("birthdate").attribute_data_type), Some((Some(10), Some(10))));
    assert_eq!(text(attribute("email").attribute_data_type), Some((Some(0), Some(2048))));
    assert_eq!(attribute("email_verified").attribute_data_type, AttributeDataType::Boolean);
    assert_eq!(attribute("updated_at").attribute_data_type.name(), "Number");
    let required = schema.iter().filter(|attribute| attribute.required);
    assert_eq!(required.map(|attribute| &*attribute.name).collect::<Vec<_>>(), ["sub", "email"]);
}

#[test]
fn an_update_of_a_pool_keeps_rules_for_passwords_and_resets_the_rest() {
    let mut request = CreateUserPoolRequest::new("before");
    request.password_policy.minimum_length = 12;
    request.auto_verified_attributes = vec![AliasAttribute::Email];
    request.username_attributes = vec![AliasAttribute::Email];
    request.allow_admin_create_user_only = true;
    request.case_sensitive = false;
    request.account_recovery_setting = vec![RecoveryMechanism::new(1, RecoveryOption::AdminOnly)];
    request.schema = vec![SchemaAttributeType::standard("email").unwrap().required()];
    let mut world = World::with(request);
    let before = world.describe();

    world.now = START + MINUTE;
    let mut update = UpdateUserPoolRequest::new(POOL);
    let by_phone = vec![RecoveryMechanism::new(1, RecoveryOption::VerifiedPhoneNumber)];
    update.account_recovery_setting.clone_from(&by_phone);
    world.call(update).expect("it exists");
    let mut expected = before;
    expected.auto_verified_attributes.clear();
    expected.allow_admin_create_user_only = false;
    expected.account_recovery_setting = by_phone;
    expected.last_modified_date = world.now;
    assert_eq!(world.describe(), expected);

    let mut update = UpdateUserPoolRequest::new(POOL);
    update.pool_name = Some("after".to_owned());
    update.password_policy.get_or_insert_default().require_symbols = false;
    world.call(update).expect("it exists");
    let after = world.describe();
    assert_eq!((after.name.as_str(), after.password_policy.require_symbols), ("after", false));
}

/// The policy in force is the updated one.
#[test]
fn an_updated_password_policy_is_in_force() {
    let mut world = World::new();
    let user = PutUser::new("alice", UserStatus::Confirmed);
    world.pool.put_user(world.now, &mut world.entropy, user).expect("the pool is empty");
    let set = || AdminSetUserPasswordRequest::new(POOL, "alice", "lowercase", true);
    assert!(matches!(world.call(set()), Err(ServiceError::PasswordPolicy { .. })));
    let mut update = UpdateUserPoolRequest::new(POOL);
    let policy = update.password_policy.get_or_insert_default();
    (policy.require_uppercase, policy.require_numbers) = (false, false);
    policy.require_symbols = false;
    world.call(update).expect("it exists");
    assert_eq!(world.call(set()), Ok(()));
}

#[test]
fn members_of_a_pool_are_checked_at_creation_and_update() {
    let rule = "failed to satisfy constraint: Member must";
    let violations = [
        format!(
            "Value '5' at 'policies.passwordPolicy.minimumLength' {rule} have value greater than \
             or equal to 6"
        ),
        format!(
            "Value '[preferred_username]' at 'autoVerifiedAttributes' {rule} satisfy constraint: \
             [Member must satisfy enum value set: [phone_number, email]]"
        ),
        format!(
            "Value 'by_post' at 'accountRecoverySetting.recoveryMechanisms.1.member.name' {rule} \
             satisfy enum value set: [verified_email, verified_phone_number, admin_only]"
        ),
    ];
    let outliers = || {
        let mut outliers = Outliers::default();
        outliers.text_in_item("AccountRecoverySetting.RecoveryMechanisms", 0, "Name", "by_post");
        outliers
    };
    let mut request = CreateUserPoolRequest::new("pool");
    request.password_policy.minimum_length = 5;
    request.auto_verified_attributes = vec![AliasAttribute::PreferredUsername];
    let (_, checked) = check_with(request, outliers());
    assert_eq!(checked.expect_err("bad members"), validation(&violations));

    let mut update = UpdateUserPoolRequest::new(POOL);
    update.password_policy.get_or_insert_default().minimum_length = 5;
    update.auto_verified_attributes = vec![AliasAttribute::PreferredUsername];
    let mut world = World::new();
    assert_eq!(world.call_with(update, outliers()), Err(validation(&violations)));
}

/// Lists of structures are shown in full, before what is wrong inside them.
#[test]
fn lists_that_are_too_long_are_shown() {
    let mut request = CreateUserPoolRequest::new("pool");
    request.account_recovery_setting = vec![
        RecoveryMechanism::new(1, RecoveryOption::VerifiedEmail),
        RecoveryMechanism::new(2, RecoveryOption::VerifiedPhoneNumber),
        RecoveryMechanism::new(3, RecoveryOption::AdminOnly),
    ];
    let rule = "failed to satisfy constraint: Member must have";
    let violations = [
        format!(
            "Value '[RecoveryOptionType(priority=1, name=verified_email), \
             RecoveryOptionType(priority=2, name=verified_phone_number), \
             RecoveryOptionType(priority=3, name=admin_only)]' at \
             'accountRecoverySetting.recoveryMechanisms' {rule} length less than or equal to 2"
        ),
        format!(
            "Value '3' at 'accountRecoverySetting.recoveryMechanisms.3.member.priority' {rule} \
             value less than or equal to 2"
        ),
    ];
    assert_eq!(check(request).1.expect_err("three"), validation(&violations));

    let mut request = CreateUserPoolRequest::new("pool");
    let text = AttributeDataType::string(None, None);
    request.schema = (0..51).map(|n| SchemaAttributeType::new(format!("c{n}"), text)).collect();
    let refusal = check(request).1.expect_err("51").to_string();
    let beginning = "1 validation error detected: Value '[SchemaAttributeType(name=c0, \
        attributeDataType=String, developerOnlyAttribute=null, mutable=null, required=null, \
        numberAttributeConstraints=null, stringAttributeConstraints=null), \
        SchemaAttributeType(name=c1, ";
    assert!(refusal.starts_with(beginning), "{refusal}");
    let end = ")]' at 'schema' failed to satisfy constraint: Member must have length less than or \
        equal to 50";
    assert!(refusal.ends_with(end), "{refusal}");
}

#[test]
fn what_json_can_say_of_a_new_pool_is_refused() {
    let mut outliers = Outliers::default();
    outliers.missing("PoolName");
    outliers.item("AliasAttributes", 0, "fax");
    outliers.item("UsernameAttributes", 0, "nickname");
    outliers.missing("UsernameConfiguration.CaseSensitive");
    let request = CreateUserPoolRequest::new("");
    let (_, checked) = check_with(request, outliers);
    let rule = "failed to satisfy constraint: Member must";
    let violations = [
        format!("Value null at 'poolName' {rule} not be null"),
        format!(
            "Value '[fax]' at 'aliasAttributes' {rule} satisfy constraint: [Member must satisfy \
             enum value set: [phone_number, email, preferred_username]]"
        ),
        format!(
            "Value '[nickname]' at 'usernameAttributes' {rule} satisfy constraint: [Member must \
             satisfy enum value set: [phone_number, email]]"
        ),
        format!("Value null at 'usernameConfiguration.caseSensitive' {rule} not be null"),
    ];
    assert_eq!(checked.expect_err("bad members"), validation(&violations));
}

#[test]
fn another_pool_is_not_found() {
    let mut world = World::new();
    let client = world.create_client(|_| {}).client_id;
    let other = "local-fake-1_Another01";
    let not_found = ServiceError::UserPoolNotFound { id: other.to_owned() };
    macro_rules! refuses {
        ($($request:expr;)*) => {
            $(assert_eq!(world.call($request).map(drop), Err(not_found.clone()));)*
        };
    }
    refuses! {
        DescribeUserPoolRequest::new(other);
        UpdateUserPoolRequest::new(other);
        DeleteUserPoolRequest::new(other);
        DescribeUserPoolClientRequest::new(other, &client);
        UpdateUserPoolClientRequest::new(other, &client);
        DeleteUserPoolClientRequest::new(other, &client);
        ListUserPoolClientsRequest::new(other);
        ListUserPoolClientSecretsRequest::new(other, &client);
    }
    assert_eq!(world.call(DeleteUserPoolRequest::new(POOL)), Ok(()));
}

#[test]
fn pools_are_listed_in_pages() {
    let pools: Vec<_> = (0..5)
        .map(|number| {
            let id = format!("local-fake-1_Listed{number}");
            let request = CreateUserPoolRequest::new(format!("pool {number}"));
            Pool::create(id, request, START, &mut SplitMix(number)).expect("valid settings")
        })
        .collect();
    let key = [7; 16];
    let list_at = |request: ListUserPoolsRequest, now| {
        let pools = pools.iter().map(Pool::description);
        check(request).1.and_then(|checked| checked.answer(pools, &key, now))
    };
    let list = |request| list_at(request, START);
    let all = list(ListUserPoolsRequest::new(60)).expect("a page");
    assert_eq!(all.next_token, None);
    let mut ids: Vec<_> = all.user_pools.iter().map(|pool| pool.id.clone()).collect();
    ids.sort();
    assert_eq!(ids, pools.iter().map(Pool::id).collect::<Vec<_>>());
    let first = &all.user_pools[0];
    assert!(first.name.starts_with("pool "));
    assert_eq!((first.creation_date, first.last_modified_date), (START, START));

    let mut request = ListUserPoolsRequest::new(3);
    let page = list(request.clone()).expect("a page");
    assert_eq!(page.user_pools, all.user_pools[..3]);
    request.next_token = page.next_token;
    let page = list(request.clone()).expect("a page");
    assert_eq!(page.user_pools, all.user_pools[3..]);
    assert_eq!(page.next_token, None);

    let late = list_at(request.clone(), START + HOUR);
    assert_eq!(late, Err(ServiceError::PaginationTokenInvalid));
    for bad in ["nonsense", "AAAA", "!"] {
        request.next_token = Some(bad.to_owned());
        assert_eq!(list(request.clone()), Err(ServiceError::PaginationTokenInvalid), "{bad}");
    }
    request.next_token = Some(String::new());
    request.max_results = 61;
    let rule = "failed to satisfy constraint: Member must";
    let violations = [
        format!("Value '' at 'nextToken' {rule} have length greater than or equal to 1"),
        format!("Value '' at 'nextToken' {rule} satisfy regular expression pattern: [\\S]+"),
        format!("Value '61' at 'maxResults' {rule} have value less than or equal to 60"),
    ];
    assert_eq!(list(request), Err(validation(&violations)));
    let mut outliers = Outliers::default();
    outliers.missing("MaxResults");
    let refused = check_with(ListUserPoolsRequest::new(0), outliers).1.map(|_| ());
    let violation = format!("Value null at 'maxResults' {rule} not be null");
    assert_eq!(refused, Err(validation(&[violation])));
}

/// What a pool's templates say stands in its messages; without one, Cognito's own words do.
#[test]
fn messages_are_in_the_words_of_the_pool() {
    let mut request = CreateUserPoolRequest::new("worded");
    request.auto_verified_attributes = vec![AliasAttribute::Email];
    request.verification_message_template.email_subject = Some("Welcome".to_owned());
    request.verification_message_template.email_message = Some("Type {####}!".to_owned());
    request.invite_message_template.sms_message = Some("{username}: {####}".to_owned());
    let mut world = World::with(request);
    let client = world.call(CreateUserPoolClientRequest::new(POOL, "client")).expect("valid");

    let mut sign_up = SignUpRequest::new(client.client_id, "alice", "Correct-horse-9");
    sign_up.user_attributes = vec![Attribute::new("email", "alice@example.com")];
    let message = world.message(sign_up);
    let MessageContent::SignUp { code } = &message.content else { panic!("{message:?}") };
    assert_eq!(message.subject.as_deref(), Some("Welcome"));
    assert_eq!(message.text.expose(), format!("Type {}!", code.expose()));

    // A name that looks like a placeholder stays what it is.
    let mut create = AdminCreateUserRequest::new(POOL, "{####}");
    create.temporary_password = Some("Temporary-1".into());
    create.user_attributes = vec![
        Attribute::new("phone_number", "+15555550100"),
        Attribute::new("email", "bob@example.com"),
    ];
    let message = world.message(create.clone());
    assert_eq!((message.subject, message.text.expose()), (None, "{####}: Temporary-1"));

    create.message_action = Some(MessageAction::Resend);
    create.desired_delivery_mediums = vec![DeliveryMedium::Email];
    let message = world.message(create);
    assert_eq!(message.subject.as_deref(), Some("Your temporary password"));
    let text = "Your username is {####} and temporary password is Temporary-1.";
    assert_eq!(message.text.expose(), text);
    assert!(!format!("{message:?}").contains("Temporary-1"));
}

#[test]
fn a_template_without_its_placeholder_is_refused() {
    let mut update = UpdateUserPoolRequest::new(POOL);
    update.verification_message_template.sms_message = Some("no code".to_owned());
    let refusal = World::new().call(update).expect_err("the code has no place");
    let text = "1 validation error detected: Value 'no code' at \
        'verificationMessageTemplate.smsMessage' failed to satisfy constraint: Member must \
        satisfy regular expression pattern: (?s).*\\{####\\}(?s).*";
    assert_eq!(refusal.to_string(), text);
}
