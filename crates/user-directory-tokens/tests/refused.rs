//! What is refused, each for a reason of its own.

mod common;

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{
    CLIENT, ISSUER, KEY, KeySet, NOW, POOL, STRANGERS_KEY, TestKey, access_claims, at, builder,
    id_claims, kind, message, pool, refusal, verifier, with,
};
use serde_json::{Value, json};
use user_directory::{Authentication as _, SignIn, UserStatus};
use user_directory_fake::{Fake, FixtureUser};
use user_directory_tokens::{LONGEST_TOKEN, TokenErrorKind, TokenVerifier, UserPool, fetch_with};

fn header(extra: Value) -> Value {
    let mut header = json!({ "kid": KEY.id, "alg": "RS256" });
    let extra = extra.as_object().expect("more of a header").clone();
    header.as_object_mut().expect("an object").extend(extra);
    header
}

fn good() -> String {
    KEY.token(&access_claims())
}

#[tokio::test]
async fn what_is_accepted() {
    let claims = verifier().access_token(&good()).await.expect("the token is good");
    assert_eq!((claims.sub.as_str(), claims.pool_id.as_str()), ("a-sub", POOL));
    assert_eq!((claims.client_id.as_str(), claims.username.as_deref()), (CLIENT, Some("alice")));
    assert_eq!(claims.scopes, ["aws.cognito.signin.user.admin", "reports/read"]);
    assert!(claims.has_scope("reports/read") && !claims.has_scope("reports"));
    assert!(claims.is_in_group("administrators") && !claims.is_in_group("a"));
    assert_eq!((claims.auth_time, claims.expires_at), (Some(at(NOW)), at(NOW + 3600)));
    assert_eq!(claims.origin_jti.as_deref(), Some("an-origin-jti"));
    assert_eq!(claims.claim::<String>("event_id").as_deref(), Some("an-event"));
    assert_eq!(claims.claim::<u64>("event_id"), None);

    let claims = verifier().id_token(&KEY.token(&id_claims())).await.expect("the token is good");
    assert_eq!((claims.username.as_str(), claims.client_id.as_str()), ("alice", CLIENT));
    assert_eq!(claims.email.as_deref(), Some("alice@example.com"));
    assert_eq!(claims.email_verified, Some(true));
    assert_eq!(claims.claim::<String>("custom:plan").as_deref(), Some("7"));
    assert!(claims.groups.is_empty());

    let member = KEY.token(&with(id_claims(), "cognito:groups", json!(["administrators"])));
    let claims = verifier().id_token(&member).await.expect("the token is good");
    assert!(claims.is_in_group("administrators") && !claims.is_in_group("a"));
    let claims = verifier().either_token(&member).await.expect("the token is good");
    assert_eq!((claims.groups(), claims.scopes()), (&["administrators".to_owned()][..], &[][..]));
    let claims = verifier().either_token(&good()).await.expect("the token is good");
    assert_eq!(claims.scopes(), ["aws.cognito.signin.user.admin", "reports/read"]);
}

/// Client credentials: no user, and nothing that only a user has.
#[tokio::test]
async fn a_token_of_a_machine_is_accepted() {
    let claims = json!({
        "sub": CLIENT, "token_use": "access", "scope": "reports/read", "iss": ISSUER,
        "exp": NOW + 3600, "iat": NOW, "version": 2, "jti": "a-jti", "client_id": CLIENT,
    });
    let claims = verifier().access_token(&KEY.token(&claims)).await.expect("the token is good");
    assert_eq!((claims.username, claims.auth_time, claims.origin_jti), (None, None, None));
    assert_eq!(claims.sub, CLIENT);
}

#[tokio::test]
async fn no_signature() {
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({ "kid": KEY.id, "alg": alg });
        let message = message(&header, &access_claims().to_string());
        let signed = good();
        let signature = signed.rsplit('.').next().expect("a token has parts");
        for token in [format!("{message}."), format!("{message}.{signature}")] {
            assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Algorithm));
        }
    }
    // Of a token that says RS256 and has none.
    let (message, _) = good().rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned())).unwrap();
    assert_eq!(refusal(&verifier(), &format!("{message}.")).await, Some(TokenErrorKind::Signature));
}

