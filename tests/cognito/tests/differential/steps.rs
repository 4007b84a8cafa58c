//! What a sequence is made of.

use user_directory::Operation;
use user_directory_fake::FaultKind;

use crate::factors::FactorCall;

#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    pub(crate) profile: Profile,
    pub(crate) entropy: u64,
    pub(crate) steps: Vec<Step>,
}

/// The settings of the pool and its clients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile {
    pub(crate) naming: Naming,
    pub(crate) recovery: Recovery,
    pub(crate) auto_verified: bool,
    pub(crate) verified_before_update: bool,
    pub(crate) history: bool,
    pub(crate) custom_attributes: bool,
    pub(crate) templates: bool,
    pub(crate) only_administrators_create: bool,
    pub(crate) hidden_existence: bool,
    /// The client without a secret reads and writes few attributes.
    pub(crate) restricted: bool,
    pub(crate) quotas: bool,
}

/// What a user name is in the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Naming {
    Plain,
    CaseInsensitive,
    Aliases,
    Email,
    EmailOrPhone,
}

/// How a user gets back in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recovery {
    AsCreated,
    EmailFirst,
    AdminOnly,
}

/// Which configured handle makes a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum App {
    /// The first client, whose secret comes from a source.
    Right,
    /// The same, refreshing by GetTokensFromRefreshToken.
    GetTokens,
    /// The same, signing in by SRP.
    Srp,
    WithoutSecret,
    Rotating,
    WrongSecret,
    OmittedSecret,
    UnknownClient,
    UnknownPool,
    MalformedIds,
}

impl App {
    pub(crate) const ALL: [Self; 10] = [
        Self::Right,
        Self::GetTokens,
        Self::Srp,
        Self::WithoutSecret,
        Self::Rotating,
        Self::WrongSecret,
        Self::OmittedSecret,
        Self::UnknownClient,
        Self::UnknownPool,
        Self::MalformedIds,
    ];
}

/// Who makes a call that both handles have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Via {
    Admin,
    SelfService,
}

