//! Every error that a pool can answer, each with Cognito's exact text, in one place.
//!
//! The evidence for a text stands in its doc comment: *documented* with the page, *reported* where
//! it is known from public code, issues and traces, *assumed* where nothing public shows it.

use std::fmt;

use crate::UserStatus;

/// Declares the errors: variant with data, code, text. The text of a variant with data is a format
/// string over its fields.
macro_rules! service_errors {
    ($($(#[$doc:meta])* $variant:ident $({ $($field:ident: $type:ty),+ })? = $code:ident, $text:literal;)*) => {
        /// What a pool answers instead of a response.
        ///
        /// It holds no secret: user names, attribute names and client ids at most.
        #[derive(Clone, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum ServiceError {
            $($(#[$doc])* $variant $({ $(#[allow(missing_docs)] $field: $type),+ })?,)*
        }

        impl ServiceError {
            /// The AWS error code.
            pub fn code(&self) -> ErrorCode {
                match self {
                    $(Self::$variant $({ $($field: _),+ })? => ErrorCode::$code,)*
                }
            }

            /// The name of the variant, which tells errors apart that share a code.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant $({ $($field: _),+ })? => stringify!($variant),)*
                }
            }

            /// One error of each kind, with made-up data, so that a test can walk all texts.
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$variant $({ $($field: <$type as Sample>::sample()),+ })?,)*]
            }
        }

        impl fmt::Display for ServiceError {
            /// The text of the error, as Cognito sends it.
            #[allow(unused_variables, reason = "a text need not show all that is known")]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant $({ $($field),+ })? => write!(f, $text),)*
                }
            }
        }
    };
}

/// Declares the codes. An AWS name that is not the code's with `Exception` behind it is given.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $code:ident $(= $name:literal)?,)*) => {
        /// The code of a [`ServiceError`].
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* #[allow(missing_docs)] $code,)*
        }

        impl ErrorCode {
            /// The AWS name, such as `NotAuthorizedException`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$code => error_codes!(@ $code $($name)?),)*
                }
            }
        }
    };
    (@ $code:ident) => { concat!(stringify!($code), "Exception") };
    (@ $code:ident $name:literal) => { $name };
}

error_codes! {
    AliasExists,
    CodeMismatch,
    EnableSoftwareTokenMfa = "EnableSoftwareTokenMFAException",
    ExpiredCode,
    GroupExists,
    InvalidParameter,
    InvalidPassword,
    LimitExceeded,
    MfaMethodNotFound = "MFAMethodNotFoundException",
    NotAuthorized,
    /// Not AWS's: what this pool does not have, said aloud.
    NotImplemented,
    OperationNotEnabled,
    PasswordHistoryPolicyViolation,
    PasswordResetRequired,
    RefreshTokenReuse,
    ResourceNotFound,
    SoftwareTokenMfaNotFound = "SoftwareTokenMFANotFoundException",
    Unauthorized,
    UnsupportedOperation,
    UnsupportedTokenType,
    UnsupportedUserState,
    UserNotConfirmed,
    UserNotFound,
    UserPoolAddOnNotEnabled,
    UsernameExists,
}

impl std::error::Error for ServiceError {}

