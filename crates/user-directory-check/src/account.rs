use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_types::SdkConfig;

use crate::{EndpointHarness, Refusal};

/// The environment variable that allows a run on AWS, in one account, where a test target runs it.
pub const OPT_IN_VARIABLE: &str = "USER_DIRECTORY_AWS_ACCOUNT";

/// An AWS account that may be used: somebody named it, and the credentials are its own. There is no
/// other way to have one, and a run on AWS needs one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AwsAccount(String);

impl AwsAccount {
    /// Reads the opt-in, before anything looks for credentials.
    ///
    /// # Errors
    ///
    /// No account was named, or it is none.
    pub fn named(named: Option<&str>) -> Result<&str, Refusal> {
        let named = named.ok_or(Refusal::NoAccount)?;
        if named.len() != 12 || !named.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::NotAnAccount);
        }
        Ok(named)
    }

    /// Compares the account that somebody named with the one of the credentials, by asking STS.
    ///
    /// # Errors
    ///
    /// No account was named, it is none, or the credentials are another's.
    pub async fn verified(named: Option<&str>, config: &SdkConfig) -> Result<Self, Refusal> {
        let named = Self::named(named)?;
        let identity = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
        // The SDK's own error may hold a whole response.
        let account = identity.ok().and_then(|identity| identity.account);
        match account {
            Some(account) if account == named => Ok(Self(account)),
            Some(of) => Err(Refusal::OtherAccount { of, named: named.to_owned() }),
            None => Err(Refusal::Unconfirmed),
        }
    }

    /// The 12 digits.
    pub fn id(&self) -> &str {
        &self.0
    }
}

/// The harness for AWS with the credentials of the environment, once they proved to be of the
/// account that somebody named. The region is the environment's where none is given.
///
/// # Errors
///
/// As [`AwsAccount::verified`]; or there is no region, or there are no credentials.
pub async fn aws(named: Option<&str>, region: Option<String>) -> Result<EndpointHarness, Refusal> {
    AwsAccount::named(named)?;
    let config = loaded(region).await?;
    let account = AwsAccount::verified(named, &config).await?;
    Ok(EndpointHarness::aws(&account, &config))
}

/// The configuration of the environment, with credentials that are there already: what fetches them
/// belongs to this async runtime, and a case may have its own.
async fn loaded(region: Option<String>) -> Result<SdkConfig, Refusal> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    let config = loader.load().await;
    if config.region().is_none() {
        return Err(Refusal::NoRegion);
    }
    let mut builder = config.to_builder();
    let provider = config.credentials_provider().ok_or(Refusal::NoCredentials)?;
    // The provider's own error may quote what it read.
    let credentials = provider.provide_credentials().await.map_err(|_| Refusal::NoCredentials)?;
    builder.set_credentials_provider(Some(SharedCredentialsProvider::new(credentials)));
    Ok(builder.build())
}
