use std::{fmt, time::SystemTime};

/// A request to
/// [`UserDirectory::list_user_auth_events`](crate::UserDirectory::list_user_auth_events).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListUserAuthEvents {
    /// Which user.
    pub username: String,
    /// At most how many events, 1 to 60 (AWS: `MaxResults`).
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub next_token: Option<String>,
}

impl ListUserAuthEvents {
    /// The first page of a user's events.
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), limit: None, next_token: None }
    }

    with_page!();
}

/// Something that a user did, or somebody in the user's name (AWS: `AuthEventType`).
///
/// `Debug` shows neither where the caller was nor with which device.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct AuthEvent {
    /// The id of the event.
    pub id: String,
    /// AWS's word for what was done: `SignIn`, `SignUp`, `ForgotPassword`, `PasswordChange` or
    /// `ResendCode`.
    pub event_type: Option<String>,
    /// When it was done.
    pub creation_date: SystemTime,
    /// AWS's word for how it ended: `Pass`, `Fail` or `InProgress`.
    pub response: Option<String>,
    /// What threat protection made of it: `NoRisk`, `AccountTakeover` or `Block`.
    pub risk_decision: Option<String>,
    /// How high it judged the risk: `Low`, `Medium` or `High`.
    pub risk_level: Option<String>,
    /// Whether the password is one that has leaked elsewhere.
    pub compromised_credentials: Option<bool>,
    /// The challenges, each with how it ended, such as `("Password", "Success")`.
    pub challenges: Vec<(String, String)>,
    /// The address that the call came from.
    pub ip_address: Option<String>,
    /// The device that the call came from.
    pub device_name: Option<String>,
    /// The city of the address.
    pub city: Option<String>,
    /// The country of the address.
    pub country: Option<String>,
    /// What somebody reported about it later: `Valid` or `Invalid`.
    pub feedback: Option<String>,
}

impl AuthEvent {
    /// An event with nothing but this: for implementations and mocks, which set the rest.
    pub fn new(id: impl Into<String>, creation_date: SystemTime) -> Self {
        Self {
            id: id.into(),
            event_type: None,
            creation_date,
            response: None,
            risk_decision: None,
            risk_level: None,
            compromised_credentials: None,
            challenges: Vec::new(),
            ip_address: None,
            device_name: None,
            city: None,
            country: None,
            feedback: None,
        }
    }
}

impl fmt::Debug for AuthEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthEvent")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("creation_date", &self.creation_date)
            .field("response", &self.response)
            .field("risk_decision", &self.risk_decision)
            .finish_non_exhaustive()
    }
}

/// One page of events, the newest first.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct AuthEventPage {
    /// The events.
    pub events: Vec<AuthEvent>,
    /// Where the next page starts; absent on the last one.
    pub next_token: Option<String>,
}

impl AuthEventPage {
    /// A page of these events.
    pub fn new(events: Vec<AuthEvent>, next_token: Option<String>) -> Self {
        Self { events, next_token }
    }
}
