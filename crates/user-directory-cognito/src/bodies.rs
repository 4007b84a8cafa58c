//! Keeps the SDK's own log, which prints bodies at the level TRACE, free of them.

use aws_sdk_cognitoidentityprovider::{
    config::{
        HttpClient, Intercept, RuntimeComponents, SharedHttpClient,
        interceptors::BeforeTransmitInterceptorContextMut,
    },
    error::BoxError,
};
use aws_smithy_runtime_api::client::{
    connector_metadata::ConnectorMetadata,
    http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    interceptors::dyn_dispatch_hint,
    orchestrator::{HttpRequest, SensitiveOutput},
    runtime_components::RuntimeComponentsBuilder,
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};

/// Hides the bodies of requests, with passwords, tokens and secret hashes, and of all responses, not
/// only of those that the SDK knows to hold secrets. What is sent stays the same.
#[derive(Debug)]
pub(crate) struct HideBodies;

#[dyn_dispatch_hint]
impl Intercept for HideBodies {
    fn name(&self) -> &'static str {
        "hide bodies"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        hide(context.request_mut().body_mut());
        config.interceptor_state().store_put(SensitiveOutput);
        Ok(())
    }
}

/// Hides the bodies of responses that an HTTP client of the application's own has in memory. Those
/// from a socket cannot be printed when they arrive.
#[derive(Debug)]
pub(crate) struct HideResponses(pub(crate) SharedHttpClient);

impl HttpClient for HideResponses {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(HidingConnector(self.0.http_connector(settings, components)))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[derive(Debug)]
struct HidingConnector(SharedHttpConnector);

impl HttpConnector for HidingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            hide(response.body_mut());
            Ok(response)
        })
    }
}

fn hide(body: &mut SdkBody) {
    let plain = std::mem::replace(body, SdkBody::taken());
    *body = plain.map_preserve_contents(SdkBody::from_body_1_x);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_body_is_the_same_and_is_not_printed() {
        let mut body = SdkBody::from("a password");
        assert!(format!("{body:?}").contains("a password"));
        hide(&mut body);
        assert!(!format!("{body:?}").contains("a password"));
        assert_eq!(body.bytes(), Some(b"a password".as_slice()));
        assert_eq!(body.content_length(), Some(10));
        assert!(body.try_clone().is_some(), "it can be sent again");
    }
}
