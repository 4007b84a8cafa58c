use std::sync::OnceLock;

use regex::Regex;

use super::shapes;

/// Whether a whole value matches a pattern of the table.
pub(super) fn matches(pattern: &str, value: &str) -> bool {
    static MATCHERS: [Matcher; shapes::PATTERNS.len()] =
        [const { Matcher::new() }; shapes::PATTERNS.len()];
    let row = shapes::PATTERNS
        .iter()
        .position(|known| *known == pattern)
        .expect("the generator lists the pattern of every shape");
    MATCHERS[row].matches(pattern, value)
}

/// A pattern, compiled at its first use.
///
/// The regex crate is built without its fast engines: it takes 1 to 2 µs for a pool id and 90 µs
/// for a token of 1000 characters. ASCII values are therefore looked up in sets of characters.
struct Matcher {
    ascii: OnceLock<Option<AsciiSets>>,
    regex: OnceLock<Regex>,
}

impl Matcher {
    const fn new() -> Self {
        Self { ascii: OnceLock::new(), regex: OnceLock::new() }
    }

    fn matches(&self, pattern: &str, value: &str) -> bool {
        if value.is_ascii()
            && let Some(sets) = self.ascii.get_or_init(|| AsciiSets::of(pattern))
        {
            return sets.matches(value);
        }
        self.regex.get_or_init(|| whole_value(pattern)).is_match(value)
    }
}

/// The ASCII characters in the class of a pattern `[…]+`, or in the two classes of `[…]+_[…]+`.
enum AsciiSets {
    One(AsciiSet),
    Two(AsciiSet, AsciiSet),
}

/// Whether each byte is in the set. A `u128` of bits takes three times as long on a token.
type AsciiSet = Box<[bool; 256]>;

impl AsciiSets {
    /// `None` for a pattern of another form.
    fn of(pattern: &str) -> Option<Self> {
        let classes = pattern.strip_prefix('[')?.strip_suffix("]+")?;
        match classes.split_once("]+_[") {
            None => ascii_set(classes).map(Self::One),
            Some((first, second)) => {
                let (first, second) = (ascii_set(first)?, ascii_set(second)?);
                // `matches` splits at the last underscore.
                (!second[usize::from(b'_')]).then_some(Self::Two(first, second))
            }
        }
    }

    fn matches(&self, value: &str) -> bool {
        let consists_of = |text: &str, set: &AsciiSet| {
            !text.is_empty() && text.bytes().all(|byte| set[usize::from(byte)])
        };
        match self {
            Self::One(set) => consists_of(value, set),
            Self::Two(first, second) => value.rsplit_once('_').is_some_and(|(left, right)| {
                consists_of(left, first) && consists_of(right, second)
            }),
        }
    }
}

/// The set of a class, given without its brackets; `None` if there are brackets inside.
fn ascii_set(class: &str) -> Option<AsciiSet> {
    if class.contains(['[', ']']) {
        return None;
    }
    let regex = whole_value(&format!("[{class}]"));
    let mut set = Box::new([false; 256]);
    for byte in 0..128_u8 {
        set[usize::from(byte)] = regex.is_match(char::from(byte).encode_utf8(&mut [0; 4]));
    }
    Some(set)
}

fn whole_value(pattern: &str) -> Regex {
    let pattern = rust_pattern(pattern);
    Regex::new(&format!(r"\A(?:{pattern})\z"))
        .expect("a test compiles every pattern of the table and its classes")
}

/// The model's patterns are Java's, where `\w`, `\s` and `\S` know ASCII only; in the regex crate
/// they are Unicode. The rest means the same in both, `-` after a range (`0-9-_`) included.
fn rust_pattern(pattern: &str) -> String {
    pattern
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\s", r"[\t\n\x0B\f\r ]")
        .replace(r"\S", r"[^\t\n\x0B\f\r ]")
}

#[cfg(test)]
mod tests {
    use super::{super::StringShape, shapes::*, *};

    fn accepts(value: &str, shape: &StringShape) -> bool {
        matches(shape.pattern.expect("the shape has one"), value)
    }

    #[test]
    fn word_and_space_are_ascii_and_properties_are_unicode() {
        assert!(!accepts("clé", &CLIENT_ID_TYPE));
        assert!(!accepts("eu_٣", &USER_POOL_ID_TYPE));
        assert!(!accepts("a\u{a0}b", &USER_POOL_NAME_TYPE));
        assert!(accepts("a\u{b}b", &USER_POOL_NAME_TYPE));
        assert!(accepts("a\u{a0}b", &SEARCH_PAGINATION_TOKEN_TYPE));
        assert!(!accepts("a\u{b}b", &SEARCH_PAGINATION_TOKEN_TYPE));
        assert!(accepts("Žofie😀", &USERNAME_TYPE));
        assert!(!accepts("Žofie\u{a0}", &USERNAME_TYPE));
    }

    #[test]
    fn whole_values_match() {
        assert!(!accepts("client id", &CLIENT_ID_TYPE));
        assert!(!accepts("client\n", &CLIENT_ID_TYPE));
        assert!(!accepts(" client", &CLIENT_ID_TYPE));
        assert!(accepts("a_b_c", &USER_POOL_ID_TYPE));
        assert!(!accepts("a_b-c", &USER_POOL_ID_TYPE));
        assert!(!accepts("_b", &USER_POOL_ID_TYPE));
        assert!(accepts("aZ0-_=.", &TOKEN_MODEL_TYPE));
        assert!(!accepts("aZ0:", &TOKEN_MODEL_TYPE));
    }

    /// The fast path against the regular expressions, on all short ASCII values.
    #[test]
    fn ascii_sets_agree_with_the_regular_expressions() {
        let bytes: Vec<char> = (0..128_u8).map(char::from).collect();
        let few = ['_', '-', 'g', '7', ' '];
        for pattern in PATTERNS {
            let regex = whole_value(pattern);
            let Some(sets) = AsciiSets::of(pattern) else {
                // Names of AWS resources and of SES's sets, addresses and texts of messages: rare
                // enough.
                let is_rare = pattern.starts_with("arn:")
                    || pattern.starts_with('^')
                    || ["####", r"\s*]*", "]+@["].iter().any(|part| pattern.contains(part));
                assert!(is_rare, "{pattern} has a form that is not known");
                continue;
            };
            let agree = |value: &str| {
                assert_eq!(sets.matches(value), regex.is_match(value), "{pattern} on {value:?}");
                assert_eq!(matches(pattern, value), regex.is_match(value), "{pattern}");
            };
            agree("");
            for first in &bytes {
                agree(&first.to_string());
                agree(&format!("{first}_x"));
                agree(&format!("x_{first}"));
            }
            for number in 0..few.len().pow(4) {
                let digit = |place: u32| few[number / few.len().pow(place) % few.len()];
                agree(&(0..4).map(digit).collect::<String>());
            }
        }
    }
}
