use super::update_user_attributes::check_permission;
use crate::{
    Attribute, Call, Pool, PoolRequest, PresentedToken, Request, ServiceError, Target,
    attributes::change_attributes,
    model::{Members, shapes::ATTRIBUTE_NAME_TYPE},
    request::sealed::Sealed,
    schema::{Change, Write},
};

/// [DeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html)
///
/// The refusals are assumed to be those of UpdateUserAttributes with an empty value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeleteUserAttributesRequest {
    /// What to delete.
    pub user_attribute_names: Vec<String>,
    /// Whose user.
    pub access_token: PresentedToken,
}

impl DeleteUserAttributesRequest {
    /// Deletes these attributes.
    pub fn new(access_token: PresentedToken, user_attribute_names: Vec<String>) -> Self {
        Self { user_attribute_names, access_token }
    }
}

impl Sealed for DeleteUserAttributesRequest {}

impl Request for DeleteUserAttributesRequest {
    type Response = ();

    const OPERATION: &'static str = "DeleteUserAttributes";

    fn members(&self, members: &mut Members) {
        let names = self.user_attribute_names.iter().map(String::as_str);
        members.texts("UserAttributeNames", names, &ATTRIBUTE_NAME_TYPE);
        self.access_token.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for DeleteUserAttributesRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?;
        let id = user.id;
        let names = self.user_attribute_names.iter().map(String::as_str);
        check_permission(pool, &self.access_token, names)?;
        let deletions: Vec<_> =
            self.user_attribute_names.into_iter().map(|name| Attribute::new(name, "")).collect();
        let change = Change::check(&deletions, Write::Update, &pool.settings)?;
        change_attributes(pool, call, id, &change)?;
        Ok(())
    }
}
