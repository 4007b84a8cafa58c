use user_directory_pool::{
    AddUserPoolClientSecretRequest, AuthResponse, CreateUserPoolClientRequest,
    DeleteUserPoolClientRequest, DeleteUserPoolClientSecretRequest, ErrorCode, ExplicitAuthFlow,
    GetTokensFromRefreshTokenRequest, GetUserRequest, ListUserPoolClientSecretsRequest,
    ListUserPoolClientsRequest, ListUsersRequest, PresentedToken, PreventUserExistenceErrors,
    RefreshTokenRotation, ServiceError, TimeUnit, TokenValidity, UpdateUserPoolClientRequest,
    model::Outliers,
};

use crate::{HOUR, MINUTE, POOL, START, World, no_client, validation};

#[test]
fn a_client_is_described_with_its_defaults() {
    let mut world = World::new();
    let created = world.create_client(|client| client.explicit_auth_flows.clear());
    assert_eq!(created.client_id.len(), 26);
    assert_eq!(world.describe_client(&created.client_id), Ok(created.clone()));
    assert_eq!((created.user_pool_id.as_str(), created.client_name.as_str()), (POOL, "client"));
    assert_eq!((created.creation_date, created.last_modified_date), (START, START));
    assert_eq!(created.client_secret, None);
    assert_eq!(created.refresh_token_validity, TokenValidity::default());
    assert_eq!(created.access_token_validity, TokenValidity::default());
    assert_eq!(created.id_token_validity, TokenValidity::default());
    assert_eq!(created.auth_session_validity, 3 * MINUTE);
    assert_eq!(created.read_attributes, [""; 0]);
    assert_eq!(created.explicit_auth_flows, []);
    assert_eq!(created.prevent_user_existence_errors, None);
    assert!(created.enable_token_revocation);
    assert_eq!(created.refresh_token_rotation, None);
}

#[test]
fn an_update_of_a_client_sets_what_is_not_given_to_its_default() {
    let mut world = World::new();
    let created = world.create_client(|client| {
        client.generate_secret = true;
        client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
        client.prevent_user_existence_errors = Some(PreventUserExistenceErrors::Enabled);
        client.access_token_validity = TokenValidity::new(5, TimeUnit::Minutes);
        client.id_token_validity = TokenValidity::new(5, TimeUnit::Minutes);
        client.refresh_token_validity = TokenValidity::new(1, TimeUnit::Hours);
        client.auth_session_validity = 15 * MINUTE;
        client.enable_token_revocation = false;
        client.read_attributes = vec!["email".to_owned()];
    });
    let id = created.client_id.as_str();
    world.now = START + MINUTE;
    let update = UpdateUserPoolClientRequest::new(POOL, id);
    let updated = world.call(update).expect("it exists").user_pool_client;
    assert_eq!(world.describe_client(id), Ok(updated.clone()));

    // As a client that is created with the defaults.
    world.now = START;
    let mut expected = World::new().create_client(|_| {});
    expected.client_id = id.to_owned();
    expected.client_secret.clone_from(&created.client_secret);
    expected.last_modified_date = START + MINUTE;
    assert_eq!(updated, expected);

    let mut update = UpdateUserPoolClientRequest::new(POOL, id);
    update.client_name = Some("renamed".to_owned());
    update.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    update.refresh_token_rotation = Some(RefreshTokenRotation::new(60));
    update.enable_token_revocation = false;
    update.refresh_token_validity = TokenValidity::new(90, TimeUnit::Minutes);
    let updated = world.call(update).expect("it exists").user_pool_client;
    assert_eq!(updated.client_name, "renamed");
    assert_eq!(updated.refresh_token_rotation, Some(RefreshTokenRotation::new(60)));
    // As it was sent, though rotation brings revocation with it.
    assert!(!updated.enable_token_revocation);
    assert_eq!(updated.refresh_token_validity, TokenValidity::new(90, TimeUnit::Minutes));
}

