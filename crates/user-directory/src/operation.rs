use std::fmt;

use crate::{Authentication, OwnFactors, QuotaCategory, SelfService, UserDirectory};

/// Declares the operations: AWS name, whether it reads or changes, quota, whether SDKs sign it, and
/// the methods of the traits that call it.
///
/// The macro `each_operation` comes of the same rows, so that what has a branch for each operation
/// forgets none. `$d` is a dollar sign, which a macro in a macro cannot write.
macro_rules! operations {
    (
        ($d:tt)
        $($name:ident $effect:ident $category:ident $signed:ident [$($of:ident::$method:ident)*],)*
    ) => {
        /// An operation of Amazon Cognito user pools: one that a method of the traits calls, or one
        /// on pools and app clients.
        ///
        /// Errors, logs and the fake's faults and call log name their operation by this type.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Operation {
            $(
                #[doc = concat!(
                    "[", stringify!($name), "](https://docs.aws.amazon.com/",
                    "cognito-user-identity-pools/latest/APIReference/API_",
                    stringify!($name), ".html)"
                )]
                $name,
            )*
        }

        impl Operation {
            /// All operations, in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in the AWS API, as in `X-Amz-Target`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// Finds an operation by its AWS name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Whether the operation changes nothing, so that sending it twice is safe.
            pub const fn is_read(self) -> bool {
                match self {
                    $(Self::$name => operations!(@ $effect),)*
                }
            }

            /// Whether a call is signed with AWS credentials, and so is an administrator's. Anyone
            /// may send the others.
            pub const fn is_signed(self) -> bool {
                match self {
                    $(Self::$name => operations!(@ $signed),)*
                }
            }

            /// The quota that calls of the operation count against.
            pub const fn quota_category(self) -> QuotaCategory {
                match self {
                    $(Self::$name => QuotaCategory::$category,)*
                }
            }

            /// The methods that call the operation, such as `UserDirectory::create_user`; none calls
            /// the operations on pools and clients.
            pub const fn methods(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[
                        $(concat!(stringify!($of), "::", stringify!($method)),)*
                    ],)*
                }
            }
        }

        // A method that there is not does not compile.
        const _: () = {
            $($(let _ = <dyn $of as $of>::$method;)*)*
        };

        /// Hands the names of all operations to a macro.
        #[doc(hidden)]
        #[macro_export]
        macro_rules! each_operation {
            ($d then:ident) => {
                $d then! { $($name)* }
            };
        }
    };
    (@ reads) => { true };
    (@ changes) => { false };
    (@ signed) => { true };
    (@ unsigned) => { false };
}

