//! What is in the tokens.

use std::time::Duration;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;
use user_directory::{Register, TokenSet};

use crate::{Case, Evidence, Failure, PoolProfile, Trial, case, check, mailbox, trial::PASSWORD};

const ACCESS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html",
};
const ID: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html",
};
const CLIENT: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html",
};
const REVOCATION: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html",
};
const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};
const LIFTRIC: Evidence = Evidence::Documented { url: "https://github.com/Liftric/cognito-idp" };
const TRACES: Evidence =
    Evidence::Reported { note: "seen in public code, no address: tokens of live pools" };

pub(crate) fn cases() -> Vec<Case> {
    [headers(), access_token(), id_token(), attributes(), times(), ids(), refresh_token()].concat()
}

fn headers() -> Vec<Case> {
    vec![
        case!(
            "tokens/header",
            "The header of a token has the key's id and RS256, and nothing else.",
            evidence = LIFTRIC,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                for token in [set.access_token().expose(), set.id_token().expose()] {
                    let header = check::header(token)?;
                    check::equal("members", names(&header), vec!["alg", "kid"])?;
                    check::equal("alg", &header["alg"], "RS256")?;
                    check::that(header["kid"].is_string(), "kid is a string")?;
                }
                Ok(())
            }
        ),
        case!(
            "tokens/text",
            "The JSON of a token is compact, begins with the key's id, and escapes the slashes of \
             its issuer.",
            evidence = TRACES,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                for token in [set.access_token().expose(), set.id_token().expose()] {
                    let parts: Vec<_> = token.split('.').map(json).collect();
                    let header = check::some("the header", parts[0].as_deref())?;
                    check::that(header.starts_with("{\"kid\":\""), "the key's id comes first")?;
                    let payload = check::some("the payload", parts[1].as_deref())?;
                    check::that(!payload.contains(": "), "no space follows a colon")?;
                    check::that(
                        payload.contains(r#""iss":"https:\/\/"#),
                        "the slashes of the issuer are escaped",
                    )?;
                }
                Ok(())
            }
        ),
        case!(
            "tokens/two-keys",
            "One key signs access tokens, another one ID tokens.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html"
            },
            async |t| {
                t.register("alice").await?;
                let mut kids = Vec::new();
                for _ in 0..2 {
                    let set = t.sign_in("alice").await?;
                    let access = check::header(set.access_token().expose())?;
                    let id = check::header(set.id_token().expose())?;
                    check::different("kid", &access["kid"], &id["kid"])?;
                    kids.push((access["kid"].clone(), id["kid"].clone()));
                }
                check::equal("the keys of the second sign-in", &kids[1], &kids[0])
            }
        ),
        case!(
            "tokens/kid-form",
            "A key's id is 32 bytes in base64, padded and not URL-safe.",
            evidence = TRACES,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                for token in [set.access_token().expose(), set.id_token().expose()] {
                    let header = check::header(token)?;
                    let bytes = header["kid"].as_str().and_then(|kid| STANDARD.decode(kid).ok());
                    check::equal("bytes of the kid", bytes.map(|bytes| bytes.len()), Some(32))?;
                }
                Ok(())
            }
        ),
    ]
}

fn access_token() -> Vec<Case> {
    vec![
        case!(
            "tokens/access-claims",
            "An access token names user, client and scope, and has no audience.",
            evidence = ACCESS,
            async |t| {
                let (access, _) = claims(&t.registered_and_signed_in("alice").await?)?;
                check::equal("token_use", &access["token_use"], "access")?;
                check::equal("client_id", &access["client_id"], t.client_id().as_str())?;
                check::equal("username", &access["username"], "alice")?;
                check::that(access.get("aud").is_none(), "there is no aud")
            }
        ),
        case!(
            "tokens/access-scope",
            "A sign-in by API brings the one scope that the self-service operations need.",
            evidence = MOTO,
            async |t| {
                let (access, _) = claims(&t.registered_and_signed_in("alice").await?)?;
                check::equal("scope", &access["scope"], "aws.cognito.signin.user.admin")
            }
        ),
        case!(
            "tokens/no-version",
            "The access token of a sign-in by API has no version.",
            evidence = TRACES,
            async |t| {
                let (access, _) = claims(&t.registered_and_signed_in("alice").await?)?;
                check::that(access.get("version").is_none(), "there is no version")
            }
        ),
        case!(
            "tokens/access-has-no-attributes",
            "An access token has none of the user's attributes.",
            evidence = MOTO,
            async |t| {
                let (access, _) = claims(&full_alice(&t).await?)?;
                for name in ["email", "email_verified", "phone_number", "name", "cognito:username"]
                {
                    check::that(access.get(name).is_none(), format!("there is no {name}"))?;
                }
                Ok(())
            }
        ),
    ]
}

