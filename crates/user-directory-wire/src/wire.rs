use std::{borrow::Cow, fmt, sync::Arc, time::SystemTime};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use user_directory::ErrorKind;
use user_directory_fake::{Fake, FakeRequest};
use user_directory_pool::{self as pool, ServiceError, model::Outliers};

use crate::{
    AccessKey,
    codec::{Decode, EncodeSigned},
    members::Members,
    signature::{self, Scope},
    unhonoured::Unhonoured,
};

/// The content type of requests and responses.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What `X-Amz-Target` begins with.
const TARGET: &str = "AWSCognitoIdentityProviderService.";

const X_AMZ_TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const X_AMZN_REQUESTID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// A [`Fake`] behind Cognito's wire protocol, AWS JSON 1.1: a request in, a response out.
///
/// A clone is another handle to the same fake. Signatures are not verified: a call that AWS wants
/// signed needs an `authorization` header, whatever is in it, unless the wire
/// [requires signatures](Self::requiring_signatures). If the header names a region, as
/// [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html) has
/// it, then a pool of another region is not found, and nothing else is done in that region.
///
/// ```
/// use bytes::Bytes;
/// use user_directory_fake::Fake;
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
    /// With which requests must be signed.
    access_key: Option<Arc<AccessKey>>,
    unhonoured: Unhonoured,
}

/// The request was carried out and its answer is lost, as an injected fault asks: a server closes
/// the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AnswerLost;

impl fmt::Display for AnswerLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an injected fault has lost the answer")
    }
}

impl std::error::Error for AnswerLost {}

impl Wire {
    /// A wire to this fake.
    pub fn new(fake: Fake) -> Self {
        Self { fake, access_key: None, unhonoured: Unhonoured::Refused }
    }

    /// Verifies the signatures (Signature Version 4) of the calls that AWS wants signed, which must
    /// be made with this key, at most 5 minutes from this machine's time: the fake's may be another.
    #[must_use]
    pub fn requiring_signatures(mut self, key: AccessKey) -> Self {
        self.access_key = Some(Arc::new(key));
        self
    }

    /// Stores settings of pools and clients that would change an answer and are not honoured, to be
    /// described, where they are refused otherwise. Each is logged once.
    #[must_use]
    pub fn storing_unhonoured(mut self) -> Self {
        self.unhonoured = Unhonoured::Stored(Arc::default());
        self
    }

    /// A wire of the same settings to another fake.
    #[must_use]
    pub fn to(&self, fake: Fake) -> Self {
        Self { fake, ..self.clone() }
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
        macro_rules! answer {
            ($($group:ident { $($request:ident)* })*) => {
                match call.operation {
                    $($(<pool::$request as pool::Request>::OPERATION => {
                        self.call::<pool::$request>(call).await
                    })*)*
                    name => Ok(Refusal::unknown(name).response(self.fake.next_request_id())),
                }
            };
        }
        pool::each_request!(answer)
    }

    /// Answers a call of one operation.
    async fn call<R>(&self, call: Call<'_>) -> Result<Response<Bytes>, AnswerLost>
    where
        R: Decode + FakeRequest<Response: EncodeSigned>,
    {
        let (request, outliers) = match self.decode::<R>(call) {
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
            Ok(body) => Ok(success(body, called.request_id)),
            Err(error) if error.kind() == ErrorKind::NoAnswer => Err(AnswerLost),
            Err(error) => {
                let code = error.code().unwrap_or("InternalErrorException").to_owned();
                let refusal = Refusal { code: code.into(), message: error.message().to_owned() };
                Ok(refusal.response(called.request_id))
            }
        }
    }

    fn decode<R: Decode + FakeRequest>(&self, call: Call<'_>) -> Result<(R, Outliers), Refusal> {
        let scope = match call.authorization {
            // Whether a header is there or not, such a call is anybody's.
            _ if !R::ROW.is_signed() => None,
            None => {
                let message = "Missing Authentication Token";
                return Err(Refusal::new("MissingAuthenticationTokenException", message));
            }
            Some(header) => match &self.access_key {
                None => Scope::read(header),
                Some(key) => {
                    let verified = signature::verify(call.request, key, SystemTime::now());
                    Some(verified.map_err(|(code, message)| Refusal::new(code, message))?)
                }
            },
        };
        let object = call.members()?;
        match (scope, object.get("UserPoolId")) {
            (Some(scope), Some(Value::String(id)))
                // A replica has the id of the pool in its primary Region.
                if !scope.is_for_pool(id) && !scope.is_for(self.fake.region()) =>
            {
                let error = ServiceError::UserPoolNotFound { id: id.clone() };
                let code = error.code().name();
                return Err(Refusal { code: code.into(), message: error.to_string() });
            }
            (Some(scope), None) if !scope.is_for(self.fake.region()) => {
                let (own, other) = (self.fake.region(), scope.region());
                let message = format!(
                    "user-directory-wire has only the region {own}: configure the client with it \
                     instead of {other}"
                );
                return Err(Refusal { code: NOT_IMPLEMENTED.into(), message });
            }
            _ => {}
        }
        let mut members = Members::new(object, &self.fake, &self.unhonoured);
        let request = R::decode(&mut members)
            .map_err(|mistyped| Refusal::new(SERIALIZATION, mistyped.message))?;
        let not_implemented =
            members.is_not_implemented().map(|member| format!("{} with {member}", R::ROW));
        let mut outliers = members.into_outliers();
        if let Some(what) = not_implemented {
            outliers.not_implemented(what);
        }
        Ok((request, outliers))
    }
}

/// A request as far as it is the same for every operation. Without `Debug`: its body may hold
/// secrets.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    authorization: Option<&'a str>,
    request: &'a Request<Bytes>,
}

