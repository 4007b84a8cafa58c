use crate::{
    Call, Pool, PoolRequest, Request, SchemaAttributeType, ServiceError, Target,
    model::{Members, shapes::USER_POOL_ID_TYPE},
    request::sealed::Sealed,
};

/// [AddCustomAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AddCustomAttributesRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// 1 to 25 attributes, named without their prefix `custom:`.
    pub custom_attributes: Vec<SchemaAttributeType>,
}

impl AddCustomAttributesRequest {
    /// Adds these attributes.
    pub fn new(
        user_pool_id: impl Into<String>,
        custom_attributes: Vec<SchemaAttributeType>,
    ) -> Self {
        Self { user_pool_id: user_pool_id.into(), custom_attributes }
    }
}

impl Sealed for AddCustomAttributesRequest {}

impl Request for AddCustomAttributesRequest {
    type Response = ();

    const OPERATION: &'static str = "AddCustomAttributes";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.schema("CustomAttributes", &self.custom_attributes, 25);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AddCustomAttributesRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let taken = |name| ServiceError::CustomAttributeExists { name };
        pool.settings.schema.add_custom(self.custom_attributes, taken)?;
        pool.users.learn_names(&pool.settings.schema);
        pool.modified = call.now;
        Ok(())
    }
}
