//! Who may ask: hosts, and origins of web pages.
//!
//! A page on any web site can have a browser send requests to this machine, and by DNS rebinding
//! even under a name of its own. The name in `host` and the `origin` tell such requests apart.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, uri::Authority};
use user_directory::is_loopback;

/// What is let in.
#[derive(Debug)]
pub(crate) struct Gate {
    hosts: Vec<String>,
    origins: Vec<HeaderValue>,
}

/// A refused request: a status, and a sentence that says what to do.
pub(crate) type Refused = (StatusCode, String);

/// What a page may read of an answer beside its body, as Cognito has it.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");

impl Gate {
    /// # Errors
    ///
    /// A sentence: a host or origin that no request can name.
    pub(crate) fn new(hosts: &[String], origins: &[String]) -> Result<Self, String> {
        for host in hosts {
            let authority = host.parse::<Authority>().ok();
            if authority.is_none_or(|authority| authority.port().is_some()) {
                return Err(format!(
                    "--allow-host {host:?} is not a host name: write it without a port"
                ));
            }
        }
        let origins = origins.iter().map(|origin| {
            let is_origin = origin.split_once("://").is_some_and(|(scheme, rest)| {
                ["http", "https"].contains(&scheme) && rest.parse::<Authority>().is_ok()
            });
            HeaderValue::from_str(origin).ok().filter(|_| is_origin).ok_or_else(|| {
                format!(
                    "--allow-origin {origin:?} is not an origin: write scheme, host and port, \
                     such as http://localhost:5173"
                )
            })
        });
        let hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        Ok(Self { hosts, origins: origins.collect::<Result<_, _>>()? })
    }

    /// Whether the host that a request names is one of this machine's, or was allowed.
    pub(crate) fn check_host(&self, headers: &HeaderMap, uri: &http::Uri) -> Result<(), Refused> {
        // In a request of the absolute form the address counts, not the header (RFC 9112, 3.2.2).
        let named = uri.authority().map(Authority::as_str);
        let named = named.or_else(|| headers.get(header::HOST)?.to_str().ok());
        let authority = named.and_then(|named| named.parse::<Authority>().ok());
        if authority.is_some_and(|authority| self.is_host(authority.host())) {
            return Ok(());
        }
        Err((
            StatusCode::MISDIRECTED_REQUEST,
            "the server does not answer to this host name: call localhost, or start the server \
             with --allow-host"
                .to_owned(),
        ))
    }

    fn is_host(&self, host: &str) -> bool {
        is_loopback(host) || self.hosts.iter().any(|name| name.eq_ignore_ascii_case(host))
    }

    /// The origin of the page that sends a request, if it was allowed; `None` for what is no page.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<Option<HeaderValue>, Refused> {
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(None) };
        match self.origins.iter().find(|allowed| *allowed == origin) {
            Some(origin) => Ok(Some(origin.clone())),
            None => Err((
                StatusCode::FORBIDDEN,
                "web pages of this origin may not call the server: start it with --allow-origin"
                    .to_owned(),
            )),
        }
    }
}

/// Whether a request only asks whether another may follow.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Adds what lets a page of an origin read an answer (<https://fetch.spec.whatwg.org/#cors-protocol>).
pub(crate) fn allow(answer: &mut HeaderMap, origin: HeaderValue) {
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    answer.insert(header::VARY, HeaderValue::from_static("origin"));
    answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Adds what a preflight asks for: any header, because SDKs add their own.
pub(crate) fn allow_preflight(answer: &mut HeaderMap, asked: &HeaderMap) {
    const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
    const TEN_MINUTES: HeaderValue = HeaderValue::from_static("600");
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, TEN_MINUTES);
    let name: HeaderName = header::ACCESS_CONTROL_REQUEST_HEADERS;
    if let Some(headers) = asked.get(name) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, headers.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(&["cognito".to_owned()], &["http://localhost:5173".to_owned()]).expect("valid")
    }

    fn host(host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a header"));
        gate().check_host(&headers, &http::Uri::from_static("/")).is_ok()
    }

    #[test]
    fn hosts() {
        for good in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:9229",
            "127.8.9.1",
            "[::1]:9229",
            "cognito:9229",
            "Cognito",
        ] {
            assert!(host(good), "{good}");
        }
        for bad in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "0.0.0.0",
            "10.0.0.1",
            "cognito.example.com",
            "user@example.com",
            "",
            "a b",
        ] {
            assert!(!host(bad), "{bad}");
        }
        let none = gate().check_host(&HeaderMap::new(), &http::Uri::from_static("/"));
        assert_eq!(none.expect_err("no host").0, 421);
        // The address of the absolute form, not the header.
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
        let uri = http::Uri::from_static("http://example.com/");
        assert!(gate().check_host(&headers, &uri).is_err());
    }

    #[test]
    fn origins() {
        let check = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            gate().check_origin(&headers)
        };
        assert_eq!(gate().check_origin(&HeaderMap::new()), Ok(None));
        assert!(matches!(check("http://localhost:5173"), Ok(Some(_))));
        for bad in ["http://localhost:5174", "https://localhost:5173", "null", "http://localhost"] {
            assert_eq!(check(bad).expect_err(bad).0, 403, "{bad}");
        }
    }

    #[test]
    fn bad_settings_are_named() {
        let error = |hosts: &[&str], origins: &[&str]| {
            let texts = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
            Gate::new(&texts(hosts), &texts(origins)).expect_err("it is bad")
        };
        assert!(error(&["a:80"], &[]).contains("--allow-host \"a:80\""));
        assert!(error(&[""], &[]).contains("--allow-host"));
        assert!(error(&[], &["localhost"]).contains("--allow-origin \"localhost\""));
        assert!(error(&[], &["*"]).contains("--allow-origin"));
        assert!(error(&[], &["http://a/b"]).contains("--allow-origin"));
    }
}