impl<'a> Call<'a> {
    /// That a request with a foreign method, content type or target gets the code of an unknown
    /// operation is assumed.
    fn read(request: &'a Request<Bytes>) -> Result<Self, Refusal> {
        let header =
            |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(header::CONTENT_TYPE).and_then(|value| value.split(';').next());
        let target = header(X_AMZ_TARGET).and_then(|target| target.strip_prefix(TARGET));
        let (&Method::POST, Some(CONTENT_TYPE), Some(operation)) =
            (request.method(), content_type, target)
        else {
            return Err(Refusal::new(UNKNOWN_OPERATION, ""));
        };
        Ok(Self {
            operation,
            // A header that is no text is there, and nothing can be read of it.
            authorization: request
                .headers()
                .get(header::AUTHORIZATION)
                .map(|value| value.to_str().unwrap_or_default()),
            request,
        })
    }

    /// The body, read only once the caller is known to be authenticated (assumed).
    fn members(&self) -> Result<Map<String, Value>, Refusal> {
        match &**self.request.body() {
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

/// The most bytes of a message in a body, which then has 16 KiB at the most. Assumed, as is the next:
/// the model has no maximum for some lists, and a violation for each item is many times the item.
const LONGEST_MESSAGE: usize = 16 * 1024 - 256;

/// The most characters of a message in a header. Clients refuse longer ones.
const LONGEST_MESSAGE_HEADER: usize = 4 * 1024;

/// As much of a text as fits.
fn cut(text: &str, longest: usize, length: impl Fn(char) -> usize) -> &str {
    let mut left = longest;
    let end = text.char_indices().find_map(|(at, c)| match left.checked_sub(length(c)) {
        Some(rest) => {
            left = rest;
            None
        }
        None => Some(at),
    });
    &text[..end.unwrap_or(text.len())]
}

/// How many bytes a character takes in JSON, at the most.
fn json_length(c: char) -> usize {
    match c {
        '"' | '\\' => 2,
        '\0'..='\x1f' => r"\u001f".len(),
        c => c.len_utf8(),
    }
}

/// An error answer.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: Cow<'static, str>,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
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

        let message = cut(&self.message, LONGEST_MESSAGE, json_length);
        let body = json(&Body { __type: &self.code, message });
        let mut response = success(body, request_id);
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        // With a colon at its end, as browsers show it.
        headers.insert("x-amzn-errortype", header_value(&format!("{}:", self.code)));
        if !self.message.is_empty() {
            let message = cut(&self.message, LONGEST_MESSAGE_HEADER, |_| 1);
            headers.insert("x-amzn-errormessage", header_value(message));
        }
        response
    }
}

fn success(body: Bytes, request_id: String) -> Response<Bytes> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    let request_id = HeaderValue::from_maybe_shared(Bytes::from(request_id));
    headers.insert(X_AMZN_REQUESTID, request_id.expect("an id is hexadecimal"));
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
    // Room for one user: most answers do not grow.
    let mut body = Vec::with_capacity(1024);
    serde_json::to_writer(&mut body, value).expect("outputs are plain data with text keys");
    body.into()
}
