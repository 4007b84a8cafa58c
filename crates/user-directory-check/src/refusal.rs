use std::fmt;

use crate::OPT_IN_VARIABLE;

/// The environment variable that holds the region, where a test target runs the cases.
pub const REGION_VARIABLE: &str = "USER_DIRECTORY_REGION";

/// Why a run does not begin. `Display` is one sentence for whoever sets environment variables,
/// [`for_flags`](Self::for_flags) one for whoever types a command.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// AWS, and nobody named an account that may be used.
    NoAccount,
    /// What was named is no account.
    NotAnAccount,
    /// The credentials are another account's.
    OtherAccount {
        /// Whose they are.
        of: String,
        /// Which account was named.
        named: String,
    },
    /// STS does not say whose the credentials are.
    Unconfirmed,
    /// AWS without a region.
    NoRegion,
    /// AWS without credentials that can be had.
    NoCredentials,
    /// A URL of AWS, where only the opt-in leads, with its promises.
    AwsHost(String),
    /// A URL with a user, a password or a query, which reports would show.
    UrlWithSecrets,
    /// No URL of an endpoint.
    NotAUrl(String),
    /// A URL whose host has no address, and why.
    NoAddress {
        /// The URL.
        url: String,
        /// What the resolver says.
        why: String,
    },
    /// A URL where nothing listens.
    NothingListens(String),
    /// Something listens and does not answer.
    NoAnswer {
        /// Where.
        url: String,
        /// For how long nothing came.
        seconds: u64,
    },
    /// No request gets through: TLS fails, or what listens does not speak HTTP.
    NoWay {
        /// Where to.
        url: String,
        /// What the network says.
        why: String,
    },
    /// Something answers, and not as Amazon Cognito does.
    NotCognito {
        /// Where.
        url: String,
        /// The HTTP status of its answer to CreateUserPool.
        status: u16,
    },
    /// The service does not take the credentials.
    CredentialsRefused {
        /// The service's error code.
        code: String,
    },
    /// The service creates no more pools.
    NoRoom {
        /// Where.
        url: String,
    },
}

/// How a sentence names what its reader can set.
struct Names {
    account: &'static str,
    region: &'static str,
    opt_in: &'static str,
    url: &'static str,
}

const VARIABLES: Names = Names {
    account: OPT_IN_VARIABLE,
    region: REGION_VARIABLE,
    opt_in: OPT_IN_VARIABLE,
    url: "the URL",
};

const FLAGS: Names = Names {
    account: "--account",
    region: "--region",
    opt_in: "--aws --account <12 digits>",
    url: "--endpoint",
};

impl Refusal {
    /// The sentence with the names of the command's flags.
    pub fn for_flags(&self) -> String {
        self.sentence(&FLAGS)
    }

    fn sentence(&self, names: &Names) -> String {
        let Names { account, region, opt_in, url: the_url } = names;
        match self {
            Self::NoAccount => {
                format!("AWS is used only if {account} names the account to use")
            }
            Self::NotAnAccount => format!("{account} must be the 12 digits of an account"),
            Self::OtherAccount { of, named } => format!(
                "the credentials belong to the account {of}, and {account} allows only {named}"
            ),
            Self::Unconfirmed => {
                "STS does not say which account the credentials belong to: check the credentials \
                 and the region"
                    .into()
            }
            Self::NoRegion => format!("there is no region: set {region}"),
            Self::NoCredentials => {
                "there are no AWS credentials in the environment: set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY, or have `aws configure export-credentials --format env` do \
                 it"
                .into()
            }
            Self::AwsHost(host) => format!("{host} is AWS: use {opt_in} instead of {the_url}"),
            Self::UrlWithSecrets => format!(
                "{the_url} has a user, a password or a query, which reports would show: leave \
                 them out"
            ),
            Self::NotAUrl(url) => {
                format!("{url:?} is not a URL: write {the_url} like http://127.0.0.1:4566")
            }
            Self::NoAddress { url, why } => {
                format!("no address is known for {url}: {why}; correct it")
            }
            Self::NothingListens(url) => {
                format!("nothing listens at {url}: start the emulator, or correct {the_url}")
            }
            Self::NoAnswer { url, seconds } => format!(
                "{url} takes requests and does not answer within {seconds} seconds: restart it, or \
                 correct {the_url}"
            ),
            Self::NoWay { url, why } => format!(
                "no request gets through to {url}: {why}; check the port, http or https, and the \
                 certificate"
            ),
            Self::NotCognito { url, status } => format!(
                "{url} is no emulator of Amazon Cognito: it answers CreateUserPool with the status \
                 {status} and without an answer of Cognito; correct {the_url}"
            ),
            Self::CredentialsRefused { code } => format!(
                "the credentials are refused with {code}: use some that may create and delete user \
                 pools and app clients"
            ),
            Self::NoRoom { url } => format!(
                "{url} creates no more user pools: delete some that you do not need, or have the \
                 quota raised"
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(&VARIABLES))
    }
}

impl std::error::Error for Refusal {}
