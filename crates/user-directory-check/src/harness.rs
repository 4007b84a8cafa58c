use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{
        BehaviorVersion, Region, http::HttpResponse, retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_types::SdkConfig;
use user_directory::MfaType;
use user_directory_cognito::AppClient;
use user_directory_contract::{
    Ability, ClientSettings, Environment, Harness, HarnessError, PoolProfile, PoolSettings, Support,
};

use crate::{
    AwsAccount, Cleanup, Deviations, Guarded, OwnPools, Pace, Quiet, Rules,
    environment::EndpointEnvironment, requests,
};

/// Opens pools of the contract at any endpoint, by CreateUserPool and CreateUserPoolClient.
#[derive(Clone)]
pub struct EndpointHarness {
    name: String,
    config: SdkConfig,
    /// A client for each pool: connections belong to the async runtime of a case.
    http_client: Arc<dyn Fn() -> SharedHttpClient + Send + Sync>,
    rules: Rules,
    patience: Duration,
    is_aws: bool,
    missing: BTreeMap<Ability, String>,
}

impl EndpointHarness {
    /// An emulator: with made-up credentials, without retries, seen at once.
    pub fn emulator(name: impl Into<String>, url: &str, region: &str) -> Self {
        let credentials = Credentials::new("test", "test", None, None, "made up for emulators");
        // So that an emulator which hangs ends a case, and not the run.
        let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(60)).build();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(url)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .build();
        Self::over(name, config, https_client)
    }

    /// AWS, for an account that may be used. Quiet, slow and patient.
    pub fn aws(account: &AwsAccount, config: &SdkConfig) -> Self {
        // Requests wait for their turn, and that must not pass for a lost answer.
        let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(300)).build();
        let config = config
            .to_builder()
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts)
            .build();
        let mut harness = Self::over(format!("aws {}", account.id()), config, https_client);
        let rules = harness.rules.with_quiet(Quiet::new()).with_only_aws();
        harness.rules = rules.with_pace(Pace::below_five_a_second());
        harness.patience = Duration::from_secs(10);
        harness.is_aws = true;
        harness
    }

    /// Whatever a configuration and an HTTP client lead to.
    pub fn over<H: HttpClient + 'static>(
        name: impl Into<String>,
        config: SdkConfig,
        http_client: impl Fn() -> H + Send + Sync + 'static,
    ) -> Self {
        let no = |reason: &str| reason.to_owned();
        let missing = BTreeMap::from([
            (Ability::Clock, no("the API cannot move the time")),
            (Ability::Inbox, no("the API cannot read messages, so no case causes one")),
            (Ability::Fixtures, no("the API leads to most statuses only by messages to users")),
            (Ability::Faults, no("the API cannot make calls fail")),
            (Ability::CallLog, no("the API does not list the calls that were made")),
        ]);
        Self {
            name: name.into(),
            config,
            http_client: Arc::new(move || SharedHttpClient::new(http_client())),
            rules: Rules::new(OwnPools::new()),
            patience: Duration::ZERO,
            is_aws: false,
            missing,
        }
    }

    /// Sets the network: an HTTP client for each pool.
    #[must_use]
    pub fn with_http_client<H: HttpClient + 'static>(
        mut self,
        http_client: impl Fn() -> H + Send + Sync + 'static,
    ) -> Self {
        self.http_client = Arc::new(move || SharedHttpClient::new(http_client()));
        self
    }

    /// Sets what each request must keep to.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Takes an ability away, and says why.
    #[must_use]
    pub fn without(mut self, ability: Ability, reason: impl Into<String>) -> Self {
        self.missing.insert(ability, reason.into());
        self
    }

    /// Takes the abilities away that a system is known to lack.
    #[must_use]
    pub fn without_all(self, deviations: &Deviations) -> Self {
        deviations.without().fold(self, |harness, (ability, why)| harness.without(ability, why))
    }

    /// What each request must keep to.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The region that requests are signed for.
    pub fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    /// Deletes what is left of this run when it is dropped.
    pub fn cleanup(&self) -> Cleanup {
        Cleanup::new(self.clone())
    }

    /// A client of its own, behind the rules.
    pub fn client(&self) -> Client {
        let http_client = Guarded::new((self.http_client)(), self.rules.clone());
        let config = self.config.to_builder().http_client(http_client).build();
        Client::new(&config)
    }

    /// SetUserPoolMfaConfig, if the profile says anything about second factors.
    async fn set_mfa(
        &self,
        sdk: &Client,
        pool_id: &str,
        settings: &PoolSettings,
    ) -> Result<(), HarnessError> {
        let Some(request) = requests::mfa(sdk, pool_id, settings) else { return Ok(()) };
        request.send().await.map_err(|error| refused("SetUserPoolMfaConfig", &error))?;
        Ok(())
    }

    async fn app_client(
        &self,
        sdk: &Client,
        pool_id: &str,
        name: &str,
        settings: &ClientSettings,
    ) -> Result<AppClient, HarnessError> {
        let request = requests::client(sdk, pool_id, name, settings).map_err(failed)?;
        let created =
            request.send().await.map_err(|error| refused("CreateUserPoolClient", &error))?;
        let client = created.user_pool_client.ok_or_else(|| failed("no client in the answer"))?;
        let id = client.client_id.ok_or_else(|| failed("no client id in the answer"))?;
        let mut app_client = AppClient::new(pool_id, id);
        app_client.client_secret = client.client_secret.map(Into::into);
        if !self.is_aws {
            // Nothing there is worth protecting, and some make up their pools' ids.
            app_client = app_client.allow_insecure_endpoint().allow_region_mismatch();
        }
        Ok(app_client)
    }
}

