use std::collections::BTreeMap;

use crate::{
    Call, CodeDeliveryDetailsType, DeliveryMedium, Pool, PoolRequest, PresentedToken, Request,
    ServiceError, Target,
    attributes::medium_of,
    codes::{Hourly, Purpose},
    model::{Members, shapes::ATTRIBUTE_NAME_TYPE},
    request::sealed::Sealed,
};

/// [GetUserAttributeVerificationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html)
///
/// What is verified already gets a code too. Where a new value waits for its verification, the code
/// goes to the old one, which is still stored.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetUserAttributeVerificationCodeRequest {
    /// Whose user.
    pub access_token: PresentedToken,
    /// `email` or `phone_number`.
    pub attribute_name: String,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// What GetUserAttributeVerificationCode answers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct GetUserAttributeVerificationCodeResponse {
    /// Where the code was sent.
    pub code_delivery_details: CodeDeliveryDetailsType,
}

impl GetUserAttributeVerificationCodeRequest {
    /// Sends a code to the address or number in this attribute.
    pub fn new(access_token: PresentedToken, attribute_name: impl Into<String>) -> Self {
        Self {
            access_token,
            attribute_name: attribute_name.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for GetUserAttributeVerificationCodeRequest {}

impl Request for GetUserAttributeVerificationCodeRequest {
    type Response = GetUserAttributeVerificationCodeResponse;

    const OPERATION: &'static str = "GetUserAttributeVerificationCode";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
        members.text("AttributeName", &self.attribute_name, &ATTRIBUTE_NAME_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for GetUserAttributeVerificationCodeRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<GetUserAttributeVerificationCodeResponse, ServiceError> {
        let user = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?;
        let name = self.attribute_name;
        let medium = medium_of(&name).ok_or(ServiceError::AttributeCannotBeVerified)?;
        let purpose = Purpose::verifying(medium);
        // The stored value before one that waits: reported, by the live tests of
        // https://github.com/aws-amplify/amplify-flutter. Without a stored one, assumed.
        let waiting = || pool.waiting_contact(user, medium, call.now);
        let destination = user.attributes.get(&name).or_else(waiting);
        let what = match medium {
            DeliveryMedium::Email => "email address",
            DeliveryMedium::Sms => "phone number",
        };
        let destination = destination.ok_or(ServiceError::NothingToVerify { what })?;
        let (user, destination) = (user.clone(), destination.to_owned());
        let limit = Hourly::GetUserAttributeVerificationCode;
        pool.spent.tries.count(user.id, limit, call.now)?;
        let code_delivery_details = pool.codes.send(call, &user, purpose, medium, &destination);
        Ok(GetUserAttributeVerificationCodeResponse { code_delivery_details })
    }
}
