//! An in-memory Amazon Cognito behind a socket: any AWS SDK in any language can talk to it. A test
//! double, never for production.
//!
//! This is the library under the command `user-directory-server`, whose `--help` and `README` say
//! how it is used. A test in Rust starts it with [`Server::start`]; it stops when it is dropped.
//!
//! ```
//! use user_directory_server::{Args, Server};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let args = Args::from_flags(["--port", "0", "--clock", "frozen:2026-01-31T12:00:00Z"])?;
//! let server = Server::start_with(&args).await?;
//! // ... a program with server.endpoint() as AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ...
//! assert!(server.fake().clock().is_frozen());
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
mod running;
mod server;
mod service;
mod setup;
mod shared;
mod snapshot_file;
mod tls;

pub use args::Args;
pub use running::RunningServer;
pub use server::{Server, StartError};
