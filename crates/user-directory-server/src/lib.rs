//! An in-memory Amazon Cognito behind a socket: any AWS SDK in any language can talk to it. A test
//! double, never for production.
//!
//! This is the library under the command `user-directory-server`, whose `--help` and `README` say
//! how it is used. It can be started inside a Rust test, too:
//!
//! ```
//! use user_directory_server::{Args, Server};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let server = Server::bind(&Args::from_flags(["--port", "0"])?).await?;
//! let endpoint = server.endpoint();
//! let serving = tokio::spawn(server.run(std::future::pending()));
//! // ... an AWS SDK with this endpoint ...
//! assert!(endpoint.starts_with("http://127.0.0.1:"));
//! serving.abort();
//! # Ok::<_, user_directory_server::StartError>(()) }).unwrap();
//! ```
//!
//! A Rust application needs no server for its tests: `user-directory-fake` is the same directory
//! without a socket.
//!
//! Its siblings: [`user-directory-fake`](https://docs.rs/user-directory-fake) (the fake without a
//! socket), [`user-directory-wire`](https://docs.rs/user-directory-wire) (the protocol) and
//! [`user-directory-check`](https://docs.rs/user-directory-check) (the contract at a URL).
//!
//! Design notes: [`design`].

mod args;
mod banner;
mod control;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod discovery;
mod gate;
mod private_file;
mod ready_file;
mod server;
mod service;
mod shared;
mod snapshot_file;

pub use args::Args;
pub use server::{Server, StartError};
