//! Answers that a developer has published, asked for again: the members of each answer and their JSON
//! types are compared, because the values belong to another pool.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::{
    Case, Evidence, Failure, PasswordPolicy, PoolProfile, Trial, WireAnswer, case, check,
    trial::PASSWORD,
};

/// The evidence of a case that sends a file of the folder.
macro_rules! published {
    ($name:literal) => {
        Evidence::Reported {
            note: concat!(
                "an article of 2019, in crates/user-directory-contract/published/",
                $name,
                ".json"
            ),
        }
    };
}

/// A file of the folder.
macro_rules! exchange {
    ($name:literal) => {
        read(include_str!(concat!("../../published/", $name, ".json")))
    };
}

/// What a case needs of a file.
#[derive(Deserialize)]
struct Exchange {
    operation: String,
    request: Value,
    status: u16,
    response: Value,
}

fn read(text: &str) -> Exchange {
    serde_json::from_str(text).expect("a test reads every file")
}

impl Exchange {
    /// Puts a value where the request has one of another pool.
    fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        *self.request.pointer_mut(pointer).expect("the request has the member") = value.into();
        self
    }

    /// Sends the request about the pool of the case.
    async fn send(self, t: &Trial) -> Result<WireAnswer, Failure> {
        let mut exchange = self.with("/UserPoolId", t.pool_id());
        if exchange.request.get("ClientId").is_some() {
            exchange = exchange.with("/ClientId", t.client_id());
        }
        // The client of the case has no secret.
        if let Some(parameters) = exchange.request["AuthParameters"].as_object_mut() {
            parameters.remove("SECRET_HASH");
        }
        let answer = t.send(&exchange.operation, exchange.request).await;
        check::equal("the status", answer.status, exchange.status)?;
        compare(&shape(&answer.body), &shape(&exchange.response))?;
        Ok(answer)
    }
}

fn compare(found: &BTreeSet<String>, published: &BTreeSet<String>) -> Result<(), Failure> {
    let missing: Vec<_> = published.difference(found).collect();
    let more: Vec<_> = found.difference(published).collect();
    let text = format!("the members that were published: missing {missing:?}, besides {more:?}");
    check::that(missing.is_empty() && more.is_empty(), text)
}

/// The members of an answer, by path, with their JSON types and without their values.
fn shape(body: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    describe("", body, &mut found);
    found
}

fn describe(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(items) => {
            items.iter().for_each(|item| describe(&format!("{path}[]"), item, found));
            "list"
        }
        Value::Object(members) => {
            for (name, member) in members {
                describe(&format!("{path}.{name}"), member, found);
            }
            "structure"
        }
    };
    found.insert(format!("{path}: {kind}"));
}

/// The pool of the article takes a password of letters alone.
fn article() -> PoolProfile {
    PoolProfile::without_secret()
        .map_pool(|pool| pool.with_password_policy(PasswordPolicy::length_only(8)))
}

/// The sign-in that two of the exchanges are about.
async fn sign_in(t: &Trial) -> Result<WireAnswer, Failure> {
    t.register("kiriukun").await?;
    exchange!("sign-in").with("/AuthParameters/PASSWORD", PASSWORD).send(t).await
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "published/admin-create-user",
            "AdminCreateUser answers the members that were published.",
            profile = article,
            needs = [Wire],
            evidence = published!("admin-create-user"),
            async |t| exchange!("admin-create-user").send(&t).await.map(drop)
        ),
        case!(
            "published/sign-in",
            "A sign-in answers the members that were published.",
            profile = article,
            needs = [Wire],
            evidence = published!("sign-in"),
            async |t| sign_in(&t).await.map(drop)
        ),
        case!(
            "published/refresh",
            "A refresh answers the members that were published, so no refresh token.",
            profile = article,
            needs = [Wire],
            evidence = published!("refresh"),
            async |t| {
                let signed_in = sign_in(&t).await?;
                let refresh_token = &signed_in.body["AuthenticationResult"]["RefreshToken"];
                exchange!("refresh")
                    .with("/AuthParameters/REFRESH_TOKEN", refresh_token.clone())
                    .send(&t)
                    .await
                    .map(drop)
            }
        ),
        case!(
            "published/admin-get-user",
            "AdminGetUser answers the members that were published.",
            profile = article,
            needs = [Wire],
            evidence = published!("admin-get-user"),
            async |t| {
                t.register("kiriukun").await?;
                exchange!("admin-get-user").send(&t).await.map(drop)
            }
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::json;

    use super::*;

    /// Each file has its source and a case.
    #[test]
    fn every_file_is_sent() {
        let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = BTreeSet::new();
        for entry in fs::read_dir(crate_root.join("published")).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a text");
            let exchange: Value = serde_json::from_str(&text).expect("JSON");
            read(&text);
            for member in ["source", "by", "situation", "changed"] {
                assert!(exchange[member].is_string(), "{}: no {member}", path.display());
            }
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            files.insert(format!(
                "an article of 2019, in crates/user-directory-contract/published/{name}"
            ));
        }
        let sent: BTreeSet<_> =
            cases().iter().map(|case| case.evidence().source().to_owned()).collect();
        assert_eq!(files, sent);
    }

    #[test]
    fn shapes_have_paths_and_types_and_no_values() {
        let body =
            json!({ "User": { "Enabled": true, "Dates": [1, 2.5, "secret"] }, "Next": null });
        let expected = [
            ".Next: null",
            ".User.Dates: list",
            ".User.Dates[]: number",
            ".User.Dates[]: string",
            ".User.Enabled: boolean",
            ".User: structure",
            ": structure",
        ];
        assert_eq!(shape(&body), expected.map(str::to_owned).into());
    }
}
