//! Rules between settings, as tables.

use serde_json::{Map, Value};

use crate::ServiceError;

/// A rule between settings: its name, the text of its refusal with `{}` for what breaks it, and what
/// breaks it.
pub(crate) type Rule<S> = (&'static str, &'static str, fn(&S) -> Option<String>);

/// Refuses what breaks a rule, the first in the order of the table.
pub(crate) fn check<S>(rules: &[Rule<S>], settings: &S) -> Result<(), ServiceError> {
    let broken = rules.iter().find_map(|(name, text, broken)| {
        let rule = *name;
        broken(settings)
            .map(|what| ServiceError::RuleBroken { rule, text: text.replace("{}", &what) })
    });
    broken.map_or(Ok(()), Err)
}

/// What breaks a rule whose text has no place for it.
pub(crate) fn when(is_broken: bool) -> Option<String> {
    is_broken.then(String::new)
}

/// A setting that this pool only keeps, by its path of AWS names.
pub(crate) fn kept<'a>(settings: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = settings.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part)).filter(|value| !value.is_null())
}

/// The text of such a setting.
pub(crate) fn kept_text<'a>(settings: &'a Map<String, Value>, path: &str) -> Option<&'a str> {
    kept(settings, path)?.as_str()
}

/// The texts of such a setting, if it is a list.
pub(crate) fn kept_texts<'a>(
    settings: &'a Map<String, Value>,
    path: &str,
) -> impl Iterator<Item = &'a str> {
    kept(settings, path).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The region of an AWS resource name.
pub(crate) fn region_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}
