use std::collections::BTreeMap;

use crate::{Attributes, Code, DeliveryMedium, Password};

/// Where a code was sent (AWS: `CodeDeliveryDetailsType`).
///
/// A client that hides existence errors shows made-up details for users who do not exist.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CodeDelivery {
    /// The address or number with most of it hidden, such as `a***@e***` or `+*******0100`.
    pub destination: String,
    /// How it was sent.
    pub medium: DeliveryMedium,
    /// The attribute that holds the address or number.
    pub attribute_name: String,
}

impl CodeDelivery {
    /// A code sent there.
    pub fn new(
        destination: impl Into<String>,
        medium: DeliveryMedium,
        attribute_name: impl Into<String>,
    ) -> Self {
        Self { destination: destination.into(), medium, attribute_name: attribute_name.into() }
    }
}

/// A request to [`SelfService::sign_up`](crate::SelfService::sign_up).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignUp {
    /// The user name, 1 to 128 characters without spaces; in a pool with e-mail addresses or phone
    /// numbers as user names, that address or number.
    pub username: String,
    /// The password.
    pub password: Password,
    /// The first attributes, as far as the app client may write them.
    pub attributes: Attributes,
    /// Data for the pre sign-up trigger.
    pub validation_data: Attributes,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl SignUp {
    /// A user with this name and password.
    pub fn new(username: impl Into<String>, password: impl Into<Password>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            attributes: Attributes::new(),
            validation_data: Attributes::new(),
            client_metadata: BTreeMap::new(),
        }
    }

    /// Sets the first attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: impl Into<Attributes>) -> Self {
        self.attributes = attributes.into();
        self
    }

    /// Sets the data for the pre sign-up trigger.
    #[must_use]
    pub fn with_validation_data(mut self, data: impl Into<Attributes>) -> Self {
        self.validation_data = data.into();
        self
    }

    with_client_metadata!();
}

/// A user who has just signed up.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignedUp {
    /// The immutable id of the user.
    pub sub: String,
    /// Whether the user may sign in already; otherwise a code or an administrator confirms.
    pub user_confirmed: bool,
    /// Where a code was sent, if one was.
    pub code_delivery: Option<CodeDelivery>,
}

impl SignedUp {
    /// An unconfirmed user to whom no code was sent: for implementations and mocks, which set the
    /// rest.
    pub fn new(sub: impl Into<String>) -> Self {
        Self { sub: sub.into(), user_confirmed: false, code_delivery: None }
    }

    /// Sets whether the user may sign in already.
    #[must_use]
    pub fn with_user_confirmed(mut self, confirmed: bool) -> Self {
        self.user_confirmed = confirmed;
        self
    }

    /// Sets where a code was sent.
    #[must_use]
    pub fn with_code_delivery(mut self, delivery: CodeDelivery) -> Self {
        self.code_delivery = Some(delivery);
        self
    }
}

/// A request to [`SelfService::confirm_sign_up`](crate::SelfService::confirm_sign_up).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ConfirmOwnSignUp {
    /// Who signed up.
    pub username: String,
    /// The code that was sent.
    pub code: Code,
    /// Whether to take an alias away from the user who has it.
    pub force_alias_creation: bool,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl ConfirmOwnSignUp {
    /// Confirms this user with this code.
    pub fn new(username: impl Into<String>, code: impl Into<Code>) -> Self {
        Self {
            username: username.into(),
            code: code.into(),
            force_alias_creation: false,
            client_metadata: BTreeMap::new(),
        }
    }

    /// Takes an alias away from the user who has it.
    #[must_use]
    pub fn with_force_alias_creation(mut self, force: bool) -> Self {
        self.force_alias_creation = force;
        self
    }

    with_client_metadata!();
}

/// A request to
/// [`SelfService::resend_confirmation_code`](crate::SelfService::resend_confirmation_code).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ResendConfirmationCode {
    /// Who signed up.
    pub username: String,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl ResendConfirmationCode {
    /// Sends this user another code.
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), client_metadata: BTreeMap::new() }
    }

    with_client_metadata!();
}
