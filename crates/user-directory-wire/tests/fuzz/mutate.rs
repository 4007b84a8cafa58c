//! Random changes to requests.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Request};
use serde_json::{Map, Value, json};

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>): the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    pub(crate) fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// What an input was made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mutated {
    /// A well-formed request of the population, with some of its values changed.
    WellFormed,
    /// Bytes of a request, changed without regard for its form, or other headers.
    Bytes,
}

/// A request, before it is one.
#[derive(Clone)]
pub(crate) struct Input {
    pub(crate) kind: Mutated,
    target: Vec<u8>,
    content_type: &'static str,
    authorization: Option<&'static str>,
    method: &'static str,
    body: Vec<u8>,
}

impl Input {
    pub(crate) fn well_formed(operation: &str, body: Value) -> Self {
        Self {
            kind: Mutated::WellFormed,
            target: format!("AWSCognitoIdentityProviderService.{operation}").into_bytes(),
            content_type: "application/x-amz-json-1.1",
            authorization: Some("anything"),
            method: "POST",
            body: body.to_string().into_bytes(),
        }
    }

    pub(crate) fn request(&self) -> Request<Bytes> {
        let mut request = Request::builder()
            .method(self.method)
            .uri("/")
            .header("content-type", self.content_type);
        if let Ok(target) = HeaderValue::from_bytes(&self.target) {
            request = request.header("x-amz-target", target);
        }
        if let Some(authorization) = self.authorization {
            request = request.header("authorization", authorization);
        }
        request.body(Bytes::from(self.body.clone())).expect("the parts are valid")
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        write!(f, "{:?} {} {}", self.kind, text(&self.target), text(&self.body))
    }
}

/// An input: nine of ten are well-formed requests with a few other values.
pub(crate) fn request(random: &mut Random, templates: &[Input]) -> Input {
    let mut input = random.of(templates);
    if random.below(10) == 0 {
        input.kind = Mutated::Bytes;
        for _ in 0..=random.below(3) {
            break_something(random, &mut input);
        }
        return input;
    }
    let mut body: Value = serde_json::from_slice(&input.body).expect("templates are JSON");
    // One in eight goes as it is.
    for _ in 0..random.below(8).min(3) {
        change(random, &mut body, templates);
    }
    input.body = body.to_string().into_bytes();
    input
}

/// Changes bytes or headers.
fn break_something(random: &mut Random, input: &mut Input) {
    match random.below(6) {
        0 => input.target = bytes(random, &input.target),
        1 => input.content_type = random.of(&["application/json", "text/plain", ""]),
        2 => {
            let wrong_region = "AWS4-HMAC-SHA256 Credential=A/20261123/us-east-1/cognito-idp/\
                                aws4_request, SignedHeaders=host, Signature=\
                                0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
            input.authorization =
                random.of(&[None, Some(""), Some("AWS4-HMAC-SHA256 "), Some(wrong_region)]);
        }
        3 => input.method = random.of(&["GET", "PUT", "OPTIONS"]),
        _ => input.body = bytes(random, &input.body),
    }
}

/// Flips, cuts, repeats and inserts.
pub(crate) fn bytes(random: &mut Random, old: &[u8]) -> Vec<u8> {
    let mut new = old.to_vec();
    let at = random.below(new.len() + 1);
    match random.below(5) {
        0 if at < new.len() => new[at] ^= 1 << random.below(8),
        1 => new.truncate(at),
        2 => {
            let end = at + random.below(new.len() - at + 1);
            let part = new[at..end].to_vec();
            new.splice(at..at, part);
        }
        3 => {
            let inserted = random.next().to_le_bytes();
            new.splice(at..at, inserted[..=random.below(7)].iter().copied());
        }
        _ => {
            let end = at + random.below(new.len() - at + 1);
            new.drain(at..end);
        }
    }
    new
}

