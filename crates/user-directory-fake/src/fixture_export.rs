//! Writes the form that [`fixtures`](crate::fixtures) describes.

use serde_json::{Map, Value, json};
use user_directory_pool::{
    AliasAttribute, Attribute, GroupType, ListGroupsRequest, Pool, PutUser, SchemaAttributeType,
    Secret, UserPoolClientType, UserPoolType, check,
};

use crate::{Fake, FakeClient};

impl Fake {
    /// A pool as a [fixture](crate::fixtures), to edit and to start from again: its users and groups,
    /// and as much of pool and clients as a fixture can say. Without passwords and client secrets, so
    /// that those are random where it is read. `None` for a pool that does not exist.
    pub fn export_fixture(&self, pool_id: &str) -> Option<String> {
        let fixture = self.fixture(pool_id, false)?;
        Some(format!("{fixture:#}"))
    }

    /// As [`export_fixture`](Self::export_fixture), with passwords and client secrets in clear.
    pub fn export_fixture_with_secrets(&self, pool_id: &str) -> Option<Secret> {
        let fixture = self.fixture(pool_id, true)?;
        Some(Secret::new(format!("{fixture:#}")))
    }

    fn fixture(&self, pool_id: &str, secrets: bool) -> Option<Value> {
        let cell = self.0.pool(pool_id)?;
        let (client_ids, users) =
            cell.read(|pool| (Pool::client_ids(pool), Pool::users_to_put(pool)));
        let pool = self.describe_user_pool(pool_id).ok()?;
        let first = &self.first_client().client_id;
        // The one that the fake was built with comes first, as it did in the file.
        let (first, further): (Vec<_>, Vec<_>) = client_ids.iter().partition(|id| *id == first);
        let clients = first.into_iter().chain(further).filter_map(|id| {
            let id = FakeClient::new(pool_id, id, None);
            self.describe_user_pool_client(&id).ok().map(|one| client(&one, secrets))
        });
        let mut clients = clients.collect::<Vec<_>>().into_iter();
        let mut file = Map::new();
        file.insert("pool".to_owned(), pool_member(&pool));
        if let Some(first) = clients.next() {
            file.insert("client".to_owned(), first);
        }
        file.insert("further_clients".to_owned(), clients.collect());
        file.insert("groups".to_owned(), self.groups_of(pool_id)?.iter().map(group).collect());
        file.insert("users".to_owned(), users.iter().map(|one| user(one, secrets)).collect());
        Some(file.into())
    }

    fn groups_of(&self, pool_id: &str) -> Option<Vec<GroupType>> {
        let (mut groups, mut request) = (Vec::new(), ListGroupsRequest::new(pool_id));
        loop {
            let page = self.0.perform(check(request.clone()).1.ok()?).ok()?.response;
            groups.extend(page.groups);
            match page.next_token {
                None => {
                    groups.sort_by(|one, other| one.group_name.cmp(&other.group_name));
                    return Some(groups);
                }
                token => request.next_token = token,
            }
        }
    }
}

fn names(list: &[AliasAttribute]) -> Value {
    list.iter().map(|alias| alias.name()).collect()
}

fn pool_member(pool: &UserPoolType) -> Value {
    let attributes = pool.schema_attributes.iter();
    let is_custom = |attribute: &&SchemaAttributeType| attribute.name.starts_with("custom:");
    let required = attributes.clone().filter(|attribute| {
        // Every pool requires it, and no pool may be asked to.
        attribute.required && attribute.name != "sub"
    });
    let mut member = json!({
        "id": pool.id,
        "username_attributes": names(&pool.username_attributes),
        "alias_attributes": names(&pool.alias_attributes),
        "case_sensitive": pool.case_sensitive,
        "auto_verified_attributes": names(&pool.auto_verified_attributes),
        "allow_admin_create_user_only": pool.allow_admin_create_user_only,
        "required_attributes": required.map(|attribute| &*attribute.name).collect::<Vec<_>>(),
        "custom_attributes": attributes
            .filter(is_custom)
            .map(|attribute| &*attribute.name)
            .collect::<Vec<_>>(),
        "minimum_password_length": pool.password_policy.minimum_length,
    });
    if let Some(days) = pool.password_policy.temporary_password_validity_days {
        member["temporary_password_validity_days"] = days.into();
    }
    member
}

fn client(client: &UserPoolClientType, secrets: bool) -> Value {
    let flows = client.explicit_auth_flows.iter().map(|flow| flow.name());
    let mut member = json!({
        "name": client.client_name,
        "id": client.client_id,
        "has_secret": client.client_secret.is_some(),
        "explicit_auth_flows": flows.collect::<Vec<_>>(),
    });
    if let (Some(secret), true) = (&client.client_secret, secrets) {
        member["secret"] = secret.expose().into();
    }
    if let Some(existence_errors) = client.prevent_user_existence_errors {
        member["prevent_user_existence_errors"] = existence_errors.name().into();
    }
    member
}

