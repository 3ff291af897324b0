//! Which casts are allowed.

/// How far a cast may go, in NumPy's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Casting {
    /// None at all.
    No,
    /// Byte order only, which is none here.
    Equiv,
    /// Only casts that keep every value.
    Safe,
    /// Safe casts and casts within a kind, such as float64 to float32.
    SameKind,
    /// Any cast.
    Unsafe,
}

impl Casting {
    /// Every rule, the strictest first.
    pub const ALL: &[Self] = &[
        Self::No,
        Self::Equiv,
        Self::Safe,
        Self::SameKind,
        Self::Unsafe,
    ];

    /// NumPy's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Equiv => "equiv",
            Self::Safe => "safe",
            Self::SameKind => "same_kind",
            Self::Unsafe => "unsafe",
        }
    }

    /// The rule that NumPy's name stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|casting| casting.name() == name)
    }
}
