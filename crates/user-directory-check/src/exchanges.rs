use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use serde_json::Value;

use crate::call::{Call, SECRETS};

/// A call of a case, and the answer to it, without what is secret or another in each run: `<Session>`
/// stands for a session, `<UserPoolId>` for the pool, `<account>` for the account in an ARN.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Exchange {
    /// The AWS operation.
    pub operation: String,
    /// The members of the request.
    pub request: Value,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The body of the answer; null where it is no JSON.
    pub answer: Value,
}

/// Records what a harness asks and is answered. A clone shares the record.
#[derive(Clone, Debug, Default)]
pub struct Exchanges(Arc<Mutex<Record>>);

#[derive(Debug, Default)]
struct Record {
    exchanges: Vec<Exchange>,
    /// What stands for which id.
    ids: BTreeMap<String, String>,
}

impl Exchanges {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// What came since the last time, in order.
    pub fn take(&self) -> Vec<Exchange> {
        let record = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        record.exchanges
    }

    /// `prefix`: of the names of the run's pools.
    pub(crate) fn record(&self, call: &Call, status: u16, answer: &Value, prefix: &str) {
        let mut record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record.ids.insert(prefix.to_owned(), "<run>-".to_owned());
        for (id, name) in [
            (&answer["UserPool"]["Id"], "UserPoolId"),
            (&answer["UserPoolClient"]["ClientId"], "ClientId"),
        ] {
            let Some(id) = id.as_str().filter(|id| !record.ids.contains_key(*id)) else { continue };
            let others = record.ids.values().filter(|known| known[1..].starts_with(name)).count();
            let number = if others == 0 { String::new() } else { format!(" {}", others + 1) };
            record.ids.insert(id.to_owned(), format!("<{name}{number}>"));
        }
        let exchange = Exchange {
            operation: call.operation.clone(),
            request: sanitized(call.members(), &record.ids),
            status,
            answer: sanitized(answer, &record.ids),
        };
        record.exchanges.push(exchange);
    }
}

fn sanitized(value: &Value, ids: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let is_secret = value.is_string() && SECRETS.contains(&name.as_str());
                let value = match is_secret {
                    true => Value::String(format!("<{name}>")),
                    false => sanitized(value, ids),
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(values) => values.iter().map(|value| sanitized(value, ids)).collect(),
        Value::String(text) => Value::String(sanitized_text(text, ids)),
        other => other.clone(),
    }
}

fn sanitized_text(text: &str, ids: &BTreeMap<String, String>) -> String {
    if is_uuid(text) {
        return "<uuid>".to_owned();
    }
    let mut text = text.to_owned();
    // An error text can quote one.
    if text.contains("arn:") {
        let is_account = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        let parts = text.split(':').map(|part| if is_account(&part) { "<account>" } else { part });
        text = parts.collect::<Vec<_>>().join(":");
    }
    ids.iter().fold(text, |text, (id, name)| text.replace(id, name))
}

/// Such as a `sub`.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(is_hex)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_secret_or_another_each_time_is_taken_out() {
        let exchanges = Exchanges::new();
        let created = json!({ "UserPool": {
            "Id": "eu-west-1_AbC", "Name": "run-1-article",
            "Arn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbC",
        }});
        let call = |operation: &str, members| Call::of(operation, members);
        let create = call("CreateUserPool", json!({ "PoolName": "run-1-article" }));
        exchanges.record(&create, 200, &created, "run-1-");
        let client =
            |id: &str| json!({ "UserPoolClient": { "ClientId": id, "ClientSecret": "s3" }});
        let create = call("CreateUserPoolClient", json!({ "UserPoolId": "eu-west-1_AbC" }));
        exchanges.record(&create, 200, &client("one"), "run-1-");
        exchanges.record(&create, 200, &client("other"), "run-1-");
        let members = json!({ "ClientId": "other", "AuthParameters": {
            "SECRET_HASH": "s3", "USERNAME": "0f9c8a6e-1111-2222-3333-444455556666",
        }});
        let answer = json!({ "AuthenticationResult": { "AccessToken": "s3", "ExpiresIn": 3600 } });
        exchanges.record(&call("InitiateAuth", members), 200, &answer, "run-1-");
        let denied = "User: arn:aws:iam::111122223333:user/ci is not authorized";
        let answer = json!({ "__type": "AccessDeniedException", "message": denied });
        exchanges.record(&call("ListUsers", json!({})), 400, &answer, "run-1-");

        let recorded = json!(exchanges.take());
        assert!(!recorded.to_string().contains("s3"), "{recorded}");
        assert!(!recorded.to_string().contains("111122223333"), "{recorded}");
        assert_eq!(
            recorded[0]["answer"]["UserPool"],
            json!({
                "Id": "<UserPoolId>", "Name": "<run>-article",
                "Arn": "arn:aws:cognito-idp:eu-west-1:<account>:userpool/<UserPoolId>",
            })
        );
        assert_eq!(recorded[1]["answer"]["UserPoolClient"]["ClientId"], "<ClientId>");
        assert_eq!(
            recorded[3],
            json!({
                "operation": "InitiateAuth",
                "request": { "ClientId": "<ClientId 2>", "AuthParameters": {
                    "SECRET_HASH": "<SECRET_HASH>", "USERNAME": "<uuid>",
                }},
                "status": 200,
                "answer": { "AuthenticationResult": {
                    "AccessToken": "<AccessToken>", "ExpiresIn": 3600,
                }},
            })
        );
        assert_eq!(exchanges.take(), []);
    }
}