fn id_token() -> Vec<Case> {
    vec![
        case!(
            "tokens/id-claims",
            "An ID token names the user and has the client as its audience, and no scope.",
            evidence = ID,
            async |t| {
                let (_, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                check::equal("token_use", &id["token_use"], "id")?;
                check::equal("aud", &id["aud"], t.client_id().as_str())?;
                check::equal("cognito:username", &id["cognito:username"], "alice")?;
                for name in ["scope", "client_id", "username"] {
                    check::that(id.get(name).is_none(), format!("there is no {name}"))?;
                }
                Ok(())
            }
        ),
        case!(
            "tokens/sub",
            "Both tokens have the sub that the user has.",
            evidence = ID,
            async |t| {
                let user = t.register("alice").await?;
                let sub = check::some("the sub", user.sub())?;
                let (access, id) = claims(&t.sign_in("alice").await?)?;
                check::equal("sub of the access token", &access["sub"], sub)?;
                check::equal("sub of the ID token", &id["sub"], sub)
            }
        ),
        case!("tokens/sub-form", "The sub has the form of a UUID.", evidence = ID, async |t| {
            let (access, _) = claims(&t.registered_and_signed_in("alice").await?)?;
            uuid(&access, "sub")
        }),
        case!(
            "tokens/issuer",
            "The issuer of both tokens is the pool's address, without a slash at the end.",
            evidence = ID,
            async |t| {
                let (access, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                let pool = t.pool_id();
                let region = check::some("the region", pool.split_once('_'))?.0;
                let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{pool}");
                check::equal("iss of the access token", &access["iss"], issuer.as_str())?;
                check::equal("iss of the ID token", &id["iss"], issuer.as_str())
            }
        ),
        case!(
            "tokens/id-of-the-token-endpoint",
            "The ID token of a sign-in by API has neither nonce nor at_hash.",
            evidence = ID,
            async |t| {
                let (_, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                for name in ["nonce", "at_hash"] {
                    check::that(id.get(name).is_none(), format!("there is no {name}"))?;
                }
                Ok(())
            }
        ),
        case!(
            "tokens/no-empty-groups",
            "The tokens of a user without groups have no claim for them.",
            evidence = Evidence::Reported {
                note: "the developer guide's notes on parsing, by their sense"
            },
            async |t| {
                let (access, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                for (what, claims) in [("access", &access), ("ID", &id)] {
                    let sentence = format!("there are no cognito:groups in the {what} token");
                    check::that(claims.get("cognito:groups").is_none(), sentence)?;
                }
                Ok(())
            }
        ),
    ]
}

fn attributes() -> Vec<Case> {
    vec![
        case!(
            "tokens/id-has-attributes",
            "An ID token has the attributes that the user has, and none for those that it has not.",
            evidence = MOTO,
            async |t| {
                let (_, id) = claims(&full_alice(&t).await?)?;
                check::equal("email", &id["email"], mailbox("alice").as_str())?;
                check::equal("name", &id["name"], "Alice Example")?;
                check::equal("phone_number", &id["phone_number"], "+15555550100")?;
                check::that(id.get("nickname").is_none(), "there is no nickname")
            }
        ),
        case!(
            "tokens/verified-is-boolean",
            "Whether a contact is verified is a JSON boolean, although the API gives it as text.",
            evidence = ID,
            async |t| {
                let (_, id) = claims(&full_alice(&t).await?)?;
                check::equal("email_verified", &id["email_verified"], &Value::Bool(true))?;
                let phone = &id["phone_number_verified"];
                check::equal("phone_number_verified", phone, &Value::Bool(false))
            }
        ),
        case!(
            "tokens/readable-attributes-only",
            "An ID token has only the attributes that the client may read.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_read_attributes(["email"])),
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                let (_, id) = claims(&full_alice(&t).await?)?;
                check::equal("email", &id["email"], mailbox("alice").as_str())?;
                for name in ["name", "phone_number"] {
                    check::that(id.get(name).is_none(), format!("there is no {name}"))?;
                }
                Ok(())
            }
        ),
        case!(
            "tokens/updated-at-is-a-number",
            "updated_at is a JSON number, although the API gives it as text.",
            evidence = Evidence::Reported {
                note: "OpenID Connect, and the developer guide's list of claims that are no texts"
            },
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("updated_at", "1700000000")]);
                t.register_with(request).await?;
                let (_, id) = claims(&t.sign_in("alice").await?)?;
                check::equal("updated_at", seconds(&id, "updated_at")?, 1_700_000_000_u64)
            }
        ),
        case!(
            "tokens/address-is-an-object",
            "The address is wrapped into an object, as OpenID Connect has it.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: samples of client libraries"
            },
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("address", "1 Example Street")]);
                t.register_with(request).await?;
                let (_, id) = claims(&t.sign_in("alice").await?)?;
                let expected = serde_json::json!({ "formatted": "1 Example Street" });
                check::equal("address", &id["address"], &expected)
            }
        ),
    ]
}

