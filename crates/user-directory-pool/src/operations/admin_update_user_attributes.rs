use std::collections::BTreeMap;

use crate::{
    Attribute, Call, Pool, PoolRequest, Request, ServiceError, Target,
    attributes::change_attributes,
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    schema::{Change, Write},
};

/// [AdminUpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminUpdateUserAttributesRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// What to set; an empty value deletes.
    pub user_attributes: Vec<Attribute>,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl AdminUpdateUserAttributesRequest {
    /// Sets these attributes.
    pub fn new(
        user_pool_id: impl Into<String>,
        username: impl Into<String>,
        user_attributes: Vec<Attribute>,
    ) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            user_attributes,
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for AdminUpdateUserAttributesRequest {}

impl Request for AdminUpdateUserAttributesRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminUpdateUserAttributes";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        let attributes = self.user_attributes.iter();
        members.attributes(
            "UserAttributes",
            attributes.map(|attribute| (attribute.name.as_str(), attribute.value.as_deref())),
        );
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminUpdateUserAttributesRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let id = pool.user(&self.username)?.id;
        let change = Change::check(&self.user_attributes, Write::Update, &pool.settings)?;
        change_attributes(pool, call, id, &change)?;
        Ok(())
    }
}
