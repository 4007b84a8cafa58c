use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use user_directory::ErrorKind;
use user_directory_fake::{Administer, Fake};
use user_directory_pool::{self as pool, Request as PoolRequest, model::Outliers};

use crate::{
    members::Members,
    operations::{self, Decode, Encode, EncodeSigned},
};

/// The content type of requests and responses.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What `X-Amz-Target` begins with.
const TARGET: &str = "AWSCognitoIdentityProviderService.";

/// A [`Fake`] behind Cognito's wire protocol, AWS JSON 1.1: a request in, a response out.
///
/// A clone is another handle to the same fake. Signatures are not verified: a call that AWS wants
/// signed needs an `authorization` header, whatever is in it.
///
/// ```
/// use bytes::Bytes;
/// use user_directory_fake::{Administer, Fake};
/// use user_directory_wire::Wire;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let request = http::Request::post("/")
///     .header("content-type", "application/x-amz-json-1.1")
///     .header("x-amz-target", "AWSCognitoIdentityProviderService.GetUser")
///     .body(Bytes::from_static(br#"{"AccessToken": "not.a.token"}"#))
///     .unwrap();
/// let response = Wire::new(Fake::new()).handle(request).await.unwrap();
/// assert_eq!(response.status(), 400);
/// assert_eq!(
///     response.body(),
///     r#"{"__type":"NotAuthorizedException","message":"Invalid Access Token"}"#
/// );
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Wire {
    fake: Fake,
}

/// The request was carried out and its answer is lost, as an injected fault asks: a server closes
/// the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AnswerLost;

impl fmt::Display for AnswerLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was lost, as an injected fault asks")
    }
}

impl std::error::Error for AnswerLost {}

impl Wire {
    /// A wire to this fake.
    pub fn new(fake: Fake) -> Self {
        Self { fake }
    }

    /// The fake behind the wire: clock, inbox, faults, calls.
    pub fn fake(&self) -> &Fake {
        &self.fake
    }

    /// Answers a request as Cognito's endpoint would. Host and path do not matter here.
    ///
    /// # Errors
    ///
    /// [`AnswerLost`] if a fault asks for it: there is nothing to respond.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AnswerLost> {
        let call = match Call::read(&request) {
            Ok(call) => call,
            Err(refusal) => return Ok(refusal.response(self.fake.next_request_id())),
        };
        operations::answer(self, call).await
    }

    /// Answers a call that a method of the traits can make, too.
    pub(crate) async fn call<R>(&self, call: Call<'_>) -> Result<Response<Bytes>, AnswerLost>
    where
        R: Decode + PoolRequest<Response: EncodeSigned>,
    {
        let (request, outliers) = match self.decode::<R>(call, R::OPERATION) {
            Ok(decoded) => decoded,
            Err(refusal) => return Ok(refusal.response(self.fake.next_request_id())),
        };
        let called = self
            .fake
            .call(request, outliers, |signer, response: R::Response| {
                Ok(json(&response.encode_signed(signer)))
            })
            .await;
        match called.outcome {
            Ok(body) => Ok(success(body, &called.request_id)),
            Err(error) if error.kind() == ErrorKind::NoAnswer => Err(AnswerLost),
            Err(error) => {
                let code = error.code().unwrap_or("InternalErrorException").to_owned();
                let refusal = Refusal { code: code.into(), message: error.message().to_owned() };
                Ok(refusal.response(called.request_id))
            }
        }
    }

    /// Answers a call about pools and clients, which no method of the traits makes.
    pub(crate) fn administer<R>(&self, call: Call<'_>) -> Response<Bytes>
    where
        R: Decode + Administer<Response: Encode>,
    {
        let request_id = self.fake.next_request_id();
        let answer = self.decode::<R>(call, R::OPERATION).and_then(|(request, outliers)| {
            self.fake.administer(request, outliers).map_err(|error| Refusal {
                code: error.code().name().into(),
                message: error.to_string(),
            })
        });
        match answer {
            Ok(response) => success(json(&response.encode()), &request_id),
            Err(refusal) => refusal.response(request_id),
        }
    }

    fn decode<R: Decode>(
        &self,
        call: Call<'_>,
        operation: &'static str,
    ) -> Result<(R, Outliers), Refusal> {
        if R::SIGNED && !call.has_authorization {
            let message = "Missing Authentication Token";
            return Err(Refusal::new("MissingAuthenticationTokenException", message));
        }
        let mut members = Members::new(call.members()?, &self.fake);
        let request = R::decode(&mut members)
            .map_err(|mistyped| Refusal::new(SERIALIZATION, &mistyped.message))?;
        if let Some(member) = members.is_not_implemented() {
            return Err(Refusal {
                code: NOT_IMPLEMENTED.into(),
                message: format!(
                    "user-directory-wire does not implement {operation} with {member}"
                ),
            });
        }
        Ok((request, members.into_outliers()))
    }
}

/// A request as far as it is the same for every operation. Without `Debug`: its body may hold
/// secrets.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    has_authorization: bool,
    body: &'a [u8],
}

