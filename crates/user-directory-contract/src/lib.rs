//! The cases that every implementation of [`user_directory`] must pass.
//!
//! A [`Case`] is data: an id, a sentence that says what must hold, the [`PoolProfile`] that it
//! wants, the [abilities](Ability) that it needs, its [`Evidence`], and a body. A [`Contract`] runs
//! them all against a [`Harness`], with a [`Ledger`] of accepted deviations, and brings a
//! [`Report`]. Every case ends as passed, failed, unsupported with a reason, or deviating as the
//! ledger records it.
//!
//! | you have | use |
//! | --- | --- |
//! | an implementation, and `cargo test` | [`mimic::main`] |
//! | a program of your own that wants the report | [`Contract::run`] |
//! | rules of your own | [`case!`], [`Contract::of`] |
//!
//! # An implementation of your own
//!
//! A harness opens a pool as a profile asks, and hands out directories for it. Here a pool of
//! `user-directory-fake` plays the stranger; `rustfmt::skip` only shows how short it is.
//!
//! ```
//! # use std::{process::ExitCode, sync::Arc};
//! # use async_trait::async_trait;
//! # use user_directory::UserDirectory;
//! # use user_directory_contract::{
//! #     Ability, ClientChoice, Contract, Environment, Harness, HarnessError, Ledger, PoolProfile,
//! #     Support, WhichClient, WhichSecret, mimic,
//! # };
//! # use user_directory_fake::{Fake, FakeDirectory, PreventUserExistenceErrors};
//! struct Mine;
//! # struct MyPool(Fake);
//! # impl MyPool {
//! #     fn create(profile: &PoolProfile) -> Result<Self, HarnessError> {
//! #         if *profile != PoolProfile::article() {
//! #             return Err(HarnessError::Unsupported(format!("no pool like {}", profile.name)));
//! #         }
//! #         let mut client = user_directory_fake::CreateUserPoolClientRequest::new("", "mine");
//! #         client.generate_secret = true;
//! #         client.explicit_auth_flows = profile.client.explicit_auth_flows.iter()
//! #             .map(|flow| user_directory_fake::ExplicitAuthFlow::from_name(flow).unwrap())
//! #             .collect();
//! #         client.prevent_user_existence_errors = Some(PreventUserExistenceErrors::Legacy);
//! #         Ok(Self(Fake::builder().client(client).build()?))
//! #     }
//! #     fn connect(&self, choice: &ClientChoice) -> FakeDirectory {
//! #         let mut client = self.0.first_client().clone();
//! #         match choice.secret {
//! #             WhichSecret::Wrong => client.client_secret = Some("0wrong1wrong2wrong3wrong4".into()),
//! #             WhichSecret::Omitted => client.client_secret = None,
//! #             _ => {}
//! #         }
//! #         self.0.directory_for(&client).with_refresh_flow(choice.refresh_flow)
//! #     }
//! # }
//! #[rustfmt::skip]
//! #[async_trait]
//! impl Harness for Mine {
//!     fn name(&self) -> &str { "mine" }
//!     fn support(&self, _: Ability) -> Support { Support::no("not there yet") }
//!     async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
//!         Ok(Arc::new(MyPool::create(profile)?))
//!     }
//! }
//! #[rustfmt::skip]
//! #[async_trait]
//! impl Environment for MyPool {
//!     fn directory(&self, choice: &ClientChoice) -> Arc<dyn UserDirectory> { Arc::new(self.connect(choice)) }
//!     fn pool_id(&self) -> String { self.0.first_client().pool_id.clone() }
//!     fn client_id(&self) -> String { self.0.first_client().client_id.clone() }
//! }
//! # fn test_target() -> ExitCode {
//! // As `fn main() -> ExitCode` of a test target with `harness = false`:
//! mimic::main(Mine, Ledger::empty())
//! # }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # let report = runtime.block_on(Contract::new().run(&Mine, &Ledger::empty()));
//! # assert!(report.is_success() && report.counts().passed > 50, "{report}");
//! ```
//!
//! # Features
//!
//! * `mimic`, on by default: [`mimic`], the cases as a test target, by libtest-mimic.
//!
//! Which case proves which rule of Cognito's: [`rules`]. Design notes: [`design`].
//!
//! Its siblings: [`user-directory`](https://docs.rs/user-directory) (the traits),
//! [`user-directory-harness`](https://docs.rs/user-directory-harness) (the cases on a wrapper of
//! the fake) and [`user-directory-check`](https://docs.rs/user-directory-check) (the cases at a
//! URL).

// docs.rs alone: each item says which feature brings it.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod case;
mod cases;
pub mod check;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod evidence;
mod failure;
mod harness;
mod ledger;
#[cfg(feature = "mimic")]
pub mod mimic;
mod profile;
mod report;
#[doc = include_str!("../RULES.md")]
pub mod rules {}
mod runner;
#[cfg(test)]
mod stub;
mod trial;

pub use case::Case;
pub use evidence::{Evidence, Grade};
pub use failure::{Aspect, Failure};
pub use harness::{
    Ability, ClientChoice, Delivered, Environment, Harness, HarnessError, Support, WhichClient,
    WhichSecret, WireAnswer,
};
pub use ledger::{Deviation, Ledger, LedgerError};
pub use profile::{
    ClientSettings, CustomAttribute, PasswordPolicy, PoolProfile, PoolSettings, Rotation,
};
pub use report::{CaseReport, Counts, Outcome, Report};
pub use runner::Contract;
pub use trial::{OTHER_PASSWORD, PASSWORD, Trial, mailbox};
pub use user_directory::testing::{Call, Fault, FaultKind, FixtureUser};
