//! The claims of tokens, unsigned: whoever owns the pool signs them.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value;

use crate::{
    Pool, Secret, client::Client, groups::GroupClaims, request::Call, sign_ins::SignIn, user::User,
    uuid::Uuid,
};

/// The scope that every sign-in through the API grants, and that self-service needs.
pub(crate) const SELF_SERVICE_SCOPE: &str = "aws.cognito.signin.user.admin";

/// The claims of an access token, in the order of the developer guide's sample.
///
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AccessTokenClaims {
    /// The user's immutable id.
    pub sub: String,
    /// `cognito:groups`; absent if the user is in none.
    #[serde(rename = "cognito:groups", default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The issuer: `https://cognito-idp.<region>.amazonaws.com/<pool id>`.
    pub iss: String,
    /// The app client. An access token has no `aud`.
    pub client_id: String,
    /// What all tokens of one sign-in share; absent without token revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_jti: Option<String>,
    /// The same in the access and ID token of one issue.
    pub event_id: String,
    /// `access`
    pub token_use: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// When the user signed in, in seconds since the epoch; kept by every refresh.
    pub auth_time: u64,
    /// When the token expires, in seconds since the epoch.
    pub exp: u64,
    /// When the token was issued, in seconds since the epoch.
    pub iat: u64,
    /// The token's own id; absent without token revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The real user name.
    pub username: String,
}

/// The claims of an ID token.
///
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IdTokenClaims {
    /// The user's immutable id.
    pub sub: String,
    /// `cognito:groups`; absent if the user is in none.
    pub groups: Vec<String>,
    /// `cognito:preferred_role`: the role of the group that comes first.
    pub preferred_role: Option<String>,
    /// The issuer.
    pub iss: String,
    /// `cognito:username`: the real user name.
    pub username: String,
    /// What all tokens of one sign-in share; absent without token revocation.
    pub origin_jti: Option<String>,
    /// `cognito:roles`: the roles of the user's groups; absent if there are none.
    pub roles: Vec<String>,
    /// The app client.
    pub aud: String,
    /// The same in the access and ID token of one issue.
    pub event_id: String,
    /// When the user signed in, in seconds since the epoch; kept by every refresh.
    pub auth_time: u64,
    /// When the token expires, in seconds since the epoch.
    pub exp: u64,
    /// When the token was issued, in seconds since the epoch.
    pub iat: u64,
    /// The token's own id; absent without token revocation.
    pub jti: Option<String>,
    /// The attributes that the client may read, without `sub`.
    pub attributes: Vec<(String, String)>,
}

impl Serialize for IdTokenClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sub", &self.sub)?;
        if !self.groups.is_empty() {
            map.serialize_entry("cognito:groups", &self.groups)?;
        }
        if let Some(role) = &self.preferred_role {
            map.serialize_entry("cognito:preferred_role", role)?;
        }
        map.serialize_entry("iss", &self.iss)?;
        map.serialize_entry("cognito:username", &self.username)?;
        if let Some(origin_jti) = &self.origin_jti {
            map.serialize_entry("origin_jti", origin_jti)?;
        }
        if !self.roles.is_empty() {
            map.serialize_entry("cognito:roles", &self.roles)?;
        }
        map.serialize_entry("aud", &self.aud)?;
        map.serialize_entry("event_id", &self.event_id)?;
        map.serialize_entry("token_use", "id")?;
        map.serialize_entry("auth_time", &self.auth_time)?;
        map.serialize_entry("exp", &self.exp)?;
        map.serialize_entry("iat", &self.iat)?;
        if let Some(jti) = &self.jti {
            map.serialize_entry("jti", jti)?;
        }
        for (name, value) in &self.attributes {
            match name.as_str() {
                // JSON booleans here, although the API gives the same attributes as text.
                "email_verified" | "phone_number_verified" => {
                    map.serialize_entry(name, &(value == "true"))?;
                }
                // OpenID Connect Core, section 5.1: an object and a number. Reported for `address`,
                // assumed for `updated_at`.
                "address" => {
                    let address = serde_json::json!({ "formatted": value });
                    map.serialize_entry(name, &address)?;
                }
                "updated_at" => map.serialize_entry(name, &value.parse::<u64>().unwrap_or(0))?,
                _ => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

impl IdTokenClaims {
    /// An attribute of the user, as the API has it: text, also of what is a boolean in the token.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl<'de> Deserialize<'de> for IdTokenClaims {
    /// What is no claim of its own is an attribute, and becomes text again.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Claims {
            sub: String,
            #[serde(rename = "cognito:groups", default)]
            groups: Vec<String>,
            #[serde(rename = "cognito:preferred_role")]
            preferred_role: Option<String>,
            iss: String,
            #[serde(rename = "cognito:username")]
            username: String,
            origin_jti: Option<String>,
            #[serde(rename = "cognito:roles", default)]
            roles: Vec<String>,
            aud: String,
            event_id: String,
            #[serde(rename = "token_use")]
            _token_use: String,
            auth_time: u64,
            exp: u64,
            iat: u64,
            jti: Option<String>,
            #[serde(flatten)]
            attributes: BTreeMap<String, Value>,
        }

        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Object(address) => match address.get("formatted") {
                Some(Value::String(text)) => text.clone(),
                _ => Value::Object(address).to_string(),
            },
            other => other.to_string(),
        };
        let claims = Claims::deserialize(deserializer)?;
        let attributes = claims.attributes.into_iter();
        Ok(Self {
            sub: claims.sub,
            groups: claims.groups,
            preferred_role: claims.preferred_role,
            iss: claims.iss,
            username: claims.username,
            origin_jti: claims.origin_jti,
            roles: claims.roles,
            aud: claims.aud,
            event_id: claims.event_id,
            auth_time: claims.auth_time,
            exp: claims.exp,
            iat: claims.iat,
            jti: claims.jti,
            attributes: attributes.map(|(name, value)| (name, text(value))).collect(),
        })
    }
}