impl<'a> Call<'a> {
    /// That a request with a foreign method, content type or target gets the code of an unknown
    /// operation is assumed.
    fn read(request: &'a Request<Bytes>) -> Result<Self, Refusal> {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header("content-type").and_then(|value| value.split(';').next());
        let target = header("x-amz-target").and_then(|target| target.strip_prefix(TARGET));
        let (&Method::POST, Some(CONTENT_TYPE), Some(operation)) =
            (request.method(), content_type, target)
        else {
            return Err(Refusal::new(UNKNOWN_OPERATION, ""));
        };
        let has_authorization = request.headers().contains_key("authorization");
        Ok(Self { operation, has_authorization, body: request.body() })
    }

    /// The body, read only once the caller is known to be authenticated (assumed).
    fn members(&self) -> Result<Map<String, Value>, Refusal> {
        match self.body {
            // An empty body is an empty structure.
            b"" => Ok(Map::new()),
            body => serde_json::from_slice(body).map_err(|_| Refusal::new(SERIALIZATION, "")),
        }
    }
}

/// For a body that is not JSON, or not of the request's types.
const SERIALIZATION: &str = "SerializationException";

/// Cognito's own code for a call that no operation answers; that it is this one is assumed.
const UNKNOWN_OPERATION: &str = "UnknownOperationException";

/// Not AWS's: what is not implemented here, said aloud.
const NOT_IMPLEMENTED: &str = "NotImplementedException";

/// An error answer.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: Cow<'static, str>,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, message: &str) -> Self {
        Self { code: code.into(), message: message.to_owned() }
    }

    /// For an operation that Cognito has and this crate does not, or that nobody has.
    pub(crate) fn unknown(operation: &str) -> Self {
        // The model lists every operation of Cognito.
        if pool::model::modelled_errors(operation).is_none() {
            return Self::new(UNKNOWN_OPERATION, "");
        }
        tracing::warn!(target: "user_directory_wire", operation, "the operation is not implemented");
        let message = format!("user-directory-wire does not implement {operation}");
        Self { code: NOT_IMPLEMENTED.into(), message }
    }

    /// Client errors are 400 whatever they are, as published traces show.
    fn status(&self) -> StatusCode {
        match &*self.code {
            "InternalErrorException" | "InternalServerException" => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            NOT_IMPLEMENTED => StatusCode::NOT_IMPLEMENTED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn response(self, request_id: String) -> Response<Bytes> {
        #[derive(Serialize)]
        struct Body<'a> {
            __type: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            message: &'a str,
        }

        let body = json(&Body { __type: &self.code, message: &self.message });
        let mut response = success(body, &request_id);
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        // With a colon at its end, as browsers show it.
        headers.insert("x-amzn-errortype", header_value(&format!("{}:", self.code)));
        if !self.message.is_empty() {
            headers.insert("x-amzn-errormessage", header_value(&self.message));
        }
        response
    }
}

fn success(body: Bytes, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    headers.insert("x-amzn-requestid", header_value(request_id));
    response
}

/// Some of Cognito's texts hold line breaks or what a user typed. What a header cannot hold becomes
/// a question mark (assumed).
fn header_value(text: &str) -> HeaderValue {
    let visible: String =
        text.trim_end().chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect();
    HeaderValue::from_str(&visible).expect("visible ASCII is a header value")
}

fn json(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).expect("outputs are plain data with text keys").into()
}
