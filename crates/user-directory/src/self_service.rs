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
/// Every method that takes an access token answers
/// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for one that is malformed, has expired or was
/// revoked.
///
/// # Contract
///
/// As for [`Authentication`].
///
/// ```
/// use user_directory::{
///     AccessToken, ChangePassword, Code, ConfirmForgotPassword, ConfirmOwnSignUp, DeleteOwnAttributes,
///     ForgotPassword, ResendConfirmationCode, Result, SelfService, SignUp, UpdateOwnAttributes,
///     UserAttributeVerificationCode, VerifyUserAttribute,
/// };
///
/// async fn sign_up(own: &dyn SelfService, typed: impl AsyncFn() -> Code) -> Result<()> {
///     let alice = SignUp::new("alice", "Correct-horse-9")
///         .with_attributes([("email", "alice@example.com")]);
///     own.sign_up(alice).await?;
///     own.resend_confirmation_code(ResendConfirmationCode::new("alice")).await?;
///     own.confirm_sign_up(ConfirmOwnSignUp::new("alice", typed().await)).await
/// }
///
/// async fn recover(own: &dyn SelfService, typed: impl AsyncFn() -> Code) -> Result<()> {
///     own.forgot_password(ForgotPassword::new("alice")).await?;
///     let code = typed().await;
///     own.confirm_forgot_password(ConfirmForgotPassword::new("alice", code, "Other-horse-9")).await
/// }
///
/// async fn an_account(
///     own: &dyn SelfService,
///     token: AccessToken,
///     typed: impl AsyncFn() -> Code,
/// ) -> Result<()> {
///     assert_eq!(own.user(&token).await?.username, "alice");
///     let named = UpdateOwnAttributes::new(token.clone(), [("name", "Alice")]);
///     own.update_user_attributes(named).await?;
///     own.delete_user_attributes(DeleteOwnAttributes::new(token.clone(), ["name"])).await?;
///     let code = UserAttributeVerificationCode::new(token.clone(), "email");
///     own.user_attribute_verification_code(code).await?;
///     let verify = VerifyUserAttribute::new(token.clone(), "email", typed().await);
///     own.verify_user_attribute(verify).await?;
///     let change = ChangePassword::new(token.clone(), "Other-horse-9", "Third-horse-9");
///     own.change_password(change).await?;
///     own.global_sign_out(&token).await
/// }
///
/// async fn leave(own: &dyn SelfService, token: AccessToken) -> Result<()> {
///     own.delete_user(&token).await
/// }
/// ```
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
    /// [`UsernameExists`](crate::ErrorKind::UsernameExists), whatever the client's setting of
    /// existence errors; [`InvalidPassword`](crate::ErrorKind::InvalidPassword);
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) where only administrators create users,
    /// or for an attribute that the client may not write;
    /// [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) and
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) **after** the user was created.
    ///
    /// AWS: [SignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html).
    #[doc(alias = "SignUp")]
    async fn sign_up(&self, request: SignUp) -> Result<SignedUp>;

    /// Confirms a user who signed up with the code that was sent, which verifies the address or
    /// number that got it.
    ///
    /// # Errors
    ///
    /// [`CodeMismatch`](crate::ErrorKind::CodeMismatch);
    /// [`ExpiredCode`](crate::ErrorKind::ExpiredCode) after 24 hours, or if a newer code was sent;
    /// [`AliasExists`](crate::ErrorKind::AliasExists) if another user has the verified address or
    /// number already; [`NotAuthorized`](crate::ErrorKind::NotAuthorized) in any status but
    /// UNCONFIRMED; [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too many tries; for an
    /// unknown user [`UserNotFound`](crate::ErrorKind::UserNotFound), or
    /// [`ExpiredCode`](crate::ErrorKind::ExpiredCode) where existence errors are hidden.
    ///
    /// AWS: [ConfirmSignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html).
    #[doc(alias = "ConfirmSignUp")]
    async fn confirm_sign_up(&self, request: ConfirmOwnSignUp) -> Result<()>;

    /// Sends a user who signed up another code. The older one stops working.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a confirmed user;
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) where the pool verifies no attribute;
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too many;
    /// [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) **after** the code was
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
    /// [`UserNotFound`](crate::ErrorKind::UserNotFound) for an unknown user,
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) without a verified address or
    /// number: where existence errors are hidden, made-up delivery details instead of both.
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) in FORCE_CHANGE_PASSWORD;
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too many;
    /// [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) **after** the code was made.
    ///
    /// AWS: [ForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html).
    #[doc(alias = "ForgotPassword")]
    async fn forgot_password(&self, request: ForgotPassword) -> Result<CodeDelivery>;

    /// Chooses a new password with the code that was sent. Existing sign-ins stay alive: an
    /// application that wants otherwise signs the user out.
    ///
    /// # Errors
    ///
    /// [`CodeMismatch`](crate::ErrorKind::CodeMismatch);
    /// [`ExpiredCode`](crate::ErrorKind::ExpiredCode);
    /// [`InvalidPassword`](crate::ErrorKind::InvalidPassword);
    /// [`PasswordHistoryPolicyViolation`](crate::ErrorKind::PasswordHistoryPolicyViolation);
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too many tries.
    ///
    /// AWS: [ConfirmForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html).
    #[doc(alias = "ConfirmForgotPassword")]
    async fn confirm_forgot_password(&self, request: ConfirmForgotPassword) -> Result<()>;

    /// Changes the password of a signed-in user. Existing sign-ins stay alive.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for a wrong previous password;
    /// [`InvalidPassword`](crate::ErrorKind::InvalidPassword);
    /// [`PasswordHistoryPolicyViolation`](crate::ErrorKind::PasswordHistoryPolicyViolation);
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too many tries.
    ///
    /// AWS: [ChangePassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html).
    #[doc(alias = "ChangePassword")]
    async fn change_password(&self, request: ChangePassword) -> Result<()>;

    /// Sets attributes of a signed-in user; an empty value deletes one. Says where codes were sent
    /// for addresses or numbers that changed.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for an attribute that the client may not
    /// write; [`AliasExists`](crate::ErrorKind::AliasExists);
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for an attribute that the pool does
    /// not have or that cannot be changed;
    /// [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) **after** the change.
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
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for an attribute that the client may not
    /// write.
    ///
    /// AWS: [DeleteUserAttributes](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html).
    #[doc(alias = "DeleteUserAttributes")]
    async fn delete_user_attributes(&self, request: DeleteOwnAttributes) -> Result<()>;

    /// Sends a signed-in user a code to verify an address or number with, good for 24 hours.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for an attribute that is not there
    /// or is no address or number; [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too
    /// many; [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) **after** the code was
    /// made.
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
    /// [`CodeMismatch`](crate::ErrorKind::CodeMismatch);
    /// [`ExpiredCode`](crate::ErrorKind::ExpiredCode);
    /// [`AliasExists`](crate::ErrorKind::AliasExists);
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) after too many tries.
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
