//! What CreateUserPoolClient and UpdateUserPoolClient check across members, once each member is right
//! by itself.
//!
//! Texts are documented by a tool that measures AWS's answers through CloudFormation
//! (<https://github.com/badmintoncryer/cdk-preflight>), unless a rule says otherwise. Class and order
//! are assumed, and that an update has the rules of a creation.

use std::{ops::RangeInclusive, time::Duration};

use serde_json::Value;

use crate::{
    ExplicitAuthFlow, Pool, ServiceError,
    client_settings::ClientSettings,
    rules::{self, Rule, kept, kept_text, kept_texts, when},
    schema::{Schema, is_verification},
};

/// The settings as they would be, with what the rules need besides.
struct Draft {
    settings: ClientSettings,
    has_secret: bool,
    schema: Schema,
    user_pool_id: String,
}

impl Draft {
    fn texts(&self, path: &str) -> Vec<&str> {
        kept_texts(&self.settings.inert, path).collect()
    }

    fn flag(&self, path: &str) -> bool {
        kept(&self.settings.inert, path).and_then(Value::as_bool).unwrap_or_default()
    }

    fn has(&self, path: &str) -> bool {
        kept(&self.settings.inert, path).is_some()
    }

    fn knows(&self, attribute: &str) -> bool {
        self.schema.get(attribute).is_some()
    }

    /// Whether users sign in through the pool's pages.
    fn redirects(&self) -> bool {
        let flows = self.texts("AllowedOAuthFlows");
        flows.contains(&"code") || flows.contains(&"implicit")
    }

    /// The first address in a list that is neither secure nor this machine's. Which addresses are
    /// taken to be this machine's is documented:
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
    fn insecure(&self, path: &str) -> Option<String> {
        let is_local = |url: &str| {
            let host = url.trim_start_matches("http://").split(['/', ':', '?', '#']).next();
            host == Some("localhost")
        };
        let urls = self.texts(path);
        let mut insecure = urls.iter().filter(|url| url.starts_with("http://") && !is_local(url));
        insecure.next().map(|url| (*url).to_owned())
    }
}

/// Checks the settings of a client.
pub(crate) fn check(
    settings: ClientSettings,
    has_secret: bool,
    pool: &Pool,
) -> Result<(), ServiceError> {
    let (schema, user_pool_id) = (pool.settings.schema.clone(), pool.id.clone());
    rules::check(RULES, &Draft { settings, has_secret, schema, user_pool_id })
}

/// What access and ID tokens may live. Source of both ranges:
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const SHORT: RangeInclusive<Duration> = Duration::from_secs(5 * 60)..=Duration::from_secs(86_400);

/// What refresh tokens may live.
const LONG: RangeInclusive<Duration> =
    Duration::from_secs(60 * 60)..=Duration::from_secs(315_360_000);

