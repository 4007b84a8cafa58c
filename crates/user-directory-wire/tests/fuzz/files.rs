//! Random fixtures and snapshots.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use user_directory_fake::Fake;

use crate::mutate::{self, Input, Random};

/// A fixture with everything in it.
fn whole_fixture() -> Value {
    json!({
        "pool": {
            "id": "local-fake-1_Fixture01",
            "alias_attributes": ["email"],
            "auto_verified_attributes": ["email"],
            "case_sensitive": false,
            "required_attributes": ["email"],
            "custom_attributes": ["plan"],
            "minimum_password_length": 8,
            "temporary_password_validity_days": 3,
            "allow_admin_create_user_only": true,
        },
        "client": {
            "id": "1exampleclient",
            "secret": "1example2client3secret4value5",
            "explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH"],
            "prevent_user_existence_errors": "ENABLED",
        },
        "groups": [{ "name": "admins", "precedence": 1 }],
        "users": [
            {
                "username": "alice",
                "password": "Correct-horse-9",
                "groups": ["admins"],
                "attributes": { "email": "a@example.com", "custom:plan": "x" },
                "sub": "825d8d71-f582-4d9a-a35f-0123456789ab",
            },
            {
                "username": "bob",
                "status": "RESET_REQUIRED",
                "enabled": false,
                "attributes": { "email": "b@example.com" },
            },
        ],
    })
}

/// Builds a fake of a changed fixture. Answers whether it was accepted.
pub(crate) fn fixture(random: &mut Random, what: &str) -> bool {
    let mut fixture = whole_fixture();
    let templates = [Input::well_formed("", whole_fixture())];
    let mut text = if random.below(4) == 0 {
        let text = serde_json::to_string_pretty(&fixture).expect("JSON");
        String::from_utf8_lossy(&mutate::bytes(random, text.as_bytes())).into_owned()
    } else {
        for _ in 0..=random.below(3) {
            mutate::change(random, &mut fixture, &templates);
        }
        fixture.to_string()
    };
    if random.below(50) == 0 {
        text = "[".repeat(random.below(100_000));
    }
    let build = || Fake::builder().fixture_json(&text).map(|builder| builder.build());
    let caught = catch_unwind(AssertUnwindSafe(build));
    let built = caught.unwrap_or_else(|_| panic!("{what}, a fixture: {text}"));
    built.is_ok_and(|built| built.is_ok())
}

/// A changed snapshot, mostly with the digest of what it was changed to.
pub(crate) fn snapshot(random: &mut Random, text: &str) -> String {
    if random.below(4) == 0 {
        let bytes = mutate::bytes(random, text.as_bytes());
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut file: Value = serde_json::from_str(text).expect("a snapshot is JSON");
    let templates = [Input::well_formed("", file["state"].clone())];
    for _ in 0..random.below(3) {
        mutate::change(random, &mut file["state"], &templates);
    }
    let state = file["state"].to_string();
    let digest = Sha256::digest(state.as_bytes());
    file["sha256"] = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
    file.to_string()
}
