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
//! ```
//! use std::sync::Arc;
//!
//! use user_directory_contract::{
//!     Ability, Contract, Environment, Harness, HarnessError, Ledger, PoolProfile, Support,
//! };
//!
//! struct Mine;
//!
//! #[async_trait::async_trait]
//! impl Harness for Mine {
//!     fn name(&self) -> &str {
//!         "mine"
//!     }
//!
//!     fn support(&self, ability: Ability) -> Support {
//!         Support::no("only what an administrator may do is there so far")
//!     }
//!
//!     async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
//!         // Answer an `Environment` with your directory. This one has no pools at all.
//!         Err(HarnessError::Unsupported(format!("no pool like {}", profile.name)))
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let report = Contract::new().run(&Mine, &Ledger::empty()).await;
//! assert_eq!(report.counts().failed, 0);
//! assert!(!report.is_success(), "nothing was run, and that is no success");
//! # });
//! ```
//!
//! Design notes: [`design`].

mod case;
mod cases;
pub mod check;
#[doc = include_str!("../DESIGN.md")]
pub mod design {}
mod evidence;
mod failure;
mod harness;
mod ledger;
pub mod mimic;
mod profile;
mod report;
mod runner;
#[cfg(test)]
mod stub;
mod trial;

pub use case::Case;
pub use evidence::{Evidence, Grade};
pub use failure::{Aspect, Failure};
pub use harness::{
    Ability, Call, ClientChoice, Delivered, Environment, Fault, FaultKind, Harness, HarnessError,
    SeedUser, Support, WhichClient, WhichSecret,
};
pub use ledger::{Deviation, Ledger, LedgerError};
pub use profile::{ClientSettings, PasswordPolicy, PoolProfile, PoolSettings, Rotation};
pub use report::{CaseReport, Counts, Outcome, Report};
pub use runner::Contract;
pub use trial::{OTHER_PASSWORD, PASSWORD, Trial, mailbox};