/// The public key as a shared secret, in every form in which a library may have it.
#[tokio::test]
async fn hs256_with_the_public_key() {
    let n = URL_SAFE_NO_PAD.encode(KEY.modulus());
    let jwk = KEY.jwk().to_string();
    let secrets = [KEY.public_der(), KEY.modulus(), n.as_bytes(), jwk.as_bytes(), &[]];
    for secret in secrets {
        let header = json!({ "kid": KEY.id, "alg": "HS256" });
        let message = message(&header, &access_claims().to_string());
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
        let token = format!("{message}.{tag}");
        assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Algorithm));
    }
}

#[tokio::test]
async fn other_algorithms() {
    for alg in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "HS512", "rs256", "RS256 "] {
        let token = KEY.sign(&header(json!({ "alg": alg })), &access_claims().to_string());
        let refused = refusal(&verifier(), &token).await;
        assert_eq!(refused, Some(TokenErrorKind::Algorithm), "{alg}");
    }
}

#[tokio::test]
async fn a_foreign_key() {
    let token = STRANGERS_KEY.token(&access_claims());
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Signature));
}

/// Whoever signs it: a key in the token proves nothing.
#[tokio::test]
async fn an_embedded_key() {
    for key in [&*KEY, &*STRANGERS_KEY] {
        for extra in [
            json!({ "jwk": STRANGERS_KEY.jwk() }),
            json!({ "jku": "https://example.com/jwks.json" }),
            json!({ "x5u": "https://example.com/cert.pem" }),
            json!({ "x5c": ["AAAA"] }),
        ] {
            let token = key.sign(&header(extra.clone()), &access_claims().to_string());
            let refused = refusal(&verifier(), &token).await;
            assert_eq!(refused, Some(TokenErrorKind::EmbeddedKey), "{extra}");
        }
    }
}

#[tokio::test]
async fn a_missing_or_unknown_key_id() {
    let token = KEY.sign(&json!({ "alg": "RS256" }), &access_claims().to_string());
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::MissingKeyId));
    for key_id in ["", "b-key", "A-KEY", "../../a-key", "a-key\0"] {
        let token = KEY.sign(&header(json!({ "kid": key_id })), &access_claims().to_string());
        assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::UnknownKeyId));
    }
    let token = KEY.sign(&header(json!({ "kid": 7 })), &access_claims().to_string());
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Malformed));
}

#[tokio::test]
async fn tampered_claims() {
    let verifier = verifier();
    let token = good();
    let parts: Vec<_> = token.split('.').collect();
    let other = with(access_claims(), "sub", json!("another-sub")).to_string();
    let tampered = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(other), parts[2]);
    assert_eq!(refusal(&verifier, &tampered).await, Some(TokenErrorKind::Signature));
    for position in 0..token.len() {
        let mut changed = token.clone();
        let other = if &token[position..=position] == "A" { "B" } else { "A" };
        changed.replace_range(position..=position, other);
        assert!(refusal(&verifier, &changed).await.is_some(), "changed at {position}");
        assert!(refusal(&verifier, &token[..position]).await.is_some(), "cut at {position}");
    }
}

#[tokio::test]
async fn times() {
    let token = good();
    let kind_at = async |second, leeway| {
        let builder = builder().clock(move || at(second)).leeway(Duration::from_secs(leeway));
        refusal(&builder.build().expect("the settings are valid"), &token).await
    };
    assert_eq!(kind_at(NOW + 3599, 0).await, None);
    assert_eq!(kind_at(NOW + 3600, 0).await, Some(TokenErrorKind::Expired));
    assert_eq!(kind_at(NOW + 3609, 10).await, None);
    assert_eq!(kind_at(NOW + 3610, 10).await, Some(TokenErrorKind::Expired));

    let token = KEY.token(&with(access_claims(), "nbf", json!(NOW + 10)));
    let kind_at = async |second, leeway| {
        let builder = builder().clock(move || at(second)).leeway(Duration::from_secs(leeway));
        refusal(&builder.build().expect("the settings are valid"), &token).await
    };
    assert_eq!(kind_at(NOW + 9, 0).await, Some(TokenErrorKind::NotYetValid));
    assert_eq!(kind_at(NOW + 10, 0).await, None);
    assert_eq!(kind_at(NOW + 5, 5).await, None);
    assert_eq!(kind_at(NOW + 4, 5).await, Some(TokenErrorKind::NotYetValid));
}

