//! Groups out of the SDK's types, and what of a request the SDK's types cannot hold.

use aws_sdk_cognitoidentityprovider::types::GroupType;
use user_directory::{Error, Group, GroupPage, Operation, Result};

use crate::{authentication::unexpected, users::date};

/// The group of an answer.
pub(crate) fn group(group: Option<GroupType>) -> Result<Group> {
    let group = group.ok_or_else(|| unexpected("no group"))?;
    let name = group.group_name.ok_or_else(|| unexpected("a group without a name"))?;
    let mut own =
        Group::new(name).with_dates(date(group.creation_date)?, date(group.last_modified_date)?);
    own.description = group.description;
    own.role_arn = group.role_arn;
    own.precedence = group
        .precedence
        .map(|precedence| u32::try_from(precedence).map_err(|_| unexpected("a precedence below 0")))
        .transpose()?;
    Ok(own)
}

/// A page of groups.
pub(crate) fn page(
    groups: Option<Vec<GroupType>>,
    next_token: Option<String>,
) -> Result<GroupPage> {
    let groups = groups.ok_or_else(|| unexpected("no list of groups"))?;
    let groups = groups.into_iter().map(|one| group(Some(one))).collect::<Result<_>>()?;
    Ok(GroupPage::new(groups, next_token))
}

/// A precedence as the SDK sends it. What is too great for its type is refused here, as Cognito
/// refuses what breaks a documented limit: the greatest value in its place would be accepted.
pub(crate) fn precedence(operation: Operation, precedence: Option<u32>) -> Result<Option<i32>> {
    let Some(precedence) = precedence else { return Ok(None) };
    match i32::try_from(precedence) {
        Ok(precedence) => Ok(Some(precedence)),
        Err(_) => Err(Error::service(
            operation,
            "InvalidParameterException",
            format!(
                "1 validation error detected: Value '{precedence}' at 'precedence' failed to \
                 satisfy constraint: Member must have value less than or equal to {}",
                i32::MAX
            ),
        )),
    }
}
