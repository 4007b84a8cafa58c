//! Reads the form that [`fixtures`](crate::fixtures) describes.

use std::{collections::BTreeSet, path::Path};

use user_directory::{Error, Password, UserStatus, testing::FixtureUser};
use user_directory_pool::{
    self as pool, AliasAttribute, AttributeDataType, CreateGroupRequest,
    CreateUserPoolClientRequest, SchemaAttributeType, SmsConfiguration,
};

use crate::{
    Fake, FakeBuilder, FakeClient, FixtureError,
    fake::{Part, Start},
    fixture_error::{Place, parse},
    fixture_form::{Alias, ClientPart, File, GroupPart, Object, UserPart, is_known},
};

impl Fake {
    /// A fake as a [fixture](crate::fixtures) describes it.
    ///
    /// # Errors
    ///
    /// One sentence with the file, the line and the reason.
    pub fn from_fixture_file(path: impl AsRef<Path>) -> Result<Self, FixtureError> {
        Self::builder().build_from_fixture_file(path)
    }

    /// Adds a pool with all that a [fixture](crate::fixtures) describes; answers its first client. A
    /// pool without an id in the file gets the next one.
    ///
    /// # Errors
    ///
    /// One sentence with the file, the line and the reason. What stands before that place may have
    /// been made.
    pub fn add_fixture_file(&self, path: impl AsRef<Path>) -> Result<FakeClient, FixtureError> {
        in_file(path.as_ref(), |text| {
            let (start, origins) = split(text)?;
            if start.region().is_some_and(|region| region != self.region()) {
                let text = format!(
                    "the fake has one region: let the id begin with {}, as that of the first pool",
                    self.region()
                );
                return Err(FixtureError::new("pool.id", text));
            }
            let is_taken = |id| self.0.pool(id).is_some();
            if start.pool_id.as_deref().is_some_and(is_taken) {
                let text = "there is a pool with this id already: choose another one";
                return Err(FixtureError::new("pool.id", text));
            }
            start.make_in(&self.0).map_err(|refused| origins.explain(refused))
        })
    }
}

impl FakeBuilder {
    /// Takes pool, client and users from a [fixture](crate::fixtures) instead.
    ///
    /// # Errors
    ///
    /// One sentence with the line and the reason.
    pub fn fixture_json(self, text: &str) -> Result<Self, FixtureError> {
        split(text).map(|(start, _)| self.start(start))
    }

    /// Builds the fake with pool, client and users of the file of a [fixture](crate::fixtures).
    ///
    /// # Errors
    ///
    /// One sentence with the file, the line and the reason.
    pub fn build_from_fixture_file(self, path: impl AsRef<Path>) -> Result<Fake, FixtureError> {
        in_file(path.as_ref(), |text| build(self, text))
    }
}

/// Builds a fake, and says where in the text the user stands who cannot be put in.
fn build(builder: FakeBuilder, text: &str) -> Result<Fake, FixtureError> {
    let (start, origins) = split(text)?;
    builder.start(start).try_build().map_err(|refused| origins.explain(refused))
}

/// Does something with the text of a file, whose name each error has.
fn in_file<T>(
    path: &Path,
    then: impl FnOnce(&str) -> Result<T, FixtureError>,
) -> Result<T, FixtureError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| FixtureError::new("", format!("cannot be read: {error}")));
    text.and_then(|text| then(&text)).map_err(|error| error.in_file(path.display().to_string()))
}

/// Where the users of a text stand in it.
struct Origins(Vec<Origin>);

impl Origins {
    /// Says where in the text it stands what was refused.
    fn explain(&self, (part, error): (Part, Error)) -> FixtureError {
        let reason = without_values(error.message());
        match part {
            Part::Settings => {
                let text = format!("the pool, a client or a group cannot be made: {reason}");
                FixtureError::new("", text)
            }
            Part::User(index) => {
                let Origin { username, member, place } = &self.0[index];
                FixtureError::new(member, format!("user {username}: {reason}")).at(*place)
            }
        }
    }
}

/// Where a user stands in the text.
struct Origin {
    username: String,
    member: String,
    place: Place,
}

