/// Declares the one table from AWS error codes to kinds.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $($code:literal)*,)*) => {
        /// What went wrong, as a value to branch on.
        ///
        /// A kind stands for one AWS error code, or for a failure on the way to AWS. Codes that no
        /// kind names yet stay readable through [`Error::code`](crate::Error::code), so match with
        /// a wildcard arm.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
            #[doc(hidden)]
            Uncategorized,
        }

        impl ErrorKind {
            /// Every kind with an AWS error code, next to that code.
            pub const CODES: &'static [(Self, &'static str)] = &[$($((Self::$kind, $code),)*)*];

            /// The kind for an AWS error code such as `NotAuthorizedException`.
            pub fn from_code(code: &str) -> Self {
                match code {
                    $($($code => Self::$kind,)*)*
                    _ => Self::Uncategorized,
                }
            }
        }
    };
}

kinds! {
    /// The caller's IAM identity may not do this.
    AccessDenied "AccessDeniedException",
    /// Another user holds that e-mail address, phone number or preferred user name as an alias.
    AliasExists "AliasExistsException",
    /// The client metadata document is not among those that the pool keeps.
    CachedCimdUrlDoesNotExist "CachedCIMDURLDoesNotExistException",
    /// A code could not be delivered. The change that caused the message has been made.
    CodeDeliveryFailure "CodeDeliveryFailureException",
    /// The code is wrong.
    CodeMismatch "CodeMismatchException",
    /// The user changed under a concurrent call.
    ConcurrentModification "ConcurrentModificationException",
    /// No connection to the service was made, so nothing was sent.
    ConnectionFailed,
    /// A device with that key exists.
    DeviceKeyExists "DeviceKeyExistsException",
    /// An identity provider of that name exists.
    DuplicateProvider "DuplicateProviderException",
    /// The software token was not accepted while enabling it.
    EnableSoftwareTokenMfa "EnableSoftwareTokenMFAException",
    /// The code has expired, was replaced by a newer one, or was never sent.
    ExpiredCode "ExpiredCodeException",
    /// The pool's tier lacks the feature.
    FeatureUnavailableInTier "FeatureUnavailableInTierException",
    /// A web ACL blocked the call.
    Forbidden "ForbiddenException",
    /// A group of that name exists.
    GroupExists "GroupExistsException",
    /// Cognito failed. A change may have been made.
    Internal "InternalErrorException" "InternalServerException",
    /// The pool may not send mail through its role.
    InvalidEmailRoleAccessPolicy "InvalidEmailRoleAccessPolicyException",
    /// A trigger answered something that Cognito cannot read.
    InvalidLambdaResponse "InvalidLambdaResponseException",
    /// The OAuth flow is not one that the client may use.
    InvalidOAuthFlow "InvalidOAuthFlowException",
    /// A parameter is malformed, missing or not allowed here.
    InvalidParameter "InvalidParameterException",
    /// The password does not conform to the pool's policy.
    InvalidPassword "InvalidPasswordException",
    /// The pool may not send text messages through its role.
    InvalidSmsRoleAccessPolicy "InvalidSmsRoleAccessPolicyException",
    /// The pool's role for text messages does not trust Cognito.
    InvalidSmsRoleTrustRelationship "InvalidSmsRoleTrustRelationshipException",
    /// The pool is configured in a way that cannot serve the call.
    InvalidUserPoolConfiguration "InvalidUserPoolConfigurationException",
    /// A quota that lasts longer than seconds is used up; do not retry.
    LimitExceeded "LimitExceededException",
    /// The client has a branding of managed login.
    ManagedLoginBrandingExists "ManagedLoginBrandingExistsException",
    /// No method of multi-factor authentication is available for the user.
    MfaMethodNotFound "MFAMethodNotFoundException",
    /// The answer was lost: a time-out, or a connection that broke after the request was sent.
    NoAnswer,
    /// Wrong credentials, a refused token or session, or an account in a state that forbids the
    /// call. One code with many meanings: [`Error::reason`](crate::Error::reason) has a hint.
    NotAuthorized "NotAuthorizedException",
    /// This implementation does not have the feature. Nothing was done.
    NotImplemented "NotImplementedException",
    /// The call could not be made, for want of AWS credentials, an endpoint or a client secret, so
    /// nothing was sent.
    NotSent,
    /// The operation is switched off for this pool, for example in a replica.
    OperationNotEnabled "OperationNotEnabledException",
    /// The password was used before.
    PasswordHistoryPolicyViolation "PasswordHistoryPolicyViolationException",
    /// The user must choose a new password with a code first.
    PasswordResetRequired "PasswordResetRequiredException",
    /// A precondition of the call does not hold.
    PreconditionNotMet "PreconditionNotMetException",
    /// A rotated refresh token was used again.
    RefreshTokenReuse "RefreshTokenReuseException",
    /// The pool, app client or group does not exist.
    ResourceNotFound "ResourceNotFoundException",
    /// The OAuth scope does not exist.
    ScopeDoesNotExist "ScopeDoesNotExistException",
    /// A quota of the account is used up.
    ServiceQuotaExceeded "ServiceQuotaExceededException",
    /// No software token is enabled.
    SoftwareTokenMfaNotFound "SoftwareTokenMFANotFoundException",
    /// Terms of that name exist.
    TermsExists "TermsExistsException",
    /// The pool's tier cannot be changed so.
    TierChangeNotAllowed "TierChangeNotAllowedException",
    /// Too many failed attempts; wait.
    TooManyFailedAttempts "TooManyFailedAttemptsException",
    /// Throttled. Nothing was done; try again later.
    TooManyRequests "TooManyRequestsException",
    /// The client id or secret is wrong (RevokeToken).
    Unauthorized "UnauthorizedException",
    /// A trigger could not be invoked.
    UnexpectedLambda "UnexpectedLambdaException",
    /// The service answered something that this implementation cannot read.
    UnexpectedResponse,
    /// The identity provider is not one that the client may use.
    UnsupportedIdentityProvider "UnsupportedIdentityProviderException",
    /// The operation is not available for this client or pool.
    UnsupportedOperation "UnsupportedOperationException",
    /// The token is not of the type that the operation takes.
    UnsupportedTokenType "UnsupportedTokenTypeException",
    /// The user's status does not allow the call.
    UnsupportedUserState "UnsupportedUserStateException",
    /// A user import runs, so the settings cannot change.
    UserImportInProgress "UserImportInProgressException",
    /// A trigger refused.
    UserLambdaValidation "UserLambdaValidationException",
    /// A user of that name exists.
    UsernameExists "UsernameExistsException",
    /// The user has not confirmed the account.
    UserNotConfirmed "UserNotConfirmedException",
    /// No such user. A sign-in answers this only where the client shows existence errors.
    UserNotFound "UserNotFoundException",
    /// The pool lacks the add-on that the call needs, such as threat protection.
    UserPoolAddOnNotEnabled "UserPoolAddOnNotEnabledException",
    /// A tag of the pool cannot be set.
    UserPoolTagging "UserPoolTaggingException",
    /// No passkey registration was started, or it has ended.
    WebAuthnChallengeNotFound "WebAuthnChallengeNotFoundException",
    /// The app client is not the one that the passkey registration was started with.
    WebAuthnClientMismatch "WebAuthnClientMismatchException",
    /// The pool has no configuration of passkeys.
    WebAuthnConfigurationMissing "WebAuthnConfigurationMissingException",
    /// The passkey is of a kind that is not supported.
    WebAuthnCredentialNotSupported "WebAuthnCredentialNotSupportedException",
    /// Passkeys are not switched on.
    WebAuthnNotEnabled "WebAuthnNotEnabledException",
    /// The passkey was made for an origin that is not allowed.
    WebAuthnOriginNotAllowed "WebAuthnOriginNotAllowedException",
    /// The passkey was made for another relying party.
    WebAuthnRelyingPartyMismatch "WebAuthnRelyingPartyMismatchException",
}

impl ErrorKind {
    /// The AWS error code, `None` for failures that have none.
    pub fn code(self) -> Option<&'static str> {
        Self::CODES.iter().find(|(kind, _)| *kind == self).map(|(_, code)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_to_its_kind() {
        for (kind, code) in ErrorKind::CODES {
            assert_eq!(ErrorKind::from_code(code), *kind, "{code}");
        }
        assert_eq!(ErrorKind::from_code("BrandNewException"), ErrorKind::Uncategorized);
        assert_eq!(ErrorKind::NoAnswer.code(), None);
        assert_eq!(ErrorKind::Internal.code(), Some("InternalErrorException"));
    }
}
