use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    config::{Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextMut},
    error::BoxError,
};
use aws_sdk_secretsmanager::{Client, config::Config};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::SdkConfig;
use http::Uri;
use serde::Deserialize;
use user_directory::{ClientSecret, ClientSecretSource, Error, ErrorKind, Result, is_loopback};

use crate::{
    AppClient,
    bodies::{HideBodies, HideResponses},
    endpoint::shown,
    error,
};

/// The secret of an app client that Amazon Cognito keeps in AWS Secrets Manager and rotates there, as
/// the console sets up new clients with a secret by default.
///
/// It reads the version `AWSCURRENT`, which Cognito accepts at any moment of a rotation: the new secret
/// is added to the client while it is `AWSPENDING`, and the one before stays good as `AWSPREVIOUS` until
/// the next rotation. The value is JSON with `userPoolId`, `userPoolClientId` and `clientSecretValue`; one
/// of another client is refused.
///
/// The IAM identity needs `secretsmanager:GetSecretValue` on the secret, and `kms:Decrypt` where it is
/// encrypted with a key of one's own.
///
/// ```
/// use std::sync::Arc;
/// use user_directory_cognito::{
///     AppClient, CognitoDirectory, ConfigError, SdkConfig, SecretsManagerSource,
/// };
///
/// /// `arn` is `ClientSecretArn` in the description of the app client.
/// fn directory(config: &SdkConfig, arn: &str) -> Result<CognitoDirectory, ConfigError> {
///     let app_client = AppClient::new("eu-west-1_Example01", "1example23456789");
///     let source = SecretsManagerSource::new(config, arn, &app_client);
///     CognitoDirectory::new(config, app_client.with_client_secret_source(Arc::new(source)))
/// }
/// # use user_directory_cognito::sdk::config::{BehaviorVersion, Region};
/// # let config = SdkConfig::builder()
/// #     .behavior_version(BehaviorVersion::latest())
/// #     .region(Region::new("eu-west-1"))
/// #     .build();
/// # directory(&config, "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s").unwrap();
/// ```
///
/// AWS: [GetSecretValue](https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html).
/// The form of the value is documented with `PublishSecretsInAWSSecretsManager` of
/// [CreateUserPoolClient](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html);
/// that the value before stays good until the next rotation is assumed.
pub struct SecretsManagerSource {
    client: Client,
    secret_id: String,
    pool_id: String,
    client_id: String,
    /// The endpoint that was refused for want of TLS.
    insecure: Arc<OnceLock<String>>,
}

/// `SecretString`, as Cognito writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    user_pool_id: String,
    user_pool_client_id: String,
    client_secret_value: String,
}

impl SecretsManagerSource {
    /// A source for the secret of this app client. `secret_id` is the secret's ARN or name.
    pub fn new(config: &SdkConfig, secret_id: impl Into<String>, app_client: &AppClient) -> Self {
        Self::with_config(&Config::new(config), secret_id.into(), app_client)
    }

    /// A source with the configuration of an SDK client for Secrets Manager, for example of another
    /// region or with other credentials.
    pub fn from_client(
        client: &Client,
        secret_id: impl Into<String>,
        app_client: &AppClient,
    ) -> Self {
        Self::with_config(client.config(), secret_id.into(), app_client)
    }

    fn with_config(config: &Config, secret_id: String, app_client: &AppClient) -> Self {
        let insecure = Arc::new(OnceLock::new());
        let mut builder = config.to_builder().interceptor(HideBodies);
        if !app_client.insecure_endpoint_allowed {
            builder = builder.interceptor(RequireTls(insecure.clone()));
        }
        if let Some(own_client) = config.http_client() {
            builder = builder.http_client(HideResponses(own_client));
        }
        Self {
            client: Client::from_conf(builder.build()),
            secret_id,
            pool_id: app_client.pool_id.clone(),
            client_id: app_client.client_id.clone(),
            insecure,
        }
    }

    fn read(&self, text: &str) -> Result<ClientSecret> {
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            // The parser's own words may repeat what stands there.
            return Err(self.unexpected(
                "is not JSON with userPoolId, userPoolClientId and clientSecretValue",
            ));
        };
        let (pool_id, client_id) = (&value.user_pool_id, &value.user_pool_client_id);
        if *pool_id != self.pool_id || *client_id != self.client_id {
            return Err(self.unexpected(&format!(
                "belongs to another app client than {} of the pool {}: correct its ARN or name",
                self.client_id, self.pool_id
            )));
        }
        Ok(value.client_secret_value.into())
    }

    fn unexpected(&self, what: &str) -> Error {
        let text = format!("the secret {} in AWS Secrets Manager {what}", self.secret_id);
        Error::new(ErrorKind::UnexpectedResponse, text)
    }
}

#[async_trait]
impl ClientSecretSource for SecretsManagerSource {
    async fn client_secret(&self) -> Result<ClientSecret> {
        let call = self.client.get_secret_value().secret_id(&self.secret_id);
        let output = match call.version_stage("AWSCURRENT").send().await {
            Ok(output) => output,
            Err(error) => {
                if let Some(endpoint) = self.insecure.get() {
                    let text = format!(
                        "the endpoint {endpoint} of AWS Secrets Manager would answer the secret \
                         without TLS: use https, or call allow_insecure_endpoint of the app client"
                    );
                    return Err(Error::new(ErrorKind::NotSent, text));
                }
                let service = |code: String, message: String| {
                    let kind = ErrorKind::from_code(&code);
                    Error::new(kind, format!("AWS Secrets Manager answered {code}: {message}"))
                };
                return Err(error::convert_with(service, "AWS Secrets Manager", &error));
            }
        };
        let text = output.secret_string().ok_or_else(|| self.unexpected("has no text"))?;
        self.read(text)
    }
}

impl fmt::Debug for SecretsManagerSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretsManagerSource")
            .field("secret_id", &self.secret_id)
            .field("pool_id", &self.pool_id)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Refuses to ask for a secret where anyone on the way could read the answer.
#[derive(Debug)]
struct RequireTls(Arc<OnceLock<String>>);

#[dyn_dispatch_hint]
impl Intercept for RequireTls {
    fn name(&self) -> &'static str {
        "require TLS"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri: Uri = context.request().uri().parse()?;
        if uri.scheme_str() == Some("https") || is_loopback(uri.host().unwrap_or_default()) {
            return Ok(());
        }
        let endpoint = self.0.get_or_init(|| shown(&uri));
        Err(format!("{endpoint} has no TLS").into())
    }
}
