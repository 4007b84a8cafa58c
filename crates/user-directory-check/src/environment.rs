use std::{
    fmt,
    future::ready,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::AfterDeserializationInterceptorContextRef},
        orchestrator::HttpRequest,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};
use serde_json::Value;
use user_directory::{
    ClientSecret, ClientSecretSource, Error, ErrorKind, Operation, OwnFactors, SelfService,
    UserDirectory,
};
use user_directory_cognito::{AppClient, CognitoDirectory, CognitoSelfService};
use user_directory_contract::{ClientChoice, Environment, WhichClient, WhichSecret, WireAnswer};

/// A pool at an endpoint, as a case sees it.
pub(crate) struct EndpointEnvironment {
    sdk: Client,
    pool_name: String,
    pool_id: String,
    /// The profile's clients: one or two.
    clients: Vec<AppClient>,
    /// The first client's secrets, the oldest first. The first one's id must be asked for.
    secrets: Arc<Mutex<Secrets>>,
}

/// The secrets of a client, by id.
type Secrets = Vec<(Option<String>, ClientSecret)>;

impl EndpointEnvironment {
    pub(crate) fn new(
        sdk: Client,
        pool_name: String,
        pool_id: String,
        clients: Vec<AppClient>,
    ) -> Self {
        let first = clients[0].client_secret.iter().map(|secret| (None, secret.clone()));
        let secrets = Arc::new(Mutex::new(first.collect()));
        Self { sdk, pool_name, pool_id, clients, secrets }
    }

    fn app_client(&self, choice: &ClientChoice) -> AppClient {
        let mut client = match choice.client {
            WhichClient::Second => self.clients.get(1).expect("the profile has a second client"),
            _ => &self.clients[0],
        }
        .clone();
        match choice.secret {
            WhichSecret::Wrong => {
                client.client_secret = Some(ClientSecret::new("0wrong1wrong2wrong3wrong4"));
            }
            WhichSecret::Omitted => client.client_secret = None,
            WhichSecret::Nth(place) => {
                client.client_secret = Some(self.secrets()[place].1.clone());
            }
            WhichSecret::Newest => {
                client.client_secret = None;
                client = client.with_client_secret_source(Arc::new(self.source()));
            }
            _ => {}
        }
        client.with_sign_in_flow(choice.sign_in_flow).with_refresh_flow(choice.refresh_flow)
    }

    /// Answers the newest secret that this environment knows.
    fn source(&self) -> impl ClientSecretSource + use<> {
        let secrets = self.secrets.clone();
        move || {
            let secrets = secrets.lock().unwrap_or_else(PoisonError::into_inner);
            let newest = secrets.last().map(|(_, secret)| secret.clone());
            let none = "the client of the profile has no secret";
            ready(newest.ok_or_else(|| Error::new(ErrorKind::NotSent, none)))
        }
    }

    fn own_handle(&self, choice: &ClientChoice) -> CognitoSelfService {
        let own = CognitoSelfService::from_client(&self.sdk, self.app_client(choice));
        own.expect("the configuration is valid")
    }

    fn secrets(&self) -> MutexGuard<'_, Secrets> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Environment for EndpointEnvironment {
    fn directory(&self, choice: &ClientChoice) -> Arc<dyn UserDirectory> {
        let directory = CognitoDirectory::from_client(&self.sdk, self.app_client(choice));
        Arc::new(directory.expect("the configuration is valid"))
    }

    fn self_service(&self, choice: &ClientChoice) -> Arc<dyn SelfService> {
        Arc::new(self.own_handle(choice))
    }

    fn own_factors(&self, choice: &ClientChoice) -> Arc<dyn OwnFactors> {
        Arc::new(self.own_handle(choice))
    }

    fn pool_id(&self) -> String {
        self.pool_id.clone()
    }

    fn client_id(&self) -> String {
        self.clients[0].client_id.clone()
    }

    async fn add_client_secret(&self) -> Result<String, Error> {
        let call = self.sdk.add_user_pool_client_secret();
        let call = call.user_pool_id(&self.pool_id).client_id(self.client_id());
        let descriptor = call.send().await.map_err(|error| converted(&error))?;
        let descriptor = descriptor.client_secret_descriptor.unwrap_or_else(|| {
            aws_sdk_cognitoidentityprovider::types::ClientSecretDescriptorType::builder().build()
        });
        match (descriptor.client_secret_id, descriptor.client_secret_value) {
            (Some(id), Some(secret)) => {
                self.secrets().push((Some(id.clone()), secret.into()));
                Ok(id)
            }
            _ => Err(Error::new(ErrorKind::UnexpectedResponse, "no secret or no id of it")),
        }
    }

