use std::{collections::BTreeMap, fmt, path::Path};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use user_directory_pool::{
    AliasAttribute, Attribute, AttributeDataType, CreateGroupRequest, ExplicitAuthFlow,
    PreventUserExistenceErrors, SchemaAttributeType, Secret, SeedUser, UserStatus,
};

use crate::{Fake, fake::Start};

/// Why a seed file was refused: one sentence with the line and the reason, and no value.
#[derive(Debug)]
pub struct SeedError {
    file: Option<String>,
    line: Option<usize>,
    reason: String,
}

impl SeedError {
    /// The line, counted from 1, where one is to blame.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file.as_deref().unwrap_or("the seed"))?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for SeedError {}

/// Reads a file and builds a fake from it.
pub(crate) fn load(path: &Path) -> Result<Fake, SeedError> {
    let name = path.display().to_string();
    let in_file = |mut error: SeedError| {
        error.file = Some(name.clone());
        error
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        in_file(SeedError { file: None, line: None, reason: format!("cannot be read: {error}") })
    })?;
    build(&text).map_err(in_file)
}

/// Builds a fake from the text of a seed file, so that a user who cannot be seeded has a line.
fn build(text: &str) -> Result<Fake, SeedError> {
    let file: File<'_> = parse(text, 0)?;
    let start = start(&file)?;
    let mut builder = Fake::builder().pool(start.pool).client(start.client).pool_id(start.pool_id);
    for group in start.groups {
        builder = builder.group(group);
    }
    let fake = builder.build().map_err(|error| SeedError {
        file: None,
        line: None,
        reason: format!("pool, client or a group cannot be made: {}", error.message().trim_end()),
    })?;
    for raw in &file.users {
        let before = lines_before(text, raw.get());
        let user = seed_user(parse(raw.get(), before)?);
        check_groups(&file, &user, before + 1)?;
        let username = user.username.clone();
        fake.seed_user(&fake.first_client().pool_id, user).map_err(|error| SeedError {
            file: None,
            line: Some(before + 1),
            reason: format!("user {username}: {}", error.message().trim_end()),
        })?;
    }
    Ok(fake)
}

/// Reads a seed for a builder.
pub(crate) fn read(text: &str) -> Result<Start, SeedError> {
    let file: File<'_> = parse(text, 0)?;
    let mut start = start(&file)?;
    for raw in &file.users {
        let before = lines_before(text, raw.get());
        let user = seed_user(parse(raw.get(), before)?);
        check_groups(&file, &user, before + 1)?;
        start.users.push(user);
    }
    Ok(start)
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, lines_before: usize) -> Result<T, SeedError> {
    serde_json::from_str(text).map_err(|error| {
        let text = error.to_string();
        // serde_json ends its texts with its own idea of the place.
        let reason = text.split(" at line ").next().unwrap_or_default().to_owned();
        SeedError { file: None, line: Some(lines_before + error.line()), reason }
    })
}

