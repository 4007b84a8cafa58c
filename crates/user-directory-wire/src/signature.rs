//! The `authorization` of a request, Signature Version 4.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//! The codes are AWS's common ones, and the texts are those that its services are reported to give;
//! which of them Cognito gives for what is assumed, and so is how far a date may be from now.

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{digest, hmac};
use bytes::Bytes;
use http::{HeaderName, Request, header};

use crate::AccessKey;

/// What a header of Signature Version 4 says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Scope<'a> {
    key_id: &'a str,
    /// `YYYYMMDD`
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

/// Code and text of a refusal. The header is not repeated.
pub(crate) type Refused = (&'static str, String);

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "cognito-idp";
const TERMINATOR: &str = "aws4_request";

const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// How far a date may be from now.
const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

impl<'a> Scope<'a> {
    /// Reads the scope of a header, whatever else it lacks; nothing if there is no scope.
    pub(crate) fn read(header: &'a str) -> Option<Self> {
        Self::of_credential(field(fields(header)?, "Credential")?)
    }

    /// Whether a pool may be in the region that the request was signed for. An id without a region
    /// is for the pool to refuse.
    pub(crate) fn is_for_pool(&self, id: &str) -> bool {
        id.split_once('_').is_none_or(|(region, _)| self.is_for(region))
    }

    /// Whether the request was signed for this region.
    pub(crate) fn is_for(&self, region: &str) -> bool {
        self.region == region
    }

    pub(crate) fn region(&self) -> &'a str {
        self.region
    }

    fn of_credential(credential: &'a str) -> Option<Self> {
        // The key's id may have slashes of its own.
        let scope = credential.strip_suffix(TERMINATOR)?.strip_suffix('/')?;
        let (scope, service) = scope.rsplit_once('/')?;
        let (scope, region) = scope.rsplit_once('/')?;
        let (key_id, date) = scope.rsplit_once('/')?;
        (!key_id.is_empty()).then_some(Self { key_id, date, region, service })
    }
}

/// A whole header.
struct Signature<'a> {
    scope: Scope<'a>,
    /// Names with semicolons between them.
    signed_headers: &'a str,
    signature: [u8; 32],
    /// `YYYYMMDD'T'HHMMSS'Z'`
    date: &'a str,
    signed_at: SystemTime,
}

/// Verifies what a request is signed with, and answers for what it was signed.
pub(crate) fn verify<'a>(
    request: &'a Request<Bytes>,
    key: &AccessKey,
    now: SystemTime,
) -> Result<Scope<'a>, Refused> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let authorization = text(header::AUTHORIZATION).unwrap_or_default();
    let signature = Signature::read(authorization, text(X_AMZ_DATE))
        .map_err(|missing| ("IncompleteSignatureException", missing))?;
    let scope = signature.scope;
    // AWS's word for a key that it does not know. A key of this server has no session.
    if scope.key_id != key.id() || request.headers().contains_key(X_AMZ_SECURITY_TOKEN) {
        let text = "The security token included in the request is invalid.";
        return Err(("UnrecognizedClientException", text.to_owned()));
    }
    signature.check(request, now).map_err(|text| ("InvalidSignatureException", text))?;
    if !signature.is_by(key, request) {
        let text = "The request signature we calculated does not match the signature you provided. \
                    Check your AWS Secret Access Key and signing method. Consult the service \
                    documentation for details.";
        return Err(("InvalidSignatureException", text.to_owned()));
    }
    Ok(scope)
}

