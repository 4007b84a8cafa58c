//! The in-process wire against the AWS SDK's own client, which knows the protocol best: what it
//! sends is understood, and what it is answered becomes the modelled types.

#[path = "wire/errors.rs"]
mod errors;
#[path = "wire/groups.rs"]
mod groups;
#[path = "wire/pools.rs"]
mod pools;
#[path = "wire/self_service.rs"]
mod self_service;
#[path = "wire/sign_ins.rs"]
mod sign_ins;
#[path = "wire/transport.rs"]
mod transport;
#[path = "wire/users.rs"]
mod users;

use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_cognitoidentityprovider::{Client, primitives::DateTime};
use cognito_tests::wire_config;
use user_directory::UserStatus;
use user_directory_fake::{CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, FixtureUser};

const POOL: &str = "local-fake-1_Fake00001";
const CLIENT: &str = "client";
const PASSWORD: &str = "Correct-horse-9";
const SUB: &str = "1a2b3c4d-0000-4000-8000-000000000001";
const EMAIL: &str = "success@simulator.amazonses.com";

/// A fake whose clock stands still, with a client without a secret.
fn fake() -> Fake {
    let mut client = CreateUserPoolClientRequest::new("", "client");
    client.client_id = Some(CLIENT.to_owned());
    client.explicit_auth_flows = vec![
        ExplicitAuthFlow::AllowAdminUserPasswordAuth,
        ExplicitAuthFlow::AllowUserPasswordAuth,
        ExplicitAuthFlow::AllowRefreshTokenAuth,
    ];
    let now = UNIX_EPOCH + Duration::from_millis(1_571_809_201_580);
    Fake::builder().rng_seed(7).frozen_at(now).client(client).build().expect("good settings")
}

/// A fake with one user, alice.
fn fake_with_alice(status: UserStatus) -> Fake {
    let fake = fake();
    let alice = FixtureUser::new("alice", status)
        .with_sub(SUB)
        .with_password(PASSWORD)
        .with_attributes([("email", EMAIL), ("email_verified", "true")]);
    fake.put_user(POOL, alice).expect("a good user");
    fake
}

/// The AWS SDK on a fake. It never retries.
fn sdk(fake: &Fake) -> Client {
    Client::new(&wire_config(fake))
}

/// The moment at which the clock stands, as the SDK reads its JSON number: one microsecond early,
/// for it cuts off what a double has beyond that.
fn now() -> DateTime {
    DateTime::from_secs_f64(1_571_809_201.58)
}
