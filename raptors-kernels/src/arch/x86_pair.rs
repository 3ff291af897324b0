//! What two AVX-512 vectors of float32 and two of float64 have in common: they go through each operation
//! side by side, so that one does not wait for the other.

/// A pair of vectors of `$number` with its masks, the operations and questions of one instruction each,
/// `quick_sum` and `directed`, which has magnitudes between `large` and its inverse as they are.
macro_rules! pair {
    (
        $(#[$pair_doc:meta])* $Pair:ident of $number:ident = $Vector:ty;
        $(#[$mask_doc:meta])* Mask of $bits:ident = $Bits:ty;
        all = $all:path;
        operators { $($Operator:ident $operator:ident = $symbol:path;)* }
        operations { $($(#[$doc:meta])* $name:ident($($arg:ident),*) = $op:expr;)* }
        questions { $($(#[$ask_doc:meta])* $ask:ident = $class:expr;)* }
        usual = $usual:expr;
        above = $above:expr;
        blend = $blend:path;
        large = $large:literal;
    ) => {
        $(#[$pair_doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $Pair([$Vector; 2]);

        $(#[$mask_doc])*
        #[derive(Clone, Copy)]
        pub(super) struct Mask([$Bits; 2]);

        impl core::ops::BitAnd for Mask {
            type Output = Self;
            #[inline(always)]
            fn bitand(self, other: Self) -> Self {
                Self([self.0[0] & other.0[0], self.0[1] & other.0[1]])
            }
        }

        impl core::ops::BitXor for Mask {
            type Output = Self;
            #[inline(always)]
            fn bitxor(self, other: Self) -> Self {
                Self([self.0[0] ^ other.0[0], self.0[1] ^ other.0[1]])
            }
        }

        impl Mask {
            /// Whether it holds for all.
            #[inline(always)]
            pub(super) fn is_all(self) -> bool {
                self.0[0] & self.0[1] == $bits::MAX
            }

            /// Whether it holds for none.
            #[inline(always)]
            pub(super) fn is_none(self) -> bool {
                self.0[0] | self.0[1] == 0
            }
        }

        $(
            impl core::ops::$Operator for $Pair {
                type Output = Self;
                #[inline(always)]
                fn $operator(self, other: Self) -> Self {
                    // SAFETY: a pair is proof of AVX-512 F, which has the instruction.
                    unsafe {
                        Self([$symbol(self.0[0], other.0[0]), $symbol(self.0[1], other.0[1])])
                    }
                }
            }
            impl core::ops::$Operator<$number> for $Pair {
                type Output = Self;
                #[inline(always)]
                fn $operator(self, other: $number) -> Self {
                    core::ops::$Operator::$operator(self, self.all(other))
                }
            }
        )*

        impl $Pair {
            $(
                $(#[$doc])*
                #[inline(always)]
                pub(super) fn $name(self $(, $arg: Self)*) -> Self {
                    // SAFETY: a pair is proof of AVX-512 F, which has the instruction.
                    unsafe {
                        Self([
                            $op(self.0[0] $(, $arg.0[0])*),
                            $op(self.0[1] $(, $arg.0[1])*),
                        ])
                    }
                }
            )*

            /// As many times `x`.
            #[inline(always)]
            pub(super) fn all(self, x: $number) -> Self {
                // SAFETY: a pair is proof of AVX-512 F, which has the instruction.
                unsafe { Self([$all(x); 2]) }
            }

            /// The magnitude.
            #[inline(always)]
            pub(super) fn abs(self) -> Self {
                self.with_sign_of(self.all(0.0))
            }

            $(
                $(#[$ask_doc])*
                #[inline(always)]
                pub(super) fn $ask(self) -> bool {
                    // SAFETY: a pair is proof of AVX-512 DQ, which has the instruction.
                    unsafe { $class(self.0[0]) | $class(self.0[1]) != 0 }
                }
            )*

            /// Which are positive and normal.
            #[inline(always)]
            pub(super) fn is_usual(self) -> Mask {
                // SAFETY: a pair is proof of AVX-512 DQ, which has the instruction.
                unsafe { Mask([!$usual(self.0[0]), !$usual(self.0[1])]) }
            }

            /// Which are greater than `bound`.
            #[inline(always)]
            pub(super) fn above(self, bound: Self) -> Mask {
                // SAFETY: a pair is proof of AVX-512 F, which has the instruction.
                unsafe { Mask([$above(self.0[0], bound.0[0]), $above(self.0[1], bound.0[1])]) }
            }

            /// `other` where the mask says so, else `self`.
            #[inline(always)]
            pub(super) fn or_where(self, Mask(mask): Mask, other: Self) -> Self {
                // SAFETY: a pair is proof of AVX-512 F, which has the instruction.
                unsafe {
                    Self([
                        $blend(mask[0], self.0[0], other.0[0]),
                        $blend(mask[1], self.0[1], other.0[1]),
                    ])
                }
            }
        }

        /// `a + b` and what rounding lost, where `|a| >= |b|` or `a == 0`.
        #[inline(always)]
        pub(super) fn quick_sum(a: $Pair, b: $Pair) -> ($Pair, $Pair) {
            let sum = a + b;
            (sum, b - (sum - a))
        }

        /// The longer and the shorter of the sides `a` and `b`, where `far` says that `a` is the longer one, or
        /// sides of the same slope whose quotients and products are normal numbers. Infinite points count as the
        /// far ends of axes and diagonals, the origin as a point on the axis; NaN stays.
        #[inline(always)]
        pub(super) fn directed(a: $Pair, b: $Pair, far: Mask) -> ($Pair, $Pair) {
            // The second of two numbers where one is NaN, so that one of these has it.
            let (long, short) = (a.greater(b), b.lesser(a));
            let usual = long.all($large).above(long) & short.above(long.all(1.0 / $large));
            if usual.is_all() {
                return (long, short);
            }
            let (zero, one) = (a.all(0.0), a.all(1.0));
            let longer = b.or_where(far, a);
            let infinite = longer.above(a.all($number::MAX));
            let end = |c: $Pair| (c * zero).or_where(c.above(c.all($number::MAX)), one);
            let (a, b) = (a.or_where(infinite, end(a)), b.or_where(infinite, end(b)));
            let longer = longer.or_where(infinite, one);
            let some = longer.above(zero);
            let b = (b + one).or_where(some, b);
            let down = zero - one.or_where(some, longer).exponent();
            let (a, b) = (a.times_power(down), b.times_power(down));
            (b.or_where(far, a), a.or_where(far, b))
        }
    };
}
pub(super) use pair;
