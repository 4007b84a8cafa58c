//! Status codes and headers of RFC 6750.
#![cfg(feature = "axum")]

mod common;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    routing::get,
};
use common::{KEY, KeySet, Log, STRANGERS_KEY, access_claims, builder, id_claims, pool, with};
use serde_json::json;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};
use user_directory_tokens::{
    AccessClaims, Claims, GroupName, IdClaims, RequireGroup, RequireScope, RequireToken, ScopeName,
    TokenVerifier,
};

struct Administrators;

impl GroupName for Administrators {
    const NAME: &'static str = "administrators";
}

struct Report;

impl ScopeName for Report {
    const NAME: &'static str = "reports/read";
}

async fn any(claims: Claims) -> String {
    claims.username().unwrap_or("nobody").to_owned()
}

async fn access(claims: AccessClaims) -> String {
    claims.sub
}

async fn id(claims: IdClaims) -> String {
    claims.email.unwrap_or_default()
}

async fn group(member: RequireGroup<Administrators>) -> String {
    member.claims.sub().to_owned()
}

async fn scope(allowed: RequireScope<Report>) -> String {
    allowed.claims.sub
}

fn app(layer: RequireToken) -> Router {
    Router::new()
        .route("/any", get(any))
        .route("/access", get(access))
        .route("/id", get(id))
        .route("/group", get(group))
        .route("/scope", get(scope))
        .layer(layer)
}

fn layer() -> RequireToken {
    RequireToken::new(common::verifier())
}

/// Status, `WWW-Authenticate` and body of an answer.
async fn ask(app: &Router, path: &str, authorization: &[&str]) -> (u16, String, String) {
    let mut request = Request::builder().uri(path);
    for value in authorization {
        request = request.header(header::AUTHORIZATION, *value);
    }
    let request = request.body(Body::empty()).expect("the parts are valid");
    let answer = app.clone().oneshot(request).await.expect("it cannot fail");
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("it is in memory");
    let challenge = parts.headers.get(header::WWW_AUTHENTICATE);
    let challenge = challenge.map(|value| value.to_str().expect("it is text").to_owned());
    if parts.status == StatusCode::SERVICE_UNAVAILABLE {
        assert_eq!(parts.headers[header::RETRY_AFTER], "1");
    }
    let body = String::from_utf8(body.to_vec()).expect("it is text");
    (parts.status.as_u16(), challenge.unwrap_or_default(), body)
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn a_good_token_passes() {
    let app = app(layer());
    let token = bearer(&KEY.token(&access_claims()));
    let passed = |body: &str| (200, String::new(), body.to_owned());
    assert_eq!(ask(&app, "/any", &[&token]).await, passed("alice"));
    assert_eq!(ask(&app, "/access", &[&token]).await, passed("a-sub"));
    assert_eq!(ask(&app, "/group", &[&token]).await, passed("a-sub"));
    assert_eq!(ask(&app, "/scope", &[&token]).await, passed("a-sub"));
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let token = format!("{scheme} {}", KEY.token(&access_claims()));
        assert_eq!(ask(&app, "/any", &[&token]).await, passed("alice"));
    }
}

/// Section 3.1: without authentication information, no error code.
#[tokio::test]
async fn no_token() {
    let app = app(layer());
    let refused = (401, "Bearer".to_owned(), String::new());
    assert_eq!(ask(&app, "/any", &[]).await, refused);
    assert_eq!(ask(&app, "/any", &["Basic YTpi"]).await, refused);
}

#[tokio::test]
async fn no_well_formed_token() {
    let app = app(layer());
    let refused = "Bearer error=\"invalid_request\", \
                   error_description=\"one bearer token is needed in Authorization\"";
    let token = bearer(&KEY.token(&access_claims()));
    for values in [
        &["Bearer"][..],
        &["Bearer "],
        &["Bearer a b"],
        &["Bearer a,b"],
        &["Bearer \"a\""],
        &[&token, &token],
        &["Basic YTpi", &token],
    ] {
        let answer = ask(&app, "/any", values).await;
        assert_eq!(answer, (400, refused.to_owned(), String::new()), "{}", values.len());
    }
}

#[tokio::test]
async fn a_token_that_is_not_accepted() {
    let app = app(layer());
    let refused = |text: &str| {
        let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{text}\"");
        (401, challenge, String::new())
    };
    let strangers = bearer(&STRANGERS_KEY.token(&access_claims()));
    let wrong = "the signature of the token is wrong";
    assert_eq!(ask(&app, "/any", &[&strangers]).await, refused(wrong));
    let expired = bearer(&KEY.token(&with(access_claims(), "exp", json!(1))));
    assert_eq!(ask(&app, "/any", &[&expired]).await, refused("the token has expired"));
    assert_eq!(ask(&app, "/any", &["Bearer a"]).await, refused("the token is malformed"));
    let id = bearer(&KEY.token(&id_claims()));
    for path in ["/any", "/id"] {
        assert_eq!(
            ask(&app, path, &[&id]).await,
            refused("the token is of another kind: access or ID")
        );
    }
}