/// The last second that a clock can have, and the one after it.
#[tokio::test]
async fn times_at_the_end_of_all_times() {
    let verifier = builder().leeway(Duration::from_secs(10)).build().expect("valid settings");
    for name in ["exp", "nbf", "auth_time", "iat"] {
        let token = KEY.token(&with(access_claims(), name, json!(i64::MAX)));
        let late = (name == "nbf").then_some(TokenErrorKind::NotYetValid);
        assert_eq!(refusal(&verifier, &token).await, late, "{name}");
        let token = KEY.token(&with(access_claims(), name, json!(i64::MAX.unsigned_abs() + 1)));
        assert_eq!(refusal(&verifier, &token).await, Some(TokenErrorKind::Malformed), "{name}");
    }
}

#[tokio::test]
async fn another_issuer() {
    for issuer in [
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example02",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01/",
        "https://cognito-idp.eu-west-1.example.com/eu-west-1_Example01",
        "http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01",
        "",
    ] {
        let token = KEY.token(&with(access_claims(), "iss", json!(issuer)));
        assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Issuer), "{issuer}");
    }
    let token = KEY.token(&with(access_claims(), "iss", Value::Null));
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::MissingClaim));
    let updated = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01";
    let token = KEY.token(&with(access_claims(), "iss", json!(updated)));
    assert_eq!(refusal(&verifier(), &token).await, None);
}

#[tokio::test]
async fn another_client_or_audience() {
    let token = KEY.token(&with(access_claims(), "client_id", json!("another-client")));
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Client));
    // An access token's `aud` is no client.
    let token = KEY.token(&with(
        with(access_claims(), "client_id", json!("another-client")),
        "aud",
        json!(CLIENT),
    ));
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Client));
    let token = KEY.token(&with(id_claims(), "aud", json!("another-client")));
    assert_eq!(kind(verifier().id_token(&token).await), Some(TokenErrorKind::Client));
    let token = KEY.token(&with(id_claims(), "aud", json!([CLIENT, "another-client"])));
    assert_eq!(kind(verifier().id_token(&token).await), Some(TokenErrorKind::Malformed));

    // Not looked at, unless configured.
    let elsewhere = KEY.token(&with(access_claims(), "aud", json!("https://elsewhere.example")));
    assert_eq!(refusal(&verifier(), &elsewhere).await, None);
    let api = "https://api.example";
    let bound = TokenVerifier::builder(pool().with_audiences([api]))
        .fetcher(KeySet::new(&[&KEY]))
        .clock(|| at(NOW))
        .build()
        .expect("the settings are valid");
    assert_eq!(refusal(&bound, &elsewhere).await, Some(TokenErrorKind::Audience));
    assert_eq!(refusal(&bound, &good()).await, Some(TokenErrorKind::Audience));
    for audience in [json!(api), json!(["https://elsewhere.example", api])] {
        let token = KEY.token(&with(access_claims(), "aud", audience));
        assert_eq!(refusal(&bound, &token).await, None);
    }
}

#[tokio::test]
async fn another_use() {
    let (access, id) = (good(), KEY.token(&id_claims()));
    assert_eq!(refusal(&verifier(), &id).await, Some(TokenErrorKind::TokenUse));
    assert_eq!(kind(verifier().id_token(&access).await), Some(TokenErrorKind::TokenUse));
    let token = KEY.token(&with(access_claims(), "token_use", json!("refresh")));
    assert_eq!(kind(verifier().either_token(&token).await), Some(TokenErrorKind::TokenUse));
    let token = KEY.token(&with(access_claims(), "token_use", Value::Null));
    assert_eq!(kind(verifier().either_token(&token).await), Some(TokenErrorKind::MissingClaim));
    for token in [access, id] {
        assert_eq!(kind(verifier().either_token(&token).await), None);
    }
}

