use crate::{
    Call, Pool, PoolRequest, PresentedToken, Request, Secret, ServiceError, Target,
    attributes::{medium_of, verified_attribute},
    codes::{Hourly, Purpose},
    model::{
        Members,
        shapes::{ATTRIBUTE_NAME_TYPE, CONFIRMATION_CODE_TYPE},
    },
    request::sealed::Sealed,
    users::alias_exists,
};

/// [VerifyUserAttribute](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html)
///
/// A code that went to another address or number than the user has now is worth nothing, unless that
/// one waits for its verification (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VerifyUserAttributeRequest {
    /// Whose user.
    pub access_token: PresentedToken,
    /// `email` or `phone_number`.
    pub attribute_name: String,
    /// The code that was sent.
    pub code: Secret,
}

impl VerifyUserAttributeRequest {
    /// Verifies this attribute with this code.
    pub fn new(
        access_token: PresentedToken,
        attribute_name: impl Into<String>,
        code: impl Into<Secret>,
    ) -> Self {
        Self { access_token, attribute_name: attribute_name.into(), code: code.into() }
    }
}

impl Sealed for VerifyUserAttributeRequest {}

impl Request for VerifyUserAttributeRequest {
    type Response = ();

    const OPERATION: &'static str = "VerifyUserAttribute";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
        members.text("AttributeName", &self.attribute_name, &ATTRIBUTE_NAME_TYPE);
        members.text("Code", self.code.expose(), &CONFIRMATION_CODE_TYPE);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for VerifyUserAttributeRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?;
        let name = self.attribute_name;
        let medium = medium_of(&name).ok_or(ServiceError::AttributeCannotBeVerified)?;
        let (id, purpose) = (user.id, Purpose::verifying(medium));
        let mut user = user.clone();
        pool.spent.tries.count(id, Hourly::VerifyUserAttribute, call.now)?;
        let sent = pool.codes.check(id, purpose, &self.code, call.now)?;
        if pool.waiting_contact(&user, medium, call.now).is_some() {
            user.attributes.set(medium.attribute().into(), &sent.destination);
        } else if user.attributes.get(&name) != Some(&*sent.destination) {
            return Err(ServiceError::CodeExpired);
        }
        user.attributes.set(verified_attribute(medium).into(), "true");
        user.modified = call.now;
        if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &user) {
            return Err(alias_exists(alias));
        }
        pool.codes.spend(id, purpose);
        pool.users.update(&pool.settings, id, |u| *u = user);
        Ok(())
    }
}
