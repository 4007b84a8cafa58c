//! What a pool ought to know about second factors: a second, simpler account.

use std::collections::BTreeSet;

use user_directory_pool::{MfaConfiguration, MfaType, Secret};

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) configuration: MfaConfiguration,
    pub(crate) factors: BTreeSet<MfaType>,
    pub(crate) users: Vec<User>,
    pub(crate) sessions: Vec<Session>,
}

#[derive(Debug, Default)]
pub(crate) struct User {
    pub(crate) email: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) enabled: BTreeSet<MfaType>,
    pub(crate) preferred: Option<MfaType>,
    pub(crate) app: Option<App>,
    failures: u32,
    last_failure: u64,
    locked_until: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) secret_code: Secret,
    pub(crate) is_verified: bool,
    /// The newest time step that a code was accepted of.
    pub(crate) used: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) token: Secret,
    pub(crate) user: usize,
    pub(crate) expires: u64,
    pub(crate) dead: Option<&'static str>,
    pub(crate) asks: Asks,
}

/// What a session waits for.
#[derive(Clone, Debug)]
pub(crate) enum Asks {
    Code { factor: MfaType, code: Secret, destination: String, is_new: bool, enrols: bool },
    App { enrols: bool },
    Choice { among: Vec<MfaType>, enrols: bool },
    Setup { among: Vec<MfaType>, app: Option<App>, failed: u32 },
    SetUp,
}

impl Asks {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Code { factor, .. } => factor.name(),
            Self::App { .. } => "SOFTWARE_TOKEN_MFA",
            Self::Choice { .. } => "SELECT_MFA_TYPE",
            Self::Setup { .. } | Self::SetUp => "MFA_SETUP",
        }
    }
}

/// What must follow a right password.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    Tokens,
    Ask(MfaType, bool),
    Choose(Vec<MfaType>, bool),
    SetUp(Vec<MfaType>),
}

impl Model {
    pub(crate) fn can_use(&self, user: usize, factor: MfaType) -> bool {
        let user = &self.users[user];
        match factor {
            MfaType::SmsMfa => user.phone_number.is_some(),
            MfaType::EmailOtp => user.email.is_some(),
            _ => user.app.as_ref().is_some_and(|app| app.is_verified),
        }
    }

    pub(crate) fn next(&self, user: usize) -> Next {
        if self.configuration == MfaConfiguration::Off {
            return Next::Tokens;
        }
        let of = &self.users[user];
        let mut usable = Vec::new();
        let mut enabled = Vec::new();
        for factor in &self.factors {
            if self.can_use(user, *factor) {
                usable.push(*factor);
                if of.enabled.contains(factor) {
                    enabled.push(*factor);
                }
            }
        }
        match (enabled.as_slice(), of.preferred) {
            (enabled, Some(preferred)) if enabled.contains(&preferred) => {
                return Next::Ask(preferred, false);
            }
            ([only], _) => return Next::Ask(*only, false),
            ([_, _, ..], _) => return Next::Choose(enabled, false),
            ([], _) => {}
        }
        if self.configuration == MfaConfiguration::Optional {
            return Next::Tokens;
        }
        match usable.as_slice() {
            [only] => Next::Ask(*only, true),
            [_, _, ..] => Next::Choose(usable, true),
            [] => {
                let mut all: Vec<_> = self.factors.iter().copied().collect();
                if all.len() > 1 {
                    all.retain(|factor| *factor != MfaType::SmsMfa);
                }
                Next::SetUp(all)
            }
        }
    }

    /// Why a session cannot be gone on with, if it is of no use any more.
    pub(crate) fn session_fault(&self, session: usize, now: u64) -> Option<&'static str> {
        let session = &self.sessions[session];
        match session.dead {
            Some(fault) => Some(fault),
            None if session.expires <= now => Some("SessionExpired"),
            None => None,
        }
    }
}

impl User {
    pub(crate) fn enrol(&mut self, factor: MfaType) {
        self.enabled.insert(factor);
        self.preferred = Some(factor);
    }

    pub(crate) fn disable(&mut self, factor: MfaType) {
        self.enabled.remove(&factor);
        self.preferred = self.preferred.filter(|preferred| *preferred != factor);
    }

    pub(crate) fn is_locked(&self, now: u64) -> bool {
        now < self.locked_until
    }

    pub(crate) fn forgive(&mut self) {
        (self.failures, self.locked_until) = (0, 0);
    }

    /// The fifth wrong code locks for a second, each further one for twice as long, a quarter of an hour
    /// at most.
    pub(crate) fn fail(&mut self, now: u64) {
        const QUARTER: u64 = 15 * 60 * 1000;
        if now >= self.last_failure + QUARTER {
            self.failures = 0;
        }
        self.failures += 1;
        self.last_failure = now;
        if let Some(more) = self.failures.checked_sub(5) {
            self.locked_until = now + QUARTER.min(1000 << more.min(20));
        }
    }
}

impl App {
    /// Whether a code of this time step would be accepted at a moment.
    pub(crate) fn accepts(&self, step: u64, now: u64) -> Result<(), &'static str> {
        let current = now / 30_000;
        if step.abs_diff(current) > 1 {
            Err("wrong")
        } else if self.used.is_some_and(|used| step <= used) {
            Err("used")
        } else {
            Ok(())
        }
    }
}
