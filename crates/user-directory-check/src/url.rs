use std::{
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use http::{Uri, uri::Scheme};

use crate::Refusal;

/// The region where none is named: what emulators know for sure.
pub const DEFAULT_REGION: &str = "us-east-1";

/// Whether something listens at a URL.
///
/// # Errors
///
/// It is no URL of an endpoint, its host has no address, or nothing listens.
pub fn answers(url: &str) -> Result<(), Refusal> {
    let (uri, host) = read(url)?;
    let https = uri.scheme() == Some(&Scheme::HTTPS);
    let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let no_address = |why: String| Refusal::NoAddress { url: url.to_owned(), why };
    let addresses =
        (host, port).to_socket_addrs().map_err(|error| no_address(error.to_string()))?;
    for address in addresses {
        if TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok() {
            return Ok(());
        }
    }
    Err(Refusal::NothingListens(url.to_owned()))
}

/// Refuses AWS by its address: only the opt-in leads there, with its promises.
///
/// # Errors
///
/// It is AWS, or no URL of an endpoint.
pub fn refuse_aws(url: &str) -> Result<(), Refusal> {
    let (_, host) = read(url)?;
    if is_aws_host(&host) { Err(Refusal::AwsHost(host)) } else { Ok(()) }
}

/// A URL and its host.
fn read(url: &str) -> Result<(Uri, String), Refusal> {
    // Before anything else, because all other refusals show the URL.
    if url.contains(['@', '?']) {
        return Err(Refusal::UrlWithSecrets);
    }
    let not_a_url = || Refusal::NotAUrl(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| not_a_url())?;
    let is_web = [Scheme::HTTP, Scheme::HTTPS].iter().any(|scheme| uri.scheme() == Some(scheme));
    let host = uri.host().filter(|host| is_web && !host.is_empty()).ok_or_else(not_a_url)?;
    let host = host.to_owned();
    Ok((uri, host))
}

/// Whether a host is one of AWS's.
pub(crate) fn is_aws_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazonaws.eu",
        ".api.aws",
        ".api.amazonwebservices.com.cn",
    ]
    .iter()
    .any(|suffix| host.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        for url in
            ["http://me:secret@127.0.0.1:4566", "http://me:se cret@h", "http://h/?key=secret"]
        {
            for refused in [answers(url), refuse_aws(url)] {
                let refused = refused.expect_err(url);
                assert_eq!(refused, Refusal::UrlWithSecrets);
                assert!(!refused.to_string().contains("secret"), "{refused}");
            }
        }
    }

    #[test]
    fn a_url_has_a_scheme_and_a_host() {
        for url in ["localhost:4566", "127.0.0.1", "ftp://127.0.0.1", "", "/", "http://"] {
            assert_eq!(refuse_aws(url), Err(Refusal::NotAUrl(url.to_owned())), "{url}");
        }
    }
}