#[test]
fn the_rules_of_a_creation_hold_for_an_update() {
    type Set = fn(&mut UpdateUserPoolClientRequest);
    let rows: [(Set, &str); 5] = [
        (
            |update| {
                update.explicit_auth_flows =
                    vec![ExplicitAuthFlow::AdminNoSrpAuth, ExplicitAuthFlow::AllowUserPasswordAuth];
            },
            "explicit-auth-flows-legacy-mix",
        ),
        (|update| update.access_token_validity = (4 * MINUTE).into(), "token-validity-range"),
        (|update| update.id_token_validity = (25 * HOUR).into(), "token-validity-range"),
        (
            |update| {
                update.refresh_token_validity = HOUR.into();
                update.access_token_validity = (2 * HOUR).into();
            },
            "token-expiration-order",
        ),
        (
            |update| update.refresh_token_rotation = Some(RefreshTokenRotation::new(0)),
            "rotation-without-refresh-flow",
        ),
    ];
    let mut world = World::new();
    let id = world.create_client(|_| {}).client_id;
    for (row, (set, expected)) in rows.into_iter().enumerate() {
        let mut update = UpdateUserPoolClientRequest::new(POOL, &id);
        set(&mut update);
        match world.call(update) {
            Err(ServiceError::RuleBroken { rule, .. }) => assert_eq!(rule, expected, "row {row}"),
            other => panic!("row {row}: {other:?}"),
        }
    }
}

#[test]
fn members_of_a_client_are_checked_at_creation_and_update() {
    let rule = "failed to satisfy constraint: Member must";
    let units = "[seconds, minutes, hours, days]";
    let violations = [
        format!(
            "Value '-1' at 'refreshTokenValidity' {rule} have value greater than or equal to 0"
        ),
        format!(
            "Value '86401' at 'accessTokenValidity' {rule} have value less than or equal to 86400"
        ),
        format!("Value '0' at 'idTokenValidity' {rule} have value greater than or equal to 1"),
        format!(
            "Value 'weeks' at 'tokenValidityUnits.accessToken' {rule} satisfy enum value set: {units}"
        ),
        format!(
            "Value '' at 'readAttributes.2.member' {rule} have length greater than or equal to 1"
        ),
        format!(
            "Value '[ALLOW_ALL, ALLOW_ALL]' at 'explicitAuthFlows' {rule} satisfy constraint: \
             [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, \
             ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH, \
             ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_AUTH, \
             ALLOW_TOKEN_EXCHANGE_DELEGATION, ALLOW_TOKEN_EXCHANGE_IMPERSONATION]]"
        ),
        format!(
            "Value 'MAYBE' at 'preventUserExistenceErrors' {rule} satisfy enum value set: \
             [LEGACY, ENABLED]"
        ),
        format!("Value '16' at 'authSessionValidity' {rule} have value less than or equal to 15"),
        format!("Value null at 'refreshTokenRotation.feature' {rule} not be null"),
        format!(
            "Value '61' at 'refreshTokenRotation.retryGracePeriodSeconds' {rule} have value less \
             than or equal to 60"
        ),
    ];
    let outliers = || {
        let mut outliers = Outliers::default();
        outliers.integer("RefreshTokenValidity", -1);
        outliers.integer("AccessTokenValidity", 86_401);
        outliers.integer("IdTokenValidity", 0);
        outliers.text("TokenValidityUnits.AccessToken", "weeks");
        outliers.item("ExplicitAuthFlows", 0, "ALLOW_ALL");
        outliers.item("ExplicitAuthFlows", 1, "ALLOW_ALL");
        outliers.text("PreventUserExistenceErrors", "MAYBE");
        outliers.missing("RefreshTokenRotation.Feature");
        outliers
    };
    let mut world = World::new();
    let mut create = CreateUserPoolClientRequest::new(POOL, "client");
    create.read_attributes = vec!["email".to_owned(), String::new()];
    create.auth_session_validity = 16 * MINUTE;
    create.refresh_token_rotation = Some(RefreshTokenRotation::new(61));
    assert_eq!(world.call_with(create, outliers()), Err(validation(&violations)));

    let id = world.create_client(|_| {}).client_id;
    let mut update = UpdateUserPoolClientRequest::new(POOL, id);
    update.read_attributes = vec!["email".to_owned(), String::new()];
    update.auth_session_validity = 16 * MINUTE;
    update.refresh_token_rotation = Some(RefreshTokenRotation::new(61));
    assert_eq!(world.call_with(update, outliers()), Err(validation(&violations)));
}