    async fn delete_client_secret(&self, id: &str) -> Result<(), Error> {
        let call = self.sdk.delete_user_pool_client_secret();
        let call = call.user_pool_id(&self.pool_id).client_id(self.client_id());
        call.client_secret_id(id).send().await.map_err(|error| converted(&error))?;
        self.secrets().retain(|(other, _)| other.as_deref() != Some(id));
        Ok(())
    }

    async fn client_secret_ids(&self) -> Vec<String> {
        let call = self.sdk.list_user_pool_client_secrets();
        let call = call.user_pool_id(&self.pool_id).client_id(self.client_id());
        let listed = call.send().await.map_err(|error| converted(&error));
        let listed = listed.expect("the secrets of an own client can be listed");
        let listed: Vec<_> = listed.client_secrets.unwrap_or_default();
        let listed: Vec<_> = listed.into_iter().filter_map(|s| s.client_secret_id).collect();
        let mut secrets = self.secrets();
        let mine = |id: &String, known: &Secrets| {
            known.iter().any(|(other, _)| other.as_ref() == Some(id))
        };
        // The one that this environment did not add came with the client.
        let first = listed.iter().find(|id| !mine(id, &secrets)).cloned();
        if let Some((id @ None, _)) = secrets.first_mut() {
            *id = first;
        }
        // In this environment's order: dates of one second tell nothing.
        let known = secrets.iter().filter_map(|(id, _)| id.clone());
        let mut ids: Vec<_> = known.filter(|id| listed.contains(id)).collect();
        ids.extend(listed.into_iter().filter(|id| !mine(id, &secrets)));
        ids
    }

    /// Through the SDK, so that it is signed, paced and judged like every other call: one of the
    /// SDK's own requests goes out with another target and another body.
    /// A new pool gets the name of this one, which says whose run it is.
    async fn send(&self, operation: &str, mut members: Value) -> WireAnswer {
        if operation == "CreateUserPool" {
            members["PoolName"] = self.pool_name.as_str().into();
        }
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let body = members.to_string();
        let rewrite = move |request: &mut HttpRequest| {
            let headers = request.headers_mut();
            headers.insert("x-amz-target", target.clone());
            headers.insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body.clone());
        };
        let seen = Seen::default();
        // Whoever is asked, an operation that nobody knows is signed.
        if Operation::from_name(operation).is_none_or(Operation::is_signed) {
            let call = self.sdk.describe_user_pool().user_pool_id(&self.pool_id).customize();
            let _ = call.mutate_request(rewrite).interceptor(seen.clone()).send().await;
        } else {
            let call = self.sdk.get_user().access_token("a.b.c").customize();
            let _ = call.mutate_request(rewrite).interceptor(seen.clone()).send().await;
        }
        seen.answer()
    }

    async fn close(&self) {
        // If it fails, the clean-up at the end of the run tries again.
        let _ = self.sdk.delete_user_pool().user_pool_id(&self.pool_id).send().await;
    }
}

/// Keeps the answer as it came, whatever the SDK makes of it.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Option<WireAnswer>>>);

impl Seen {
    /// The status 0 stands for no answer.
    fn answer(&self) -> WireAnswer {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        seen.unwrap_or_else(|| WireAnswer::new(0, Value::Null))
    }
}

impl Intercept for Seen {
    fn name(&self) -> &'static str {
        "Seen"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let body = response.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
        let answer = WireAnswer::new(response.status().as_u16(), body.unwrap_or_default());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(())
    }
}

impl fmt::Debug for EndpointEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointEnvironment")
            .field("pool_id", &self.pool_id)
            .finish_non_exhaustive()
    }
}

/// Operations on client secrets are no [`Operation`](user_directory::Operation) of the traits, so
/// the code ends up as a kind alone.
fn converted<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Error {
    let SdkError::ServiceError(answer) = error else {
        return Error::new(ErrorKind::NoAnswer, "the call was not answered");
    };
    let text = answer.err().message().unwrap_or_default().to_owned();
    Error::new(ErrorKind::from_code(answer.err().code().unwrap_or_default()), text)
}
