//! The operations, one file each.

/// Hands the types of all requests to a macro: those that the methods of the traits make, those that
/// change or describe a pool's own settings, and those that change or describe which pools and
/// clients there are, which their owner knows.
#[doc(hidden)]
#[macro_export]
macro_rules! each_request {
    ($then:ident) => {
        $then! {
            users {
                AdminAddUserToGroupRequest
                AdminConfirmSignUpRequest
                AdminCreateUserRequest
                AdminDeleteSoftwareTokenRequest
                AdminDeleteUserAttributesRequest
                AdminDeleteUserRequest
                AdminDisableUserRequest
                AdminEnableUserRequest
                AdminGetUserAuthFactorsRequest
                AdminGetUserRequest
                AdminInitiateAuthRequest
                AdminListGroupsForUserRequest
                AdminListUserAuthEventsRequest
                AdminRemoveUserFromGroupRequest
                AdminResetUserPasswordRequest
                AdminRespondToAuthChallengeRequest
                AdminSetUserMfaPreferenceRequest
                AdminSetUserPasswordRequest
                AdminUpdateUserAttributesRequest
                AdminUserGlobalSignOutRequest
                AssociateSoftwareTokenRequest
                ChangePasswordRequest
                ConfirmForgotPasswordRequest
                ConfirmSignUpRequest
                CreateGroupRequest
                DeleteGroupRequest
                DeleteUserAttributesRequest
                DeleteUserRequest
                ForgotPasswordRequest
                GetGroupRequest
                GetTokensFromRefreshTokenRequest
                GetUserAttributeVerificationCodeRequest
                GetUserAuthFactorsRequest
                GetUserRequest
                GlobalSignOutRequest
                InitiateAuthRequest
                ListGroupsRequest
                ListUsersInGroupRequest
                ListUsersRequest
                ResendConfirmationCodeRequest
                RespondToAuthChallengeRequest
                RevokeTokenRequest
                SetUserMfaPreferenceRequest
                SignUpRequest
                UpdateGroupRequest
                UpdateUserAttributesRequest
                VerifySoftwareTokenRequest
                VerifyUserAttributeRequest
            }
            settings {
                AddCustomAttributesRequest
                AddUserPoolClientSecretRequest
                DeleteUserPoolClientSecretRequest
                DescribeUserPoolClientRequest
                DescribeUserPoolRequest
                GetUserPoolMfaConfigRequest
                ListUserPoolClientSecretsRequest
                ListUserPoolClientsRequest
                SetUserPoolMfaConfigRequest
                UpdateUserPoolClientRequest
                UpdateUserPoolRequest
            }
            owner {
                CreateUserPoolClientRequest
                CreateUserPoolRequest
                DeleteUserPoolClientRequest
                DeleteUserPoolRequest
                ListUserPoolsRequest
            }
        }
    };
}

/// Declares a request that names a pool and a user and nothing else.
macro_rules! request_about_a_user {
    ($(#[$doc:meta])* $request:ident, $operation:literal, $response:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $request {
            /// The pool's id.
            pub user_pool_id: String,
            /// Real name, alias or `sub`.
            pub username: String,
        }

        impl $request {
            /// A request about this user.
            pub fn new(user_pool_id: impl Into<String>, username: impl Into<String>) -> Self {
                Self { user_pool_id: user_pool_id.into(), username: username.into() }
            }
        }

        impl crate::request::sealed::Sealed for $request {}

        impl crate::Request for $request {
            type Response = $response;

            const OPERATION: &'static str = $operation;

            fn members(&self, members: &mut crate::model::Members) {
                use crate::model::shapes::{USERNAME_TYPE, USER_POOL_ID_TYPE};
                members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
                members.text("Username", &self.username, &USERNAME_TYPE);
            }

            fn target(&self) -> crate::Target<'_> {
                crate::Target::Pool(&self.user_pool_id)
            }

        }

        impl crate::PoolRequest for $request {
            fn handle(
                self,
                pool: &mut crate::Pool,
                call: &mut crate::Call<'_>,
            ) -> Result<Self::Response, crate::ServiceError> {
                pool.require_id(&self.user_pool_id)?;
                self.answer(pool, call)
            }
        }
    };
}

