use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;

const TARGET: &str = "AWSCognitoIdentityProviderService.";

/// The members that hold a secret of the service's.
pub(crate) const SECRETS: &[&str] = &[
    "AccessToken",
    "ClientSecret",
    "ClientSecretValue",
    "IdToken",
    "PASSWORD_CLAIM_SECRET_BLOCK",
    "PASSWORD_CLAIM_SIGNATURE",
    "REFRESH_TOKEN",
    "RefreshToken",
    "SECRET_BLOCK",
    "SECRET_HASH",
    "SecretCode",
    "SecretHash",
    "Session",
    "Token",
];

/// A request as far as it must be understood to be judged.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: String,
    members: Value,
}

impl Call {
    /// `None` if the request is no call of Amazon Cognito.
    pub(crate) fn read(request: &HttpRequest) -> Option<Self> {
        let operation = request.headers().get("x-amz-target")?.strip_prefix(TARGET)?.to_owned();
        let members = serde_json::from_slice(request.body().bytes()?).ok()?;
        Some(Self { operation, members })
    }

    /// A call with these members.
    #[cfg(test)]
    pub(crate) fn of(operation: &str, members: Value) -> Self {
        Self { operation: operation.to_owned(), members }
    }

    /// The members of the request.
    pub(crate) fn members(&self) -> &Value {
        &self.members
    }

    /// Whether a member is there.
    pub(crate) fn has(&self, member: &str) -> bool {
        !self.members[member].is_null()
    }

    /// A member that is a text.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.members[member].as_str()
    }

    /// A member that is a list of texts.
    pub(crate) fn texts(&self, member: &str) -> impl Iterator<Item = &str> {
        self.members[member].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// What the call presents that must not reach a report: tokens, sessions and hashes. Passwords are
    /// the contract's own, and public.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let nested = ["AuthParameters", "ChallengeResponses"].map(|member| &self.members[member]);
        let objects = [&self.members].into_iter().chain(nested);
        let members = objects.filter_map(Value::as_object).flatten();
        let secrets = members.filter(|(name, _)| SECRETS.contains(&name.as_str()));
        secrets.filter_map(|(_, value)| value.as_str()).filter(|secret| !secret.is_empty())
    }

    /// The attributes of a user that the call writes, also in an answer to a challenge.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let list = self.members["UserAttributes"].as_array().into_iter().flatten();
        let listed = list.filter_map(|attribute| {
            Some((attribute["Name"].as_str()?, attribute["Value"].as_str().unwrap_or_default()))
        });
        let answered = self.members["ChallengeResponses"].as_object().into_iter().flatten();
        let answered = answered.filter_map(|(name, value)| {
            let name =
                name.strip_prefix("userAttributes.").or((name == "EMAIL").then_some("email"));
            Some((name?, value.as_str().unwrap_or_default()))
        });
        listed.chain(answered)
    }
}