service_errors! {
    // --- Requests ---

    /// Members break constraints of the API model. Reported: integration tests of
    /// Liftric/cognito-idp quote the form.
    Validation { message: String } = InvalidParameter, "{message}";
    /// The pool's own answer to what it does not have: nothing was done.
    NotImplemented { what: String } = NotImplemented, "user-directory-pool does not implement {what}";
    /// Reported.
    UserPoolNotFound { id: String } = ResourceNotFound, "User pool {id} does not exist.";
    /// Reported.
    ClientNotFound { id: String } = ResourceNotFound, "User pool client {id} does not exist.";

    // --- Sign-in ---

    /// Reported.
    MissingParameter { name: String } = InvalidParameter, "Missing required parameter {name}";
    /// Reported; some clients quote it without the full stop.
    InitiateAuthMethodNotSupported = InvalidParameter, "Initiate Auth method not supported.";
    /// Reported.
    AdminFlowNotEnabled = InvalidParameter, "Auth flow not enabled for this client";
    /// Reported.
    UserPasswordAuthNotEnabled = InvalidParameter, "USER_PASSWORD_AUTH flow not enabled for this client";
    /// Reported for USER_SRP_AUTH and CUSTOM_AUTH; assumed for USER_AUTH and REFRESH_TOKEN_AUTH.
    FlowNotEnabled { flow: String } = InvalidParameter, "{flow} is not enabled for the client.";
    /// Reported.
    SecretHashNotReceived { client_id: String } = NotAuthorized, "Client {client_id} is configured with secret but SECRET_HASH was not received";
    /// Reported.
    UnableToVerifySecretHash { client_id: String } = NotAuthorized, "Unable to verify secret hash for client {client_id}";
    /// Reported, for a refresh with a hash of anything but the real user name.
    SecretHashDoesNotMatch { client_id: String } = NotAuthorized, "SecretHash does not match for the client: {client_id}";
    /// Documented: <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
    IncorrectUsernameOrPassword = NotAuthorized, "Incorrect username or password.";
    /// Documented: <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
    UserNotFound = UserNotFound, "User does not exist.";
    /// Reported.
    UserDisabled = NotAuthorized, "User is disabled.";
    /// Reported.
    UserNotConfirmed = UserNotConfirmed, "User is not confirmed.";
    /// Reported, without a full stop.
    PasswordResetRequired = PasswordResetRequired, "Password reset required for the user";
    /// Reported: <https://github.com/aws-amplify/amplify-js/issues/10079>
    TemporaryPasswordExpired = NotAuthorized, "Temporary password has expired and must be reset by an administrator.";

    /// Documented: <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>
    PasswordAttemptsExceeded = NotAuthorized, "Password attempts exceeded";

    /// Assumed, class and text: an `SRP_A` that is no number, or a multiple of the prime.
    SrpAInvalid = InvalidParameter, "Invalid SRP_A";

    // --- Codes and one's own account ---

    /// Reported: an unknown user of the public operations, where existence errors are shown.
    UsernameClientIdCombinationNotFound = UserNotFound, "Username/client id combination not found.";
    /// Reported.
    CodeMismatch = CodeMismatch, "Invalid verification code provided, please try again.";
    /// Reported: the code has expired, was replaced or never sent.
    CodeExpired = ExpiredCode, "Invalid code provided, please request a code again.";
    /// Reported.
    AttemptLimitExceeded = LimitExceeded, "Attempt limit exceeded, please try after some time.";
    /// Reported, without a full stop.
    SignUpNotPermitted = NotAuthorized, "SignUp is not permitted for this user pool";
    /// Documented: <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
    UserAlreadyExists = UsernameExists, "User already exists";
    /// Documented: <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
    AliasExistsAtConfirmation { attribute: String } = AliasExists, "An account with the {attribute} already exists.";
    /// Reported.
    UserAlreadyConfirmed = InvalidParameter, "User is already confirmed.";
    /// Reported.
    AutoVerificationNotOn = NotAuthorized, "Cannot resend codes. Auto verification not turned on.";
    /// Reported.
    UnauthorizedAttribute = NotAuthorized, "A client attempted to write unauthorized attribute";
    /// The end is reported, the beginning assumed.
    PreferredUsernameUnconfirmed = InvalidParameter, "Preferred username cannot be provided for unconfirmed account";
    /// Reported: <https://github.com/aws-amplify/amplify-js/issues/3652>,
    /// <https://github.com/floci-io/floci/issues/1898>
    AttributeCannotBeVerified = InvalidParameter, "Invalid attribute name. Only phone_number and email can be verified.";
    /// Reported: <https://github.com/floci-io/floci/issues/1898>. `what` is `email address` or
    /// `phone number`.
    NothingToVerify { what: &'static str } = InvalidParameter, "User does not have a valid registered {what}";

    // --- Challenges ---

    /// Reported.
    InvalidSession = NotAuthorized, "Invalid session for the user.";
    /// Reported.
    SessionExpired = NotAuthorized, "Invalid session for the user, session is expired.";
    /// Reported.
    SessionUsed = NotAuthorized, "Invalid session for the user, session can only be used once.";
    /// Reported.
    NewPasswordMissing = InvalidParameter, "Invalid attributes given, new password should be given with key NEW_PASSWORD.";
    /// Reported.
    RequiredAttributeMissing { name: String } = InvalidParameter, "Invalid attributes given, {name} is missing";
    /// Reported.
    AttributeAlreadyProvided { name: String } = NotAuthorized, "Cannot modify an already provided {name}";

    // --- Second factors ---

    /// Documented: <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>
    SoftwareTokenNotEnabled = SoftwareTokenMfaNotFound, "Software Token MFA has not been enabled by the userPool";
    /// VerifySoftwareToken without AssociateSoftwareToken, and MFA_SETUP without VerifySoftwareToken.
    /// Class and text assumed.
    SoftwareTokenNotSetUp = SoftwareTokenMfaNotFound, "User has not set up software token mfa";
    /// VerifySoftwareToken with a session. Reported: <https://github.com/aws-amplify/amplify-android>
    SoftwareTokenCodeMismatch = EnableSoftwareTokenMfa, "Code mismatch";
    /// VerifySoftwareToken with an access token. Reported by clients.
    OwnSoftwareTokenCodeMismatch = EnableSoftwareTokenMfa, "Code mismatch and fail enable Software Token MFA";
    /// VerifySoftwareToken with the code of another call. Reported:
    /// <https://github.com/aws-devtools-labs/aws-blocks>
    SoftwareTokenVerifiedOnce = EnableSoftwareTokenMfa, "Your software token has already been used once.";
    /// A sign-in with a code that was used. Reported: <https://github.com/aws-amplify/amplify-swift>,
    /// <https://github.com/aws-devtools-labs/aws-blocks>
    SoftwareTokenUsedOnce = ExpiredCode, "Your software token has already been used once.";
    /// Reported by four clients, without a stop.
    SoftwareTokenCodeInvalid = CodeMismatch, "Invalid code received for user";
    /// Recorded by an application for e-mail; assumed for text messages.
    MfaCodeMismatch = CodeMismatch, "Invalid code or auth state for the user.";
    /// Too many wrong codes, of a second factor or to set one up. Reported, without a number:
    /// <https://github.com/aws-devtools-labs/aws-blocks>, `packages/bb-auth-cognito/src/types.ts`
    CodeAttemptsExceeded = NotAuthorized, "Invalid session for the user.";
    /// SELECT_MFA_TYPE answered with what was not offered. Class and text assumed.
    MfaTypeNotOffered = MfaMethodNotFound, "The MFA type is not available for the user";
    /// A preference for a factor that the user cannot use. Reported for SOFTWARE_TOKEN_MFA:
    /// <https://github.com/aws/aws-sdk-js-v3/issues/4645>; assumed for the others.
    NoDeliveryConfig { factor: &'static str } = InvalidParameter, "User does not have delivery config set to turn on {factor}";
    /// The class is reported: <https://github.com/aws-amplify/amplify-swift>. The text is assumed.
    TwoPreferredFactors = InvalidParameter, "Only one MFA type can be preferred";
    /// Class and text assumed.
    PreferredFactorDisabled { factor: &'static str } = InvalidParameter, "{factor} cannot be preferred without being enabled";

    // --- Tokens ---

    /// Reported: <https://github.com/aws/aws-sdk-cpp/issues/1789>
    RefreshTokenInvalid = NotAuthorized, "Invalid Refresh Token.";
    /// Reported, without a full stop: <https://github.com/aws/aws-sdk-js/issues/4016>,
    /// <https://github.com/aws-amplify/amplify-js/issues/9502>
    RefreshTokenOfOtherClient = NotAuthorized, "Refresh Token has different Client";
    /// Reported: <https://github.com/aws-amplify/amplify-swift/issues/3496>
    RefreshTokenExpired = NotAuthorized, "Refresh Token has expired";
    /// Reported.
    RefreshTokenRevoked = NotAuthorized, "Refresh Token has been revoked";
    /// The class is documented, the text assumed.
    RefreshTokenReused = RefreshTokenReuse, "Refresh Token has been used already";
    /// GetTokensFromRefreshToken with a wrong or missing client secret. Assumed, and on purpose a text that
    /// does not tell: nobody has reported one, so nothing may rely on it.
    ClientSecretWrong = NotAuthorized, "Not authorized";
    /// Reported: integration tests of Liftric/cognito-idp.
    AccessTokenInvalid = NotAuthorized, "Invalid Access Token";
    /// Reported, without a full stop.
    AccessTokenExpired = NotAuthorized, "Access Token has expired";
    /// Reported: <https://github.com/aws-amplify/amplify-js/issues/1906>
    AccessTokenWithoutScope = NotAuthorized, "Access Token does not have required scopes";
    /// Documented: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
    AccessTokenRevoked = NotAuthorized, "Access Token has been revoked";
    /// The class is documented, the text assumed.
    TokenTypeNotSupported = UnsupportedTokenType, "Only refresh tokens can be revoked";
    /// The class is documented, the text assumed.
    RevocationNotEnabled { client_id: String } = UnsupportedOperation, "Token revocation is not enabled for client {client_id}";
    /// The class is documented, the text assumed.
    ClientUnauthorized = Unauthorized, "Invalid client id or client secret";

    // --- Users ---

    /// Reported: <https://github.com/localstack/localstack/issues/4465>
    UserAccountExists = UsernameExists, "User account already exists";
    /// Reported, for a pool with e-mail addresses as user names; assumed for phone numbers.
    UsernameAttributeExists { attribute: String } = UsernameExists, "An account with the given {attribute} already exists.";
    /// Reported for updates; assumed for AdminCreateUser.
    AliasExists { attribute: String } = AliasExists, "An account with the given {attribute} already exists.";
    /// Reported.
    ResendNotPossible { username: String } = UnsupportedUserState, "Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD";
    /// The rule is documented, the text assumed.
    NoContactForDelivery { attribute: String } = InvalidParameter, "The user has no {attribute} to deliver the invitation to";
    /// Reported for CONFIRMED; assumed for the other statuses, by analogy.
    CannotBeConfirmed { status: UserStatus } = NotAuthorized, "User cannot be confirmed. Current status is {status}";
    /// Reported.
    PasswordCannotBeReset = NotAuthorized, "User password cannot be reset in the current state.";
    /// Reported.
    NoVerifiedContact = InvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number";
    /// The class is documented, the text reported by one emulator.
    ContactAdministrator = NotAuthorized, "Contact administrator to reset password.";
    /// Reported.
    UsernameOfEmailFormat = InvalidParameter, "Username cannot be of email format, since user pool is configured for email alias.";
    /// Assumed: a new user whose name is an address, with another address in the attributes.
    UsernameDiffersFromAttribute { attribute: String } = InvalidParameter, "The {attribute} attribute must be the user name.";
    /// Assumed, by analogy with e-mail.
    UsernameOfPhoneFormat = InvalidParameter, "Username cannot be of phone number format, since user pool is configured for phone number alias.";
    /// Reported; for phone numbers by emulators. `kind` is `an email`, `a phone number` or `either an email or a phone number`.
    UsernameShouldBe { kind: &'static str } = InvalidParameter, "Username should be {kind}.";

    /// In a replica. The class is documented, the text assumed.
    OperationNotEnabled = OperationNotEnabled, "The operation is not enabled in a replica of the user pool.";

    /// The class is documented, the text assumed.
    UserPoolAddOnNotEnabled = UserPoolAddOnNotEnabled, "User pool add-ons are not enabled.";

    // --- Passwords ---

    /// Reported; the prefix has changed over the years.
    PasswordPolicy { reason: &'static str } = InvalidPassword, "Password did not conform with policy: {reason}";

    /// The class is documented, the text assumed: what is public of it is of another product.
    PasswordUsedBefore = PasswordHistoryPolicyViolation, "Password has previously been used";

    // --- Attributes ---

    /// Reported.
    AttributeNotMutable { name: String } = InvalidParameter, "Cannot modify the non-mutable attribute {name}";
    /// Reported, for a creation.
    AttributeTypeUnknown { name: String } = InvalidParameter, "Attributes did not conform to the schema: Type for attribute {{{name}}} could not be determined";
    /// Reported, for an update, with the line break.
    AttributeNotInSchema { name: String } = InvalidParameter, "user.{name}: Attribute does not exist in the schema.\n";
    /// Reported.
    AttributeValueNull { name: String } = InvalidParameter, "Attribute value for {name} must not be null";
    /// The form is reported for lengths of custom attributes; assumed for other rules.
    AttributeBreaksSchema { name: String, rule: String } = InvalidParameter, "user.{name}: {rule}\n";
    /// The form is reported for required attributes; assumed for other rules.
    NewAttributeBreaksSchema { name: String, rule: String } = InvalidParameter, "Attributes did not conform to the schema: {name}: {rule}\n";
    /// Reported: an attribute that is written at a user's creation only.
    AttributeCannotBeUpdated { name: String } = InvalidParameter, "user.{name}: Attribute cannot be updated.\n";
    /// Reported: required attributes that a sign-up lacks, a line for each in `lines`.
    RequiredAttributesMissing { lines: String } = InvalidParameter, "Attributes did not conform to the schema: {lines}";
    /// Reported; the rule is documented:
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html>
    AttributesToGetMissing = InvalidParameter, "One or more requested attributes do not exist.";
    /// Reported.
    InvalidEmail = InvalidParameter, "Invalid email address format.";
    /// Reported.
    InvalidPhoneNumber = InvalidParameter, "Invalid phone number format.";
    /// The rule is documented, the text assumed.
    VerifiedWithoutValue { attribute: String } = InvalidParameter, "You must provide a value for {attribute} to set {attribute}_verified";
    /// Reported by three unrelated clients, without addresses.
    RequiredAttributeCannotBeDeleted { name: String } = InvalidParameter, "Invalid user attributes: {name}: Required attribute cannot be deleted.";

    // --- Lists ---

    /// Reported by emulators.
    FilterSyntax = InvalidParameter, "Error while parsing filter.";
    /// Reported by emulators.
    SearchAttributeInvalid { name: String } = InvalidParameter, "Invalid search attribute: {name}";
    /// Reported, without an address: a filter on a custom attribute.
    SearchAttributeCustom = InvalidParameter, "Input fails to satisfy the constraints.";
    /// Assumed: a token that is malformed, has expired, or belongs to another request.
    PaginationTokenInvalid = InvalidParameter, "Invalid pagination token given.";

    // --- Groups ---

    /// Reported by emulators.
    GroupExists = GroupExists, "A group with the name already exists.";
    /// Reported.
    GroupNotFound = ResourceNotFound, "Group not found.";
    /// The limit is documented, the text assumed.
    TooManyGroups = LimitExceeded, "The user pool has the maximum number of groups";
    /// The limit is documented, class and text assumed.
    TooManyGroupsOfUser = InvalidParameter, "The user is in the maximum number of groups";

    // --- Pools and clients ---

    /// Settings that exclude each other. `pool_rules.rs` and `client_rules.rs` have the rules, their
    /// texts and the evidence; `rule` is its name there.
    RuleBroken { rule: &'static str, text: String } = InvalidParameter, "{text}";

    /// Reported: <https://github.com/hashicorp/terraform-provider-aws/issues/23181>
    StandardAttributeChanged { name: String } = InvalidParameter, "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}";
    /// Assumed: a `sub` that can change.
    SubMadeMutable = InvalidParameter, "Mutability of the standard attribute sub cannot be changed.";
    /// Reported for AddCustomAttributes; assumed for CreateUserPool.
    AttributeDataTypeMissing = InvalidParameter, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.";
    /// Documented by a tool that measures AWS's answers:
    /// <https://github.com/badmintoncryer/cdk-preflight>, rule schema-attr-length-order.
    MaxLengthBelowMinLength { name: String } = InvalidParameter, "Attribute {name} cannot have a max length shorter than it's min length";
    /// As the one before; rule schema-number-min-max-order.
    MaxValueBelowMinValue { name: String } = InvalidParameter, "Attribute {name} cannot have a max value smaller than it's min value";
    /// As the one before; rule schema-custom-required.
    CustomAttributeRequired = InvalidParameter, "Required custom attributes are not supported currently.";
    /// Reported: <https://github.com/jmaleonard/serverless-cognito-add-custom-attributes/issues/3>
    CustomAttributeExists { name: String } = InvalidParameter, "{name}: Existing attribute already has name {name}.";
    /// As [`MaxLengthBelowMinLength`](Self::MaxLengthBelowMinLength); rule schema-name-duplicate.
    CustomAttributeDuplicate { name: String } = InvalidParameter, "Duplicate custom attribute names {name} are not allowed in a user pool schema.";
    /// The limit is documented, class and text assumed.
    TooManyCustomAttributes = InvalidParameter, "A user pool can have at most 50 custom attributes.";
    /// The limit is documented, class and text assumed.
    TooManyClientSecrets = LimitExceeded, "Client secret limit exceeded for the client";
    /// The rule is documented, class and text assumed.
    LastClientSecret = InvalidParameter, "The last client secret cannot be deleted";
    /// This pool's own: AWS gives every client an id of its own.
    ClientIdTaken { id: String } = InvalidParameter, "There is a client with the id {id} already";
    /// Class and text assumed.
    ClientSecretNotFound { id: String } = ResourceNotFound, "Client secret {id} does not exist.";
}

/// Made-up data for [`ServiceError::samples`].
trait Sample {
    fn sample() -> Self;
}

impl Sample for String {
    fn sample() -> Self {
        "sample".to_owned()
    }
}

impl Sample for &'static str {
    fn sample() -> Self {
        "sample"
    }
}

impl Sample for UserStatus {
    fn sample() -> Self {
        Self::Confirmed
    }
}

/// Errors outside the list that the API model gives for an operation, each with its evidence.
pub const OUTSIDE_THE_MODEL: &[(&str, ErrorCode, &str)] = &[
    (
        "AddUserPoolClientSecret",
        ErrorCode::OperationNotEnabled,
        "assumed: in a replica, where it would change the pool",
    ),
    (
        "AdminCreateUser",
        ErrorCode::AliasExists,
        "the description of ForceAliasCreation: \
         https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html",
    ),
    (
        "DeleteUserPoolClientSecret",
        ErrorCode::OperationNotEnabled,
        "assumed: in a replica, where it would change the pool",
    ),
];
