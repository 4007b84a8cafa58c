use crate::{
    Call, Pool, PoolRequest, PresentedToken, Request, Secret, ServiceError, Target,
    codes::Hourly,
    model::{Members, shapes::PASSWORD_TYPE},
    request::sealed::Sealed,
    user::Account,
};

/// [ChangePassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html)
///
/// Sign-ins stay alive (documented by tests of Liftric/cognito-idp). Assumed: that wrong previous
/// passwords do not lock out, that a missing one is a wrong one, and that it is checked before the
/// policy.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChangePasswordRequest {
    /// The password so far.
    pub previous_password: Option<Secret>,
    /// The new password.
    pub proposed_password: Secret,
    /// Whose user.
    pub access_token: PresentedToken,
}

impl ChangePasswordRequest {
    /// Changes the password from one to the other.
    pub fn new(
        access_token: PresentedToken,
        previous_password: impl Into<Secret>,
        proposed_password: impl Into<Secret>,
    ) -> Self {
        Self {
            previous_password: Some(previous_password.into()),
            proposed_password: proposed_password.into(),
            access_token,
        }
    }
}

impl Sealed for ChangePasswordRequest {}

impl Request for ChangePasswordRequest {
    type Response = ();

    const OPERATION: &'static str = "ChangePassword";

    fn members(&self, members: &mut Members) {
        let previous = self.previous_password.as_ref().map(Secret::expose);
        members.optional_text("PreviousPassword", previous, &PASSWORD_TYPE);
        members.text("ProposedPassword", self.proposed_password.expose(), &PASSWORD_TYPE);
        self.access_token.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for ChangePasswordRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?;
        let (id, user) = (user.id, user.clone());
        pool.spent.tries.count(id, Hourly::ChangePassword, call.now)?;
        if self.previous_password.is_none()
            || self.previous_password.as_ref() != user.account.password()
        {
            return Err(ServiceError::IncorrectUsernameOrPassword);
        }
        pool.check_new_password(&user, &self.proposed_password)?;
        pool.set_account(id, Account::Confirmed { password: self.proposed_password }, call.now);
        Ok(())
    }
}