impl<'a> Signature<'a> {
    /// Reads a header; answers what is missing.
    fn read(header: &'a str, date: Option<&'a str>) -> Result<Self, String> {
        let fields = fields(header)
            .ok_or("Authorization header requires the algorithm AWS4-HMAC-SHA256.")?;
        let credential = field(fields, "Credential").filter(|text| !text.is_empty());
        let signature = field(fields, "Signature").filter(|text| !text.is_empty());
        let signed_headers = field(fields, "SignedHeaders").filter(|text| !text.is_empty());
        let date = date.and_then(|date| Some((date, moment(date)?)));
        let (Some(credential), Some(signature), Some(signed_headers), Some((date, signed_at))) =
            (credential, signature, signed_headers, date)
        else {
            let parts = [
                (credential.is_some(), "'Credential' parameter."),
                (signature.is_some(), "'Signature' parameter."),
                (signed_headers.is_some(), "'SignedHeaders' parameter."),
                (date.is_some(), "existence of either a 'X-Amz-Date' or a 'Date' header."),
            ];
            let missing = parts.iter().filter(|(is_there, _)| !is_there);
            let missing = missing.map(|(_, part)| format!("Authorization header requires {part}"));
            return Err(missing.collect::<Vec<_>>().join(" "));
        };
        let scope = Scope::of_credential(credential).ok_or(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term.",
        )?;
        let signature = bytes_of(signature).ok_or("Signature must have 64 hexadecimal digits.")?;
        Ok(Self { scope, signed_headers, signature, date, signed_at })
    }

    /// Judges all but the signature; answers what is wrong.
    fn check(&self, request: &Request<Bytes>, now: SystemTime) -> Result<(), String> {
        let Self { scope, date, signed_at, .. } = *self;
        if scope.service != SERVICE {
            return Err(format!("Credential should be scoped to correct service: '{SERVICE}'."));
        }
        if !date.starts_with(scope.date) {
            return Err(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{}', from '{date}'.",
                scope.date,
                &date[..8]
            ));
        }
        if signed_at + CLOCK_SKEW < now {
            return Err(format!("Signature expired: {date} is now more than 5 min. ago."));
        }
        if now + CLOCK_SKEW < signed_at {
            return Err(format!("Signature not yet current: {date} is still 5 min. ahead."));
        }
        let is_signed = |name: &str| self.names().any(|signed| signed == name);
        if !is_signed("host") {
            return Err("'Host' or ':authority' must be a 'SignedHeader' in the AWS \
                        Authorization."
                .to_owned());
        }
        // What decides what is done must be signed.
        let unsigned = request.headers().keys().map(HeaderName::as_str);
        match unsigned.filter(|name| name.starts_with("x-amz-")).find(|name| !is_signed(name)) {
            Some(name) => {
                Err(format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."))
            }
            None => Ok(()),
        }
    }

    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.signed_headers.split(';')
    }

    fn is_by(&self, key: &AccessKey, request: &Request<Bytes>) -> bool {
        let Scope { date, region, service, .. } = self.scope;
        let canonical =
            hex(digest::digest(&digest::SHA256, self.canonical_request(request).as_bytes()));
        let string_to_sign = format!(
            "{ALGORITHM}\n{}\n{date}/{region}/{service}/{TERMINATOR}\n{canonical}",
            self.date
        );
        let secret = format!("AWS4{}", key.secret().expose());
        let mut signing_key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        for part in [date, region, service, TERMINATOR] {
            let tag = hmac::sign(&signing_key, part.as_bytes());
            signing_key = hmac::Key::new(hmac::HMAC_SHA256, tag.as_ref());
        }
        // In constant time.
        hmac::verify(&signing_key, string_to_sign.as_bytes(), &self.signature).is_ok()
    }

    fn canonical_request(&self, request: &Request<Bytes>) -> String {
        let uri = request.uri();
        let mut text = format!("{}\n{}\n", request.method(), encoded_path(uri.path()));
        let mut pairs: Vec<_> = uri
            .query()
            .into_iter()
            .flat_map(|query| query.split('&'))
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect();
        pairs.sort_unstable();
        for (at, (name, value)) in pairs.into_iter().enumerate() {
            let and = if at == 0 { "" } else { "&" };
            let _ = write!(text, "{and}{name}={value}");
        }
        text.push('\n');
        for name in self.names() {
            let _ = writeln!(text, "{name}:{}", value_of(name, request));
        }
        let body = hex(digest::digest(&digest::SHA256, request.body()));
        let _ = write!(text, "\n{}\n{body}", self.signed_headers);
        text
    }
}

