/// Hands the methods of the traits to a macro, a row each, behind what stands before them.
///
/// Forwarding and mocks come of it. A method that is required and missing here does not compile; one
/// with a default would be lost in silence, so a test compares the names with the table of
/// operations.
macro_rules! each_method {
    ($then:ident! $($before:tt)*) => {
        $then! {
            $($before)*
            Authentication {
                sign_in(request: crate::SignIn) -> crate::AuthOutcome;
                respond_to_challenge(answer: crate::ChallengeAnswer) -> crate::AuthOutcome;
                refresh(request: crate::Refresh) -> crate::Refreshed;
                revoke(request: crate::Revoke) -> ();
                associate_software_token(request: crate::AssociateSoftwareToken) -> crate::SoftwareTokenSetup;
                verify_software_token(request: crate::VerifySoftwareToken) -> crate::VerifiedSoftwareToken;
            }
            UserDirectory {
                create_user(request: crate::CreateUser) -> crate::User;
                user(username: &str) -> crate::User;
                update_user_attributes(request: crate::UpdateUserAttributes) -> ();
                delete_user_attributes(request: crate::DeleteUserAttributes) -> ();
                set_user_password(request: crate::SetUserPassword) -> ();
                reset_user_password(request: crate::ResetUserPassword) -> ();
                confirm_sign_up(request: crate::ConfirmSignUp) -> ();
                enable_user(username: &str) -> ();
                disable_user(username: &str) -> ();
                delete_user(username: &str) -> ();
                global_sign_out(username: &str) -> ();
                list_users(request: crate::ListUsers) -> crate::UserPage;
                create_group(request: crate::CreateGroup) -> crate::Group;
                group(name: &str) -> crate::Group;
                update_group(request: crate::UpdateGroup) -> crate::Group;
                delete_group(name: &str) -> ();
                list_groups(request: crate::ListGroups) -> crate::GroupPage;
                add_user_to_group(username: &str, group_name: &str) -> ();
                remove_user_from_group(username: &str, group_name: &str) -> ();
                list_groups_for_user(request: crate::ListGroupsForUser) -> crate::GroupPage;
                list_users_in_group(request: crate::ListUsersInGroup) -> crate::UserPage;
                list_user_auth_events(request: crate::ListUserAuthEvents) -> crate::AuthEventPage;
                set_user_mfa_preference(request: crate::SetUserMfaPreference) -> ();
                delete_software_token(username: &str) -> ();
                user_auth_factors(username: &str) -> crate::AuthFactors;
            }
            SelfService {
                user(access_token: &crate::AccessToken) -> crate::OwnUser;
                global_sign_out(access_token: &crate::AccessToken) -> ();
                sign_up(request: crate::SignUp) -> crate::SignedUp;
                confirm_sign_up(request: crate::ConfirmOwnSignUp) -> ();
                resend_confirmation_code(request: crate::ResendConfirmationCode) -> crate::CodeDelivery;
                forgot_password(request: crate::ForgotPassword) -> crate::CodeDelivery;
                confirm_forgot_password(request: crate::ConfirmForgotPassword) -> ();
                change_password(request: crate::ChangePassword) -> ();
                update_user_attributes(request: crate::UpdateOwnAttributes) -> Vec<crate::CodeDelivery>;
                delete_user_attributes(request: crate::DeleteOwnAttributes) -> ();
                user_attribute_verification_code(request: crate::UserAttributeVerificationCode) -> crate::CodeDelivery;
                verify_user_attribute(request: crate::VerifyUserAttribute) -> ();
                delete_user(access_token: &crate::AccessToken) -> ();
            }
            OwnFactors {
                associate_own_software_token(access_token: &crate::AccessToken) -> crate::SecretCode;
                verify_own_software_token(request: crate::VerifyOwnSoftwareToken) -> ();
                set_mfa_preference(request: crate::SetMfaPreference) -> ();
                auth_factors(access_token: &crate::AccessToken) -> crate::AuthFactors;
            }
        }
    };
}
pub(crate) use each_method;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::Operation;

    #[test]
    fn the_methods_are_those_of_the_table_of_operations() {
        macro_rules! names {
            ($($of:ident { $($name:ident($($args:tt)*) -> $answer:ty;)* })*) => {
                [$($(concat!(stringify!($of), "::", stringify!($name)),)*)*]
            };
        }
        let methods = BTreeSet::from(each_method!(names!));
        let table = Operation::ALL.iter().flat_map(|operation| operation.methods());
        assert_eq!(methods, table.copied().collect());
    }
}