fn times() -> Vec<Case> {
    vec![
        case!(
            "tokens/first-issue",
            "At a sign-in both tokens have the same whole second as auth_time and iat.",
            evidence = ACCESS,
            async |t| {
                let (access, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                let iat = seconds(&access, "iat")?;
                check::equal("auth_time of the access token", seconds(&access, "auth_time")?, iat)?;
                check::equal("iat of the ID token", seconds(&id, "iat")?, iat)?;
                check::equal("auth_time of the ID token", seconds(&id, "auth_time")?, iat)
            }
        ),
        case!(
            "tokens/default-validity",
            "Access and ID tokens are good for an hour where the client says nothing else.",
            evidence = CLIENT,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                lives(&set, 3600, 3600)
            }
        ),
        case!(
            "tokens/client-validity",
            "Access and ID tokens are each good for as long as the client says.",
            profile = || PoolProfile::article().map_client(|client| {
                client
                    .with_access_token_validity(Duration::from_secs(5 * 60))
                    .with_id_token_validity(Duration::from_secs(24 * 60 * 60))
            }),
            evidence = CLIENT,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                lives(&set, 5 * 60, 24 * 60 * 60)
            }
        ),
    ]
}

fn ids() -> Vec<Case> {
    vec![
        case!(
            "tokens/origin-shared",
            "Both tokens have the same origin_jti, and each has a jti of its own.",
            evidence = MOTO,
            async |t| {
                let (access, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                let origin = text(&access, "origin_jti")?;
                check::equal("origin_jti", text(&id, "origin_jti")?, origin)?;
                check::different("jti", text(&id, "jti")?, text(&access, "jti")?)
            }
        ),
        case!(
            "tokens/origin-of-each-sign-in",
            "Every sign-in has an origin_jti of its own, so that it can be revoked alone.",
            evidence = REVOCATION,
            async |t| {
                t.register("alice").await?;
                let (first, _) = claims(&t.sign_in("alice").await?)?;
                let (second, _) = claims(&t.sign_in("alice").await?)?;
                let origin = text(&first, "origin_jti")?;
                check::different("origin_jti", text(&second, "origin_jti")?, origin)?;
                check::different("jti", text(&second, "jti")?, text(&first, "jti")?)
            }
        ),
        case!(
            "tokens/without-revocation",
            "Without token revocation there is neither origin_jti nor jti.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_enable_token_revocation(false)),
            evidence = REVOCATION,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let (access, id) = claims(&set)?;
                for (what, claims) in [("access", &access), ("ID", &id)] {
                    for name in ["origin_jti", "jti"] {
                        let sentence = format!("there is no {name} in the {what} token");
                        check::that(claims.get(name).is_none(), sentence)?;
                    }
                }
                check::equal("the origin in the grant", set.grant.origin_jti(), None)
            }
        ),
        case!(
            "tokens/ids-are-uuids",
            "origin_jti, jti and event_id have the form of a UUID.",
            evidence = TRACES,
            async |t| {
                let (access, id) = claims(&t.registered_and_signed_in("alice").await?)?;
                for claims in [&access, &id] {
                    for name in ["origin_jti", "jti", "event_id"] {
                        uuid(claims, name)?;
                    }
                }
                Ok(())
            }
        ),
        case!(
            "tokens/event-id",
            "The tokens of one sign-in share an event_id.",
            evidence = TRACES,
            async |t| {
                t.register("alice").await?;
                let (access, id) = claims(&t.sign_in("alice").await?)?;
                check::equal("event_id", text(&id, "event_id")?, text(&access, "event_id")?)?;
                let (next, _) = claims(&t.sign_in("alice").await?)?;
                check::different("event_id", text(&next, "event_id")?, text(&access, "event_id")?)
            }
        ),
        case!(
            "tokens/grant-names-the-user",
            "The grant has the user's real name, sub and origin_jti, as the access token has them.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Own {
                promise: "a grant is all that a refresh needs, whatever the user typed"
            },
            async |t| {
                let set = t.registered_and_signed_in(&mailbox("alice")).await?;
                let (access, _) = claims(&set)?;
                check::equal("username", &access["username"], set.grant.username())?;
                check::equal("sub", &access["sub"], set.grant.sub())?;
                let origin = text(&access, "origin_jti")?;
                check::equal("origin_jti", set.grant.origin_jti(), Some(origin))
            }
        ),
    ]
}

