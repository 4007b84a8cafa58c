//! Limits that no random sequence reaches: too many groups, memberships, attributes, users.

use user_directory_pool::{
    AddCustomAttributesRequest, AdminAddUserToGroupRequest, AttributeDataType, CreateGroupRequest,
    CreateUserPoolRequest, DeleteGroupRequest, Entropy, ErrorCode, ListUsersRequest, Pool,
    PoolRequest, PutUser, SchemaAttributeType, ServiceError, Timestamp, UserStatus, check,
};

const POOL: &str = "local-fake-1_Limits001";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Counts: enough for tests that draw little.
struct Counter(u64);

impl Entropy for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

struct World {
    pool: Pool,
    entropy: Counter,
}

impl World {
    fn new() -> Self {
        let mut entropy = Counter(1);
        let request = CreateUserPoolRequest::new("limits");
        let pool = Pool::create(POOL, request, NOW, &mut entropy).expect("valid settings");
        Self { pool, entropy }
    }

    fn call<R: PoolRequest>(&mut self, request: R) -> Result<R::Response, ServiceError> {
        let checked = check(request).1?;
        self.pool.handle(NOW, &mut self.entropy, checked).map(|answer| answer.response)
    }

    fn put_user(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let mut fixture = PutUser::new(name, UserStatus::Confirmed);
        fixture.password = Some("Correct-horse-9".into());
        fixture.attributes = attributes
            .iter()
            .map(|(name, value)| user_directory_pool::Attribute::new(*name, *value))
            .collect();
        self.pool.put_user(NOW, &mut self.entropy, fixture).expect("the name is free");
    }
}

fn text(name: String) -> SchemaAttributeType {
    SchemaAttributeType::new(name, AttributeDataType::string(None, None))
}

#[test]
fn a_pool_has_ten_thousand_groups() {
    let mut world = World::new();
    for number in 0..10_000 {
        world.call(CreateGroupRequest::new(POOL, format!("group-{number}"))).expect("room");
    }
    let one_more = CreateGroupRequest::new(POOL, "one-more");
    let refused = world.call(one_more.clone()).expect_err("the pool is full");
    assert_eq!(refused, ServiceError::TooManyGroups);
    assert_eq!(refused.code(), ErrorCode::LimitExceeded);
    let again = CreateGroupRequest::new(POOL, "group-0");
    assert_eq!(world.call(again), Err(ServiceError::GroupExists));
    world.call(DeleteGroupRequest::new(POOL, "group-0")).expect("it is there");
    assert!(world.call(one_more).is_ok());
}

#[test]
fn a_user_is_in_a_hundred_groups() {
    let mut world = World::new();
    world.put_user("alice", &[]);
    world.put_user("bob", &[]);
    let add = |user: &str, number: u32| {
        AdminAddUserToGroupRequest::new(POOL, user, format!("group-{number}"))
    };
    for number in 0..=100 {
        world.call(CreateGroupRequest::new(POOL, format!("group-{number}"))).expect("room");
        if number < 100 {
            world.call(add("alice", number)).expect("room");
        }
    }
    assert_eq!(world.call(add("alice", 100)), Err(ServiceError::TooManyGroupsOfUser));
    // Who is there stays there, and nobody else is in the way.
    assert!(world.call(add("alice", 99)).is_ok());
    assert!(world.call(add("bob", 100)).is_ok());
    world.call(DeleteGroupRequest::new(POOL, "group-0")).expect("it is there");
    assert!(world.call(add("alice", 100)).is_ok());
}

#[test]
fn a_pool_has_fifty_custom_attributes() {
    let mut world = World::new();
    let custom = |from: u32, to: u32| {
        AddCustomAttributesRequest::new(POOL, (from..to).map(|n| text(format!("a{n}"))).collect())
    };
    world.call(custom(0, 25)).expect("room");
    world.call(custom(25, 49)).expect("room");
    let before = world.pool.clone();
    assert_eq!(world.call(custom(49, 51)), Err(ServiceError::TooManyCustomAttributes));
    assert!(world.pool == before);
    world.call(custom(49, 50)).expect("room for one");
    assert_eq!(world.call(custom(50, 51)), Err(ServiceError::TooManyCustomAttributes));
}

#[test]
fn type_of_a_standard_attribute_and_mutability_of_sub_stay() {
    let create = |change: fn(&mut SchemaAttributeType), name| {
        let mut attribute = SchemaAttributeType::standard(name).expect("a standard one");
        change(&mut attribute);
        let mut request = CreateUserPoolRequest::new("limits");
        request.schema = vec![attribute];
        Pool::create(POOL, request, NOW, &mut Counter(1)).err()
    };
    let changed = |name: &str| Some(ServiceError::StandardAttributeChanged { name: name.into() });
    let number = |a: &mut SchemaAttributeType| {
        a.attribute_data_type = AttributeDataType::number(None, None);
    };
    assert_eq!(create(number, "email"), changed("email"));
    assert_eq!(create(|a| a.mutable = true, "sub"), Some(ServiceError::SubMadeMutable));
    assert_eq!(create(|a| a.developer_only_attribute = true, "email"), changed("email"));
    assert_eq!(create(|a| a.mutable = false, "email"), None);
    let short = |a: &mut SchemaAttributeType| {
        a.attribute_data_type = AttributeDataType::string(Some(1), Some(3));
    };
    assert_eq!(create(short, "name"), None);
}

/// A page of such a search may be short, or empty, and lead on.
#[test]
fn a_search_without_an_index_goes_through_all_users() {
    let mut world = World::new();
    for number in 0..1_001 {
        let given_name = if number % 400 == 0 { "Ann" } else { "Bob" };
        world.put_user(&format!("user-{number}"), &[("given_name", given_name)]);
    }
    for limit in [1, 60] {
        let mut request = ListUsersRequest::new(POOL);
        request.filter = Some(r#"given_name = "Ann""#.to_owned());
        request.limit = Some(limit);
        let (mut found, mut pages) = (Vec::new(), 0);
        loop {
            let answer = world.call(request.clone()).expect("a good filter");
            assert!(answer.users.len() <= limit as usize);
            found.extend(answer.users.into_iter().map(|user| user.username));
            pages += 1;
            match answer.pagination_token {
                Some(token) => request.pagination_token = Some(token),
                None => break,
            }
        }
        found.sort();
        assert_eq!(found, ["user-0", "user-400", "user-800"], "limit {limit}");
        assert!(pages >= 2, "1,001 users are more than one page looks at");
    }
}

/// Whatever number of users is there, a page looks at no other.
#[test]
fn a_search_by_an_index_finds_a_user_at_once() {
    let mut world = World::new();
    for number in 0..1_001 {
        let attributes = [
            ("email", format!("user-{number}@example.com")),
            ("phone_number", format!("+1555{number:07}")),
            ("preferred_username", format!("preferred-{number}")),
        ];
        world.put_user(&format!("user-{number}"), &attributes.each_ref().map(|(n, v)| (*n, &**v)));
    }
    let mut request = ListUsersRequest::new(POOL);
    for (attribute, value) in [
        ("username", "user-1000"),
        ("email", "user-1000@example.com"),
        ("phone_number", "+15550001000"),
        ("preferred_username", "preferred-1000"),
    ] {
        request.filter = Some(format!("{attribute} = \"{value}\""));
        let answer = world.call(request.clone()).expect("a good filter");
        let found: Vec<_> = answer.users.into_iter().map(|user| user.username).collect();
        assert_eq!((found, answer.pagination_token), (vec!["user-1000".to_owned()], None));
    }
}