/// One of what earlier steps brought, counted from the newest; or something made up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Earlier {
    Newest(usize),
    Garbage(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Create {
        app: App,
        name: &'static str,
        password: Option<&'static str>,
        attributes: Vec<(&'static str, &'static str)>,
        options: CreateOptions,
    },
    Register {
        app: App,
        name: &'static str,
        password: &'static str,
        email: Option<&'static str>,
    },
    User {
        app: App,
        name: &'static str,
    },
    Update {
        app: App,
        name: &'static str,
        attributes: Vec<(&'static str, &'static str)>,
    },
    DeleteAttributes {
        app: App,
        name: &'static str,
        names: Vec<&'static str>,
    },
    SetPassword {
        app: App,
        name: &'static str,
        password: &'static str,
        permanent: bool,
    },
    Reset {
        app: App,
        name: &'static str,
    },
    ConfirmSignUp {
        app: App,
        name: &'static str,
    },
    Enable {
        app: App,
        name: &'static str,
    },
    Disable {
        app: App,
        name: &'static str,
    },
    Delete {
        app: App,
        name: &'static str,
    },
    AdminSignOut {
        app: App,
        name: &'static str,
    },
    List {
        app: App,
        filter: Option<String>,
        attributes: Vec<&'static str>,
        limit: Option<u32>,
        page: Option<Earlier>,
    },
    SignIn {
        app: App,
        via: Via,
        name: &'static str,
        password: &'static str,
    },
    Respond {
        app: App,
        via: Via,
        challenge: usize,
        password: &'static str,
        email: Option<&'static str>,
    },
    Refresh {
        app: App,
        via: Via,
        grant: Earlier,
    },
    Revoke {
        app: App,
        via: Via,
        token: Earlier,
    },
    Groups {
        app: App,
        call: GroupCall,
    },
    Public {
        app: App,
        call: PublicCall,
    },
    Own {
        app: App,
        token: Earlier,
        call: OwnCall,
    },
    Factor {
        app: App,
        call: FactorCall,
    },
    /// A user whom no code was sent to.
    PutUnconfirmed {
        name: &'static str,
    },
    /// No trait has it.
    AddCustomAttribute {
        name: &'static str,
    },
    Advance {
        seconds: u64,
    },
    /// The first client gets a new secret.
    Rotate {
        overlap: bool,
    },
    Fault {
        operation: Operation,
        kind: FaultKind,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CreateOptions {
    pub(crate) resend: bool,
    pub(crate) suppress: bool,
    pub(crate) by_email: bool,
    pub(crate) force_alias: bool,
    pub(crate) metadata: bool,
}

/// A call on groups.
#[derive(Clone, Debug)]
pub(crate) enum GroupCall {
    Create {
        group: &'static str,
        settings: GroupSettings,
    },
    Group {
        group: &'static str,
    },
    Update {
        group: &'static str,
        settings: GroupSettings,
    },
    Delete {
        group: &'static str,
    },
    List {
        limit: Option<u32>,
        page: Option<Earlier>,
    },
    Add {
        name: &'static str,
        group: &'static str,
    },
    Remove {
        name: &'static str,
        group: &'static str,
    },
    OfUser {
        name: &'static str,
        limit: Option<u32>,
        page: Option<Earlier>,
    },
    Members {
        group: &'static str,
        limit: Option<u32>,
        page: Option<Earlier>,
    },
    /// What a user did: no call on a group, and of the same form.
    Events {
        name: &'static str,
        limit: Option<u32>,
        page: Option<Earlier>,
    },
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GroupSettings {
    pub(crate) description: Option<&'static str>,
    pub(crate) role_arn: Option<&'static str>,
    pub(crate) precedence: Option<u32>,
}

/// What somebody does who is not signed in. Codes are those of the inbox.
#[derive(Clone, Debug)]
pub(crate) enum PublicCall {
    SignUp {
        name: &'static str,
        password: &'static str,
        attributes: Vec<(&'static str, &'static str)>,
        metadata: bool,
    },
    Confirm {
        name: &'static str,
        code: Earlier,
        force_alias: bool,
    },
    Resend {
        name: &'static str,
    },
    Forgot {
        name: &'static str,
    },
    ConfirmForgot {
        name: &'static str,
        code: Earlier,
        password: &'static str,
    },
}

/// What a user does with an access token.
#[derive(Clone, Debug)]
pub(crate) enum OwnCall {
    User,
    SignOut,
    ChangePassword { previous: &'static str, proposed: &'static str },
    Update { attributes: Vec<(&'static str, &'static str)> },
    DeleteAttributes { names: Vec<&'static str> },
    SendCode { attribute: &'static str },
    Verify { attribute: &'static str, code: Earlier },
    Delete,
}

impl GroupCall {
    pub(crate) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateGroup,
            Self::Group { .. } => Operation::GetGroup,
            Self::Update { .. } => Operation::UpdateGroup,
            Self::Delete { .. } => Operation::DeleteGroup,
            Self::List { .. } => Operation::ListGroups,
            Self::Add { .. } => Operation::AdminAddUserToGroup,
            Self::Remove { .. } => Operation::AdminRemoveUserFromGroup,
            Self::OfUser { .. } => Operation::AdminListGroupsForUser,
            Self::Events { .. } => Operation::AdminListUserAuthEvents,
            Self::Members { .. } => Operation::ListUsersInGroup,
        }
    }
}

impl PublicCall {
    pub(crate) fn operation(&self) -> Operation {
        match self {
            Self::SignUp { .. } => Operation::SignUp,
            Self::Confirm { .. } => Operation::ConfirmSignUp,
            Self::Resend { .. } => Operation::ResendConfirmationCode,
            Self::Forgot { .. } => Operation::ForgotPassword,
            Self::ConfirmForgot { .. } => Operation::ConfirmForgotPassword,
        }
    }
}

impl OwnCall {
    pub(crate) fn operation(&self) -> Operation {
        match self {
            Self::User => Operation::GetUser,
            Self::SignOut => Operation::GlobalSignOut,
            Self::ChangePassword { .. } => Operation::ChangePassword,
            Self::Update { .. } => Operation::UpdateUserAttributes,
            Self::DeleteAttributes { .. } => Operation::DeleteUserAttributes,
            Self::SendCode { .. } => Operation::GetUserAttributeVerificationCode,
            Self::Verify { .. } => Operation::VerifyUserAttribute,
            Self::Delete => Operation::DeleteUser,
        }
    }
}
