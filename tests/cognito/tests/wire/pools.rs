//! The operations on pools and app clients, and a directory on what they made.

use aws_sdk_cognitoidentityprovider::types::{
    AccountRecoverySettingType, AdminCreateUserConfigType, AliasAttributeType, AttributeDataType,
    DefaultEmailOptionType, DeletionProtectionType, ExplicitAuthFlowsType, FeatureType,
    NumberAttributeConstraintsType, PasswordPolicyType, PreventUserExistenceErrorTypes,
    RecoveryOptionNameType, RecoveryOptionType, RefreshTokenRotationType, SchemaAttributeType,
    TimeUnitsType, TokenValidityUnitsType, UserAttributeUpdateSettingsType, UserPoolMfaType,
    UserPoolPolicyType, UserPoolTierType, UserPoolType, UsernameConfigurationType,
    VerificationMessageTemplateType, VerifiedAttributeType,
};
use cognito_tests::wire_config;
use user_directory::{
    Authentication as _, Register, SignIn, UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_cognito::{AppClient, CognitoDirectory};

use crate::{CLIENT, PASSWORD, POOL, fake, now, sdk};

fn policies(policy: PasswordPolicyType) -> UserPoolPolicyType {
    UserPoolPolicyType::builder().password_policy(policy).build()
}

fn recovery(name: RecoveryOptionNameType) -> AccountRecoverySettingType {
    let option = RecoveryOptionType::builder().priority(1).name(name).build();
    AccountRecoverySettingType::builder()
        .recovery_mechanisms(option.expect("all required members"))
        .build()
}

/// A number from 1 to 9.
fn custom(name: &str) -> SchemaAttributeType {
    let limits = NumberAttributeConstraintsType::builder().min_value("1").max_value("9");
    SchemaAttributeType::builder()
        .name(name)
        .attribute_data_type(AttributeDataType::Number)
        .mutable(true)
        .number_attribute_constraints(limits.build())
        .build()
}

fn password_policy(pool: &UserPoolType) -> &PasswordPolicyType {
    pool.policies().and_then(|policies| policies.password_policy()).expect("a policy")
}

#[tokio::test]
async fn a_pool() {
    let fake = fake();
    let client = sdk(&fake);
    let required = SchemaAttributeType::builder()
        .name("email")
        .attribute_data_type(AttributeDataType::String)
        .mutable(true)
        .required(true)
        .build();
    let template = VerificationMessageTemplateType::builder()
        .email_message("Type {####}!")
        .email_subject("Welcome")
        .sms_message("Type {####}!")
        .default_email_option(DefaultEmailOptionType::ConfirmWithCode)
        .build();
    let settings = UserAttributeUpdateSettingsType::builder()
        .attributes_require_verification_before_update(VerifiedAttributeType::Email)
        .build();
    let insensitive = UsernameConfigurationType::builder().case_sensitive(false).build();
    let created = client
        .create_user_pool()
        .pool_name("second")
        .policies(policies(
            PasswordPolicyType::builder()
                .minimum_length(12)
                .require_numbers(true)
                .password_history_size(3)
                .build(),
        ))
        .deletion_protection(DeletionProtectionType::Inactive)
        .auto_verified_attributes(VerifiedAttributeType::Email)
        .alias_attributes(AliasAttributeType::Email)
        .mfa_configuration(UserPoolMfaType::Off)
        .user_pool_tags("key", "value")
        .admin_create_user_config(
            AdminCreateUserConfigType::builder().allow_admin_create_user_only(true).build(),
        )
        .schema(required)
        .schema(custom("role"))
        .verification_message_template(template.clone())
        .user_attribute_update_settings(settings.clone())
        .username_configuration(insensitive.expect("all required members"))
        .account_recovery_setting(recovery(RecoveryOptionNameType::VerifiedEmail))
        .user_pool_tier(UserPoolTierType::Essentials)
        .send()
        .await
        .expect("good settings");
    let pool = created.user_pool().expect("a pool");
    let id = pool.id().expect("an id");
    assert_eq!(id, "local-fake-1_Fake00002");
    assert_eq!(pool.name(), Some("second"));
    let policy = password_policy(pool);
    assert_eq!(policy.minimum_length(), Some(12));
    assert!(policy.require_numbers());
    assert!(!policy.require_uppercase());
    assert!(!policy.require_lowercase());
    assert!(!policy.require_symbols());
    assert_eq!(policy.password_history_size(), Some(3));
    assert_eq!(policy.temporary_password_validity_days(), 7);
    assert_eq!(pool.deletion_protection(), Some(&DeletionProtectionType::Inactive));
    assert!(pool.lambda_config().is_some());
    assert_eq!(pool.last_modified_date(), Some(&now()));
    assert_eq!(pool.creation_date(), Some(&now()));
    assert_eq!(pool.verification_message_template(), Some(&template));
    assert_eq!(pool.user_attribute_update_settings(), Some(&settings));
    assert_eq!(pool.schema_attributes().len(), 21);
    assert_eq!(pool.schema_attributes()[20].name(), Some("custom:role"));
    let email = pool.schema_attributes().iter().find(|one| one.name() == Some("email"));
    let email = email.expect("a standard attribute");
    assert_eq!(email.attribute_data_type(), Some(&AttributeDataType::String));
    assert_eq!(email.developer_only_attribute(), Some(false));
    assert_eq!((email.mutable(), email.required()), (Some(true), Some(true)));
    let lengths = email.string_attribute_constraints().expect("a text");
    assert_eq!((lengths.min_length(), lengths.max_length()), (Some("0"), Some("2048")));
    assert_eq!(pool.auto_verified_attributes(), [VerifiedAttributeType::Email]);
    assert_eq!(pool.alias_attributes(), [AliasAttributeType::Email]);
    assert!(pool.username_attributes().is_empty());
    assert_eq!(pool.mfa_configuration(), Some(&UserPoolMfaType::Off));
    assert_eq!(pool.estimated_number_of_users(), 0);
    assert!(pool.admin_create_user_config().expect("it").allow_admin_create_user_only());
    assert!(!pool.username_configuration().expect("it").case_sensitive());
    assert_eq!(
        pool.arn(),
        Some("arn:aws:cognito-idp:local-fake-1:000000000000:userpool/local-fake-1_Fake00002")
    );
    assert_eq!(
        pool.account_recovery_setting(),
        Some(&recovery(RecoveryOptionNameType::VerifiedEmail))
    );
    assert_eq!(pool.user_pool_tier(), Some(&UserPoolTierType::Essentials));

    let described = client.describe_user_pool().user_pool_id(id).send().await.expect("it exists");
    assert_eq!(described.user_pool(), Some(pool));

    let add = client.add_custom_attributes().user_pool_id(id).custom_attributes(custom("rank"));
    add.send().await.expect("a new one");
    let described = client.describe_user_pool().user_pool_id(id).send().await.expect("it exists");
    let pool = described.user_pool().expect("a pool");
    let rank = &pool.schema_attributes()[21];
    assert_eq!(rank.name(), Some("custom:rank"));
    assert_eq!(rank.attribute_data_type(), Some(&AttributeDataType::Number));
    let limits = rank.number_attribute_constraints().expect("a number");
    assert_eq!((limits.min_value(), limits.max_value()), (Some("1"), Some("9")));

    client
        .update_user_pool()
        .user_pool_id(id)
        .pool_name("renamed")
        .policies(policies(PasswordPolicyType::builder().minimum_length(6).build()))
        .send()
        .await
        .expect("good settings");
    let described = client.describe_user_pool().user_pool_id(id).send().await.expect("it exists");
    let pool = described.user_pool().expect("a pool");
    assert_eq!(pool.name(), Some("renamed"));
    assert_eq!(password_policy(pool).minimum_length(), Some(6));
    let recovery = pool.account_recovery_setting().expect("the default is shown");
    assert_eq!(recovery.recovery_mechanisms().len(), 2);
    assert!(pool.user_attribute_update_settings().is_none());

    client.delete_user_pool().user_pool_id(id).send().await.expect("it exists");
    let gone = client.describe_user_pool().user_pool_id(id).send().await.expect_err("it is gone");
    assert!(gone.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn pools_in_pages() {
    let fake = fake();
    let client = sdk(&fake);
    for _ in 0..4 {
        client.create_user_pool().pool_name("pool").send().await.expect("good settings");
    }
    let mut pages = client.list_user_pools().max_results(2).into_paginator().send();
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await {
        let page = page.expect("a page");
        sizes.push(page.user_pools().len());
        for pool in page.user_pools() {
            assert_eq!(pool.name(), Some("pool"));
            assert_eq!(pool.creation_date(), Some(&now()));
            assert_eq!(pool.last_modified_date(), Some(&now()));
            assert!(pool.lambda_config().is_some());
            ids.extend(pool.id().map(str::to_owned));
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    ids.sort_unstable();
    let expected: Vec<_> = (1..6).map(|number| format!("local-fake-1_Fake{number:05}")).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn a_client() {
    let fake = fake();
    let client = sdk(&fake);
    let units = TokenValidityUnitsType::builder()
        .access_token(TimeUnitsType::Minutes)
        .id_token(TimeUnitsType::Hours)
        .refresh_token(TimeUnitsType::Days)
        .build();
    let rotation = |feature| {
        let rotation = RefreshTokenRotationType::builder().feature(feature);
        rotation.retry_grace_period_seconds(10).build().expect("all required members")
    };
    let created = client
        .create_user_pool_client()
        .user_pool_id(POOL)
        .client_name("second")
        .generate_secret(true)
        .refresh_token_validity(2)
        .access_token_validity(90)
        .id_token_validity(3)
        .token_validity_units(units.clone())
        .read_attributes("email")
        .write_attributes("name")
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
        .supported_identity_providers("COGNITO")
        .callback_urls("https://example.com")
        .prevent_user_existence_errors(PreventUserExistenceErrorTypes::Enabled)
        .enable_token_revocation(true)
        .auth_session_validity(5)
        .refresh_token_rotation(rotation(FeatureType::Enabled))
        .send()
        .await
        .expect("good settings");
    let made = created.user_pool_client().expect("a client");
    let id = made.client_id().expect("an id");
    assert_eq!(id.len(), 26);
    assert_eq!(made.user_pool_id(), Some(POOL));
    assert_eq!(made.client_name(), Some("second"));
    assert_eq!(made.client_secret().map(str::len), Some(51));
    assert_eq!(made.creation_date(), Some(&now()));
    assert_eq!(made.last_modified_date(), Some(&now()));
    assert_eq!(made.refresh_token_validity(), 2);
    assert_eq!(made.access_token_validity(), Some(90));
    assert_eq!(made.id_token_validity(), Some(3));
    assert_eq!(made.token_validity_units(), Some(&units));
    assert_eq!(made.read_attributes(), ["email"]);
    assert_eq!(made.write_attributes(), ["name"]);
    assert_eq!(made.explicit_auth_flows(), [ExplicitAuthFlowsType::AllowUserPasswordAuth]);
    assert_eq!(
        made.prevent_user_existence_errors(),
        Some(&PreventUserExistenceErrorTypes::Enabled)
    );
    assert_eq!(made.enable_token_revocation(), Some(true));
    assert_eq!(made.auth_session_validity(), Some(5));
    assert_eq!(made.refresh_token_rotation(), Some(&rotation(FeatureType::Enabled)));

    let describe = || client.describe_user_pool_client().user_pool_id(POOL).client_id(id).send();
    assert_eq!(describe().await.expect("it exists").user_pool_client(), Some(made));

    let updated = client
        .update_user_pool_client()
        .user_pool_id(POOL)
        .client_id(id)
        .refresh_token_rotation(rotation(FeatureType::Disabled))
        .send()
        .await
        .expect("good settings");
    let now_has = updated.user_pool_client().expect("a client");
    assert_eq!(now_has.client_name(), Some("second"));
    assert_eq!(now_has.access_token_validity(), None);
    assert_eq!(now_has.refresh_token_rotation(), Some(&rotation(FeatureType::Disabled)));
    assert_eq!(describe().await.expect("it exists").user_pool_client(), Some(now_has));

    let list = client.list_user_pool_clients().user_pool_id(POOL).send().await;
    let list = list.expect("one page");
    let mut ids: Vec<_> = list.user_pool_clients().iter().map(|one| one.client_id()).collect();
    ids.sort_unstable();
    let mut expected = [Some(id), Some(CLIENT)];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert!(list.user_pool_clients().iter().all(|one| one.user_pool_id() == Some(POOL)));
    assert!(list.user_pool_clients().iter().all(|one| one.client_name().is_some()));
    assert_eq!(list.next_token(), None);

    client.delete_user_pool_client().user_pool_id(POOL).client_id(id).send().await.expect("it");
    let gone = describe().await.expect_err("it is gone");
    assert!(gone.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn secrets_of_a_client() {
    let fake = fake();
    let client = sdk(&fake);
    let add = || client.add_user_pool_client_secret().user_pool_id(POOL).client_id(CLIENT);
    let given = add().client_secret("s".repeat(24)).send().await.expect("the first");
    let given = given.client_secret_descriptor().expect("a secret");
    assert_eq!(given.client_secret_id(), Some("client--1571809201"));
    assert_eq!(given.client_secret_value(), None);
    assert_eq!(given.client_secret_create_date(), Some(&now()));
    let made = add().send().await.expect("the second");
    let made = made.client_secret_descriptor().expect("a secret");
    assert_eq!(made.client_secret_value().map(str::len), Some(51));
    let third = add().send().await.expect_err("two are enough");
    assert!(third.into_service_error().is_limit_exceeded_exception());

    let list = || client.list_user_pool_client_secrets().user_pool_id(POOL).client_id(CLIENT);
    let output = list().send().await.expect("it exists");
    let ids: Vec<_> = output.client_secrets().iter().map(|one| one.client_secret_id()).collect();
    assert_eq!(ids, [given.client_secret_id(), made.client_secret_id()]);
    assert!(output.client_secrets().iter().all(|one| one.client_secret_value().is_none()));
    assert_eq!(output.next_token(), None);

    let delete = |id| {
        let delete = client.delete_user_pool_client_secret().user_pool_id(POOL);
        delete.client_id(CLIENT).client_secret_id(id)
    };
    delete("client--1571809201").send().await.expect("one of two");
    let last = delete(made.client_secret_id().expect("an id")).send().await;
    let last = last.expect_err("the last one").into_service_error();
    assert!(last.is_invalid_parameter_exception());
}

#[tokio::test]
async fn a_setting_that_is_not_implemented() {
    use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata as _;

    let fake = fake();
    let create =
        sdk(&fake).create_user_pool().pool_name("p").user_pool_tier(UserPoolTierType::Plus);
    let error = create.send().await.expect_err("no tiers").into_service_error();
    assert_eq!(error.code(), Some("NotImplementedException"));
    assert_eq!(
        error.message(),
        Some("user-directory-pool does not implement CreateUserPool with UserPoolTier")
    );
}

/// What an application's own set-up script does, and then the application.
#[tokio::test]
async fn a_directory_on_a_new_pool() {
    let fake = fake();
    let client = sdk(&fake);
    let pool = client.create_user_pool().pool_name("application").send().await;
    let pool = pool.expect("good settings").user_pool.expect("a pool").id.expect("an id");
    let made = client
        .create_user_pool_client()
        .user_pool_id(&pool)
        .client_name("server")
        .generate_secret(true)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowAdminUserPasswordAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .send()
        .await
        .expect("good settings")
        .user_pool_client
        .expect("a client");
    let app_client = AppClient::new(&pool, made.client_id.expect("an id"))
        .with_client_secret(made.client_secret.expect("a secret"));
    let directory = CognitoDirectory::new(&wire_config(&fake), app_client).expect("it is valid");

    let registered = directory.register(Register::new("alice", PASSWORD)).await;
    assert!(registered.expect("a good password").complete().is_some());
    let signed_in = directory.sign_in(SignIn::new("alice", PASSWORD)).await;
    let tokens = signed_in.expect("the right password").tokens().expect("no challenge");
    assert_eq!(tokens.expires_in(), std::time::Duration::from_secs(3600));
    assert_eq!(directory.user("alice").await.expect("she exists").username, "alice");
}