fn group(group: &GroupType) -> Value {
    let mut member = json!({ "name": group.group_name });
    if let Some(description) = &group.description {
        member["description"] = description.as_str().into();
    }
    if let Some(role_arn) = &group.role_arn {
        member["role_arn"] = role_arn.as_str().into();
    }
    if let Some(precedence) = group.precedence {
        member["precedence"] = precedence.into();
    }
    member
}

fn user(user: &PutUser, secrets: bool) -> Value {
    let pair = |Attribute { name, value, .. }: &Attribute| {
        Some((name.clone(), Value::from(value.clone()?)))
    };
    let mut member = json!({
        "username": user.username,
        "status": user.status.name(),
        "attributes": user.attributes.iter().filter_map(pair).collect::<Map<_, _>>(),
        "enabled": user.enabled,
        "sub": user.sub,
        "groups": user.groups,
    });
    if let (Some(password), true) = (&user.password, secrets) {
        member["password"] = password.expose().into();
    }
    member
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Fake;

    const SECRETS: [&str; 3] =
        ["Correct-horse-9", "Temporary-horse-1", "1example2client3secret4value5"];

    fn fixture() -> Value {
        json!({
            "pool": {
                "id": "local-fake-1_Fixture01", "username_attributes": ["email"],
                "alias_attributes": [], "case_sensitive": false,
                "auto_verified_attributes": ["email"], "allow_admin_create_user_only": true,
                "required_attributes": ["email"], "custom_attributes": ["custom:role"],
                "minimum_password_length": 9, "temporary_password_validity_days": 3,
            },
            "client": {
                "name": "web", "id": "9exampleclient", "has_secret": true, "secret": SECRETS[2],
                "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                "prevent_user_existence_errors": "ENABLED",
            },
            "further_clients": [{
                "name": "app", "id": "1exampleclient", "has_secret": false,
                "explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH"],
                "prevent_user_existence_errors": "LEGACY",
            }],
            "groups": [
                { "name": "admins", "description": "d", "precedence": 0,
                  "role_arn": "arn:aws:iam::123456789012:role/admin" },
                { "name": "readers" },
            ],
            "users": [
                { "username": "alice@example.com", "password": SECRETS[0], "groups": ["admins"],
                  "status": "CONFIRMED", "enabled": true,
                  "sub": "025d8d71-f582-4d9a-a35f-0123456789ab",
                  "attributes": { "email": "alice@example.com", "custom:role": "r" } },
                { "username": "bob@example.com", "status": "RESET_REQUIRED", "enabled": false,
                  "sub": "825d8d71-f582-4d9a-a35f-0123456789ab", "groups": [],
                  "attributes": { "email": "bob@example.com", "email_verified": "true" } },
                { "username": "carol@example.com", "status": "FORCE_CHANGE_PASSWORD",
                  "password": SECRETS[1], "enabled": true, "groups": ["admins", "readers"],
                  "sub": "925d8d71-f582-4d9a-a35f-0123456789ab",
                  "attributes": { "email": "carol@example.com" } },
            ],
        })
    }

    fn build(text: &str) -> Fake {
        let builder = Fake::builder().fixture_json(text).expect("it is good");
        builder.build().expect("it is good")
    }

    #[test]
    fn what_was_read_is_written() {
        let pool_id = "local-fake-1_Fixture01";
        let fake = build(&fixture().to_string());
        let text = fake.export_fixture_with_secrets(pool_id).expect("it is there");
        let written: Value = serde_json::from_str(text.expose()).expect("JSON");
        // Not by assert_eq: it would print them.
        assert!(written == fixture());
        let again = build(text.expose()).export_fixture_with_secrets(pool_id);
        assert!(again.expect("it is there").expose() == text.expose());

        let text = fake.export_fixture(pool_id).expect("it is there");
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
        let mut without = fixture();
        without["client"].as_object_mut().expect("an object").remove("secret");
        for user in without["users"].as_array_mut().expect("a list") {
            user.as_object_mut().expect("an object").remove("password");
        }
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), without);
        build(&text);
        assert_eq!(fake.export_fixture("local-fake-1_Other0001"), None);
        // The pool of defaults, too.
        let fake = Fake::new();
        let pool_id = &fake.first_client().pool_id;
        build(&fake.export_fixture(pool_id).expect("it is there"));
    }
}
