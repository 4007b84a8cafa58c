use async_trait::async_trait;

use crate::{
    AccessToken, Authentication, ChangePassword, CodeDelivery, ConfirmForgotPassword,
    ConfirmOwnSignUp, DeleteOwnAttributes, ForgotPassword, OwnUser, ResendConfirmationCode, Result,
    SignUp, SignedUp, UpdateOwnAttributes, UserAttributeVerificationCode, VerifyUserAttribute,
};

/// What users may do to their own account: the operations that Cognito authorizes by the user's
/// access token or code, and that nobody signs.
///
/// | method | what it does |
/// | --- | --- |
/// | [`sign_up`](Self::sign_up) | creates one's own account; a code is sent |
/// | [`confirm_sign_up`](Self::confirm_sign_up), [`resend_confirmation_code`](Self::resend_confirmation_code) | confirm it with the code, or get another |
/// | [`forgot_password`](Self::forgot_password), [`confirm_forgot_password`](Self::confirm_forgot_password) | get a code, and choose a new password with it |
/// | [`user`](Self::user) | shows who is signed in |
/// | [`change_password`](Self::change_password) | changes the password of who is signed in |
/// | [`update_user_attributes`](Self::update_user_attributes), [`delete_user_attributes`](Self::delete_user_attributes) | change one's own attributes |
/// | [`user_attribute_verification_code`](Self::user_attribute_verification_code), [`verify_user_attribute`](Self::verify_user_attribute) | get a code for an address or number, and verify it |
/// | [`global_sign_out`](Self::global_sign_out) | signs out everywhere |
/// | [`delete_user`](Self::delete_user) | deletes one's own account |
///
/// Signing in and refreshing are those of [`Authentication`].
///
/// # Errors
///
/// Every method that takes an access token answers `NotAuthorized` for one that is malformed, has
/// expired or was revoked.
///
/// # Contract
///
/// As for [`Authentication`].
#[async_trait]
pub trait SelfService: Authentication {
    /// The user whom an access token belongs to, with the attributes that the client may read.
    ///
    /// AWS: [GetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html).
    #[doc(alias = "GetUser")]
    async fn user(&self, access_token: &AccessToken) -> Result<OwnUser>;

    /// Signs the user out everywhere.
    ///
    /// The access token that was used is refused from then on as well; like the ID token it still
    /// verifies offline until it expires.
    ///
    /// AWS: [GlobalSignOut](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html).
    #[doc(alias = "GlobalSignOut")]
    async fn global_sign_out(&self, access_token: &AccessToken) -> Result<()>;

    /// Creates a user from outside: UNCONFIRMED, and a code is sent if the pool verifies an
    /// attribute that was given.
    ///
    /// # Errors
    ///
    /// `UsernameExists`, whatever the client's setting of existence errors; `InvalidPassword`;
    /// `NotAuthorized` where only administrators create users, or for an attribute that the client
    /// may not write; `CodeDeliveryFailure` and `LimitExceeded` **after** the user was created.
    ///
    /// AWS: [SignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html).
    #[doc(alias = "SignUp")]
    async fn sign_up(&self, request: SignUp) -> Result<SignedUp>;

    /// Confirms a user who signed up with the code that was sent, which verifies the address or
    /// number that got it.
    ///
    /// # Errors
    ///
    /// `CodeMismatch`; `ExpiredCode` after 24 hours, or if a newer code was sent; `AliasExists` if
    /// another user has the verified address or number already; `NotAuthorized` in any status but
    /// UNCONFIRMED; `LimitExceeded` after too many tries; for an unknown user `UserNotFound`, or
    /// `ExpiredCode` where existence errors are hidden.
    ///
    /// AWS: [ConfirmSignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html).
    #[doc(alias = "ConfirmSignUp")]
    async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()>;

