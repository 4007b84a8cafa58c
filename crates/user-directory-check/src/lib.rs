//! The contract of [`user_directory`] on endpoints that are not this project's: emulators of Amazon
//! Cognito, and AWS.
//!
//! The command `user-directory-check` does that without a line of Rust; `--help` teaches it. This
//! library is what it is made of, for test targets and programs of your own:
//!
//! | | |
//! | --- | --- |
//! | [`EndpointHarness`] | opens pools of the contract at an endpoint |
//! | [`aws()`] | the same on AWS, in the one account that somebody named |
//! | [`Cleanup`] | deletes what is left of a run |
//! | [`Exchanges`] | what was asked and answered, without secrets |
//! | [`Deviations`] | what is known to deviate at an emulator |
//!
//! ```no_run
//! use user_directory_check::{DEFAULT_REGION, Deviations, EndpointHarness, answers, refuse_aws};
//! use user_directory_contract::Contract;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let url = "http://127.0.0.1:5000";
//! refuse_aws(url)?;
//! answers(url)?;
//! let moto = Deviations::named("moto").expect("it is built in");
//! let harness = EndpointHarness::emulator("moto", url, DEFAULT_REGION).without_all(&moto);
//! let cleanup = harness.cleanup();
//! let report = Contract::new().with_filter("sign-in/").run(&harness, moto.ledger()).await;
//! drop(cleanup);
//! println!("{report}");
//! # Ok(())
//! # }
//! ```
//!
//! # Promises
//!
//! Whatever is reached, a run touches only what it created and deletes it again. On AWS it also
//! needs an explicit opt-in, stays below five requests a second, and makes nothing that sends mail.
//! All of that is checked on each request, next to the network: it holds for every caller.
//!
//! # Limits
//!
//! Time cannot be moved over an API, messages cannot be read and calls cannot be made to fail, so
//! the cases that need it are unsupported at every endpoint, with that reason.
//!
//! Its siblings: [`user-directory-contract`](https://docs.rs/user-directory-contract) (the cases),
//! [`user-directory-server`](https://docs.rs/user-directory-server) (an endpoint of this project)
//! and [`user-directory-cognito`](https://docs.rs/user-directory-cognito) (the traits on the AWS
//! SDK).
//!
//! Design notes: [`design`].

mod account;
mod call;
mod cleanup;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod deviations;
mod environment;
mod exchanges;
mod guard;
mod harness;
mod pace;
mod pools;
mod probe;
mod quiet;
mod refusal;
mod requests;
mod runs;
mod url;

pub use account::{AwsAccount, OPT_IN_VARIABLE, aws};
pub use cleanup::Cleanup;
pub use deviations::{Deviations, DeviationsError};
pub use exchanges::{Exchange, Exchanges};
pub use guard::{Guarded, Rules};
pub use harness::EndpointHarness;
pub use pace::Pace;
pub use pools::OwnPools;
pub use quiet::Quiet;
pub use refusal::{REGION_VARIABLE, Refusal};
pub use url::{DEFAULT_REGION, answers, refuse_aws};
