//! A harness without a directory, and a case for each way in which a case can end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use user_directory::{Error, ErrorKind, UserDirectory, UserStatus};

use crate::{
    Ability, Case, ClientChoice, Environment, Evidence, Failure, FixtureUser, Harness,
    HarnessError, PASSWORD, PoolProfile, Support, case, check,
};

pub(crate) struct Stub;

#[async_trait]
impl Harness for Stub {
    fn name(&self) -> &'static str {
        "stub"
    }

    fn support(&self, ability: Ability) -> Support {
        match ability {
            Ability::Inbox => Support::no("nobody reads mail here"),
            Ability::Faults => Support::no(" "),
            _ => Support::Yes,
        }
    }

    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
        match profile.name {
            "email-alias" => Err(HarnessError::Unsupported("no aliases".to_owned())),
            "broken" => Err(HarnessError::Failed("out of pools".to_owned())),
            _ => Ok(Arc::new(Empty)),
        }
    }
}

struct Empty;

impl Environment for Empty {
    fn directory(&self, _: &ClientChoice) -> Arc<dyn UserDirectory> {
        panic!("there is no directory")
    }

    fn pool_id(&self) -> String {
        "stub_1".to_owned()
    }

    fn client_id(&self) -> String {
        "client".to_owned()
    }
}

const OWN: Evidence = Evidence::Own { promise: "the runner" };

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!("stub/passes", "It passes.", evidence = OWN, async |t| {
            check::equal("the pool", t.pool_id(), "stub_1")
        }),
        case!("stub/wrong-code", "It fails.", evidence = OWN, async |_| {
            check::refused(Ok(()), ErrorKind::NotAuthorized, &[])?;
            Ok(())
        }),
        case!(
            "stub/wrong-text",
            "It fails.",
            evidence = Evidence::Documented { url: "https://example.com" },
            async |_| {
                let error = Error::new(ErrorKind::NotAuthorized, "No.");
                check::refused(Err::<(), _>(error), ErrorKind::NotAuthorized, &["Yes."])?;
                Ok(())
            }
        ),
        case!("stub/panics", "It panics.", evidence = OWN, async |_| {
            panic!("on purpose, {PASSWORD}")
        }),
        case!("stub/undeclared-need", "It panics.", evidence = OWN, async |t| {
            t.advance(Duration::ZERO).await;
            Ok(())
        }),
        case!("stub/unimplemented", "It panics.", needs = [Fixtures], evidence = OWN, async |t| {
            t.put_user(FixtureUser::new("alice", UserStatus::Confirmed)).await;
            Ok(())
        }),
        case!(
            "stub/needs-inbox",
            "It is not run.",
            needs = [Clock, Inbox],
            evidence = OWN,
            async |_| { panic!("it is run") }
        ),
        case!(
            "stub/unsupported-pool",
            "It is not run.",
            profile = PoolProfile::email_alias,
            evidence = OWN,
            async |_| { panic!("it is run") }
        ),
        case!(
            "stub/broken-pool",
            "It is not run.",
            profile = || PoolProfile::article().with_name("broken"),
            evidence = OWN,
            async |_| { panic!("it is run") }
        ),
        case!("stub/no-reason", "It is not run.", needs = [Faults], evidence = OWN, async |_| {
            panic!("it is run")
        }),
        case!("stub/tries-once", "It passes.", evidence = OWN, async |t| {
            let attempts = AtomicU32::new(0);
            let result: Result<(), _> = t
                .eventually(async || {
                    attempts.fetch_add(1, Ordering::Relaxed);
                    Err(Failure::other("never"))
                })
                .await;
            check::that(result.is_err(), "the attempt fails")?;
            check::equal("attempts", attempts.into_inner(), 1)
        }),
    ]
}