/// What a fake starts with, and where its users stand.
fn split(text: &str) -> Result<(Start, Origins), FixtureError> {
    // Editors put a byte-order mark before a text. RFC 8259, section 8.1: a reader may skip it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Object(file) = parse(text, Place { line: 1, column: 1 }, "", is_known)?;
    let mut start = start(&file)?;
    let groups: BTreeSet<_> = file.groups.iter().map(|Object(group)| &*group.name).collect();
    let attributes: BTreeSet<_> =
        file.pool.0.custom_attributes.iter().map(|name| unprefixed(name)).collect();
    let mut lines = Lines::of(text);
    let mut origins = Vec::with_capacity(file.users.len());
    for (index, raw) in file.users.iter().enumerate() {
        let (place, member) = (lines.place(raw.get()), format!("users[{index}]"));
        let Object(user) = parse::<Object<UserPart>>(raw.get(), place, &member, is_known)?;
        let refuse = |part: String, reason: String| {
            Err(FixtureError::new(format!("{member}.{part}"), reason).at(place))
        };
        if let Some(number) = user.groups.iter().position(|name| !groups.contains(&**name)) {
            return refuse(
                format!("groups[{number}]"),
                format!(
                    "user {}: there is no such group: add it to the file's groups",
                    user.username
                ),
            );
        }
        let is_there = |name: &String| {
            SchemaAttributeType::standard(name).is_some()
                || name.strip_prefix("custom:").is_some_and(|name| attributes.contains(name))
        };
        if !user.attributes.keys().all(is_there) {
            return refuse(
                "attributes".to_owned(),
                format!(
                    "user {}: one of them is no attribute of the pool: correct its name, or add it \
                     to pool.custom_attributes",
                    user.username
                ),
            );
        }
        let user = fixture_user(user);
        origins.push(Origin { username: user.username.clone(), member, place });
        start.users.push(user);
    }
    Ok((start, Origins(origins)))
}

/// Finds the places of parts of a text, each behind the one before, in one pass.
struct Lines<'a> {
    text: &'a str,
    /// Where the last part begins, and the line it is in.
    offset: usize,
    line: usize,
    /// Where that line begins.
    line_start: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1, line_start: 0 }
    }

    fn place(&mut self, part: &str) -> Place {
        let offset = part.as_ptr() as usize - self.text.as_ptr() as usize;
        for (at, _) in self.text[self.offset..offset].match_indices('\n') {
            self.line += 1;
            self.line_start = self.offset + at + 1;
        }
        self.offset = offset;
        Place { line: self.line, column: offset - self.line_start + 1 }
    }
}

/// Cognito's text without what stands in `Value '…' at`. What else it names is a known member.
fn without_values(text: &str) -> String {
    let text = text.trim_end();
    match (text.find("Value '"), text.rfind("' at '")) {
        (Some(begin), Some(end)) if begin < end => {
            format!("{}Value{}", &text[..begin], &text[end + 1..])
        }
        _ => text.to_owned(),
    }
}

fn required((number, name): (usize, &String)) -> Result<SchemaAttributeType, FixtureError> {
    let attribute = SchemaAttributeType::standard(name).ok_or_else(|| {
        FixtureError::new(
            format!("pool.required_attributes[{number}]"),
            "expected the name of a standard attribute, as custom ones cannot be required",
        )
    })?;
    Ok(attribute.required())
}

/// A custom attribute, by its name with or without the prefix.
fn custom(names: &[String], number: usize) -> Result<SchemaAttributeType, FixtureError> {
    let name = unprefixed(&names[number]);
    if names[..number].iter().any(|other| unprefixed(other) == name) {
        let path = format!("pool.custom_attributes[{number}]");
        return Err(FixtureError::new(path, "expected a name that was not used before"));
    }
    Ok(SchemaAttributeType::new(name.to_owned(), AttributeDataType::string(None, None)))
}

fn unprefixed(name: &str) -> &str {
    name.strip_prefix("custom:").unwrap_or(name)
}

