//! Exchanges that were captured on AWS, replayed: the request as it was sent, and the answer compared
//! with the one that AWS gave.

use serde::Deserialize;
use user_directory::{
    Attributes, CodeDelivery, ConfirmOwnSignUp, DeliveryMedium, ErrorKind, ForgotPassword,
    ResendConfirmationCode, Result, SignUp, SignedUp,
};

use crate::{Case, Evidence, Failure, PoolProfile, Trial, case, check, trial::PASSWORD};

/// The evidence of a case that replays a file of the folder.
macro_rules! recorded {
    ($name:literal) => {
        Evidence::Recorded {
            fixture: concat!("crates/user-directory-contract/recorded/", $name, ".json"),
        }
    };
}

/// A file of the folder.
macro_rules! exchange {
    ($name:literal) => {
        read(include_str!(concat!("../../recorded/", $name, ".json")))
    };
}

/// What a case needs of a file.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
struct Exchange {
    request: Request,
    response: Option<Response>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    username: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    #[serde(default)]
    confirmation_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    user_confirmed: Option<bool>,
    code_delivery_details: Delivery,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delivery {
    destination: String,
    attribute_name: String,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "__type")]
    class: String,
    message: String,
}

fn read(text: &str) -> Exchange {
    serde_json::from_str(text).expect("a test reads every file")
}

impl Exchange {
    /// Compares a delivery with the one that was captured.
    fn check_delivery(&self, delivery: Option<CodeDelivery>) -> Result<(), Failure> {
        let expected = self.response.as_ref().map(|response| {
            let Delivery { destination, attribute_name } = &response.code_delivery_details;
            CodeDelivery::new(destination, DeliveryMedium::Email, attribute_name)
        });
        check::equal("the delivery", delivery, expected)
    }

    /// Compares a refusal with the one that was captured.
    fn check_refusal<T>(&self, answer: Result<T>) -> Result<(), Failure> {
        let Some(Refusal { class, message }) = &self.error else {
            return Err(Failure::other("the exchange is no refusal"));
        };
        check::refused(answer, ErrorKind::from_code(class), &[message])?;
        Ok(())
    }
}

/// A pool as it was captured: e-mail addresses are verified, and existence errors are shown.
fn captured() -> PoolProfile {
    PoolProfile::article().map_pool(|pool| pool.with_auto_verified_attributes(["email"]))
}

/// The sign-up that the other exchanges come after.
async fn sign_up(t: &Trial) -> Result<SignedUp> {
    let Request { username, user_attributes, .. } = exchange!("sign-up").request;
    let attributes: Attributes = user_attributes.into_iter().map(|a| (a.name, a.value)).collect();
    t.self_service().sign_up(SignUp::new(username, PASSWORD).with_attributes(attributes)).await
}

async fn resend(t: &Trial, exchange: &Exchange) -> Result<CodeDelivery> {
    let request = ResendConfirmationCode::new(&exchange.request.username);
    t.self_service().resend_confirmation_code(request).await
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "recorded/sign-up",
            "A sign-up with both contacts, in a pool that verifies e-mail addresses.",
            profile = captured,
            needs = [SelfService, Inbox],
            evidence = recorded!("sign-up"),
            async |t| {
                let exchange = exchange!("sign-up");
                let signed_up = sign_up(&t).await?;
                let confirmed =
                    exchange.response.as_ref().and_then(|response| response.user_confirmed);
                check::equal("confirmed", Some(signed_up.user_confirmed), confirmed)?;
                exchange.check_delivery(signed_up.code_delivery)
            }
        ),
        case!(
            "recorded/sign-up-taken-name",
            "A sign-up under a name that is taken.",
            profile = captured,
            needs = [SelfService, Inbox],
            evidence = recorded!("sign-up-taken-name"),
            async |t| {
                sign_up(&t).await?;
                exchange!("sign-up-taken-name").check_refusal(sign_up(&t).await)
            }
        ),
        case!(
            "recorded/confirm-sign-up-wrong-code",
            "A confirmation with a wrong code.",
            profile = captured,
            needs = [SelfService, Inbox],
            evidence = recorded!("confirm-sign-up-wrong-code"),
            async |t| {
                let exchange = exchange!("confirm-sign-up-wrong-code");
                let Request { username, confirmation_code, .. } = &exchange.request;
                sign_up(&t).await?;
                let code = t.last_message(username).await?.code;
                // One time in a million the wrong code is the right one.
                if code.is_none_or(|code| code.expose() != confirmation_code) {
                    let request = ConfirmOwnSignUp::new(username, confirmation_code.clone());
                    exchange.check_refusal(t.self_service().confirm_sign_up(request).await)?;
                }
                Ok(())
            }
        ),
        case!(
            "recorded/resend",
            "Another code is wanted.",
            profile = captured,
            needs = [SelfService, Inbox],
            evidence = recorded!("resend"),
            async |t| {
                sign_up(&t).await?;
                let exchange = exchange!("resend");
                exchange.check_delivery(Some(resend(&t, &exchange).await?))
            }
        ),
        case!(
            "recorded/resend-again",
            "Another code is wanted a second after the last.",
            profile = captured,
            needs = [SelfService, Inbox],
            evidence = recorded!("resend-again"),
            async |t| {
                sign_up(&t).await?;
                let exchange = exchange!("resend-again");
                resend(&t, &exchange).await?;
                exchange.check_delivery(Some(resend(&t, &exchange).await?))
            }
        ),
        case!(
            "recorded/forgot-password-unknown-user",
            "Somebody whom nobody knows forgot the password.",
            profile = captured,
            needs = [SelfService],
            evidence = recorded!("forgot-password-unknown-user"),
            async |t| {
                let exchange = exchange!("forgot-password-unknown-user");
                let request = ForgotPassword::new(&exchange.request.username);
                exchange.check_refusal(t.self_service().forgot_password(request).await)
            }
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use serde_json::Value;

    use super::*;

    /// Each file has its source, its date and a case, and nothing that identifies a client.
    #[test]
    fn every_file_is_replayed() {
        let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = BTreeSet::new();
        for entry in fs::read_dir(crate_root.join("recorded")).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a text");
            let exchange: Value = serde_json::from_str(&text).expect("JSON");
            read(&text);
            for member in ["source", "captured", "by", "situation", "operation"] {
                assert!(exchange[member].is_string(), "{}: no {member}", path.display());
            }
            assert_eq!(exchange["request"]["ClientId"], "(left out)", "{}", path.display());
            assert_eq!(exchange.get("response").is_some(), exchange.get("error").is_none());
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            files.insert(format!("crates/user-directory-contract/recorded/{name}"));
        }
        let replayed: BTreeSet<_> =
            cases().iter().map(|case| case.evidence().source().to_owned()).collect();
        assert_eq!(files, replayed);
    }
}