/// Changes one value somewhere in a body.
pub(crate) fn change(random: &mut Random, body: &mut Value, templates: &[Input]) {
    let paths = paths(body);
    let pointer = random.of(&paths);
    let donor = random.below(templates.len());
    let donor = || serde_json::from_slice(&templates[donor].body).unwrap_or_default();
    match random.below(4) {
        // Another member is taken out, or brought in from elsewhere.
        0 => {
            let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            match body.pointer_mut(parent) {
                Some(Value::Object(members)) => drop(take(random, members)),
                Some(Value::Array(items)) if !items.is_empty() => {
                    let copy = random.of(items);
                    items.push(copy);
                }
                _ => {}
            }
        }
        1 => {
            if let (Value::Object(members), Value::Object(donated)) = (body, donor()) {
                let names: Vec<_> = donated.keys().cloned().collect();
                if !names.is_empty() {
                    let name = random.of(&names);
                    members.insert(name.clone(), donated[&name].clone());
                }
            }
        }
        _ => {
            let new = value(random, body.pointer(&pointer), donor);
            if let Some(place) = body.pointer_mut(&pointer) {
                *place = new;
            }
        }
    }
}

fn take(random: &mut Random, members: &mut Map<String, Value>) -> Option<Value> {
    let names: Vec<_> = members.keys().cloned().collect();
    if names.is_empty() {
        return None;
    }
    members.remove(&random.of(&names))
}

/// The places of all values, by RFC 6901.
fn paths(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, paths: &mut Vec<String>) {
        paths.push(path.to_owned());
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    walk(value, &format!("{path}/{name}"), paths);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    walk(value, &format!("{path}/{index}"), paths);
                }
            }
            _ => {}
        }
    }

    let mut paths = Vec::new();
    walk(value, "", &mut paths);
    // The whole body is replaced by byte mutations already.
    if paths.len() > 1 {
        paths.remove(0);
    }
    paths
}

/// Names and values that mean something somewhere.
const WORDS: [&str; 44] = [
    "",
    " ",
    "alice",
    "bob",
    "carol",
    "dave",
    "erin",
    "ALICE",
    "admins",
    "client",
    "email",
    "email_verified",
    "phone_number",
    "preferred_username",
    "name",
    "sub",
    "custom:plan",
    "cognito:user_status",
    "true",
    "false",
    "+15555550100",
    "success@simulator.amazonses.com",
    "Correct-horse-9",
    "Another-horse-9",
    "short",
    "SUPPRESS",
    "RESEND",
    "EMAIL",
    "SMS",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH",
    "REFRESH_TOKEN_AUTH",
    "USER_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "ENABLED",
    "LEGACY",
    "String",
    "Number",
    "{####}",
    "username = \"alice\"",
    "status ^= \"\"",
    "local-fake-1_Fake00001",
    "us-east-1_Fake00001",
    "arn:aws:iam::123456789012:role/x",
];

/// A value in place of another: often one of its own type.
fn value(random: &mut Random, old: Option<&Value>, donor: impl Fn() -> Value) -> Value {
    match (random.below(6), old) {
        (0 | 1, _) => (random.of(&WORDS)).into(),
        (2, Some(Value::String(text))) => text_of(random, text).into(),
        (2, Some(Value::Number(number))) => {
            let number = number.as_i64().unwrap_or_default();
            let by = random.of(&[-1, 1, 100, i64::from(i32::MAX), number.wrapping_neg(), i64::MAX]);
            number.wrapping_add(by).into()
        }
        (2, Some(Value::Bool(flag))) => (!flag).into(),
        (3, _) => random.of(&[
            json!(null),
            json!(0),
            json!(-1),
            json!(1),
            json!(60),
            json!(1e300),
            json!(u64::MAX),
            json!(true),
            json!([]),
            json!({}),
            json!([null]),
            json!({ "": "" }),
        ]),
        (4, _) => "x".repeat(random.of(&[127, 128, 129, 256, 257, 2048, 2049, 70_000])).into(),
        _ => donor(),
    }
}

/// A text with something about it changed.
fn text_of(random: &mut Random, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len() + 1);
    let (before, after) = chars.split_at(at);
    let joined = |middle: &str| -> String {
        let before: String = before.iter().collect();
        let after: String = after.iter().collect();
        format!("{before}{middle}{after}")
    };
    match random.below(6) {
        0 => before.iter().collect(),
        1 => joined(random.of(&["é", "\u{0}", "\n", "\u{200d}", "🦀", "\"", "\\", "{####}", "ß"])),
        2 => text.to_uppercase(),
        3 => after.iter().rev().collect(),
        4 => joined(text),
        _ => joined(" "),
    }
}
