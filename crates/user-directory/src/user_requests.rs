//! The requests of [`UserDirectory`](crate::UserDirectory) about users; those about groups are in
//! `groups`.

use std::collections::BTreeMap;

use crate::{Attributes, Password, User};

/// A request to [`UserDirectory::create_user`](crate::UserDirectory::create_user).
///
/// ```
/// use user_directory::{CreateUser, DeliveryMedium, MessageAction};
///
/// let request = CreateUser::new("alice")
///     .with_temporary_password("a Temporary 1!")
///     .with_attributes([("email", "alice@example.com"), ("email_verified", "true")])
///     .with_delivery_mediums([DeliveryMedium::Email])
///     .with_message_action(MessageAction::Suppress);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CreateUser {
    /// The user name, 1 to 128 characters without spaces; in a pool with e-mail addresses or phone
    /// numbers as user names, that address or number.
    pub username: String,
    /// The temporary password; Cognito makes one up if there is none.
    pub temporary_password: Option<Password>,
    /// The first attributes.
    pub attributes: Attributes,
    /// Data for the pre sign-up trigger.
    pub validation_data: Attributes,
    /// What to do about the invitation; sent if absent.
    pub message_action: Option<MessageAction>,
    /// Where to send the invitation; by text message if empty.
    pub delivery_mediums: Vec<DeliveryMedium>,
    /// Whether to take a verified alias away from the user who has it.
    pub force_alias_creation: bool,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl CreateUser {
    /// A user of that name and nothing else.
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            temporary_password: None,
            attributes: Attributes::new(),
            validation_data: Attributes::new(),
            message_action: None,
            delivery_mediums: Vec::new(),
            force_alias_creation: false,
            client_metadata: BTreeMap::new(),
        }
    }

    /// Sets the temporary password.
    #[must_use]
    pub fn with_temporary_password(mut self, password: impl Into<Password>) -> Self {
        self.temporary_password = Some(password.into());
        self
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

    /// Suppresses the invitation, or sends it again.
    #[must_use]
    pub fn with_message_action(mut self, action: MessageAction) -> Self {
        self.message_action = Some(action);
        self
    }

    /// Sets where to send the invitation.
    #[must_use]
    pub fn with_delivery_mediums(
        mut self,
        mediums: impl IntoIterator<Item = DeliveryMedium>,
    ) -> Self {
        self.delivery_mediums = mediums.into_iter().collect();
        self
    }

    /// Takes a verified alias away from the user who has it.
    #[must_use]
    pub fn with_force_alias_creation(mut self, force: bool) -> Self {
        self.force_alias_creation = force;
        self
    }

    with_client_metadata!();
}

/// What AdminCreateUser does about the invitation (AWS: `MessageActionType`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MessageAction {
    /// Invite an existing user again, with a new period for the temporary password.
    Resend,
    /// Send nothing.
    Suppress,
}

/// How a message reaches a user (AWS: `DeliveryMediumType`).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum DeliveryMedium {
    /// To the attribute `email`.
    Email,
    /// To the attribute `phone_number`.
    Sms,
}

/// A request to [`UserDirectory::update_user_attributes`](crate::UserDirectory::update_user_attributes).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserAttributes {
    /// Whom to change.
    pub username: String,
    /// What to set; an empty value deletes the attribute.
    pub attributes: Attributes,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl UpdateUserAttributes {
    /// Sets these attributes.
    pub fn new(username: impl Into<String>, attributes: impl Into<Attributes>) -> Self {
        Self {
            username: username.into(),
            attributes: attributes.into(),
            client_metadata: BTreeMap::new(),
        }
    }

    with_client_metadata!();
}

/// A request to [`UserDirectory::delete_user_attributes`](crate::UserDirectory::delete_user_attributes).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DeleteUserAttributes {
    /// Whom to change.
    pub username: String,
    /// The names of the attributes to delete.
    pub names: Vec<String>,
}

impl DeleteUserAttributes {
    /// Deletes these attributes.
    pub fn new<N: Into<String>>(
        username: impl Into<String>,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        Self { username: username.into(), names: names.into_iter().map(Into::into).collect() }
    }
}

/// A request to [`UserDirectory::set_user_password`](crate::UserDirectory::set_user_password).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SetUserPassword {
    /// Whose password to set.
    pub username: String,
    /// The new password.
    pub password: Password,
    /// Whether it is permanent.
    pub permanent: bool,
}

impl SetUserPassword {
    /// A password that the user keeps.
    pub fn permanent(username: impl Into<String>, password: impl Into<Password>) -> Self {
        Self { username: username.into(), password: password.into(), permanent: true }
    }

    /// A password that the user must change at the next sign-in.
    pub fn temporary(username: impl Into<String>, password: impl Into<Password>) -> Self {
        Self { username: username.into(), password: password.into(), permanent: false }
    }
}

/// Declares a request that names a user and may carry client metadata.
macro_rules! username_and_metadata {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            /// Which user.
            pub username: String,
            /// Data for the pool's triggers.
            pub client_metadata: BTreeMap<String, String>,
        }

        impl $name {
            /// A request about this user.
            pub fn new(username: impl Into<String>) -> Self {
                Self { username: username.into(), client_metadata: BTreeMap::new() }
            }

            with_client_metadata!();
        }
    };
}

username_and_metadata! {
    /// A request to [`UserDirectory::reset_user_password`](crate::UserDirectory::reset_user_password).
    ResetUserPassword
}

username_and_metadata! {
    /// A request to [`UserDirectory::confirm_sign_up`](crate::UserDirectory::confirm_sign_up).
    ConfirmSignUp
}

/// A request to [`UserDirectory::list_users`](crate::UserDirectory::list_users).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListUsers {
    /// `<attribute> = "<value>"` or, for a prefix, `<attribute> ^= "<value>"`; all users if absent.
    /// [`Filter`](crate::Filter) writes it.
    pub filter: Option<String>,
    /// Which attributes to show; all if absent, none if empty. If a user of the page lacks one, the
    /// call is refused.
    pub attributes_to_get: Option<Vec<String>>,
    /// At most how many users, 1 to 60; 60 if absent or 0.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub pagination_token: Option<String>,
}

impl ListUsers {
    /// The first page of all users.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lists only the users that a [`Filter`](crate::Filter) matches, or one in AWS's own words.
    #[must_use]
    pub fn with_filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// Shows only these attributes.
    #[must_use]
    pub fn with_attributes_to_get<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.attributes_to_get = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the length of a page.
    #[must_use]
    pub fn with_limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Goes on where another page ended. The filter must be the same.
    #[must_use]
    pub fn with_pagination_token(mut self, token: impl Into<String>) -> Self {
        self.pagination_token = Some(token.into());
        self
    }
}

/// One page of users. It may be shorter than the limit, even empty, and not be the last.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UserPage {
    /// The users, in no promised order.
    pub users: Vec<User>,
    /// Where the next page starts; absent on the last one. ListUsersInGroup, which brings such pages
    /// too, takes it as `next_token`.
    pub pagination_token: Option<String>,
}

impl UserPage {
    /// A page of these users.
    pub fn new(users: Vec<User>, pagination_token: Option<String>) -> Self {
        Self { users, pagination_token }
    }
}
