//! What the public API model of Amazon Cognito says about requests: the constraints of their
//! members, the walk that checks them, and the errors listed for each operation.
//!
//! The tables are generated from botocore's copy of the model, `cognito-idp/2016-04-18`, by
//! `scripts/generate-model-tables.py`. The texts of violations are not in the model; they follow
//! what Cognito has been seen to answer.

mod members;
mod modelled_errors;
mod outliers;
mod patterns;
pub(crate) mod shapes;

pub use members::Members;
pub use modelled_errors::modelled_errors;
pub use outliers::Outliers;

/// A string shape of the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct StringShape {
    /// The AWS name, such as `UsernameType`.
    pub name: &'static str,
    /// The least number of characters.
    pub min: Option<usize>,
    /// The greatest number of characters.
    pub max: Option<usize>,
    /// The pattern as modelled, in Java's syntax; whole values match it.
    pub pattern: Option<&'static str>,
    /// The values of an enum in the model's order; empty if any value will do.
    pub values: &'static [&'static str],
    /// Whether violations leave the value out.
    pub sensitive: bool,
}

/// An integer shape of the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct IntegerShape {
    /// The AWS name, such as `QueryLimitType`.
    pub name: &'static str,
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
}

/// `UserPoolId` is `userPoolId`, `Policies.PasswordPolicy` is `policies.passwordPolicy`. That
/// `InviteMessageTemplate` is `inviteMessage` is documented by
/// <https://github.com/badmintoncryer/cdk-preflight>.
fn path(member: &str) -> String {
    let mut starts_part = true;
    let lower_first = |character: char| {
        let is_first = std::mem::replace(&mut starts_part, character == '.');
        if is_first { character.to_ascii_lowercase() } else { character }
    };
    let member = member.replace("InviteMessageTemplate", "InviteMessage");
    member.chars().map(lower_first).collect()
}

/// The first item of `UserAttributes` is `userAttributes.1.member`.
fn item_path(member: &str, index: usize) -> String {
    format!("{}.{}.member", path(member), index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_errors() {
        let operations: Vec<&str> =
            modelled_errors::MODELLED_ERRORS.iter().map(|(name, _)| *name).collect();
        assert_eq!(operations.len(), 153);
        assert!(operations.is_sorted_by(|left, right| left < right));
        for operation in operations {
            let errors = modelled_errors(operation).expect("listed");
            assert!(errors.iter().all(|error| error.ends_with("Exception")), "{operation}");
        }
        let errors = modelled_errors("AdminGetUser").expect("listed");
        assert!(errors.contains(&"UserNotFoundException"));
        assert!(!errors.contains(&"UsernameExistsException"));
        assert_eq!(modelled_errors("adminGetUser"), None);
    }
}