#[test]
fn a_description_has_the_oldest_active_secret_and_a_list_has_none() {
    let mut world = World::new();
    let created = world.create_client(|client| client.generate_secret = true);
    let id = created.client_id.as_str();
    world.now = START + MINUTE;
    let add = AddUserPoolClientSecretRequest::new(POOL, id);
    let added = world.call(add).expect("the second");
    let described = world.describe_client(id).expect("it exists");
    assert_eq!(described, created);

    let mut list = ListUserPoolClientSecretsRequest::new(POOL, id);
    let secrets = world.call(list.clone()).expect("it exists").client_secrets;
    let shown = format!("{secrets:?}");
    let dates: Vec<_> = secrets.iter().map(|secret| secret.client_secret_create_date).collect();
    assert_eq!(dates, [START, START + MINUTE]);
    assert_eq!(secrets[1].client_secret_id, added.client_secret_id);
    assert!(!shown.contains(created.client_secret.expect("it was generated").expose()));

    list.next_token = Some("any".to_owned());
    assert_eq!(world.call(list), Err(ServiceError::PaginationTokenInvalid));
    let first = &secrets[0].client_secret_id;
    let delete = DeleteUserPoolClientSecretRequest::new(POOL, id, first);
    world.call(delete).expect("one of two");
    let described = world.describe_client(id).expect("it exists");
    assert_eq!(described.client_secret, added.client_secret_value);
}

#[test]
fn clients_are_listed_in_pages() {
    let mut world = World::new();
    let mut names = Vec::new();
    for number in 0..61 {
        let name = format!("client {number}");
        names.push(world.create_client(|client| client.client_name.clone_from(&name)).client_name);
    }
    let mut request = ListUserPoolClientsRequest::new(POOL);
    let first = world.call(request.clone()).expect("a page");
    assert_eq!(first.user_pool_clients.len(), 60);
    request.next_token = first.next_token;
    let second = world.call(request.clone()).expect("a page");
    assert_eq!((second.user_pool_clients.len(), &second.next_token), (1, &None));
    let clients = first.user_pool_clients.iter().chain(&second.user_pool_clients);
    assert!(clients.clone().all(|client| client.user_pool_id == POOL));
    let mut listed: Vec<_> = clients.map(|client| client.client_name.clone()).collect();
    assert_ne!(listed, names, "the order is that of creation");
    listed.sort();
    names.sort();
    assert_eq!(listed, names);

    // A page may go on after a client that is gone.
    request.max_results = Some(1);
    request.next_token = None;
    let page = world.call(request.clone()).expect("a page");
    let id = &page.user_pool_clients[0].client_id;
    world.call(DeleteUserPoolClientRequest::new(POOL, id)).expect("it exists");
    request.next_token = page.next_token;
    let page = world.call(request.clone()).expect("a page");
    assert_eq!(page.user_pool_clients, first.user_pool_clients[1..2]);

    // A token is good for its own list, and for an hour.
    let mut users = ListUsersRequest::new(POOL);
    users.pagination_token.clone_from(&request.next_token);
    assert_eq!(world.call(users), Err(ServiceError::PaginationTokenInvalid));
    world.now = START + HOUR;
    assert_eq!(world.call(request.clone()), Err(ServiceError::PaginationTokenInvalid));
    world.now = START;
    request.next_token = Some("nonsense".to_owned());
    let refused = world.call(request).expect_err("no token of ours");
    assert_eq!(refused.code(), ErrorCode::InvalidParameter);
    assert_eq!(refused.to_string(), "Invalid pagination token given.");
}

