use std::mem;

use crate::{
    Answer, Checked, Entropy, Pool, PoolRequest, ServiceError, Timestamp, lockout::Lockout,
};

/// What a replica of a pool has of its own: its Region, and its count of wrong passwords.
///
/// A replica has the pool's id, users, clients and settings. It answers sign-ins and refuses to create
/// users, to reset passwords and to change profiles:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html>. Here
/// changes are in a replica at once.
///
/// Assumed: the text of a refusal, whose class is documented; that a replica refuses every other change
/// too; that its tokens have its own Region in `iss` and are good there alone; and that refresh tokens
/// are good in both Regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    region: String,
    lockout: Lockout,
}

/// What a replica answers; of challenges, those that change no user.
const ANSWERED: [&str; 21] = [
    "AdminGetUser",
    "AdminInitiateAuth",
    "AdminListGroupsForUser",
    "AdminListUserAuthEvents",
    "AdminRespondToAuthChallenge",
    "AdminUserGlobalSignOut",
    "DescribeUserPool",
    "DescribeUserPoolClient",
    "GetGroup",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserPoolMfaConfig",
    "GlobalSignOut",
    "InitiateAuth",
    "ListGroups",
    "ListUserPoolClientSecrets",
    "ListUserPoolClients",
    "ListUsers",
    "ListUsersInGroup",
    "RespondToAuthChallenge",
    "RevokeToken",
];

impl Replica {
    /// A replica in a Region, in which nobody has given a wrong password yet.
    pub fn new(region: impl Into<String>) -> Self {
        Self { region: region.into(), lockout: Lockout::default() }
    }

    /// The Region.
    pub fn region(&self) -> &str {
        &self.region
    }
}

impl Pool {
    /// Answers one request in a replica, as [`handle`](Self::handle) does in the pool itself.
    ///
    /// # Errors
    ///
    /// As there, and [`ServiceError::OperationNotEnabled`].
    pub fn handle_in<R: PoolRequest>(
        &mut self,
        replica: &mut Replica,
        now: Timestamp,
        entropy: &mut dyn Entropy,
        checked: Checked<R>,
    ) -> Result<Answer<R::Response>, ServiceError> {
        if !ANSWERED.contains(&R::OPERATION) {
            return Err(ServiceError::OperationNotEnabled);
        }
        self.answering_in = Some(mem::take(&mut replica.region));
        mem::swap(&mut self.spent.lockout, &mut replica.lockout);
        let answer = self.handle(now, entropy, checked);
        mem::swap(&mut self.spent.lockout, &mut replica.lockout);
        replica.region = self.answering_in.take().expect("no call takes it");
        answer
    }

    /// The `iss` of the tokens of a replica.
    pub fn issuer_in(&self, replica: &Replica) -> String {
        self.issuer_of(replica.region())
    }
}
