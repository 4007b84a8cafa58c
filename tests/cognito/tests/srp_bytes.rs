//! A sign-in by SRP over a socket, of which every byte is read.

use std::sync::{Arc, Mutex};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cognito_tests::{app_client, sdk_config};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use user_directory::{Authentication, Register, SignIn, SignInFlow, UserDirectoryExt as _};
use user_directory_cognito::{CognitoDirectory, CognitoSelfService};
use user_directory_server::Server;

/// No part of it is in anything else that is sent.
const PASSWORD: &str = "Zebra-Quagga+73?";

type Bytes = Arc<Mutex<Vec<u8>>>;

/// A port that leads to another, and what clients sent to it.
async fn recorder(to: String) -> (String, Bytes) {
    let sent = Bytes::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let recorded = sent.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&to).await.expect("the server listens");
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let sent = recorded.clone();
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
                    sent.lock().expect("no test panics with it").extend(&buffer[..read]);
                    to_server.write_all(&buffer[..read]).await.expect("the server reads");
                }
            });
            tokio::spawn(async move {
                let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
            });
        }
    });
    (format!("http://{address}"), sent)
}

/// The ways in which a text may hide in bytes.
fn disguises(text: &str) -> Vec<String> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String =
        text.chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() { c.to_string() } else { format!("%{:02X}", c as u32) }
            })
            .collect();
    let reversed: String = text.chars().rev().collect();
    let base64 = STANDARD.encode(text).trim_end_matches('=').to_owned();
    // Whatever stands around it, some part of its middle stays.
    let inner = STANDARD.encode(&text[1..13]);
    let later = STANDARD.encode(&text[2..14]);
    vec![text[..5].to_owned(), text[6..12].to_owned(), hex, percent, reversed, base64, inner, later]
}

fn hides(sent: &[u8], text: &str) -> bool {
    let sent = String::from_utf8_lossy(sent).to_lowercase();
    disguises(text).iter().any(|disguise| sent.contains(&disguise.to_lowercase()))
}

#[tokio::test]
async fn the_password_never_crosses_the_wire() {
    let server = Server::start().await.expect("a free port");
    let (endpoint, sent) =
        recorder(server.endpoint().trim_start_matches("http://").to_owned()).await;
    let request = Register::new("alice", PASSWORD);
    let registered = server.fake().directory().register(request).await.expect("a free name");
    registered.complete().expect("a user");
    let app = |flow| {
        app_client(server.first_client()).with_endpoint_url(&endpoint).with_sign_in_flow(flow)
    };
    let config = sdk_config().build();
    let handles = |flow| -> [Arc<dyn Authentication>; 2] {
        [
            Arc::new(CognitoSelfService::new(&config, app(flow)).expect("valid")),
            Arc::new(CognitoDirectory::new(&config, app(flow)).expect("valid")),
        ]
    };
    let take = || std::mem::take(&mut *sent.lock().expect("no test panics with it"));

    for handle in handles(SignInFlow::Srp) {
        let outcome = handle.sign_in(SignIn::new("alice", PASSWORD)).await.expect("the right one");
        assert!(outcome.tokens().is_some());
        let sent = take();
        for expected in ["USER_SRP_AUTH", "SRP_A", "PASSWORD_CLAIM_SIGNATURE", "alice"] {
            let sent = String::from_utf8_lossy(&sent);
            assert!(sent.contains(expected), "{expected} was not sent");
        }
        assert!(!hides(&sent, PASSWORD), "the password is in what was sent");
    }
    // The reader would find it.
    for handle in handles(SignInFlow::Password) {
        let outcome = handle.sign_in(SignIn::new("alice", PASSWORD)).await.expect("the right one");
        assert!(outcome.tokens().is_some());
        assert!(hides(&take(), PASSWORD));
    }
}
