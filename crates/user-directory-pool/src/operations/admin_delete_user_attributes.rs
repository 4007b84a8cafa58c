use crate::{
    Attribute, Call, Pool, PoolRequest, Request, ServiceError, Target,
    attributes::change_attributes,
    model::{
        Members,
        shapes::{ATTRIBUTE_NAME_TYPE, USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    schema::{Change, Write},
};

/// [AdminDeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html)
///
/// The refusals of `sub`, of required and of unknown attributes are assumed to be those of
/// AdminUpdateUserAttributes with an empty value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminDeleteUserAttributesRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// What to delete.
    pub user_attribute_names: Vec<String>,
}

impl AdminDeleteUserAttributesRequest {
    /// Deletes these attributes.
    pub fn new(
        user_pool_id: impl Into<String>,
        username: impl Into<String>,
        user_attribute_names: Vec<String>,
    ) -> Self {
        Self { user_pool_id: user_pool_id.into(), username: username.into(), user_attribute_names }
    }
}

impl Sealed for AdminDeleteUserAttributesRequest {}

impl Request for AdminDeleteUserAttributesRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminDeleteUserAttributes";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        let names = self.user_attribute_names.iter().map(String::as_str);
        members.texts("UserAttributeNames", names, &ATTRIBUTE_NAME_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminDeleteUserAttributesRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let id = pool.user(&self.username)?.id;
        let deletions: Vec<_> =
            self.user_attribute_names.into_iter().map(|name| Attribute::new(name, "")).collect();
        let change = Change::check(&deletions, Write::Update, &pool.settings)?;
        change_attributes(pool, call, id, &change)?;
        Ok(())
    }
}