const RULES: &[Rule<Draft>] = &[
    (
        "read-attributes-exists",
        "Invalid read attributes specified while creating a client",
        |client| when(!client.settings.read_attributes.iter().all(|name| client.knows(name))),
    ),
    // What is verified is for the service to say, and `sub` never changes.
    (
        "write-attributes-exists",
        "Invalid write attributes specified while creating a client",
        |client| {
            let is_writable =
                |name: &String| client.knows(name) && name != "sub" && !is_verification(name);
            when(!client.settings.write_attributes.iter().all(is_writable))
        },
    ),
    (
        "explicit-auth-flows-legacy-mix",
        "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        |client| {
            let flows = client.settings.flows();
            let legacy = flows.iter().filter(|flow| flow.is_legacy()).count();
            when(legacy != 0 && legacy != flows.len())
        },
    ),
    ("token-validity-range", "Invalid range for token validity.", |client| {
        let settings = &client.settings;
        when(
            !SHORT.contains(&settings.access_token_time())
                || !SHORT.contains(&settings.id_token_time())
                || !LONG.contains(&settings.refresh_token_time()),
        )
    }),
    (
        "token-expiration-order",
        "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        |client| {
            let settings = &client.settings;
            let refresh = settings.refresh_token_time();
            when(settings.access_token_time() > refresh || settings.id_token_time() > refresh)
        },
    ),
    // The rule is documented, the text assumed:
    // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
    (
        "rotation-without-refresh-flow",
        "ALLOW_REFRESH_TOKEN_AUTH cannot be set while refresh token rotation is enabled.",
        |client| {
            let settings = &client.settings;
            let refreshes = settings.flows().contains(&ExplicitAuthFlow::AllowRefreshTokenAuth);
            when(settings.rotation().is_some() && refreshes)
        },
    ),
    ("callback-url-https", "{} cannot use the HTTP protocol.", |client| {
        client.insecure("CallbackURLs")
    }),
    ("logout-url-https", "{} cannot use the HTTP protocol.", |client| {
        client.insecure("LogoutURLs")
    }),
    (
        "oauth-callback-required",
        "CallbackUrls can not be empty when code flow or implicit flow is selected",
        |client| when(client.redirects() && client.texts("CallbackURLs").is_empty()),
    ),
    (
        "oauth-flows-scopes-required",
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        |client| {
            let lacks = |path| client.texts(path).is_empty();
            let is_allowed = client.flag("AllowedOAuthFlowsUserPoolClient");
            when(is_allowed && (lacks("AllowedOAuthFlows") || lacks("AllowedOAuthScopes")))
        },
    ),
    (
        "client-credentials-exclusive",
        "client_credentials flow can not be selected along with code flow or implicit flow.",
        |client| {
            let flows = client.texts("AllowedOAuthFlows");
            when(client.redirects() && flows.contains(&"client_credentials"))
        },
    ),
    (
        "default-redirect-uri-member",
        "The default redirect URI {} is not in the callback URIs list.",
        |client| {
            let default = kept_text(&client.settings.inert, "DefaultRedirectURI")?;
            (!client.texts("CallbackURLs").contains(&default)).then(|| default.to_owned())
        },
    ),
    // Pools here have no resource servers, which would bring more scopes.
    ("oauth-scopes-unknown", "Invalid scope requested: {}", |client| {
        let scopes = client.texts("AllowedOAuthScopes");
        let unknown = scopes.into_iter().find(|scope| !SCOPES.contains(scope));
        unknown.map(str::to_owned)
    }),
    // Nor do they have other providers.
    ("supported-identity-providers-exists", "The provider {}.", |client| {
        let providers = client.texts("SupportedIdentityProviders");
        let unknown = providers.into_iter().find(|provider| *provider != "COGNITO")?;
        Some(format!("{unknown} does not exist for User Pool {}", client.user_pool_id))
    }),
    (
        "propagate-context-requires-secret",
        "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        |client| {
            when(client.flag("EnablePropagateAdditionalUserContextData") && !client.has_secret)
        },
    ),
    (
        "analytics-config-exclusive",
        "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid",
        |client| {
            let has = |member: &str| client.has(&format!("AnalyticsConfiguration.{member}"));
            let others = ["ApplicationId", "RoleArn", "ExternalId"];
            let is_valid = if has("ApplicationArn") {
                !others.iter().any(|member| has(member))
            } else {
                others.iter().all(|member| has(member))
            };
            when(client.has("AnalyticsConfiguration") && !is_valid)
        },
    ),
];