#[async_trait]
impl Harness for EndpointHarness {
    fn name(&self) -> &str {
        &self.name
    }

    fn support(&self, ability: Ability) -> Support {
        self.missing.get(&ability).map_or(Support::Yes, Support::no)
    }

    fn patience(&self) -> Duration {
        self.patience
    }

    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
        if self.is_aws && profile.pool.mfa_types.iter().any(|factor| is_message(*factor)) {
            let reason = "on AWS the codes of such factors are real messages";
            return Err(HarnessError::Unsupported(reason.to_owned()));
        }
        let sdk = self.client();
        let name = format!("{}{}", self.rules.pools().prefix(), profile.name);
        let request = requests::pool(&sdk, name.clone(), &profile.pool).map_err(failed)?;
        let created = request.send().await.map_err(|error| refused("CreateUserPool", &error))?;
        let pool_id = created.user_pool.and_then(|pool| pool.id);
        let pool_id = pool_id.ok_or_else(|| failed("no pool id in the answer"))?;
        if let Err(error) = self.set_mfa(&sdk, &pool_id, &profile.pool).await {
            let _ = sdk.delete_user_pool().user_pool_id(&pool_id).send().await;
            return Err(error);
        }
        let mut clients = Vec::new();
        for (name, settings) in
            [("first", Some(&profile.client)), ("second", profile.second_client.as_ref())]
        {
            let Some(settings) = settings else { continue };
            match self.app_client(&sdk, &pool_id, name, settings).await {
                Ok(client) => clients.push(client),
                Err(error) => {
                    // The case will never see the pool. If this fails, the clean-up is still there.
                    let _ = sdk.delete_user_pool().user_pool_id(&pool_id).send().await;
                    return Err(error);
                }
            }
        }
        Ok(Arc::new(EndpointEnvironment::new(sdk, name, pool_id, clients)))
    }
}

impl fmt::Debug for EndpointHarness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointHarness").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Whether the code of a factor is a message.
fn is_message(factor: MfaType) -> bool {
    factor != MfaType::SoftwareTokenMfa
}

/// The SDK's own client.
fn https_client() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https()
}

fn failed(reason: impl fmt::Display) -> HarnessError {
    HarnessError::Failed(reason.to_string())
}

/// Codes of an answer to a request that is understood, but not supported here.
const UNSUPPORTED: &[&str] = &[
    "FeatureUnavailableInTierException",
    "InvalidParameterException",
    "NotImplementedException",
    "UnsupportedOperationException",
];

/// The service's reason, where it gave one. Its whole answer stays here: it may hold a secret.
fn refused<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> HarnessError
where
    E: ProvideErrorMetadata,
{
    let SdkError::ServiceError(answer) = error else {
        return failed(format!("{operation} was not answered: {error}"));
    };
    let code = answer.err().code().unwrap_or("no error code");
    let text = answer.err().message().unwrap_or("no text");
    let reason = format!("{operation}: {code}: {text}");
    // How emulators say that they do not have something.
    let not_implemented = answer.raw().status().as_u16() == 501;
    if not_implemented || UNSUPPORTED.contains(&code) {
        HarnessError::Unsupported(reason)
    } else {
        HarnessError::Failed(reason)
    }
}
