//! The operations, one file each: how its request is read and its response written.

mod add_custom_attributes;
mod add_user_pool_client_secret;
mod admin_add_user_to_group;
mod admin_confirm_sign_up;
mod admin_create_user;
mod admin_delete_user;
mod admin_delete_user_attributes;
mod admin_disable_user;
mod admin_enable_user;
mod admin_get_user;
mod admin_initiate_auth;
mod admin_list_groups_for_user;
mod admin_remove_user_from_group;
mod admin_reset_user_password;
mod admin_respond_to_auth_challenge;
mod admin_set_user_password;
mod admin_update_user_attributes;
mod admin_user_global_sign_out;
mod change_password;
mod confirm_forgot_password;
mod confirm_sign_up;
mod create_group;
mod create_user_pool;
mod create_user_pool_client;
mod delete_group;
mod delete_user;
mod delete_user_attributes;
mod delete_user_pool;
mod delete_user_pool_client;
mod delete_user_pool_client_secret;
mod describe_user_pool;
mod describe_user_pool_client;
mod forgot_password;
mod get_group;
mod get_tokens_from_refresh_token;
mod get_user;
mod get_user_attribute_verification_code;
mod get_user_pool_mfa_config;
mod global_sign_out;
mod initiate_auth;
mod list_groups;
mod list_user_pool_client_secrets;
mod list_user_pool_clients;
mod list_user_pools;
mod list_users;
mod list_users_in_group;
mod resend_confirmation_code;
mod respond_to_auth_challenge;
mod revoke_token;
mod set_user_pool_mfa_config;
mod sign_up;
mod update_group;
mod update_user_attributes;
mod update_user_pool;
mod update_user_pool_client;
mod verify_user_attribute;

use bytes::Bytes;
use http::Response;
use serde::Serialize;
use user_directory_fake::TokenSigner;
use user_directory_pool as pool;

use crate::{
    members::{Members, Mistyped},
    wire::{AnswerLost, Call, Refusal, Wire},
};

/// Answers a call of any operation.
pub(crate) async fn answer(wire: &Wire, call: Call<'_>) -> Result<Response<Bytes>, AnswerLost> {
    macro_rules! answer {
        ($($group:ident { $($request:ident)* })*) => {
            match call.operation {
                $($(<pool::$request as pool::Request>::OPERATION => {
                    wire.call::<pool::$request>(call).await
                })*)*
                name => Ok(Refusal::unknown(name).response(wire.fake().next_request_id())),
            }
        };
    }
    pool::each_request!(answer)
}

/// How a request is read out of its JSON object.
pub(crate) trait Decode: Sized {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped>;
}

/// How a response is written as a JSON object.
pub(crate) trait Encode {
    type Output: Serialize;

    fn encode(self) -> Self::Output;
}

/// How a response that may carry tokens is written.
pub(crate) trait EncodeSigned {
    type Output: Serialize;

    fn encode_signed(self, signer: &TokenSigner) -> Self::Output;
}

impl<T: Encode> EncodeSigned for T {
    type Output = T::Output;

    fn encode_signed(self, _: &TokenSigner) -> T::Output {
        self.encode()
    }
}

/// `{}`. The pages of the API reference differ on whether such a body is empty instead; assumed.
#[derive(Debug, Serialize)]
pub(crate) struct Nothing {}

impl Encode for () {
    type Output = Nothing;

    fn encode(self) -> Nothing {
        Nothing {}
    }
}