#[test]
fn pages_of_clients_have_one_to_sixty() {
    let mut world = World::new();
    for (size, bound) in [(0, "greater than or equal to 1"), (61, "less than or equal to 60")] {
        let mut request = ListUserPoolClientsRequest::new(POOL);
        request.max_results = Some(size);
        let violation = format!(
            "Value '{size}' at 'maxResults' failed to satisfy constraint: Member must have value \
             {bound}"
        );
        assert_eq!(world.call(request), Err(validation(&[violation])));
    }
}

#[test]
fn a_deleted_client_is_unknown_and_leaves_nothing_to_its_successor() {
    let mut world = World::new();
    let settings = |client: &mut CreateUserPoolClientRequest| {
        client.client_id = Some("theclient".to_owned());
        client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    };
    world.create_client(settings);
    let response = world.sign_in("theclient").expect("alice may");
    let AuthResponse::Tokens(tokens) = response else { panic!("{response:?}") };
    let refresh_token = tokens.refresh_token.expect("a first sign-in has one");
    let refresh = || GetTokensFromRefreshTokenRequest::new("theclient", refresh_token.clone());
    let presented = PresentedToken::new("a.b.c", Some(tokens.access_token));
    let get_user = || GetUserRequest::new(presented.clone());
    assert!(world.call(refresh()).is_ok());
    assert!(world.call(get_user()).is_ok());

    let delete = || DeleteUserPoolClientRequest::new(POOL, "theclient");
    assert_eq!(world.call(delete()), Ok(()));
    assert_eq!(world.call(delete()), no_client("theclient"));
    assert_eq!(world.describe_client("theclient"), no_client("theclient"));
    let update = UpdateUserPoolClientRequest::new(POOL, "theclient");
    assert_eq!(world.call(update), no_client("theclient"));
    let list = ListUserPoolClientSecretsRequest::new(POOL, "theclient");
    assert_eq!(world.call(list), no_client("theclient"));
    assert_eq!(world.sign_in("theclient"), no_client("theclient"));
    assert_eq!(world.call(refresh()), no_client("theclient"));
    assert_eq!(world.call(get_user()), no_client("theclient"));

    world.create_client(settings);
    assert_eq!(world.call(refresh()), Err(ServiceError::RefreshTokenInvalid));
    assert!(world.sign_in("theclient").is_ok());
}

/// A refresh token that rotation has replaced stays dead when the client stops to rotate, or gives
/// more time.
#[test]
fn an_update_revives_no_replaced_refresh_token() {
    let mut world = World::new();
    let flows = [ExplicitAuthFlow::AllowUserPasswordAuth];
    let id = world
        .create_client(|client| {
            client.explicit_auth_flows = flows.to_vec();
            client.refresh_token_rotation = Some(RefreshTokenRotation::new(0));
        })
        .client_id;
    let response = world.sign_in(&id).expect("alice may");
    let AuthResponse::Tokens(tokens) = response else { panic!("{response:?}") };
    let token = tokens.refresh_token.expect("a first sign-in has one");
    let refresh = || GetTokensFromRefreshTokenRequest::new(&id, token.clone());
    assert!(world.call(refresh()).is_ok());
    let reused = Err(ServiceError::RefreshTokenReused);
    assert_eq!(world.call(refresh()), reused);
    for rotation in [None, Some(RefreshTokenRotation::new(60))] {
        let mut update = UpdateUserPoolClientRequest::new(POOL, &id);
        update.explicit_auth_flows = flows.to_vec();
        update.refresh_token_rotation = rotation;
        world.call(update).expect("it exists");
        assert_eq!(world.call(refresh()), reused, "{rotation:?}");
    }
}
