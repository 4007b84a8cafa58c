//! The `authorization` of a request, as far as it can be judged without a key.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//! The codes are AWS's common ones; which of them Cognito gives for what, and the texts, are assumed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a header of Signature Version 4 says. The signature itself is not kept: it is not verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Signature<'a> {
    /// `YYYYMMDD`
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

/// Code and text of a refusal. The header is not repeated.
pub(crate) type Refused = (&'static str, String);

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "cognito-idp";

/// How far a date may be from now.
const CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);

impl<'a> Signature<'a> {
    /// Reads the scope of a header, whatever else it lacks; nothing if there is no scope.
    pub(crate) fn read(header: &'a str) -> Option<Self> {
        Self::of_credential(field(fields(header)?, "Credential")?)
    }

    /// Reads a header and judges all but the signature. `date` is that of `x-amz-date`.
    pub(crate) fn check(
        header: &'a str,
        date: Option<&str>,
        now: SystemTime,
    ) -> Result<Self, Refused> {
        let incomplete = |missing: &str| ("IncompleteSignatureException", missing.to_owned());
        let signature = Self::read_parts(header).map_err(incomplete)?;
        let signed_at = date.and_then(|date| Some((date, moment(date)?)));
        let Some((date, signed_at)) = signed_at else {
            return Err(incomplete(
                "Authorization header requires existence of a 'X-Amz-Date' header of the form \
                 YYYYMMDD'T'HHMMSS'Z'.",
            ));
        };
        let invalid = |text: String| Err(("InvalidSignatureException", text));
        if signature.service != SERVICE {
            return invalid(format!(
                "Credential should be scoped to correct service: '{SERVICE}'."
            ));
        }
        if !date.starts_with(signature.date) {
            return invalid("Date in Credential scope does not match X-Amz-Date.".to_owned());
        }
        if signed_at + CLOCK_SKEW < now {
            return invalid(format!("Signature expired: {date} is more than 5 min. ago."));
        }
        if now + CLOCK_SKEW < signed_at {
            return invalid(format!(
                "Signature not yet current: {date} is more than 5 min. ahead."
            ));
        }
        Ok(signature)
    }

    /// Whether a pool may be in the region that the request was signed for. An id without a region
    /// is for the pool to refuse.
    pub(crate) fn is_for_pool(&self, id: &str) -> bool {
        id.split_once('_').is_none_or(|(region, _)| self.is_for(region))
    }

    /// Whether the request was signed for this region.
    pub(crate) fn is_for(&self, region: &str) -> bool {
        self.region == region
    }

    pub(crate) fn region(&self) -> &'a str {
        self.region
    }

    /// What is missing, in AWS's words.
    fn read_parts(header: &'a str) -> Result<Self, &'static str> {
        let fields = fields(header)
            .ok_or("Authorization header requires the algorithm AWS4-HMAC-SHA256.")?;
        let credential = field(fields, "Credential")
            .ok_or("Authorization header requires 'Credential' parameter.")?;
        field(fields, "Signature")
            .filter(|text| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or("Authorization header requires 'Signature' parameter.")?;
        field(fields, "SignedHeaders")
            .filter(|headers| headers.split(';').any(|name| name == "host"))
            .ok_or("Authorization header requires 'SignedHeaders' parameter.")?;
        Self::of_credential(credential)
            .ok_or("Credential must have the form <key>/YYYYMMDD/<region>/<service>/aws4_request.")
    }

    fn of_credential(credential: &'a str) -> Option<Self> {
        // The key's id may have slashes of its own.
        let scope = credential.strip_suffix("/aws4_request")?;
        let (scope, service) = scope.rsplit_once('/')?;
        let (scope, region) = scope.rsplit_once('/')?;
        let (key, date) = scope.rsplit_once('/')?;
        (!key.is_empty()).then_some(Self { date, region, service })
    }
}

/// What stands after the algorithm.
fn fields(header: &str) -> Option<&str> {
    header.strip_prefix(ALGORITHM)?.strip_prefix(' ')
}

fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    fields.split(',').find_map(|field| field.trim_ascii().strip_prefix(name)?.strip_prefix('='))
}

/// The moment of `YYYYMMDD'T'HHMMSS'Z'`.
fn moment(text: &str) -> Option<SystemTime> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
    let is_date = (1970..).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Years that begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(UNIX_EPOCH + Duration::from_secs(((days * 24 + hour) * 60 + minute) * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "20261123T184500Z";
    const HEADER: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261123/local-fake-1/cognito-idp/\
                          aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=\
                          0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_795_459_500)
    }

    fn code(header: &str, date: Option<&str>, now: SystemTime) -> &'static str {
        Signature::check(header, date, now).map_or_else(|(code, _)| code, |_| "ok")
    }

    #[test]
    fn moments() {
        assert_eq!(moment(DATE), Some(now()));
        assert_eq!(moment("19700101T000000Z"), Some(UNIX_EPOCH));
        let leap_day = UNIX_EPOCH + Duration::from_secs(951_782_400);
        assert_eq!(moment("20000229T000000Z"), Some(leap_day));
        for bad in [
            "",
            "20261123",
            "20261123T184500",
            "20261323T184500Z",
            "2026112+T184500Z",
            "19690101T000000Z",
            "2026é123T18450Z",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn whole_headers() {
        let signature = Signature::read(HEADER).expect("it is whole");
        assert_eq!(signature.region, "local-fake-1");
        assert!(signature.is_for_pool("local-fake-1_Fake00001"));
        assert!(!signature.is_for_pool("us-east-1_Fake00001"));
        assert!(signature.is_for_pool("no pool"));
        assert_eq!(code(HEADER, Some(DATE), now()), "ok");
        let with_slash = HEADER.replace("AKID", "AK/ID");
        assert_eq!(Signature::read(&with_slash), Some(signature));
    }

    #[test]
    fn incomplete_headers() {
        for (part, without, has_scope) in [
            ("AWS4-HMAC-SHA256 ", "Basic ", false),
            ("Credential=", "Credentials=", false),
            ("SignedHeaders=content-type;host", "SignedHeaders=content-type", true),
            ("Signature=0123", "Signature=123", true),
            ("Signature=0123", "Signature=xxxx", true),
            ("/aws4_request", "", false),
            ("AKID/", "", false),
        ] {
            let header = HEADER.replace(part, without);
            assert_ne!(header, HEADER, "{part}");
            assert_eq!(code(&header, Some(DATE), now()), "IncompleteSignatureException", "{part}");
            assert_eq!(Signature::read(&header).is_some(), has_scope, "{part}");
        }
        for date in [None, Some("yesterday")] {
            assert_eq!(code(HEADER, date, now()), "IncompleteSignatureException");
        }
    }

    #[test]
    fn dates_and_scopes_that_do_not_fit() {
        let invalid = "InvalidSignatureException";
        assert_eq!(code(&HEADER.replace("cognito-idp", "s3"), Some(DATE), now()), invalid);
        assert_eq!(code(&HEADER.replace("20261123", "20261122"), Some(DATE), now()), invalid);
        let minute = Duration::from_secs(60);
        assert_eq!(code(HEADER, Some(DATE), now() + 5 * minute), "ok");
        assert_eq!(code(HEADER, Some(DATE), now() + 6 * minute), invalid);
        assert_eq!(code(HEADER, Some(DATE), now() - 5 * minute), "ok");
        assert_eq!(code(HEADER, Some(DATE), now() - 6 * minute), invalid);
    }
}