#[tokio::test]
async fn a_token_of_another_pool() {
    const OTHER: &str = "eu-central-1_Example02";
    let others_key = TestKey::new("b-key");
    let issuer = format!("https://cognito-idp.eu-central-1.amazonaws.com/{OTHER}");
    let others = with(with(access_claims(), "iss", json!(issuer)), "client_id", json!("other"));
    let token = others_key.token(&others);
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Issuer));

    // In a verifier of both, each pool has its own keys and its own clients.
    let (set, others_set) = (KeySet::new(&[&KEY]), KeySet::new(&[&others_key]));
    let both = TokenVerifier::builder(pool())
        .pool(UserPool::new(OTHER, ["other"]))
        .fetcher(Both(set, others_set))
        .clock(|| at(NOW))
        .build()
        .expect("the settings are valid");
    assert_eq!(both.access_token(&token).await.expect("it is good").pool_id, OTHER);
    assert_eq!(both.access_token(&good()).await.expect("it is good").pool_id, POOL);
    let crossed = others_key.token(&access_claims());
    assert_eq!(refusal(&both, &crossed).await, Some(TokenErrorKind::UnknownKeyId));
    let crossed = KEY.sign(&json!({ "kid": "b-key", "alg": "RS256" }), &others.to_string());
    assert_eq!(refusal(&both, &crossed).await, Some(TokenErrorKind::Signature));
    let crossed = others_key.token(&with(others, "client_id", json!(CLIENT)));
    assert_eq!(refusal(&both, &crossed).await, Some(TokenErrorKind::Client));
}

#[derive(Debug)]
struct Both(KeySet, KeySet);

#[async_trait::async_trait]
impl user_directory_tokens::JwksFetcher for Both {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, user_directory_tokens::BackendError> {
        let set = if url.contains(POOL) { &self.0 } else { &self.1 };
        set.fetch(url).await
    }
}

#[tokio::test]
async fn garbage() {
    let verifier = verifier();
    let token = good();
    for garbage in ["x", "=", "==", " ", "\n", ".x", ".", "\0", "é"] {
        for token in [format!("{token}{garbage}"), format!("{garbage}{token}")] {
            assert!(refusal(&verifier, &token).await.is_some(), "{garbage:?}");
        }
    }
    for text in ["", ".", "..", "...", "a.b.c", "é.ü.ß", "eyJ9.e30.AA", "null.1.2"] {
        assert_eq!(refusal(&verifier, text).await, Some(TokenErrorKind::Malformed), "{text:?}");
    }
    // Five parts, as a refresh token has.
    assert_eq!(refusal(&verifier, &format!("{token}.a.b")).await, Some(TokenErrorKind::Malformed));
    let parts: Vec<_> = token.split('.').collect();
    for nested in ["[".repeat(8000), r#"{"a":"#.repeat(1000)] {
        let nested = URL_SAFE_NO_PAD.encode(nested);
        assert!(refusal(&verifier, &format!("{nested}.{}.{}", parts[1], parts[2])).await.is_some());
        assert!(refusal(&verifier, &format!("{}.{nested}.{}", parts[0], parts[2])).await.is_some());
    }
    let padded = KEY.sign(&header(json!({ "crit": ["b64"], "b64": false })), "{}");
    assert_eq!(refusal(&verifier, &padded).await, Some(TokenErrorKind::Malformed));
}

#[tokio::test]
async fn an_oversized_token() {
    let long = |length| KEY.token(&with(access_claims(), "long", json!("a".repeat(length))));
    let fits = (LONGEST_TOKEN - long(0).len()) * 3 / 4 - 12;
    assert_eq!(refusal(&verifier(), &long(fits)).await, None);
    assert_eq!(refusal(&verifier(), &long(fits + 24)).await, Some(TokenErrorKind::Oversized));
}

#[tokio::test]
async fn duplicate_claims() {
    let claims = access_claims().to_string();
    for twice in [r#""sub":"another""#, r#""custom":1,"custom":1"#, r#""token_use":"access""#] {
        let claims = format!("{},{twice}}}", &claims[..claims.len() - 1]);
        let token = KEY.sign(&header(json!({})), &claims);
        let refused = refusal(&verifier(), &token).await;
        assert_eq!(refused, Some(TokenErrorKind::DuplicateClaim), "{twice}");
    }
    let claims = format!("{},\"iss\":\"{ISSUER}\"}}", &claims[..claims.len() - 1]);
    let token = KEY.sign(&header(json!({})), &claims);
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::DuplicateClaim));
    // RFC 7515, section 4: header names are unique, too.
    let message = URL_SAFE_NO_PAD.encode(r#"{"kid":"a-key","alg":"RS256","kid":"a-key"}"#);
    let token = format!("{message}.{}.AAAA", URL_SAFE_NO_PAD.encode(access_claims().to_string()));
    assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Malformed));
}