/// Declares a request that names a pool and a group and nothing else.
macro_rules! request_about_a_group {
    ($(#[$doc:meta])* $request:ident, $operation:literal, $response:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $request {
            /// The group's name.
            pub group_name: String,
            /// The pool's id.
            pub user_pool_id: String,
        }

        impl $request {
            /// A request about this group.
            pub fn new(user_pool_id: impl Into<String>, group_name: impl Into<String>) -> Self {
                Self { group_name: group_name.into(), user_pool_id: user_pool_id.into() }
            }
        }

        impl crate::request::sealed::Sealed for $request {}

        impl crate::Request for $request {
            type Response = $response;

            const OPERATION: &'static str = $operation;

            fn members(&self, members: &mut crate::model::Members) {
                use crate::model::shapes::{GROUP_NAME_TYPE, USER_POOL_ID_TYPE};
                members.text("GroupName", &self.group_name, &GROUP_NAME_TYPE);
                members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
            }

            fn target(&self) -> crate::Target<'_> {
                crate::Target::Pool(&self.user_pool_id)
            }

        }

        impl crate::PoolRequest for $request {
            fn handle(
                self,
                pool: &mut crate::Pool,
                call: &mut crate::Call<'_>,
            ) -> Result<Self::Response, crate::ServiceError> {
                pool.require_id(&self.user_pool_id)?;
                self.answer(pool, call)
            }
        }
    };
}

mod add_custom_attributes;
mod add_user_pool_client_secret;
mod admin_add_user_to_group;
mod admin_confirm_sign_up;
mod admin_create_user;
mod admin_delete_software_token;
mod admin_delete_user;
mod admin_delete_user_attributes;
mod admin_disable_user;
mod admin_enable_user;
mod admin_get_user;
mod admin_get_user_auth_factors;
mod admin_initiate_auth;
mod admin_list_groups_for_user;
mod admin_list_user_auth_events;
mod admin_remove_user_from_group;
mod admin_reset_user_password;
mod admin_respond_to_auth_challenge;
mod admin_set_user_mfa_preference;
mod admin_set_user_password;
mod admin_update_user_attributes;
mod admin_user_global_sign_out;
mod associate_software_token;
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
mod get_user_auth_factors;
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
mod set_user_mfa_preference;
mod set_user_pool_mfa_config;
mod sign_up;
mod update_group;
mod update_user_attributes;
mod update_user_pool;
mod update_user_pool_client;
mod verify_software_token;
mod verify_user_attribute;