    /// Sends a user who signed up another code. The older one stops working.
    ///
    /// # Errors
    ///
    /// `InvalidParameter` for a confirmed user; `NotAuthorized` where the pool verifies no
    /// attribute; `LimitExceeded` after too many; `CodeDeliveryFailure` **after** the code was
    /// replaced.
    ///
    /// AWS: [ResendConfirmationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html).
    #[doc(alias = "ResendConfirmationCode")]
    async fn resend_confirmation_code(
        &self,
        request: ResendConfirmationCode,
    ) -> Result<CodeDelivery>;

    /// Sends a code to choose a new password with, good for an hour. The old password keeps
    /// working.
    ///
    /// # Errors
    ///
    /// `UserNotFound` for an unknown user, `InvalidParameter` without a verified address or number:
    /// where existence errors are hidden, made-up delivery details instead of both. `NotAuthorized`
    /// in FORCE_CHANGE_PASSWORD; `LimitExceeded` after too many; `CodeDeliveryFailure` **after**
    /// the code was made.
    ///
    /// AWS: [ForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html).
    #[doc(alias = "ForgotPassword")]
    async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery>;

    /// Chooses a new password with the code that was sent. Existing sign-ins stay alive: an
    /// application that wants otherwise signs the user out.
    ///
    /// # Errors
    ///
    /// `CodeMismatch`; `ExpiredCode`; `InvalidPassword`; `PasswordHistoryPolicyViolation`;
    /// `LimitExceeded` after too many tries.
    ///
    /// AWS: [ConfirmForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html).
    #[doc(alias = "ConfirmForgotPassword")]
    async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()>;

    /// Changes the password of a signed-in user. Existing sign-ins stay alive.
    ///
    /// # Errors
    ///
    /// `NotAuthorized` for a wrong previous password; `InvalidPassword`;
    /// `PasswordHistoryPolicyViolation`; `LimitExceeded` after too many tries.
    ///
    /// AWS: [ChangePassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html).
    #[doc(alias = "ChangePassword")]
    async fn change_password(&self, request: ChangePassword) -> Result<()>;

    /// Sets attributes of a signed-in user; an empty value deletes one. Says where codes were sent
    /// for addresses or numbers that changed.
    ///
    /// # Errors
    ///
    /// `NotAuthorized` for an attribute that the client may not write; `AliasExists`;
    /// `InvalidParameter` for an attribute that the pool does not have or that cannot be changed;
    /// `CodeDeliveryFailure` **after** the change.
    ///
    /// AWS: [UpdateUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html).
    #[doc(alias = "UpdateUserAttributes")]
    async fn update_user_attributes(
        &self,
        request: UpdateOwnAttributes,
    ) -> Result<Vec<CodeDelivery>>;

    /// Deletes attributes of a signed-in user. One that the user does not have is no error.
    ///
    /// # Errors
    ///
    /// `NotAuthorized` for an attribute that the client may not write.
    ///
    /// AWS: [DeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html).
    #[doc(alias = "DeleteUserAttributes")]
    async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()>;

    /// Sends a signed-in user a code to verify an address or number with, good for 24 hours.
    ///
    /// # Errors
    ///
    /// `InvalidParameter` for an attribute that is not there or is no address or number;
    /// `LimitExceeded` after too many; `CodeDeliveryFailure` **after** the code was made.
    ///
    /// AWS: [GetUserAttributeVerificationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html).
    #[doc(alias = "GetUserAttributeVerificationCode")]
    async fn user_attribute_verification_code(
        &self,
        request: UserAttributeVerificationCode,
    ) -> Result<CodeDelivery>;

    /// Verifies an address or number of a signed-in user with the code that was sent.
    ///
    /// # Errors
    ///
    /// `CodeMismatch`; `ExpiredCode`; `AliasExists`; `LimitExceeded` after too many tries.
    ///
    /// AWS: [VerifyUserAttribute](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html).
    #[doc(alias = "VerifyUserAttribute")]
    async fn verify_user_attribute(&self, request: VerifyUserAttribute) -> Result<()>;

    /// Deletes the user whom an access token belongs to.
    ///
    /// AWS: [DeleteUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html).
    #[doc(alias = "DeleteUser")]
    async fn delete_user(&self, access_token: &AccessToken) -> Result<()>;
}