fn refresh_token() -> Vec<Case> {
    vec![
        case!(
            "tokens/refresh-token-form",
            "A refresh token is an encrypted JWT of five parts, which only Cognito reads.",
            evidence = TRACES,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let parts: Vec<_> = set.grant.refresh_token().expose().split('.').collect();
                check::equal("parts", parts.len(), 5)?;
                let header = URL_SAFE_NO_PAD.decode(parts[0]).ok();
                let header = header.and_then(|json| serde_json::from_slice::<Value>(&json).ok());
                let header = check::some("the header", header)?;
                check::equal("cty", &header["cty"], "JWT")?;
                check::equal("enc", &header["enc"], "A256GCM")?;
                check::equal("alg", &header["alg"], "RSA-OAEP")
            }
        ),
        case!(
            "tokens/refresh-token-text",
            "A refresh token begins with one header, and has only characters of the API's model.",
            evidence = TRACES,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = set.grant.refresh_token().expose();
                let header = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.";
                check::that(token.starts_with(header), "the header is the known one")?;
                let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte);
                check::that(token.bytes().all(is_known), "the characters are the known ones")
            }
        ),
        case!(
            "tokens/refresh-token-of-each-sign-in",
            "Every sign-in has a refresh token of its own.",
            evidence = REVOCATION,
            async |t| {
                t.register("alice").await?;
                let first = t.sign_in("alice").await?;
                let second = t.sign_in("alice").await?;
                let token = first.grant.refresh_token();
                check::different("the refresh token", second.grant.refresh_token(), token)
            }
        ),
    ]
}

/// Signs a user in who has a verified e-mail address, an unverified phone number, and a name.
async fn full_alice(t: &Trial) -> Result<TokenSet, Failure> {
    let request = Register::new("alice", PASSWORD).with_attributes([
        ("email", mailbox("alice")),
        ("email_verified", "true".to_owned()),
        ("phone_number", "+15555550100".to_owned()),
        ("phone_number_verified", "false".to_owned()),
        ("name", "Alice Example".to_owned()),
    ]);
    t.register_with(request).await?;
    t.sign_in("alice").await
}

/// The claims of the access token and of the ID token, so that one that is missing is null.
fn claims(set: &TokenSet) -> Result<(Value, Value), Failure> {
    let access = check::claims(set.access_token().expose())?;
    let id = check::claims(set.id_token().expose())?;
    Ok((access, id))
}

fn names(members: &Value) -> Vec<&str> {
    let members = members.as_object().into_iter().flatten();
    let mut names: Vec<_> = members.map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

fn text<'a>(claims: &'a Value, name: &str) -> Result<&'a str, Failure> {
    check::some(name, claims[name].as_str())
}

/// A claim is a UUID, though not one of a version that RFC 9562 knows.
fn uuid(claims: &Value, name: &str) -> Result<(), Failure> {
    let parts = text(claims, name)?.split('-');
    let lengths: Vec<_> = parts.clone().map(str::len).collect();
    check::equal(&format!("the parts of {name}"), lengths, vec![8_usize, 4, 4, 4, 12])?;
    let is_hex = parts.flat_map(str::bytes).all(|byte| byte.is_ascii_hexdigit());
    check::that(is_hex, format!("{name} has hexadecimal digits"))
}

/// A part of a token as it was before it was encoded.
fn json(part: &str) -> Option<String> {
    URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

fn seconds(claims: &Value, name: &str) -> Result<u64, Failure> {
    check::some(name, claims[name].as_u64())
}

/// The lives of both tokens, and what the answer says of the access token's.
fn lives(set: &TokenSet, of_access: u64, of_id: u64) -> Result<(), Failure> {
    let (access, id) = claims(set)?;
    for (what, claims, life) in [("access", &access, of_access), ("ID", &id, of_id)] {
        let expires = seconds(claims, "iat")? + life;
        check::equal(&format!("exp of the {what} token"), seconds(claims, "exp")?, expires)?;
    }
    check::equal("the life in the answer", set.expires_in(), Duration::from_secs(of_access))
}