pub use add_custom_attributes::AddCustomAttributesRequest;
pub use add_user_pool_client_secret::{
    AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse,
};
pub use admin_add_user_to_group::AdminAddUserToGroupRequest;
pub use admin_confirm_sign_up::AdminConfirmSignUpRequest;
pub use admin_create_user::{AdminCreateUserRequest, AdminCreateUserResponse, MessageAction};
pub use admin_delete_software_token::AdminDeleteSoftwareTokenRequest;
pub use admin_delete_user::AdminDeleteUserRequest;
pub use admin_delete_user_attributes::AdminDeleteUserAttributesRequest;
pub use admin_disable_user::AdminDisableUserRequest;
pub use admin_enable_user::AdminEnableUserRequest;
pub use admin_get_user::{AdminGetUserRequest, AdminGetUserResponse};
pub use admin_get_user_auth_factors::AdminGetUserAuthFactorsRequest;
pub use admin_initiate_auth::AdminInitiateAuthRequest;
pub use admin_list_groups_for_user::{
    AdminListGroupsForUserRequest, AdminListGroupsForUserResponse,
};
pub use admin_list_user_auth_events::AdminListUserAuthEventsRequest;
pub use admin_remove_user_from_group::AdminRemoveUserFromGroupRequest;
pub use admin_reset_user_password::AdminResetUserPasswordRequest;
pub use admin_respond_to_auth_challenge::AdminRespondToAuthChallengeRequest;
pub use admin_set_user_mfa_preference::AdminSetUserMfaPreferenceRequest;
pub use admin_set_user_password::AdminSetUserPasswordRequest;
pub use admin_update_user_attributes::AdminUpdateUserAttributesRequest;
pub use admin_user_global_sign_out::AdminUserGlobalSignOutRequest;
pub use associate_software_token::{AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse};
pub use change_password::ChangePasswordRequest;
pub use confirm_forgot_password::ConfirmForgotPasswordRequest;
pub use confirm_sign_up::ConfirmSignUpRequest;
pub use create_group::CreateGroupRequest;
pub use create_user_pool::CreateUserPoolRequest;
pub use create_user_pool_client::CreateUserPoolClientRequest;
pub use delete_group::DeleteGroupRequest;
pub use delete_user::DeleteUserRequest;
pub use delete_user_attributes::DeleteUserAttributesRequest;
pub use delete_user_pool::DeleteUserPoolRequest;
pub use delete_user_pool_client::DeleteUserPoolClientRequest;
pub use delete_user_pool_client_secret::DeleteUserPoolClientSecretRequest;
pub use describe_user_pool::{DescribeUserPoolRequest, DescribeUserPoolResponse, UserPoolType};
pub use describe_user_pool_client::{
    DescribeUserPoolClientRequest, DescribeUserPoolClientResponse,
};
pub use forgot_password::{ForgotPasswordRequest, ForgotPasswordResponse};
pub use get_group::GetGroupRequest;
pub use get_tokens_from_refresh_token::{
    GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse,
};
pub use get_user::{GetUserRequest, GetUserResponse, PresentedToken};
pub use get_user_attribute_verification_code::{
    GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
};
pub use get_user_auth_factors::{GetUserAuthFactorsRequest, UserAuthFactors};
pub use get_user_pool_mfa_config::GetUserPoolMfaConfigRequest;
pub use global_sign_out::GlobalSignOutRequest;
pub use initiate_auth::InitiateAuthRequest;
pub use list_groups::{ListGroupsRequest, ListGroupsResponse};
pub use list_user_pool_client_secrets::{
    ClientSecretDescriptor, ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse,
};
pub use list_user_pool_clients::{
    ListUserPoolClientsRequest, ListUserPoolClientsResponse, UserPoolClientDescription,
};
pub use list_user_pools::{ListUserPoolsRequest, ListUserPoolsResponse, UserPoolDescriptionType};
pub use list_users::{ListUsersRequest, ListUsersResponse};
pub use list_users_in_group::{ListUsersInGroupRequest, ListUsersInGroupResponse};
pub use resend_confirmation_code::{ResendConfirmationCodeRequest, ResendConfirmationCodeResponse};
pub use respond_to_auth_challenge::RespondToAuthChallengeRequest;
pub use revoke_token::RevokeTokenRequest;
pub use set_user_mfa_preference::SetUserMfaPreferenceRequest;
pub use set_user_pool_mfa_config::SetUserPoolMfaConfigRequest;
pub use sign_up::{SignUpRequest, SignUpResponse};
pub use update_group::UpdateGroupRequest;
pub use update_user_attributes::{UpdateUserAttributesRequest, UpdateUserAttributesResponse};
pub use update_user_pool::UpdateUserPoolRequest;
pub use update_user_pool_client::{UpdateUserPoolClientRequest, UpdateUserPoolClientResponse};
pub use verify_software_token::{VerifySoftwareTokenRequest, VerifySoftwareTokenResponse};
pub use verify_user_attribute::VerifyUserAttributeRequest;