fn group(part: &GroupPart) -> CreateGroupRequest {
    let mut group = CreateGroupRequest::new("", &part.name);
    group.description.clone_from(&part.description);
    group.role_arn.clone_from(&part.role_arn);
    group.precedence = part.precedence;
    group
}

fn aliases(list: &[Alias]) -> Vec<AliasAttribute> {
    list.iter().map(|alias| alias.0).collect()
}

fn start(file: &File<'_>) -> Result<Start, FixtureError> {
    let (Object(part), Object(client_part)) = (&file.pool, &file.client);
    let mut start = Start { pool_id: part.id.clone(), ..Start::default() };
    let pool = &mut start.pool;
    pool.username_attributes = aliases(&part.username_attributes);
    pool.alias_attributes = aliases(&part.alias_attributes);
    pool.case_sensitive = part.case_sensitive.unwrap_or(pool.case_sensitive);
    pool.auto_verified_attributes = aliases(&part.auto_verified_attributes);
    if pool.auto_verified_attributes.contains(&AliasAttribute::PhoneNumber) {
        // Cognito wants to know who sends the codes; nothing here sends any.
        pool.sms_configuration =
            Some(SmsConfiguration::new("arn:aws:iam::000000000000:role/sends-text-messages"));
    }
    pool.allow_admin_create_user_only = part.allow_admin_create_user_only.unwrap_or_default();
    let names = &part.custom_attributes;
    let required = part.required_attributes.iter().enumerate().map(required);
    let custom = (0..names.len()).map(|number| custom(names, number));
    pool.schema = required.chain(custom).collect::<Result<_, FixtureError>>()?;
    let policy = &mut pool.password_policy;
    policy.minimum_length = part.minimum_password_length.unwrap_or(policy.minimum_length);
    policy.temporary_password_validity_days = part.temporary_password_validity_days;

    start.groups = file.groups.iter().map(|Object(part)| group(part)).collect();

    start.further_clients = (file.further_clients.iter().enumerate())
        .map(|(number, Object(part))| {
            client(part, start.client.clone(), &format!("further_clients[{number}]"))
        })
        .collect::<Result<_, _>>()?;
    start.client = client(client_part, start.client, "client")?;
    Ok(start)
}

/// A client with what a file says of it.
fn client(
    part: &ClientPart,
    mut client: CreateUserPoolClientRequest,
    member: &str,
) -> Result<CreateUserPoolClientRequest, FixtureError> {
    if let Some(name) = &part.name {
        client.client_name.clone_from(name);
    }
    client.client_id.clone_from(&part.id);
    client.client_secret = part.secret.as_ref().map(|secret| secret.0.clone());
    client.generate_secret = part.has_secret.unwrap_or(true);
    if client.client_secret.is_some() && !client.generate_secret {
        return Err(FixtureError::new(
            member,
            "it has a secret, and has_secret is false: leave one of the two out",
        ));
    }
    if let Some(flows) = &part.explicit_auth_flows {
        client.explicit_auth_flows = flows.iter().map(|flow| flow.0).collect();
    }
    if let Some(existence_errors) = &part.prevent_user_existence_errors {
        client.prevent_user_existence_errors = Some(existence_errors.0);
    }
    Ok(client)
}

