use std::collections::BTreeMap;

use crate::{
    Attribute, Call, CodeDeliveryDetailsType, Pool, PoolRequest, PresentedToken, Request,
    ServiceError, Target,
    attributes::change_attributes,
    model::Members,
    request::sealed::Sealed,
    schema::{Change, Write, is_verification},
};

/// [UpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html)
///
/// The order of the checks is assumed: `sub`, verification, permission of the client, schema.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserAttributesRequest {
    /// What to set; an empty value deletes.
    pub user_attributes: Vec<Attribute>,
    /// Whose user.
    pub access_token: PresentedToken,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// What UpdateUserAttributes answers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserAttributesResponse {
    /// Where codes were sent.
    pub code_delivery_details_list: Vec<CodeDeliveryDetailsType>,
}

impl UpdateUserAttributesRequest {
    /// Sets these attributes.
    pub fn new(access_token: PresentedToken, user_attributes: Vec<Attribute>) -> Self {
        Self { user_attributes, access_token, client_metadata: BTreeMap::new() }
    }
}

impl Sealed for UpdateUserAttributesRequest {}

impl Request for UpdateUserAttributesRequest {
    type Response = UpdateUserAttributesResponse;

    const OPERATION: &'static str = "UpdateUserAttributes";

    fn members(&self, members: &mut Members) {
        let attributes = self.user_attributes.iter();
        members.attributes(
            "UserAttributes",
            attributes.map(|attribute| (attribute.name.as_str(), attribute.value.as_deref())),
        );
        self.access_token.members(members);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for UpdateUserAttributesRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<UpdateUserAttributesResponse, ServiceError> {
        let user = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?;
        let id = user.id;
        let names = self.user_attributes.iter().map(|attribute| attribute.name.as_str());
        check_permission(pool, &self.access_token, names)?;
        let change = Change::check(&self.user_attributes, Write::Update, &pool.settings)?;
        let code_delivery_details_list = change_attributes(pool, call, id, &change)?;
        Ok(UpdateUserAttributesResponse { code_delivery_details_list })
    }
}

/// Refuses what users may not write of themselves through the client of their token.
///
/// That what is verified is refused as not mutable is reported for answers to challenges.
pub(super) fn check_permission<'a>(
    pool: &Pool,
    token: &PresentedToken,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), ServiceError> {
    let claims = token.claims.as_ref().ok_or(ServiceError::AccessTokenInvalid)?;
    let client = pool.client(&claims.client_id)?;
    for name in names {
        if name == "sub" || is_verification(name) {
            return Err(ServiceError::AttributeNotMutable { name: name.to_owned() });
        }
        // Of what the pool does not have the schema speaks.
        if pool.settings.schema.get(name).is_some() && !client.may_write(name) {
            return Err(ServiceError::UnauthorizedAttribute);
        }
    }
    Ok(())
}