operations! {
    ($)
    AddCustomAttributes changes UserPoolResourceUpdate signed [],
    AddUserPoolClientSecret changes UserPoolClientUpdate signed [],
    AdminAddUserToGroup changes UserUpdate signed [UserDirectory::add_user_to_group],
    AdminConfirmSignUp changes UserCreation signed [UserDirectory::confirm_sign_up],
    AdminCreateUser changes UserCreation signed [UserDirectory::create_user],
    AdminDeleteSoftwareToken changes UserResourceUpdate signed [
        UserDirectory::delete_software_token
    ],
    AdminDeleteUser changes UserUpdate signed [UserDirectory::delete_user],
    AdminDeleteUserAttributes changes UserUpdate signed [UserDirectory::delete_user_attributes],
    AdminDisableUser changes UserUpdate signed [UserDirectory::disable_user],
    AdminEnableUser changes UserUpdate signed [UserDirectory::enable_user],
    AdminGetUser reads UserRead signed [UserDirectory::user],
    AdminGetUserAuthFactors reads UserResourceRead signed [UserDirectory::user_auth_factors],
    AdminInitiateAuth changes UserAuthentication signed [
        Authentication::sign_in Authentication::refresh
    ],
    AdminListGroupsForUser reads UserResourceRead signed [UserDirectory::list_groups_for_user],
    AdminListUserAuthEvents reads UserResourceRead signed [UserDirectory::list_user_auth_events],
    AdminRemoveUserFromGroup changes UserUpdate signed [UserDirectory::remove_user_from_group],
    AdminResetUserPassword changes UserAccountRecovery signed [UserDirectory::reset_user_password],
    AdminRespondToAuthChallenge changes UserAuthentication signed [
        Authentication::respond_to_challenge
    ],
    AdminSetUserMFAPreference changes UserResourceUpdate signed [
        UserDirectory::set_user_mfa_preference
    ],
    AdminSetUserPassword changes UserAccountRecovery signed [UserDirectory::set_user_password],
    AdminUpdateUserAttributes changes UserUpdate signed [UserDirectory::update_user_attributes],
    AdminUserGlobalSignOut changes UserUpdate signed [UserDirectory::global_sign_out],
    AssociateSoftwareToken changes UserResourceUpdate unsigned [
        Authentication::associate_software_token OwnFactors::associate_own_software_token
    ],
    ChangePassword changes UserAccountRecovery unsigned [SelfService::change_password],
    ConfirmForgotPassword changes UserAccountRecovery unsigned [
        SelfService::confirm_forgot_password
    ],
    ConfirmSignUp changes UserCreation unsigned [SelfService::confirm_sign_up],
    CreateGroup changes UserPoolResourceUpdate signed [UserDirectory::create_group],
    CreateUserPool changes UserPoolUpdate signed [],
    CreateUserPoolClient changes UserPoolClientUpdate signed [],
    DeleteGroup changes UserPoolResourceUpdate signed [UserDirectory::delete_group],
    DeleteUser changes UserUpdate unsigned [SelfService::delete_user],
    DeleteUserAttributes changes UserUpdate unsigned [SelfService::delete_user_attributes],
    DeleteUserPool changes UserPoolUpdate signed [],
    DeleteUserPoolClient changes UserPoolClientUpdate signed [],
    DeleteUserPoolClientSecret changes UserPoolClientUpdate signed [],
    DescribeUserPool reads UserPoolRead signed [],
    DescribeUserPoolClient reads UserPoolClientRead signed [],
    ForgotPassword changes UserAccountRecovery unsigned [SelfService::forgot_password],
    GetGroup reads UserPoolResourceRead signed [UserDirectory::group],
    GetTokensFromRefreshToken changes UserAuthentication unsigned [Authentication::refresh],
    GetUser reads UserRead unsigned [SelfService::user],
    GetUserAttributeVerificationCode changes UserResourceRead unsigned [
        SelfService::user_attribute_verification_code
    ],
    GetUserAuthFactors reads UserResourceRead unsigned [OwnFactors::auth_factors],
    GetUserPoolMfaConfig reads UserPoolResourceRead signed [],
    GlobalSignOut changes UserUpdate unsigned [SelfService::global_sign_out],
    InitiateAuth changes UserAuthentication unsigned [
        Authentication::sign_in Authentication::refresh
    ],
    ListGroups reads UserPoolResourceRead signed [UserDirectory::list_groups],
    ListUserPoolClientSecrets reads UserPoolClientRead signed [],
    ListUserPoolClients reads UserPoolClientRead signed [],
    ListUserPools reads UserPoolRead signed [],
    ListUsers reads UserList signed [UserDirectory::list_users],
    ListUsersInGroup reads UserList signed [UserDirectory::list_users_in_group],
    ResendConfirmationCode changes UserResourceRead unsigned [
        SelfService::resend_confirmation_code
    ],
    RespondToAuthChallenge changes UserAuthentication unsigned [
        Authentication::respond_to_challenge
    ],
    RevokeToken changes UserToken unsigned [Authentication::revoke],
    SetUserMFAPreference changes UserResourceUpdate unsigned [OwnFactors::set_mfa_preference],
    SetUserPoolMfaConfig changes UserPoolResourceUpdate signed [],
    SignUp changes UserCreation unsigned [SelfService::sign_up],
    UpdateGroup changes UserPoolResourceUpdate signed [UserDirectory::update_group],
    UpdateUserAttributes changes UserUpdate unsigned [SelfService::update_user_attributes],
    UpdateUserPool changes UserPoolUpdate signed [],
    UpdateUserPoolClient changes UserPoolClientUpdate signed [],
    VerifySoftwareToken changes UserResourceUpdate unsigned [
        Authentication::verify_software_token OwnFactors::verify_own_software_token
    ],
    VerifyUserAttribute changes UserUpdate unsigned [SelfService::verify_user_attribute],
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        let names: Vec<_> = Operation::ALL.iter().map(|operation| operation.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        }
        assert_eq!(Operation::from_name("AdminGetuser"), None);
    }

    #[test]
    fn each_operation_hands_over_all_names() {
        macro_rules! names {
            ($($name:ident)*) => { [$(stringify!($name)),*] };
        }
        let names: [&str; Operation::ALL.len()] = each_operation!(names);
        let expected: Vec<_> = Operation::ALL.iter().map(|operation| operation.name()).collect();
        assert_eq!(names.as_slice(), expected);
    }
}