#[tokio::test]
async fn an_id_token_when_asked_for() {
    let app = app(layer().accept_id_tokens());
    let id = bearer(&KEY.token(&id_claims()));
    let access = bearer(&KEY.token(&access_claims()));
    assert_eq!(ask(&app, "/any", &[&id]).await.2, "alice");
    assert_eq!(ask(&app, "/id", &[&id]).await.2, "alice@example.com");
    assert_eq!(ask(&app, "/any", &[&access]).await.2, "alice");
    for (path, token) in [("/access", &id), ("/id", &access)] {
        let (status, challenge, _) = ask(&app, path, &[token]).await;
        assert_eq!(status, 401);
        assert!(challenge.contains("the token is of another kind: access or ID"), "{challenge}");
    }
    // It has no scopes, and the groups of alice are none here.
    assert_eq!(ask(&app, "/scope", &[&id]).await.0, 403);
    assert_eq!(ask(&app, "/group", &[&id]).await.0, 403);
}

#[tokio::test]
async fn a_token_that_does_not_allow_it() {
    let app = app(layer());
    let token = with(access_claims(), "cognito:groups", json!(["administrator", "Administrators"]));
    let token = bearer(&KEY.token(&with(token, "scope", json!("reports/readonly reports"))));
    let (status, challenge, _) = ask(&app, "/scope", &[&token]).await;
    assert_eq!(status, 403);
    assert_eq!(challenge, r#"Bearer error="insufficient_scope", scope="reports/read""#);
    let (status, challenge, _) = ask(&app, "/group", &[&token]).await;
    assert_eq!(status, 403);
    assert_eq!(
        challenge,
        r#"Bearer error="insufficient_scope", error_description="the user is not in the group""#
    );
    assert_eq!(ask(&app, "/any", &[&token]).await.0, 200);
}

/// 401 would make a client throw good tokens away.
#[tokio::test]
async fn what_judges_is_not_there() {
    let set = KeySet::new(&[]);
    set.take_away();
    let verifier = TokenVerifier::builder(pool()).fetcher(set).build().expect("valid settings");
    let app = app(RequireToken::new(verifier));
    let token = bearer(&KEY.token(&access_claims()));
    assert_eq!(ask(&app, "/any", &[&token]).await, (503, String::new(), String::new()));
}

#[tokio::test]
async fn a_route_without_the_layer_is_a_loud_mistake_and_the_log_names_the_layer() {
    let app = app(layer());
    let without = Router::new()
        .route("/any", get(any))
        .route("/access", get(access))
        .route("/id", get(id))
        .route("/group", get(group))
        .route("/scope", get(scope));
    let token = bearer(&KEY.token(&access_claims()));
    for path in ["/any", "/access", "/id", "/group", "/scope"] {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
        let guard = tracing::subscriber::set_default(subscriber);
        assert_eq!(ask(&without, path, &[&token]).await.0, 500);
        assert_ne!(ask(&app, path, &[&token]).await.0, 500);
        drop(guard);
        let log = log.text();
        let said = "no RequireToken layer: add `.layer(RequireToken::new(verifier))`";
        assert_eq!(log.matches(said).count(), 1, "{path}: {log}");
        assert!(log.contains("ERROR"), "{log}");
    }
}

/// Any tower service will do.
#[tokio::test]
async fn without_axum() {
    let service = service_fn(async |request: Request<()>| {
        let claims = request.extensions().get::<Claims>().expect("the layer puts them there");
        Ok::<_, std::convert::Infallible>(axum::http::Response::new(claims.sub().to_owned()))
    });
    let mut service = RequireToken::new(builder().build().expect("valid settings")).layer(service);
    let token = bearer(&KEY.token(&access_claims()));
    let request = Request::builder().header(header::AUTHORIZATION, token).body(());
    let answer = service.ready().await.expect("it is ready");
    let answer = answer.call(request.expect("the parts are valid")).await.expect("it cannot fail");
    assert_eq!((answer.status(), answer.body().as_str()), (StatusCode::OK, "a-sub"));
    let answer = service.call(Request::new(())).await.expect("it cannot fail");
    assert_eq!((answer.status(), answer.body().as_str()), (StatusCode::UNAUTHORIZED, ""));
}
