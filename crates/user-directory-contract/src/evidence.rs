use std::fmt;

/// How we know what a case asserts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Evidence {
    /// Captured on AWS, request, class and text together, by us or by others, with an address and a
    /// date. Texts that a tool relays are documented at most.
    Recorded {
        /// The path of the capture, from the root of the repository.
        fixture: &'static str,
    },
    /// Stated at an address that can be cited.
    Documented {
        /// The address.
        url: &'static str,
    },
    /// Seen by others, without an address that settles it.
    Reported {
        /// Who saw it, and where.
        note: &'static str,
    },
    /// Nobody is known to have looked.
    Assumed {
        /// Why it is likely all the same.
        why: &'static str,
    },
    /// A promise of the traits themselves, and no claim about Cognito.
    Own {
        /// What is promised.
        promise: &'static str,
    },
}

impl Evidence {
    /// How strong the evidence is.
    pub fn grade(&self) -> Grade {
        match self {
            Self::Recorded { .. } => Grade::Recorded,
            Self::Documented { .. } => Grade::Documented,
            Self::Reported { .. } => Grade::Reported,
            Self::Assumed { .. } => Grade::Assumed,
            Self::Own { .. } => Grade::Own,
        }
    }

    /// The fixture, address, note, reason or promise.
    pub fn source(&self) -> &'static str {
        match self {
            Self::Recorded { fixture: source }
            | Self::Documented { url: source }
            | Self::Reported { note: source }
            | Self::Assumed { why: source }
            | Self::Own { promise: source } => source,
        }
    }
}

/// How strong an [`Evidence`] is, the strongest first. Own promises are counted apart.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Grade {
    /// Captured on AWS.
    Recorded,
    /// Stated at an address that can be cited.
    Documented,
    /// Seen by others.
    Reported,
    /// Nobody is known to have looked.
    Assumed,
    /// A promise of the traits themselves.
    Own,
}

impl Grade {
    /// All grades, the strongest first.
    pub const ALL: &'static [Self] =
        &[Self::Recorded, Self::Documented, Self::Reported, Self::Assumed, Self::Own];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::Assumed => "assumed",
            Self::Own => "own",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