fn fixture_user(part: UserPart) -> FixtureUser {
    let status = part.status.map_or(pool::UserStatus::Confirmed, |status| status.0);
    let mut user = FixtureUser::new(part.username, UserStatus::from_name(status.name()));
    user.password = part.password.map(|password| Password::new(password.0.expose()));
    user.attributes = part.attributes.into_iter().collect();
    user.enabled = part.enabled.unwrap_or(true);
    user.sub = part.sub;
    user.groups = part.groups;
    user
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refusal(text: &str) -> String {
        build(Fake::builder(), text).expect_err("the fixture is bad").to_string()
    }

    /// Every member that there is.
    fn whole() -> Value {
        json!({
            "pool": {
                "id": "local-fake-1_Fixture01", "username_attributes": [],
                "alias_attributes": ["email"], "case_sensitive": true,
                "auto_verified_attributes": ["email"], "allow_admin_create_user_only": false,
                "required_attributes": ["name"], "custom_attributes": ["custom:role", "plan"],
                "minimum_password_length": 8, "temporary_password_validity_days": 7,
            },
            "client": {
                "id": "1exampleclient", "secret": "1example2client3secret4value5",
                "name": "web", "has_secret": true,
                "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                "prevent_user_existence_errors": "ENABLED",
            },
            "further_clients": [{ "id": "2exampleclient", "has_secret": false }],
            "groups": [{
                "name": "admins", "description": "d", "precedence": 1,
                "role_arn": "arn:aws:iam::123456789012:role/admin",
            }],
            "users": [
                { "username": "alice", "password": "Correct-horse-9", "groups": ["admins"],
                  "sub": "825d8d71-f582-4d9a-a35f-0123456789ab", "enabled": true,
                  "attributes": { "name": "Alice", "custom:role": "r" } },
                { "username": "bob", "status": "RESET_REQUIRED", "enabled": false,
                  "attributes": { "name": "Bob", "email": "bob@example.com" } },
            ],
        })
    }

    #[test]
    fn a_whole_fixture() {
        for mark in ["", "\u{feff}"] {
            let fake = build(Fake::builder(), &format!("{mark}{:#}", whole()))
                .expect("the fixture is good");
            let client = fake.first_client();
            assert_eq!(client.pool_id, "local-fake-1_Fixture01");
            assert_eq!(client.client_id, "1exampleclient");
            assert!(client.client_secret == Some("1example2client3secret4value5".into()));
            assert!(format!("{fake:?}").contains("local-fake-1_Fixture01"));
        }
    }

    #[test]
    fn several_pools_and_clients() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, fixture: &Value| {
            let path = folder.path().join(name);
            std::fs::write(&path, fixture.to_string()).expect("written");
            path
        };
        let now = std::time::SystemTime::UNIX_EPOCH;
        let builder = Fake::builder().frozen_at(now);
        let fake = builder.build_from_fixture_file(write("first", &whole())).expect("good");
        assert_eq!(fake.clock().now(), now);
        let first = fake.first_client().pool_id.clone();
        let ids = fake.copy_of_pool(&first).expect("it is there").client_ids();
        assert_eq!(ids, ["1exampleclient", "2exampleclient"]);

        let mut second = whole();
        second["pool"]["id"] = json!("local-fake-1_Fixture02");
        second["client"]["id"] = json!("3exampleclient");
        second["further_clients"] = json!([]);
        let client = fake.add_fixture_file(write("second", &second)).expect("good");
        assert_eq!(client.pool_id, "local-fake-1_Fixture02");
        assert_eq!(client.client_id, "3exampleclient");
        assert_eq!(fake.first_client().pool_id, first);
        let error = |fixture: &Value| {
            let path = write("bad", fixture);
            let error = fake.add_fixture_file(&path).expect_err("it is bad").to_string();
            error.replace(&path.display().to_string(), "bad")
        };
        assert_eq!(
            error(&second),
            "bad, pool.id: there is a pool with this id already: choose another one"
        );
        // The client's id is taken, too.
        second["pool"]["id"] = json!("local-fake-1_Fake00001");
        let taken = error(&second);
        let text = "bad: the pool, a client or a group cannot be made: ";
        assert!(taken.starts_with(text), "{taken}");
        // Pools are counted, and none gets an id that was given.
        second["client"]["id"] = json!("4exampleclient");
        second["pool"]["id"] = json!("local-fake-1_Fake00002");
        fake.add_fixture_file(write("third", &second)).expect("good");
        let next = fake.create_user_pool(user_directory_pool::CreateUserPoolRequest::new("next"));
        assert_eq!(next.expect("good"), "local-fake-1_Fake00005");
        second["pool"]["id"] = json!("zz-fake-1_Fixture03");
        assert_eq!(
            error(&second),
            "bad, pool.id: the fake has one region: let the id begin with local-fake-1, as that of \
             the first pool"
        );
    }

    #[test]
    fn refusals_name_place_and_what_was_expected() {
        let cases = [
            ("{\n  \"users\": [\n", "line 3, column 0, users: EOF while parsing a list"),
            (
                "{\n \"users\": [\n  { \"username\": \"a\" },\n  { \"username\": \"a\" }\n ]}",
                "line 4, column 3, users[1]: user a: User account already exists",
            ),
            (
                "{\n \"users\": [\n  { \"username\": \"a\",\n \"status\": \"ASLEEP\" }]}",
                "line 4, column 21, users[0].status: expected one of UNCONFIRMED, CONFIRMED, \
                 FORCE_CHANGE_PASSWORD, RESET_REQUIRED, EXTERNAL_PROVIDER",
            ),
            (
                "{\"users\": [{ \"username\": \"a\", \"password\": 123456 }]}",
                "line 1, column 48, users[0].password: expected a string",
            ),
            (
                "{\n \"users\": [{ \"username\": \"a\", \"groups\": [\"b\"] }]}",
                "line 2, column 12, users[0].groups[0]: user a: there is no such group: add it to \
                 the file's groups",
            ),
            (
                "{\"users\": [{ \"username\": \"a\", \"attributes\": { \"emial\": \"b\" } }]}",
                "line 1, column 12, users[0].attributes: user a: one of them is no attribute of the \
                 pool: correct its name, or add it to pool.custom_attributes",
            ),
            (
                "{\"usres\": []}",
                "line 1, column 8: there is a member with an unknown name; expected one of `pool`, \
                 `client`, `further_clients`, `groups`, `users`",
            ),
            ("[]", "line 1, column 0: expected an object"),
            ("{\"client\": [\"1exampleclient\"]}", "line 1, column 11, client: expected an object"),
            ("{} {}", "line 1, column 4: trailing characters"),
            ("{\"users\": [{}]}", "line 1, column 13, users[0]: missing field `username`"),
            (
                "{\"pool\": {\"minimum_password_length\": -1}}",
                "line 1, column 39, pool.minimum_password_length: expected a whole number that is \
                 not negative",
            ),
        ];
        for (text, sentence) in cases {
            assert_eq!(refusal(text), format!("the fixture, {sentence}"), "{text}");
        }
        let error =
            Fake::from_fixture_file("/no/such/file").expect_err("there is none").to_string();
        assert!(error.starts_with("/no/such/file: cannot be read: "), "{error}");
    }

    const SECRET: &str = "h4nter2";

    /// The same, with a secret in each place in turn: as a text, in a list, in an object, as a
    /// number, and as the name of a member.
    fn misplaced(value: &Value, path: &str, put: &mut dyn FnMut(&str, Value)) {
        let secrets = [
            json!(SECRET),
            json!([SECRET]),
            json!({ SECRET: 1 }),
            json!(42_317),
            json!(format!("a, expected {SECRET}")),
            json!(format!("' at '{SECRET}")),
        ];
        for secret in secrets {
            put(path, secret);
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    misplaced(item, &format!("{path}[{index}]"), &mut |path, new| {
                        let mut items = items.clone();
                        items[index] = new;
                        put(path, items.into());
                    });
                }
            }
            Value::Object(members) => {
                let mut more = members.clone();
                more.insert(SECRET.to_owned(), json!(SECRET));
                put(path, more.into());
                for (name, member) in members {
                    misplaced(member, &format!("{path}.{name}"), &mut |path, new| {
                        let mut members = members.clone();
                        members.insert(name.clone(), new);
                        put(path, members.into());
                    });
                }
            }
            _ => {}
        }
    }

    #[test]
    fn refusals_show_no_value_and_no_unknown_member() {
        let (mut refused, mut taken) = (0, 0);
        misplaced(&whole(), "", &mut |path, fixture| {
            let Err(error) = build(Fake::builder(), &fixture.to_string()) else {
                taken += 1;
                return;
            };
            refused += 1;
            // Names of users and groups may be shown.
            let is_name = path.ends_with(".username") || path.starts_with(".groups[0].name");
            let shown = format!("{error} {error:?}");
            assert!(is_name || !shown.contains(SECRET), "{path}: {shown}");
            assert!(!shown.contains("42317"), "{path}: {shown}");
        });
        assert!(refused > 200 && taken >= 20, "{refused} refused, {taken} taken");
    }
}