/// What a sign-in or a refresh brings, with claims in place of signed tokens.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AuthenticationResult {
    /// For the access token.
    pub access_token: AccessTokenClaims,
    /// For the ID token.
    pub id_token: IdTokenClaims,
    /// Absent from a refresh, unless the client rotates.
    pub refresh_token: Option<Secret>,
    /// The life of the access token in seconds.
    pub expires_in: u64,
}

/// Builds the tokens of one issue from the user as it is now.
pub(crate) fn issue(
    pool: &Pool,
    call: &mut Call<'_>,
    client: &Client,
    user: &User,
    origin: Uuid,
    sign_in: &SignIn,
    refresh_token: Option<Secret>,
) -> AuthenticationResult {
    let now = call.now;
    let event_id = Uuid::random(call.entropy).to_string();
    let mut jti =
        || client.settings.token_revocation().then(|| Uuid::random(call.entropy).to_string());
    let expires = |validity: Duration| now.seconds() + validity.as_secs();
    let origin_jti = client.settings.token_revocation().then(|| origin.to_string());
    let GroupClaims { groups, roles, preferred_role } = pool.group_claims(user);
    let access_token = AccessTokenClaims {
        sub: user.sub(),
        groups: groups.clone(),
        iss: pool.issuer(),
        client_id: client.id.to_string(),
        origin_jti: origin_jti.clone(),
        event_id: event_id.clone(),
        token_use: "access".to_owned(),
        scope: SELF_SERVICE_SCOPE.to_owned(),
        auth_time: sign_in.auth_time.seconds(),
        exp: expires(client.settings.access_token_time()),
        iat: now.seconds(),
        jti: jti(),
        username: user.username.to_string(),
    };
    let id_token = IdTokenClaims {
        sub: user.sub(),
        groups,
        preferred_role,
        iss: pool.issuer(),
        username: user.username.to_string(),
        origin_jti,
        roles,
        aud: client.id.to_string(),
        event_id,
        auth_time: sign_in.auth_time.seconds(),
        exp: expires(client.settings.id_token_time()),
        iat: now.seconds(),
        jti: jti(),
        attributes: pool
            .attributes_in_order(user)
            .filter(|(name, _)| client.may_read(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    };
    AuthenticationResult {
        access_token,
        id_token,
        refresh_token,
        expires_in: client.settings.access_token_time().as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_of_an_id_token_survive_json() {
        let text = |text: &str| text.to_owned();
        let claims = IdTokenClaims {
            sub: text("a-sub"),
            groups: vec![text("staff")],
            preferred_role: Some(text("arn:aws:iam::123456789012:role/staff")),
            iss: text("https://cognito-idp.local-fake-1.amazonaws.com/local-fake-1_Fake00001"),
            username: text("alice"),
            origin_jti: Some(text("an-origin")),
            roles: vec![text("arn:aws:iam::123456789012:role/staff")],
            aud: text("1example"),
            event_id: text("an-event"),
            auth_time: 1,
            exp: 3,
            iat: 2,
            jti: Some(text("an-id")),
            attributes: [
                ("address", "1 High Street"),
                ("custom:plan", "7"),
                ("email", "a@b.example"),
                ("email_verified", "true"),
                ("phone_number_verified", "false"),
                ("updated_at", "1700000000"),
            ]
            .map(|(name, value)| (text(name), text(value)))
            .into(),
        };
        let json = serde_json::to_string(&claims).expect("plain data");
        assert_eq!(serde_json::from_str::<IdTokenClaims>(&json).expect("as written"), claims);
        let bare = r#"{"sub":"s","iss":"i","cognito:username":"u","aud":"c","event_id":"e",
            "token_use":"id","auth_time":1,"exp":3,"iat":2}"#;
        let bare: IdTokenClaims = serde_json::from_str(bare).expect("what is absent is optional");
        assert_eq!((bare.attributes.len(), bare.attribute("email")), (0, None));
        assert_eq!(claims.attribute("email_verified"), Some("true"));
    }
}