/// How many lines end before a part of the text.
fn lines_before(text: &str, part: &str) -> usize {
    let offset = part.as_ptr() as usize - text.as_ptr() as usize;
    text[..offset].matches('\n').count()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(default)]
    pool: PoolPart,
    #[serde(default)]
    client: ClientPart,
    #[serde(default)]
    groups: Vec<GroupPart>,
    /// Read one by one, so that each error has the line of its user.
    #[serde(default, borrow)]
    users: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolPart {
    id: Option<String>,
    #[serde(default)]
    username_attributes: Vec<Alias>,
    #[serde(default)]
    alias_attributes: Vec<Alias>,
    case_sensitive: Option<bool>,
    #[serde(default)]
    auto_verified_attributes: Vec<Alias>,
    allow_admin_create_user_only: Option<bool>,
    #[serde(default)]
    required_attributes: Vec<String>,
    /// Texts without limits.
    #[serde(default)]
    custom_attributes: Vec<String>,
    minimum_password_length: Option<u32>,
    temporary_password_validity_days: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientPart {
    id: Option<String>,
    secret: Option<SecretText>,
    /// `false`: a client without a secret.
    has_secret: Option<bool>,
    explicit_auth_flows: Option<Vec<Flow>>,
    prevent_user_existence_errors: Option<ExistenceErrors>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupPart {
    name: String,
    description: Option<String>,
    role_arn: Option<String>,
    precedence: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserPart {
    username: String,
    status: Option<Status>,
    password: Option<SecretText>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    enabled: Option<bool>,
    sub: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Alias {
    Email,
    PhoneNumber,
    PreferredUsername,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum ExistenceErrors {
    Enabled,
    Legacy,
}

/// A name of AWS's, looked up in the pool's own table.
macro_rules! named {
    ($name:ident, $of:ty, $what:literal) => {
        struct $name($of);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                let value = <$of>::from_name(&name).ok_or_else(|| {
                    let names: Vec<_> = <$of>::ALL.iter().map(|value| value.name()).collect();
                    let names = names.join(", ");
                    de::Error::custom(format!(concat!($what, " {} is none of {}"), name, names))
                })?;
                Ok(Self(value))
            }
        }
    };
}

named!(Status, UserStatus, "the status");
named!(Flow, ExplicitAuthFlow, "the flow");

/// A secret that no error message repeats.
struct SecretText(Secret);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(Secret::new(text))),
            _ => Err(de::Error::custom("a password or secret must be a string")),
        }
    }
}

fn required(name: &str) -> Result<SchemaAttributeType, SeedError> {
    let attribute = SchemaAttributeType::standard(name).ok_or_else(|| SeedError {
        file: None,
        line: None,
        reason: format!(
            "pool.required_attributes names {name}, which is no standard attribute: custom ones \
             cannot be required"
        ),
    })?;
    Ok(attribute.required())
}

/// A custom attribute, by its name with or without the prefix.
fn custom(name: &str) -> SchemaAttributeType {
    let name = name.strip_prefix("custom:").unwrap_or(name).to_owned();
    SchemaAttributeType::new(name, AttributeDataType::string(None, None))
}

/// A user is in groups of the same file.
fn check_groups(file: &File<'_>, user: &SeedUser, line: usize) -> Result<(), SeedError> {
    let is_there = |name: &&String| file.groups.iter().any(|group| group.name == **name);
    let Some(missing) = user.groups.iter().find(|name| !is_there(name)) else { return Ok(()) };
    Err(SeedError {
        file: None,
        line: Some(line),
        reason: format!(
            "user {}: there is no group {missing}: add it to the file's groups",
            user.username
        ),
    })
}

fn group(part: &GroupPart) -> CreateGroupRequest {
    let mut group = CreateGroupRequest::new("", &part.name);
    group.description.clone_from(&part.description);
    group.role_arn.clone_from(&part.role_arn);
    group.precedence = part.precedence;
    group
}

fn alias(alias: &Alias) -> AliasAttribute {
    match alias {
        Alias::Email => AliasAttribute::Email,
        Alias::PhoneNumber => AliasAttribute::PhoneNumber,
        Alias::PreferredUsername => AliasAttribute::PreferredUsername,
    }
}