/// The values of a header, with single spaces, and commas between several.
fn value_of(name: &str, request: &Request<Bytes>) -> String {
    // In process no client has written a header for the host.
    if name == "host" && !request.headers().contains_key(header::HOST) {
        let host = request.uri().authority().map(|authority| authority.as_str());
        return host.unwrap_or_default().to_owned();
    }
    let values = request.headers().get_all(name).into_iter();
    let values = values.map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    });
    values.collect::<Vec<_>>().join(",")
}

/// A path as it is signed: its bytes encoded once more, but for the slashes.
fn encoded_path(path: &str) -> String {
    path.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
        text
    })
}

fn hex(digest: digest::Digest) -> String {
    digest.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of 64 hexadecimal digits.
fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

/// What stands after the algorithm.
fn fields(header: &str) -> Option<&str> {
    header.strip_prefix(ALGORITHM)?.strip_prefix(' ')
}

fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    fields.split(',').find_map(|field| field.trim_ascii().strip_prefix(name)?.strip_prefix('='))
}

/// The moment of `YYYYMMDD'T'HHMMSS'Z'`.
fn moment(text: &str) -> Option<SystemTime> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
    let is_date = (1970..).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years that begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(UNIX_EPOCH + Duration::from_secs(((days * 24 + hour) * 60 + minute) * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "20261123T184500Z";

    /// As botocore 1.43.11 signs it.
    const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIATEST/20261123/local-fake-1/cognito-idp/aws4_request, \
        SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
        Signature=949431c5f2a20b7f6f2c04976b929ebf5f4eed1ae5f83a5d79abf3003f76d89d";

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_795_459_500)
    }

    fn key() -> AccessKey {
        AccessKey::new("AKIATEST", "a/secret+of the tests")
    }

    /// The request that was signed.
    fn signed() -> Request<Bytes> {
        Request::post("/")
            .header("host", "127.0.0.1:9229")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "AWSCognitoIdentityProviderService.ListUsers")
            .header("x-amz-date", DATE)
            .header("authorization", AUTHORIZATION)
            .body(Bytes::from_static(br#"{"UserPoolId": "local-fake-1_Fake00001"}"#))
            .expect("a request")
    }

    fn with(name: &'static str, value: &str) -> Request<Bytes> {
        let mut request = signed();
        request.headers_mut().insert(name, value.parse().expect("a header"));
        request
    }

    fn code(request: &Request<Bytes>, now: SystemTime) -> &'static str {
        verify(request, &key(), now).map_or_else(|(code, _)| code, |_| "ok")
    }

    const INCOMPLETE: &str = "IncompleteSignatureException";
    const INVALID: &str = "InvalidSignatureException";
    const UNKNOWN: &str = "UnrecognizedClientException";

    #[test]
    fn moments() {
        assert_eq!(moment(DATE), Some(now()));
        assert_eq!(moment("19700101T000000Z"), Some(UNIX_EPOCH));
        let leap_day = UNIX_EPOCH + Duration::from_secs(951_782_400);
        assert_eq!(moment("20000229T000000Z"), Some(leap_day));
        for bad in [
            "",
            "20261123",
            "20261123T184500",
            "20261323T184500Z",
            "2026112+T184500Z",
            "19690101T000000Z",
            "2026é123T18450Z",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_a_client_of_the_field_has_signed() {
        let request = signed();
        let scope = verify(&request, &key(), now()).expect("it is signed");
        assert_eq!(scope.region, "local-fake-1");
        assert!(scope.is_for_pool("local-fake-1_Fake00001"));
        assert!(!scope.is_for_pool("us-east-1_Fake00001"));
        assert!(scope.is_for_pool("no pool"));
        // Spaces around words do not count, and a client in process has no header for the host.
        assert_eq!(code(&with("x-amz-date", DATE), now()), "ok");
        let mut request = signed();
        request.headers_mut().remove("host");
        *request.uri_mut() = http::Uri::from_static("http://127.0.0.1:9229/");
        assert_eq!(code(&request, now()), "ok");
    }

    #[test]
    fn whatever_was_changed_after_the_signing() {
        let mut body = signed();
        *body.body_mut() = Bytes::from_static(b"{}");
        let mut method = signed();
        *method.method_mut() = http::Method::PUT;
        let mut path = signed();
        *path.uri_mut() = http::Uri::from_static("/a%20path");
        let mut query = signed();
        *query.uri_mut() = http::Uri::from_static("/?b=2&a");
        let target = "AWSCognitoIdentityProviderService.DeleteUserPool";
        let other_digit = AUTHORIZATION.rfind('0').expect("a digit");
        let mut signature = AUTHORIZATION.to_owned();
        signature.replace_range(other_digit..=other_digit, "1");
        for request in [
            body,
            method,
            path,
            query,
            with("host", "localhost:9229"),
            with("x-amz-target", target),
            with("x-amz-date", "20261123T184501Z"),
            with("authorization", &signature),
            with("authorization", &AUTHORIZATION.replace("local-fake-1", "us-east-1")),
            with("x-amz-new", "unsigned"),
        ] {
            assert_eq!(code(&request, now()), INVALID);
        }
        let (request, other) = (signed(), AccessKey::new("AKIATEST", "another secret"));
        let (code, text) = verify(&request, &other, now()).expect_err("another secret");
        assert_eq!(code, INVALID);
        assert!(text.starts_with("The request signature we calculated does not match"), "{text}");
    }

    #[test]
    fn unknown_keys() {
        let authorization = AUTHORIZATION.replace("AKIATEST", "AKIAOTHER");
        assert_eq!(code(&with("authorization", &authorization), now()), UNKNOWN);
        assert_eq!(code(&with("x-amz-security-token", "a session"), now()), UNKNOWN);
    }

    #[test]
    fn incomplete_headers() {
        for (part, without, has_scope) in [
            ("AWS4-HMAC-SHA256 ", "Basic ", false),
            ("Credential=", "Credentials=", false),
            ("SignedHeaders=", "Signed=", true),
            ("Signature=", "Signature=1", true),
            ("Signature=", "Signature=é", false),
            ("Signature=", "Sign=", true),
            ("/aws4_request", "", false),
            ("AKIATEST/", "", false),
        ] {
            let header = AUTHORIZATION.replace(part, without);
            assert_ne!(header, AUTHORIZATION, "{part}");
            let mut request = signed();
            let value = http::HeaderValue::from_bytes(header.as_bytes()).expect("a header");
            request.headers_mut().insert("authorization", value);
            assert_eq!(code(&request, now()), INCOMPLETE, "{part}");
            if header.is_ascii() {
                assert_eq!(Scope::read(&header).is_some(), has_scope, "{part}");
            }
        }
        assert_eq!(code(&with("x-amz-date", "yesterday"), now()), INCOMPLETE);
        let mut request = with("authorization", "AWS4-HMAC-SHA256 Signature=1");
        request.headers_mut().remove("x-amz-date");
        let (_, text) = verify(&request, &key(), now()).expect_err("almost all is missing");
        assert_eq!(
            text,
            "Authorization header requires 'Credential' parameter. Authorization header requires \
             'SignedHeaders' parameter. Authorization header requires existence of either a \
             'X-Amz-Date' or a 'Date' header."
        );
    }

    #[test]
    fn dates_and_scopes_that_do_not_fit() {
        let with = |part, other| with("authorization", &AUTHORIZATION.replace(part, other));
        // By their texts: a changed header has a wrong signature as well.
        for (part, other, says) in [
            ("cognito-idp", "s3", "Credential should be scoped to correct service: 'cognito-idp'."),
            ("20261123", "20261122", "Date in Credential scope does not match YYYYMMDD"),
            ("host;", "", "'Host' or ':authority' must be a 'SignedHeader'"),
            (";x-amz-target", "", "'x-amz-target' must be a 'SignedHeader'"),
        ] {
            let request = with(part, other);
            let (code, text) = verify(&request, &key(), now()).expect_err(part);
            assert_eq!(code, INVALID, "{part}");
            assert!(text.starts_with(says), "{text}");
        }
        let minute = Duration::from_secs(60);
        assert_eq!(code(&signed(), now() + 5 * minute), "ok");
        assert_eq!(code(&signed(), now() + 6 * minute), INVALID);
        assert_eq!(code(&signed(), now() - 5 * minute), "ok");
        assert_eq!(code(&signed(), now() - 6 * minute), INVALID);
    }
}
