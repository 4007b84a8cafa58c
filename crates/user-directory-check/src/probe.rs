use std::{error::Error, time::Duration};

use aws_sdk_cognitoidentityprovider::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use tokio::time::timeout;

use user_directory_contract::Harness as _;

use crate::{EndpointHarness, Refusal};

/// How long an answer may take. On AWS, creating a pool takes about a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// Codes of services that do not take the credentials.
const CREDENTIALS_REFUSED: [&str; 7] = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
];

impl EndpointHarness {
    /// Creates a pool and deletes it, which is what each case begins and ends with: so that what stands in
    /// the way of all cases is one sentence, and not one for each.
    ///
    /// # Errors
    ///
    /// Nothing that could be Amazon Cognito answers, the credentials are refused, or no more pools can be
    /// created. Other refusals are for the cases to judge.
    pub async fn probe(&self) -> Result<(), Refusal> {
        let url = || self.name().to_owned();
        let client = self.client();
        let name = format!("{}probe", self.rules().pools().prefix());
        let create = client.create_user_pool().pool_name(name).send();
        let Ok(created) = timeout(PATIENCE, create).await else {
            return Err(Refusal::NoAnswer { url: url(), seconds: PATIENCE.as_secs() });
        };
        let id = match created {
            Ok(created) => created.user_pool.and_then(|pool| pool.id),
            Err(SdkError::TimeoutError(_)) => {
                return Err(Refusal::NoAnswer { url: url(), seconds: PATIENCE.as_secs() });
            }
            Err(error) => return refusal(url(), &error).map_or(Ok(()), Err),
        };
        let id = id.ok_or_else(|| Refusal::NotCognito { url: url(), status: 200 })?;
        // If this fails, the clean-up is still there.
        let _ = client.delete_user_pool().user_pool_id(id).send().await;
        Ok(())
    }
}

/// What stands in the way of all cases. `None`: perhaps nothing.
fn refusal<E>(url: String, error: &SdkError<E, HttpResponse>) -> Option<Refusal>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let Some(response) = error.raw_response() else {
        return Some(Refusal::NoWay { url, why: root(error) });
    };
    let Some(code) = error.code() else {
        return Some(Refusal::NotCognito { url, status: response.status().as_u16() });
    };
    if CREDENTIALS_REFUSED.contains(&code) {
        return Some(Refusal::CredentialsRefused { code: code.to_owned() });
    }
    (code == "LimitExceededException").then_some(Refusal::NoRoom { url })
}

/// What is under all that is said above it, such as what is wrong with a certificate.
fn root(error: &dyn Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
            SharedHttpConnector,
        },
        orchestrator::HttpRequest,
        runtime_components::RuntimeComponents,
    };

    use super::*;

    /// A network that takes requests.
    #[derive(Clone, Debug)]
    struct Silent;

    impl HttpConnector for Silent {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::new(std::future::pending())
        }
    }

    impl HttpClient for Silent {
        fn http_connector(
            &self,
            _: &HttpConnectorSettings,
            _: &RuntimeComponents,
        ) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_port_that_hangs() {
        let url = "http://127.0.0.1:4566";
        let harness = EndpointHarness::emulator(url, url, "us-east-1").with_http_client(|| Silent);
        let refusal = harness.probe().await.expect_err("nothing answers");
        assert_eq!(
            refusal.for_flags(),
            "http://127.0.0.1:4566 takes requests and does not answer within 20 seconds: restart \
             it, or correct --endpoint"
        );
    }
}
