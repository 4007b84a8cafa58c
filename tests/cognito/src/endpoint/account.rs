use std::fmt;

use aws_types::SdkConfig;

/// The environment variable that allows a run on AWS, in one account.
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
    /// One sentence: no account was named, or it is none.
    pub fn named(named: Option<&str>) -> Result<&str, NotAllowed> {
        let Some(named) = named else {
            return Err(NotAllowed(format!(
                "AWS is used only where {OPT_IN_VARIABLE} names the account that may be"
            )));
        };
        if named.len() != 12 || !named.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAllowed(format!(
                "{OPT_IN_VARIABLE} must be the 12 digits of an account"
            )));
        }
        Ok(named)
    }

    /// Compares the account that somebody named with the one of the credentials, by asking STS.
    ///
    /// # Errors
    ///
    /// One sentence: no account was named, it is none, or the credentials are another's.
    pub async fn verified(named: Option<&str>, config: &SdkConfig) -> Result<Self, NotAllowed> {
        let named = Self::named(named)?;
        let identity = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
        // The SDK's own error may hold a whole response.
        let account = identity.ok().and_then(|identity| identity.account);
        match account.as_deref() {
            Some(account) if account == named => Ok(Self(named.to_owned())),
            Some(account) => Err(NotAllowed(format!(
                "the credentials are of the account {account}, and {OPT_IN_VARIABLE} allows \
                 {named} only"
            ))),
            None => Err(NotAllowed(
                "STS does not say whose the credentials are: check credentials and region".into(),
            )),
        }
    }

    /// The 12 digits.
    pub fn id(&self) -> &str {
        &self.0
    }
}

/// Why AWS is not used, in one sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotAllowed(String);

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAllowed {}

/// Whether a host is one of AWS's.
pub(crate) fn is_aws_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazonaws.eu",
        ".api.aws",
        ".api.amazonwebservices.com.cn",
    ]
    .iter()
    .any(|suffix| host.ends_with(suffix))
}
