//! The calls that a sequence is made of, as data: values are named by their place in a table, tokens
//! and sessions by how many were seen since, so that a printed sequence holds no secret.

use std::fmt;

/// A pool and the calls on it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) profile: Profile,
    pub(crate) entropy: u64,
    pub(crate) steps: Vec<Step>,
}

/// What differs between pools.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    pub(crate) naming: Naming,
    pub(crate) case_sensitive: bool,
    /// Whether `email` and `given_name` are required.
    pub(crate) required: bool,
    pub(crate) whole_second_sign_out: bool,
    pub(crate) recovery: Recovery,
    /// Of the client that rotates.
    pub(crate) grace_seconds: u32,
    /// Whether the client with hidden existence errors has two secrets, or none.
    pub(crate) two_secrets: bool,
    pub(crate) auto_verified: Contacts,
    pub(crate) verified_before_update: Contacts,
    /// Whether only administrators create users.
    pub(crate) no_sign_up: bool,
    pub(crate) history: u32,
    pub(crate) lockout: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Contacts {
    Neither,
    Email,
    Both,
}

impl Contacts {
    /// Those that are in both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Both, either) | (either, Self::Both) => either,
            (Self::Email, Self::Email) => Self::Email,
            _ => Self::Neither,
        }
    }

    pub(crate) fn has(self, contact: &str) -> bool {
        self == Self::Both || (self == Self::Email && contact == "email")
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Naming {
    Plain,
    EmailIsTheName,
    PhoneIsTheName,
    EitherIsTheName,
    EmailAlias,
    AllAliases,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Recovery {
    Default,
    AdminOnly,
    VerifiedEmail,
}

/// The clock moves, then a call is made, at times again and again.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) wait_millis: u64,
    pub(crate) times: u32,
    /// Of the administrator's calls.
    pub(crate) pool: PoolId,
    pub(crate) call: Call,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PoolId {
    Ours,
    Other,
    Malformed,
}

#[derive(Clone, Debug)]
pub(crate) enum Call {
    PutUser { name: Name, status: Status, password: usize, attributes: Attributes, enabled: bool },
    Create(Create),
    AdminGetUser(Name),
    SignIn { via: Via, client: Client, flow: Flow, name: Name, password: Password, proof: Proof },
    Refresh { via: RefreshVia, client: Client, token: Token, proof: Proof },
    Respond(Respond),
    Update { name: Name, attributes: Attributes },
    DeleteAttributes { name: Name, attributes: Attributes },
    SetPassword { name: Name, password: Password, permanent: bool },
    ResetPassword(Name),
    ConfirmSignUp(Name),
    Enable(Name),
    Disable(Name),
    Delete(Name),
    AdminSignOut(Name),
    SignOut(Access),
    GetUser(Access),
    List { filter: Option<usize>, limit: Option<u32>, page: Page, shown: usize },
    Revoke { client: Client, token: Token, proof: Proof },
    AddSecret { client: Client, value: NewSecret },
    DeleteSecret { client: Client, which: usize },
    CreateGroup { group: usize, settings: GroupSettings },
    UpdateGroup { group: usize, settings: GroupSettings },
    GetGroup(usize),
    DeleteGroup(usize),
    ListGroups { limit: Option<u32>, page: Page },
    AddToGroup { name: Name, group: usize },
    RemoveFromGroup { name: Name, group: usize },
    ListGroupsOf { name: Name, limit: Option<u32>, page: Page },
    ListUsersIn { group: usize, limit: Option<u32>, page: Page },
    SignUp { caller: Caller, password: Password, attributes: Attributes },
    ConfirmByCode { caller: Caller, code: Code, force: bool },
    ResendCode(Caller),
    ForgotPassword(Caller),
    ConfirmForgotPassword { caller: Caller, code: Code, password: Password },
    ChangePassword { access: Access, previous: Password, proposed: Password },
    UpdateOwn { access: Access, attributes: Attributes },
    DeleteOwnAttributes { access: Access, attributes: Attributes },
    GetCode { access: Access, attribute: usize },
    Verify { access: Access, attribute: usize, code: Code },
    DeleteOwnUser(Access),
    AddCustomAttributes(usize),
}

/// Who makes a public call, and about whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) client: Client,
    pub(crate) name: Name,
    pub(crate) proof: Proof,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Code {
    /// The last one that was sent to the user for the purpose, used or not.
    Newest,
    Older(usize),
    /// The last one of another user or purpose.
    OfAnother,
    Wrong,
    Malformed,
}

/// Places in tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupSettings {
    pub(crate) description: Option<usize>,
    pub(crate) role: Option<usize>,
    pub(crate) precedence: Option<u32>,
}

pub(crate) const GROUPS: [&str; 6] = ["admins", "staff", "Staff", "never-created", "", "a b"];

/// The first of [`GROUPS`] that is malformed.
pub(crate) const FIRST_BAD_GROUP: usize = 4;

pub(crate) const DESCRIPTIONS: [&str; 2] = ["those who may", "those who must"];

/// The last one is malformed.
pub(crate) const ROLES: [&str; 3] =
    ["arn:aws:iam::123456789012:role/one", "arn:aws:iam::123456789012:role/two", "role/three"];

/// What codes are asked for.
pub(crate) const TO_VERIFY: [&str; 4] = ["email", "phone_number", "given_name", ""];

/// What ListUsers shows.
/// The first stands for no list at all.
pub(crate) const SHOWN: [&[&str]; 7] =
    [&[], &[], &["email"], &["sub"], &["given_name", "email"], &["custom:tier"], &[""]];

#[derive(Clone, Debug)]
pub(crate) struct Create {
    pub(crate) name: Name,
    pub(crate) attributes: Attributes,
    /// Made up if absent.
    pub(crate) password: Option<Password>,
    pub(crate) force: bool,
    pub(crate) action: Action,
    pub(crate) email: bool,
    pub(crate) sms: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    Invite,
    Resend,
    Suppress,
}

#[derive(Clone, Debug)]
pub(crate) struct Respond {
    pub(crate) via: Via,
    pub(crate) challenge: Challenge,
    pub(crate) client: Client,
    pub(crate) session: Session,
    /// Otherwise the session's own user.
    pub(crate) name: Option<Name>,
    pub(crate) password: Password,
    pub(crate) attributes: Attributes,
    pub(crate) proof: Proof,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Challenge {
    NewPassword,
    Other,
    Malformed,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Status {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
    ResetRequired,
    ExternalProvider,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Via {
    Admin,
    Public,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RefreshVia {
    AdminInitiateAuth,
    InitiateAuth,
    GetTokensFromRefreshToken,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flow {
    Password,
    /// ADMIN_NO_SRP_AUTH
    OldAdminName,
    /// The administrator's flow in the public call, and the other way round.
    OfTheOtherCall,
    Srp,
    /// SRP with a public key of zero.
    SrpOfZero,
    Custom,
    Choice,
    Malformed,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Client {
    /// The one that the token or session is of, or the first.
    Own,
    Number(usize),
    Unknown,
    Malformed,
}

/// A hash or a secret, whichever the call takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Proof {
    /// Of the client's first or last secret; none for a client without.
    Right {
        last: bool,
    },
    Wrong,
    Absent,
    /// Of a secret that was deleted.
    Deleted,
    /// A hash for another name, a secret that is too short.
    Odd,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Token {
    Seen(usize),
    Unknown,
    ThreeParts,
    Malformed,
    Absent,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Session {
    Seen(usize),
    Unknown,
    Short,
    Absent,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Access {
    Seen(usize),
    Unverified,
    OfAnotherIssuer(usize),
    AnIdToken(usize),
    WithoutScope(usize),
    Malformed,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Page {
    First,
    Seen(usize),
    /// Of the same list.
    OfTheList(usize),
    Unknown,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NewSecret {
    Random,
    Given,
    Short,
}

/// How a call names a user.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Name {
    Fixed(usize),
    /// One that the pool takes for a new user.
    Fitting(usize),
    /// As a user who is there was named at the creation; the last one is 0.
    Seen(usize),
    /// The same, of a deleted user.
    Gone(usize),
    /// The `sub` of a user, deleted or not.
    Sub(usize),
}

pub(crate) const NAMES: [&str; 10] = [
    "alice",
    "alice@example.com",
    "+15555550101",
    "bob",
    "Bob@Example.com",
    "ALICE",
    "Alice@example.com",
    "never-created",
    "",
    "with space",
];

pub(crate) const PLAIN_NAMES: [&str; 3] = ["alice", "bob", "ALICE"];
pub(crate) const EMAIL_NAMES: [&str; 3] =
    ["alice@example.com", "Bob@Example.com", "Alice@example.com"];
pub(crate) const PHONE_NAMES: [&str; 3] = ["+15555550101", "+15555550102", "+15555550103"];

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(index) => write!(f, "{:?}", NAMES[*index]),
            Self::Fitting(index) => write!(f, "NAME[{index}]"),
            Self::Seen(ago) => write!(f, "USER[-{}]", ago + 1),
            Self::Gone(ago) => write!(f, "DELETED_USER[-{}]", ago + 1),
            Self::Sub(ago) => write!(f, "SUB[-{}]", ago + 1),
        }
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Password {
    /// The one that the user has now.
    Right,
    Good(usize),
    Weak(usize),
    Long,
    Absent,
    Wrong,
}

pub(crate) const PASSWORDS: [&str; 5] =
    ["Correct-horse-1", "Battery staple 2", "tr0ub4dor&3-X", "Fourth(of)4", "5.fifth.Five"];
pub(crate) const WEAK_PASSWORDS: [&str; 5] =
    ["Sh0rt!", "UPPERCASE-1", "lowercase-1", "No-digits-here", "NoSymbols1"];

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Right => f.write_str("RIGHT_PASSWORD"),
            Self::Good(index) => write!(f, "PASSWORD[{index}]"),
            Self::Weak(index) => write!(f, "WEAK_PASSWORD[{index}]"),
            Self::Long => f.write_str("LONG_PASSWORD"),
            Self::Absent => f.write_str("NO_PASSWORD"),
            Self::Wrong => f.write_str("WRONG_PASSWORD"),
        }
    }
}

/// Places in [`ATTRIBUTES`].
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Attributes(pub(crate) Vec<usize>);

pub(crate) const ATTRIBUTES: [(&str, Option<&str>); 29] = [
    ("email", Some("alice@example.com")),
    ("email_verified", Some("true")),
    ("phone_number", Some("+15555550101")),
    ("phone_number_verified", Some("TRUE")),
    ("given_name", Some("Ann")),
    ("email", Some("Alice@Example.com")),
    ("email", Some("bob@example.com")),
    ("email_verified", Some("false")),
    ("phone_number", Some("+15555550102")),
    ("preferred_username", Some("ally")),
    ("preferred_username", Some("alice")),
    ("birthdate", Some("1970-01-01")),
    ("email", Some("")),
    ("given_name", Some("")),
    ("phone_number", Some("")),
    ("custom:fixed", Some("stone")),
    ("custom:tier", Some("gold")),
    // Refused mostly, from here on.
    ("email", Some("not an address")),
    ("phone_number", Some("12345")),
    ("email_verified", Some("maybe")),
    ("sub", Some("825d8d71-f582-4d9a-a35f-0123456789ab")),
    ("shoe_size", Some("42")),
    ("custom:tier", Some("platinum")),
    ("custom:tier", Some("")),
    ("birthdate", Some("1.1.70")),
    ("updated_at", Some("today")),
    ("nickname", None),
    ("", Some("no name")),
    ("a_name_of_more_than_32_characters", Some("x")),
];

/// The first of [`ATTRIBUTES`] that is mostly refused.
pub(crate) const FIRST_BAD_ATTRIBUTE: usize = 17;

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|index| ATTRIBUTES[*index])).finish()
    }
}

pub(crate) const FILTERS: [&str; 17] = [
    r#"username = "alice""#,
    r#"username ^= "a""#,
    r#"email = "alice@example.com""#,
    r#"email ^= "a""#,
    r#"cognito:user_status = "confirmed""#,
    r#"status = "Enabled""#,
    r#"given_name ^= "A""#,
    r#"phone_number ^= "+1""#,
    r#"given_name = "Ann""#,
    r#"status = "Disabled""#,
    r#"preferred_username = "ally""#,
    r#"sub ^= """#,
    r#"name ^= """#,
    // Refused, from here on.
    "email",
    r#"email = "alice"#,
    r#"nickname = "a""#,
    r#"custom:tier = "gold""#,
];

/// The first of [`FILTERS`] that is refused.
pub(crate) const FIRST_BAD_FILTER: usize = 13;
