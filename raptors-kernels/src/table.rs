//! The macro behind the ufunc table: turns rows into [`Ufunc`](crate::Ufunc) and its properties.

macro_rules! ufuncs {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $arity:ident($($arg:ident),+) = $body:path, $class:ident
        $(, integers $integers:ident)? $(, bools $bools:ident)?, cost $cost:literal, ulp $ulp:literal
        $(, identity $id:literal)? $(, raises $raises:ident)? $(, in $namespace:ident)?;
    )*) => {
        /// A universal function: computed element by element, over broadcast arrays.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(non_camel_case_types, reason = "variants carry the Python names")]
        pub enum Ufunc { $($(#[doc = $doc])* $name,)* }

        impl Ufunc {
            /// Every ufunc, in table order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The Python name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The documentation, in Markdown: what is computed, and on a last line an example as
            /// Python shows it, "`call` is `result`."
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc, "\n"),*),)* }
            }

            /// The names of the inputs.
            #[inline]
            pub const fn args(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$(stringify!($arg)),+],)* }
            }

            /// The number of outputs.
            #[inline]
            pub const fn nout(self) -> usize {
                match self { $(Self::$name => $crate::table::nout(stringify!($arity)),)* }
            }

            /// Cost of one element in units of one addition: what the dispatcher weighs.
            #[inline]
            pub const fn cost(self) -> u32 { match self { $(Self::$name => $cost,)* } }

            /// Largest allowed error in units in the last place: what the tests hold.
            #[inline]
            pub const fn ulp(self) -> u32 { match self { $(Self::$name => $ulp,)* } }

            /// What a reduction over nothing gives, for ufuncs that have it.
            #[inline]
            pub const fn identity(self) -> Option<i8> {
                match self { $(Self::$name => $crate::table::first(&[$($id)?]),)* }
            }

            /// Which floating-point exceptions its loops raise.
            #[inline]
            pub const fn raises(self) -> $crate::status::Raises {
                match self { $(Self::$name => $crate::table::raises!($($raises)?),)* }
            }

            /// Where Python users find it.
            pub const fn namespace(self) -> Namespace {
                match self { $(Self::$name => $crate::table::namespace(stringify!($($namespace)?)),)* }
            }

            /// Whether there is a loop for inputs of `dtype`, directly or through a wider dtype.
            #[inline]
            pub const fn has(self, dtype: $crate::DType) -> bool {
                match self { $(Self::$name => $crate::classes::$class::has(dtype),)* }
            }

            /// The dtype that truth values and integers are computed in, where the loops have
            /// none of their own and it is not the narrowest float that holds them.
            #[inline]
            pub const fn integers(self) -> Option<$crate::DType> {
                match self {
                    $(Self::$name => $crate::table::first(&[$($crate::DType::$integers)?]),)*
                }
            }

            /// Whether truth values are refused, though an integer loop could take them.
            pub const fn refuses_bools(self) -> bool {
                match self {
                    $(Self::$name => $crate::table::refused(stringify!($($bools)?)),)*
                }
            }

            /// The loop for `dtype` compiled for `I`, if there is one of its own.
            pub(crate) fn kernel<I: $crate::Isa>(
                self,
                dtype: $crate::DType,
            ) -> Option<$crate::kernel::Kernel<I>> {
                match self {
                    $(Self::$name => $crate::classes::$class::$arity::<I, $body, $crate::table::rule!($($raises)?)>(dtype),)*
                }
            }
        }
    };
}
pub(crate) use ufuncs;

/// A row that says nothing raises nothing.
macro_rules! raises {
    () => {
        $crate::status::Raises::nothing
    };
    ($raises:ident) => {
        $crate::status::Raises::$raises
    };
}
pub(crate) use raises;

/// As [`raises`], as a type.
macro_rules! rule {
    () => {
        $crate::watch::nothing
    };
    ($raises:ident) => {
        $crate::watch::$raises
    };
}
pub(crate) use rule;

use crate::ufuncs::Namespace;

pub(crate) const fn first<T: Copy>(options: &[T]) -> Option<T> {
    if options.is_empty() {
        None
    } else {
        Some(options[0])
    }
}

/// Arities that give two outputs end in `2`.
pub(crate) const fn nout(arity: &str) -> usize {
    if arity.as_bytes()[arity.len() - 1] == b'2' {
        2
    } else {
        1
    }
}

/// Rows say `bools refused` or nothing.
pub(crate) const fn refused(bools: &str) -> bool {
    !bools.is_empty()
}

pub(crate) const fn namespace(name: &str) -> Namespace {
    if name.is_empty() {
        Namespace::NumPy
    } else {
        Namespace::Nn
    }
}
