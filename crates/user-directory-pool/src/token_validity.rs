use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A unit of time (AWS: `TimeUnitsType`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum TimeUnit {
    /// `seconds`
    Seconds,
    /// `minutes`
    Minutes,
    /// `hours`
    Hours,
    /// `days`
    Days,
}

impl TimeUnit {
    /// Every unit, the smallest first.
    pub const ALL: [Self; 4] = [Self::Seconds, Self::Minutes, Self::Hours, Self::Days];

    /// The AWS name, such as `hours`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// The unit of an AWS name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    fn seconds(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 60 * 60,
            Self::Days => 24 * 60 * 60,
        }
    }
}

/// How long a kind of token lives, as a client was told: a number and, in `TokenValidityUnits`, its
/// unit. What is absent has a default: 1 hour, and 30 days for refresh tokens; a number without a unit
/// counts hours, and days for refresh tokens.
///
/// ```
/// use std::time::Duration;
/// use user_directory_pool::{TimeUnit, TokenValidity};
///
/// assert_eq!(TokenValidity::from(Duration::from_secs(300)), TokenValidity::new(5, TimeUnit::Minutes));
/// ```
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TokenValidity {
    /// How many.
    pub number: Option<u32>,
    /// Of what.
    pub unit: Option<TimeUnit>,
}

impl TokenValidity {
    /// So many of a unit.
    pub fn new(number: u32, unit: TimeUnit) -> Self {
        Self { number: Some(number), unit: Some(unit) }
    }

    /// The time, where a default takes the place of what is absent.
    pub(crate) fn resolve(self, default: Self) -> Duration {
        let seconds = |validity: Self| {
            let unit = validity.unit.map_or(1, TimeUnit::seconds);
            u64::from(validity.number.unwrap_or_default()) * unit
        };
        match self.number {
            None => Duration::from_secs(seconds(default)),
            number => {
                let unit = self.unit.or(default.unit);
                Duration::from_secs(seconds(Self { number, unit }))
            }
        }
    }
}

impl From<Duration> for TokenValidity {
    /// In the largest unit that holds it whole; a part of a second is dropped.
    fn from(time: Duration) -> Self {
        let seconds = time.as_secs();
        let mut units = TimeUnit::ALL.into_iter().rev();
        let whole = |unit: &TimeUnit| seconds.is_multiple_of(unit.seconds());
        let unit = units.find(whole).unwrap_or(TimeUnit::Seconds);
        Self::new(u32::try_from(seconds / unit.seconds()).unwrap_or(u32::MAX), unit)
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_fits() {
        for (seconds, number, unit) in [
            (0, 0, TimeUnit::Days),
            (1, 1, TimeUnit::Seconds),
            (90, 90, TimeUnit::Seconds),
            (300, 5, TimeUnit::Minutes),
            (7200, 2, TimeUnit::Hours),
            (86400, 1, TimeUnit::Days),
        ] {
            let validity = TokenValidity::from(Duration::from_secs(seconds));
            assert_eq!(validity, TokenValidity::new(number, unit));
            assert_eq!(validity.resolve(TokenValidity::default()).as_secs(), seconds);
        }
    }

    #[test]
    fn what_is_absent_has_a_default() {
        let default = TokenValidity::new(1, TimeUnit::Hours);
        let of = |number, unit| TokenValidity { number, unit }.resolve(default).as_secs();
        assert_eq!(of(None, None), 3600);
        // A unit alone says nothing.
        assert_eq!(of(None, Some(TimeUnit::Days)), 3600);
        assert_eq!(of(Some(2), None), 7200);
        assert_eq!(of(Some(2), Some(TimeUnit::Minutes)), 120);
    }
}
