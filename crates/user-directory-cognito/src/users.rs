//! Users and attributes out of the SDK's types, and into them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_cognitoidentityprovider::{
    primitives::DateTime,
    types::{AttributeType, UserStatusType, UserType},
};
use user_directory::{Attributes, Result, User, UserPage, UserStatus};

use crate::authentication::unexpected;

/// The user of an answer.
pub(crate) fn user(user: UserType) -> Result<User> {
    let username = user.username.ok_or_else(|| unexpected("a user without a name"))?;
    Ok(User::new(username)
        .with_attributes(attributes(user.attributes.unwrap_or_default()))
        .with_status(status(user.user_status))
        .with_enabled(user.enabled)
        .with_dates(date(user.user_create_date)?, date(user.user_last_modified_date)?))
}

/// A page of users.
pub(crate) fn page(users: Option<Vec<UserType>>, next: Option<String>) -> Result<UserPage> {
    let users = users.ok_or_else(|| unexpected("no list of users"))?;
    let users = users.into_iter().map(user).collect::<Result<_>>()?;
    Ok(UserPage::new(users, next))
}

pub(crate) fn status(status: Option<UserStatusType>) -> UserStatus {
    status.map_or(UserStatus::Unknown, |status| UserStatus::from_name(status.as_str()))
}

/// Cognito's dates resolve to milliseconds. They travel as decimal fractions of a second, which the
/// SDK reads as doubles: 1571809201.58 comes out 77 ns short.
pub(crate) fn date(date: Option<DateTime>) -> Result<SystemTime> {
    let millis = date.map(|date| (date.as_nanos() + 500_000) / 1_000_000);
    let millis = millis.and_then(|millis| u64::try_from(millis).ok());
    let millis = millis.ok_or_else(|| unexpected("no date where there must be one"))?;
    Ok(UNIX_EPOCH + Duration::from_millis(millis))
}

pub(crate) fn attribute_list(attributes: Attributes) -> Vec<AttributeType> {
    attributes
        .into_iter()
        .map(|(name, value)| {
            let attribute = AttributeType::builder().name(name).value(value).build();
            attribute.expect("it has a name")
        })
        .collect()
}

pub(crate) fn attributes(list: Vec<AttributeType>) -> Attributes {
    list.into_iter()
        .map(|attribute| (attribute.name, attribute.value.unwrap_or_default()))
        .collect()
}

pub(crate) fn none_if_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}
