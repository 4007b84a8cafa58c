use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use user_directory_fake::Fake;

use crate::Wire;

/// A [`Fake`] as the HTTP client of an AWS SDK: the SDK's own requests, answered in process.
///
/// It answers for one host, the endpoint of the fake's region. A request to any other host is
/// refused loudly here, and so is an operation that is not implemented: nothing ever reaches a
/// network.
///
/// Give it to `aws_config` or to a client's configuration, with the region [`Fake::region`] and any
/// credentials.
#[derive(Clone, Debug)]
pub struct WireHttpClient {
    wire: Wire,
    host: String,
}

impl WireHttpClient {
    /// The HTTP client of this fake.
    pub fn new(fake: Fake) -> Self {
        let host = format!("cognito-idp.{}.amazonaws.com", fake.region());
        Self { wire: Wire::new(fake), host }
    }

    /// The fake that answers.
    pub fn fake(&self) -> &Fake {
        self.wire.fake()
    }

    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| refused(error.into()))?;
        let host = request.uri().host().unwrap_or_default();
        if host != self.host {
            let text = format!(
                "the in-process wire answers for {}, not for {host}, so nothing was sent: set \
                 the region {} and no endpoint",
                self.host,
                self.fake().region(),
            );
            tracing::error!(target: "user_directory_wire", "{text}");
            return Err(refused(text.into()));
        }
        let (parts, body) = request.into_parts();
        let body = body.bytes().map(Bytes::copy_from_slice).ok_or_else(|| {
            refused(
                "the body of this request is a stream, and the in-process wire takes bodies in \
                     memory"
                    .into(),
            )
        })?;
        let response = self.wire.handle(http::Request::from_parts(parts, body)).await;
        // As if the connection had been reset after the request was sent.
        let response = response.map_err(|lost| ConnectorError::io(lost.into()))?;
        // As from a socket: the SDK prints what it has in memory at the level TRACE, tokens
        // included.
        let response =
            response.map(|body| SdkBody::from(body).map_preserve_contents(SdkBody::from_body_1_x));
        response
            .try_into()
            .map_err(|_| refused("the response has a header that is not text".into()))
    }
}

fn refused(error: BoxError) -> ConnectorError {
    ConnectorError::user(error)
}

impl HttpClient for WireHttpClient {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for WireHttpClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().answer(request))
    }
}
