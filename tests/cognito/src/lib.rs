//! What the tests through the AWS SDK share.

pub mod calls;
mod canned;
pub mod target;
mod wire_harness;

pub use canned::{Canister, Canned, ERROR_TEXT, Sent};
pub use wire_harness::{WireHarness, app_client, wire_config};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Region};
use aws_types::{SdkConfig, sdk_config::Builder};

/// The region of everything that is not AWS: no AWS issuer has it.
pub const REGION: &str = "local-fake-1";

/// The key that stands for a credential which must not reach a log.
pub const SECRET_ACCESS_KEY: &str = "secret-access-key-never-printed";

/// A configuration as `aws_config` would load it, with made-up credentials.
pub fn sdk_config() -> Builder {
    sdk_config_with("AKIDEXAMPLE", SECRET_ACCESS_KEY)
}

/// The same, with an access key that somebody verifies.
pub fn sdk_config_with(key_id: &str, secret: &str) -> Builder {
    let credentials = Credentials::new(key_id, secret, None, None, "made up for tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
}