/// The scopes of every pool:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>
const SCOPES: [&str; 5] = ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{RefreshTokenRotation, TimeUnit, TokenValidity};

    /// The settings of a client that was given nothing but a name.
    fn draft() -> Draft {
        Draft {
            settings: ClientSettings::new("client".to_owned()),
            has_secret: false,
            schema: Schema::new(Vec::new()).expect("the standard attributes"),
            user_pool_id: "us-east-1_Rules0001".to_owned(),
        }
    }

    fn with(members: Value) -> impl Fn(&mut Draft) {
        move |draft| draft.settings.inert.extend(members.as_object().cloned().unwrap_or_default())
    }

    type Change = Box<dyn Fn(&mut Draft)>;

    /// Settings of which each breaks one rule, and the text of its refusal if that names them.
    fn broken() -> Vec<(&'static str, Change, Option<&'static str>)> {
        let urls = |member: &str, url: &str| with(json!({ member: [url] }));
        vec![
            (
                "read-attributes-exists",
                Box::new(|draft| draft.settings.read_attributes = vec!["custom:no".to_owned()]),
                None,
            ),
            (
                "write-attributes-exists",
                Box::new(|draft| draft.settings.write_attributes = vec!["sub".to_owned()]),
                None,
            ),
            (
                "explicit-auth-flows-legacy-mix",
                Box::new(|draft| {
                    draft.settings.flows =
                        vec![ExplicitAuthFlow::AdminNoSrpAuth, ExplicitAuthFlow::AllowUserAuth];
                }),
                None,
            ),
            (
                "token-validity-range",
                Box::new(|draft| {
                    draft.settings.access_token_validity = TokenValidity::new(25, TimeUnit::Hours);
                }),
                None,
            ),
            (
                "token-expiration-order",
                Box::new(|draft| {
                    draft.settings.id_token_validity = TokenValidity::new(5, TimeUnit::Hours);
                    draft.settings.refresh_token_validity = TokenValidity::new(1, TimeUnit::Hours);
                }),
                None,
            ),
            (
                "rotation-without-refresh-flow",
                Box::new(|draft| draft.settings.rotation = Some(RefreshTokenRotation::new(0))),
                None,
            ),
            (
                "callback-url-https",
                Box::new(urls("CallbackURLs", "http://example.com/cb")),
                Some("http://example.com/cb cannot use the HTTP protocol."),
            ),
            (
                "logout-url-https",
                Box::new(urls("LogoutURLs", "http://localhost.example/out")),
                Some("http://localhost.example/out cannot use the HTTP protocol."),
            ),
            (
                "oauth-callback-required",
                Box::new(with(json!({ "AllowedOAuthFlows": ["code"] }))),
                None,
            ),
            (
                "oauth-flows-scopes-required",
                Box::new(with(json!({ "AllowedOAuthFlowsUserPoolClient": true }))),
                None,
            ),
            (
                "client-credentials-exclusive",
                Box::new(with(json!({
                    "AllowedOAuthFlows": ["code", "client_credentials"],
                    "CallbackURLs": ["https://example.com"],
                }))),
                None,
            ),
            (
                "default-redirect-uri-member",
                Box::new(with(json!({ "DefaultRedirectURI": "https://other.example.com/cb" }))),
                Some(
                    "The default redirect URI https://other.example.com/cb is not in the callback \
                     URIs list.",
                ),
            ),
            (
                "oauth-scopes-unknown",
                Box::new(with(json!({ "AllowedOAuthScopes": ["openid", "api/read"] }))),
                Some("Invalid scope requested: api/read"),
            ),
            (
                "supported-identity-providers-exists",
                Box::new(with(json!({ "SupportedIdentityProviders": ["COGNITO", "Google"] }))),
                Some("The provider Google does not exist for User Pool us-east-1_Rules0001."),
            ),
            (
                "propagate-context-requires-secret",
                Box::new(with(json!({ "EnablePropagateAdditionalUserContextData": true }))),
                None,
            ),
            (
                "analytics-config-exclusive",
                Box::new(with(json!({ "AnalyticsConfiguration": { "ApplicationId": "a" } }))),
                None,
            ),
        ]
    }

    #[test]
    fn each_rule_is_broken_by_what_it_is_about() {
        assert_eq!(rules::check(RULES, &draft()), Ok(()));
        let mut seen = Vec::new();
        for (expected, change, text) in broken() {
            let mut draft = draft();
            change(&mut draft);
            let error = rules::check(RULES, &draft).expect_err(expected);
            let ServiceError::RuleBroken { rule, .. } = &error else { panic!("{error:?}") };
            assert_eq!(*rule, expected);
            if let Some(text) = text {
                assert_eq!(error.to_string(), text);
            }
            seen.push(expected);
        }
        for (name, ..) in RULES {
            assert!(seen.contains(name), "nothing breaks {name}");
        }
    }

    #[test]
    fn this_machine_needs_no_tls() {
        for url in ["http://localhost", "http://localhost:3000/cb", "http://localhost/cb"] {
            let mut draft = draft();
            with(json!({ "CallbackURLs": [url] }))(&mut draft);
            assert_eq!(rules::check(RULES, &draft), Ok(()), "{url}");
        }
    }
}
