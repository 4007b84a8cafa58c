use std::fmt;

/// Declares the operations once: variant, AWS name, whether it only reads.
macro_rules! operations {
    ($($variant:ident $reads:literal,)*) => {
        /// An operation of Amazon Cognito user pools that a method of the traits may call.
        ///
        /// Errors, logs and the fake's faults and call log name their operation by this type.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Operation {
            $(
                #[doc = concat!(
                    "[", stringify!($variant), "](https://docs.aws.amazon.com/",
                    "cognito-user-identity-pools/latest/APIReference/API_",
                    stringify!($variant), ".html)"
                )]
                $variant,
            )*
        }

        impl Operation {
            /// All operations, in the order of their names.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the AWS API, as in `X-Amz-Target`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }

            /// Finds an operation by its AWS name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($variant) => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Whether the operation changes nothing, so that sending it twice is safe.
            pub fn is_read(self) -> bool {
                match self {
                    $(Self::$variant => $reads,)*
                }
            }
        }
    };
}

operations! {
    AdminAddUserToGroup false,
    AdminConfirmSignUp false,
    AdminCreateUser false,
    AdminDeleteUser false,
    AdminDeleteUserAttributes false,
    AdminDisableUser false,
    AdminEnableUser false,
    AdminGetUser true,
    AdminInitiateAuth false,
    AdminListGroupsForUser true,
    AdminRemoveUserFromGroup false,
    AdminResetUserPassword false,
    AdminRespondToAuthChallenge false,
    AdminSetUserPassword false,
    AdminUpdateUserAttributes false,
    AdminUserGlobalSignOut false,
    ChangePassword false,
    ConfirmForgotPassword false,
    ConfirmSignUp false,
    CreateGroup false,
    DeleteGroup false,
    DeleteUser false,
    DeleteUserAttributes false,
    ForgotPassword false,
    GetGroup true,
    GetTokensFromRefreshToken false,
    GetUser true,
    GetUserAttributeVerificationCode false,
    GlobalSignOut false,
    InitiateAuth false,
    ListGroups true,
    ListUsers true,
    ListUsersInGroup true,
    ResendConfirmationCode false,
    RespondToAuthChallenge false,
    RevokeToken false,
    SignUp false,
    UpdateGroup false,
    UpdateUserAttributes false,
    VerifyUserAttribute false,
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
}