#[tokio::test]
async fn claims_of_another_type() {
    for (name, value) in [
        ("sub", json!(7)),
        ("exp", json!("soon")),
        ("exp", json!(-1)),
        ("exp", json!(1.5)),
        ("exp", json!(u64::MAX)),
        ("iat", json!(null)),
        ("auth_time", json!("1")),
        ("username", json!(["alice"])),
        ("scope", json!(["a"])),
        ("cognito:groups", json!("administrators")),
        ("client_id", json!([CLIENT])),
    ] {
        let mut claims = access_claims();
        claims[name] = value;
        let refused = refusal(&verifier(), &KEY.token(&claims)).await;
        assert_eq!(refused, Some(TokenErrorKind::Malformed), "{name}");
    }
    for name in ["sub", "exp", "iat", "client_id", "token_use"] {
        let token = KEY.token(&with(access_claims(), name, Value::Null));
        let refused = refusal(&verifier(), &token).await;
        assert_eq!(refused, Some(TokenErrorKind::MissingClaim), "{name}");
    }
    for payload in ["[]", "null", "\"text\"", "7", ""] {
        let token = KEY.sign(&header(json!({})), payload);
        assert_eq!(refusal(&verifier(), &token).await, Some(TokenErrorKind::Malformed));
    }
}

/// A fake that poses as a real pool, with its own key set or with the real one.
#[tokio::test]
async fn tokens_of_the_fake_at_the_issuer_of_a_real_pool() {
    let fixture = format!(r#"{{"pool": {{"id": "{POOL}"}}, "client": {{"id": "{CLIENT}"}}}}"#);
    let builder = Fake::builder().fixture_json(&fixture).expect("the fixture is valid");
    let fake = builder.build().expect("the settings are valid");
    let alice = FixtureUser::new("alice", UserStatus::Confirmed).with_password("Correct-horse-9");
    fake.put_user(POOL, alice).expect("the name is free");
    let outcome = fake.directory().sign_in(SignIn::new("alice", "Correct-horse-9")).await;
    let tokens = outcome.expect("the password is right").tokens().expect("no challenge");
    let token = tokens.access_token().expose();
    assert_eq!(fake.issuer(POOL).as_deref(), Some(ISSUER));

    let from_the_fake = fake.clone();
    let from_the_fake =
        move |_: &str| Ok(from_the_fake.jwks(POOL).unwrap_or_default().into_bytes());
    let posing = TokenVerifier::builder(pool()).fetcher(fetch_with(from_the_fake.clone()));
    let posing = posing.build().expect("the settings are valid");
    assert_eq!(refusal(&posing, token).await, Some(TokenErrorKind::PublicTestKey));
    let real = TokenVerifier::builder(pool()).fetcher(KeySet::new(&[&KEY]));
    let real = real.build().expect("the settings are valid");
    assert_eq!(refusal(&real, token).await, Some(TokenErrorKind::UnknownKeyId));

    // Under another key id, and with a zero before the modulus.
    let set: Value = serde_json::from_str(&fake.jwks(POOL).expect("the pool is there")).unwrap();
    let mut disguised = set["keys"][1].clone();
    let n = URL_SAFE_NO_PAD.decode(disguised["n"].as_str().expect("a modulus")).unwrap();
    disguised["n"] = json!(URL_SAFE_NO_PAD.encode([&[0], &n[..]].concat()));
    let disguised = json!({ "keys": [disguised] }).to_string();
    let disguised = TokenVerifier::builder(pool())
        .fetcher(fetch_with(move |_| Ok(disguised.clone().into_bytes())))
        .build()
        .expect("the settings are valid");
    assert_eq!(refusal(&disguised, token).await, Some(TokenErrorKind::PublicTestKey));

    let trusting = TokenVerifier::builder(pool())
        .fetcher(fetch_with(from_the_fake))
        .trust_public_test_keys()
        .build()
        .expect("the settings are valid");
    assert_eq!(refusal(&trusting, token).await, None);
    let id_token = tokens.id_token().expose();
    assert_eq!(kind(trusting.id_token(id_token).await), None);
}