fn start(file: &File<'_>) -> Result<Start, SeedError> {
    let mut start = Start { pool_id: file.pool.id.clone(), ..Start::default() };
    let pool = &mut start.pool;
    pool.username_attributes = file.pool.username_attributes.iter().map(alias).collect();
    pool.alias_attributes = file.pool.alias_attributes.iter().map(alias).collect();
    pool.case_sensitive = file.pool.case_sensitive.unwrap_or(pool.case_sensitive);
    pool.auto_verified_attributes = file.pool.auto_verified_attributes.iter().map(alias).collect();
    pool.allow_admin_create_user_only = file.pool.allow_admin_create_user_only.unwrap_or_default();
    let required = file.pool.required_attributes.iter().map(|name| required(name));
    let custom = file.pool.custom_attributes.iter().map(|name| Ok(custom(name)));
    pool.schema = required.chain(custom).collect::<Result<_, SeedError>>()?;
    let policy = &mut pool.password_policy;
    policy.minimum_length = file.pool.minimum_password_length.unwrap_or(policy.minimum_length);
    policy.temporary_password_validity_days = file
        .pool
        .temporary_password_validity_days
        .unwrap_or(policy.temporary_password_validity_days);

    start.groups = file.groups.iter().map(group).collect();

    let client = &mut start.client;
    client.client_id.clone_from(&file.client.id);
    client.client_secret = file.client.secret.as_ref().map(|secret| secret.0.clone());
    client.generate_secret = file.client.has_secret.unwrap_or(true);
    if client.client_secret.is_some() && !client.generate_secret {
        return Err(SeedError {
            file: None,
            line: None,
            reason: "client has a secret and has_secret false: leave one of them out".to_owned(),
        });
    }
    if let Some(flows) = &file.client.explicit_auth_flows {
        client.explicit_auth_flows = flows.iter().map(|flow| flow.0).collect();
    }
    if let Some(existence_errors) = file.client.prevent_user_existence_errors {
        client.prevent_user_existence_errors = match existence_errors {
            ExistenceErrors::Enabled => PreventUserExistenceErrors::Enabled,
            ExistenceErrors::Legacy => PreventUserExistenceErrors::Legacy,
        };
    }
    Ok(start)
}

fn seed_user(part: UserPart) -> SeedUser {
    let status = part.status.map_or(UserStatus::Confirmed, |status| status.0);
    let mut user = SeedUser::new(part.username, status);
    user.password = part.password.map(|password| password.0);
    user.attributes =
        part.attributes.into_iter().map(|(name, value)| Attribute::new(name, value)).collect();
    user.enabled = part.enabled.unwrap_or(true);
    user.sub = part.sub;
    user.groups = part.groups;
    user
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        build(text).expect_err("the seed is bad").to_string()
    }

    #[test]
    fn a_whole_seed() {
        let fake = build(
            r#"{
              "pool": { "id": "local-fake-1_Seeded001" },
              "client": { "id": "1exampleclient", "secret": "1example2client3secret4value5" },
              "groups": [{ "name": "admins", "precedence": 1 }],
              "users": [
                { "username": "alice", "password": "Correct-horse-9", "groups": ["admins"],
                  "sub": "825d8d71-f582-4d9a-a35f-0123456789ab" },
                { "username": "bob", "status": "RESET_REQUIRED", "enabled": false,
                  "attributes": { "email": "bob@example.com" } }
              ]
            }"#,
        )
        .expect("the seed is good");
        let client = fake.first_client();
        assert_eq!(client.pool_id, "local-fake-1_Seeded001");
        assert_eq!(client.client_id, "1exampleclient");
        assert!(client.client_secret == Some("1example2client3secret4value5".into()));
        assert!(format!("{fake:?}").contains("local-fake-1_Seeded001"));
    }

    #[test]
    fn refusals_name_line_and_reason_and_no_value() {
        assert_eq!(refusal("{\n  \"users\": [\n"), "the seed, line 3: EOF while parsing a list");
        assert_eq!(
            refusal("{\n \"users\": [\n  { \"username\": \"a\" },\n  { \"username\": \"a\" }\n ]}"),
            "the seed, line 4: user a: User account already exists"
        );
        assert_eq!(
            refusal("{\n \"users\": [\n  { \"username\": \"a\",\n \"status\": \"ASLEEP\" }]}"),
            "the seed, line 4: the status ASLEEP is none of UNCONFIRMED, CONFIRMED, \
             FORCE_CHANGE_PASSWORD, RESET_REQUIRED, EXTERNAL_PROVIDER"
        );
        assert_eq!(
            refusal("{\"users\": [{ \"username\": \"a\", \"password\": 123456 }]}"),
            "the seed, line 1: a password or secret must be a string"
        );
        assert_eq!(
            refusal("{\n \"users\": [{ \"username\": \"a\", \"groups\": [\"b\"] }]}"),
            "the seed, line 2: user a: there is no group b: add it to the file's groups"
        );
        assert!(refusal("{\"usres\": []}").contains("unknown field `usres`"));
        assert!(
            load(Path::new("/no/such/file"))
                .expect_err("there is none")
                .to_string()
                .starts_with("/no/such/file: cannot be read: ")
        );
    }
}
