//! HTTPS with a certificate authority that lasts as long as the server.

use std::{
    fmt,
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tempfile::NamedTempFile;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What answers HTTPS. The authority's key was forgotten when it had signed one certificate.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// Gone with the server.
    authority: NamedTempFile,
}

/// Without the key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("authority", &self.authority()).finish_non_exhaustive()
    }
}

impl Tls {
    /// A certificate for these names and addresses.
    ///
    /// # Errors
    ///
    /// A sentence: a name that no certificate can have, or no place for the file.
    pub(crate) fn new(names: Vec<String>) -> Result<Self, String> {
        let (certificate, key, authority) = certificates(names).map_err(|error| {
            format!("--tls: a certificate for these hosts cannot be made: {error}")
        })?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
                config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key)
            });
        let mut config = config.map_err(|error| format!("--tls: {error}"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let file = tempfile::Builder::new()
            .prefix("user-directory-server-")
            .suffix(".pem")
            .tempfile()
            .and_then(|mut file| file.write_all(authority.as_bytes()).map(|()| file));
        let authority = file.map_err(|error| {
            format!("--tls: the certificate authority's file cannot be written: {error}")
        })?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), authority })
    }

    /// The certificate authority, as PEM.
    pub(crate) fn authority(&self) -> &Path {
        self.authority.path()
    }
}

/// A certificate with its key, and the authority that has signed it.
fn certificates(names: Vec<String>) -> Result<(rcgen::Certificate, KeyPair, String), rcgen::Error> {
    let (from, until) = (SystemTime::now() - DAY, SystemTime::now() + 365 * DAY);
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "user-directory-server test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.use_authority_key_identifier_extension = true;
    (authority.not_before, authority.not_after) = (from.into(), until.into());
    let authority_key = KeyPair::generate()?;
    let pem = authority.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority, authority_key);

    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "user-directory-server");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    (server.not_before, server.not_after) = (from.into(), until.into());
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &issuer)?;
    Ok((certificate, key, pem))
}
