//! Distributions of one or two parameters that are the same for all numbers: uniform, normal and
//! exponential ones and functions of them, gamma and those made of it, and counts.

use super::ziggurat::{exponential, normal};
use super::{Distribution, Source, Words, count, fill, fill_with, with_words};
use crate::{Error, Result, target::Target};
use raptors_kernels::DType;

/// The gamma distribution with some shape, by the method of Marsaglia and Tsang (2000) from one on and
/// by Ahrens and Dieter's (1974) below.
#[derive(Clone, Copy, Debug)]
pub struct Gamma {
    shape: f64,
    /// What the method calls `d` and `c`.
    middle: f64,
    slope: f64,
}

impl Gamma {
    fn new(shape: f64) -> Self {
        let middle = shape - 1.0 / 3.0;
        Self {
            shape,
            middle,
            slope: 1.0 / (9.0 * middle).sqrt(),
        }
    }

    #[inline]
    fn draw<W: Words>(&self, words: &mut W) -> f64 {
        if self.shape == 1.0 {
            return exponential(words);
        }
        if self.shape < 1.0 {
            return self.draw_below_one(words);
        }
        loop {
            let x = normal(words);
            let root = 1.0 + self.slope * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = words.f64();
            if u < 1.0 - 0.0331 * (x * x) * (x * x)
                || u.ln() < 0.5 * x * x + self.middle * (1.0 - v + v.ln())
            {
                return self.middle * v;
            }
        }
    }

    fn draw_below_one<W: Words>(&self, words: &mut W) -> f64 {
        let shape = self.shape;
        loop {
            let u = words.f64();
            let v = exponential(words);
            if u <= 1.0 - shape {
                let x = u.powf(1.0 / shape);
                if x <= v {
                    return x;
                }
            } else {
                let y = -((1.0 - u) / shape).ln();
                let x = (1.0 - shape + shape * y).powf(1.0 / shape);
                if x <= v + y {
                    return x;
                }
            }
        }
    }
}

/// A distribution with its parameters.
#[derive(Clone, Copy, Debug)]
pub enum Law {
    /// Numbers of a distribution from some place on, times a scale.
    Shifted(Distribution, f64, f64),
    /// Gamma numbers times a scale.
    Gamma(Gamma, f64),
    /// The first of two gamma numbers over their sum.
    Beta(Gamma, Gamma),
    /// Fisher's: two gamma numbers over each other, with their degrees of freedom.
    F([Gamma; 2], [f64; 2]),
    /// Student's: a normal number over the root of a gamma number, times a factor.
    StudentT(Gamma, f64),
    /// Two normal numbers over each other.
    Cauchy,
    /// The exponential of normal numbers, of some mean and deviation.
    LogNormal(f64, f64),
    /// With a location and a scale.
    Laplace(f64, f64),
    /// With a location and a scale.
    Logistic(f64, f64),
    /// With a location and a scale.
    Gumbel(f64, f64),
    /// With a scale.
    Rayleigh(f64),
    /// With an exponent.
    Pareto(f64),
    /// With an exponent.
    Weibull(f64),
    /// With an exponent.
    Power(f64),
    /// Events of a mean number below ten.
    Poisson(f64),
    /// Successes of some trials that succeed with some probability.
    Binomial(i64, f64),
    /// Trials up to the first success.
    Geometric(f64),
}

impl Law {
    /// The law that NumPy calls `name`, with one or two parameters; nothing for those that NumPy refuses,
    /// treats apart or has another method for.
    #[must_use]
    pub fn named(name: &str, parameters: &[f64]) -> Option<Self> {
        let positive = |x: f64| (x > 0.0 && x.is_finite()).then_some(x);
        let gamma = |shape: f64| Some(Gamma::new(positive(shape)?));
        let place = |loc: f64, scale: f64| {
            let plain = loc.is_finite() && positive(scale).is_some();
            plain.then_some((loc, scale))
        };
        Some(match (name, parameters) {
            ("uniform", &[low, high]) => {
                Self::Shifted(Distribution::Uniform, low, positive(high - low)?)
            }
            ("normal", &[loc, scale]) => {
                let (loc, scale) = place(loc, scale)?;
                Self::Shifted(Distribution::Normal, loc, scale)
            }
            ("exponential", &[scale]) => {
                Self::Shifted(Distribution::Exponential, 0.0, positive(scale)?)
            }
            ("standard_gamma", &[shape]) => Self::Gamma(gamma(shape)?, 1.0),
            ("gamma", &[shape, scale]) => Self::Gamma(gamma(shape)?, positive(scale)?),
            ("chisquare", &[df]) => Self::Gamma(gamma(df / 2.0)?, 2.0),
            // Two small shapes have a method of their own.
            ("beta", &[a, b]) if a > 1.0 || b > 1.0 => Self::Beta(gamma(a)?, gamma(b)?),
            ("f", &[a, b]) => Self::F([gamma(a / 2.0)?, gamma(b / 2.0)?], [a, b]),
            ("standard_t", &[df]) => Self::StudentT(gamma(df / 2.0)?, (df / 2.0).sqrt()),
            ("standard_cauchy", &[]) => Self::Cauchy,
            ("lognormal", &[mean, sigma]) => {
                let (mean, sigma) = place(mean, sigma)?;
                Self::LogNormal(mean, sigma)
            }
            ("laplace", &[loc, scale]) => {
                let (loc, scale) = place(loc, scale)?;
                Self::Laplace(loc, scale)
            }
            ("logistic", &[loc, scale]) => {
                let (loc, scale) = place(loc, scale)?;
                Self::Logistic(loc, scale)
            }
            ("gumbel", &[loc, scale]) => {
                let (loc, scale) = place(loc, scale)?;
                Self::Gumbel(loc, scale)
            }
            ("rayleigh", &[scale]) => Self::Rayleigh(positive(scale)?),
            ("pareto", &[a]) => Self::Pareto(positive(a)?),
            ("weibull", &[a]) => Self::Weibull(positive(a)?),
            ("power", &[a]) => Self::Power(positive(a)?),
            ("poisson", &[mean]) if mean < 10.0 => Self::Poisson(positive(mean)?),
            ("binomial", &[trials, p]) => {
                // More trials are not every integer, and few enough successes are inverted.
                let whole = trials >= 1.0 && trials < (1u64 << 53) as f64;
                let inner = p > 0.0 && p < 1.0;
                let seldom = if p <= 0.5 { p } else { 1.0 - p };
                (whole && inner && seldom * trials <= count::MOST_SUCCESSES)
                    .then_some(Self::Binomial(trials as i64, p))?
            }
            ("geometric", &[p]) if p > 0.0 && p < 1.0 => Self::Geometric(p),
            _ => return None,
        })
    }

    /// What its numbers are.
    #[must_use]
    pub const fn dtype(&self) -> DType {
        match self {
            Self::Poisson(_) | Self::Binomial(..) | Self::Geometric(_) => DType::I64,
            _ => DType::F64,
        }
    }
}

/// Fills `target`, of the law's dtype and without gaps, in the order of memory.
///
/// # Errors
///
/// [`Error::Internal`] for other arrays.
pub fn fill_by_law(target: &Target<'_>, source: &mut Source, law: Law) -> Result<()> {
    if target.array().dtype() != law.dtype() {
        return Err(Error::Internal {
            what: "random numbers of another type",
        });
    }
    // Each law has a loop of its own, without a call for every number.
    macro_rules! draw {
        (|$words:ident| $number:expr) => {
            with_words!(source, $words => fill_with::<f64>(target, || $number))
        };
    }
    match law {
        Law::Shifted(distribution, loc, scale) => {
            fill(target, source, distribution, Some((loc, scale)))
        }
        Law::Gamma(gamma, scale) => draw!(|words| scale * gamma.draw(words)),
        Law::Beta(a, b) => draw!(|words| {
            let a = a.draw(words);
            a / (a + b.draw(words))
        }),
        Law::F([above, below], [a, b]) => draw!(|words| {
            let above = 2.0 * above.draw(words) * b;
            above / (2.0 * below.draw(words) * a)
        }),
        Law::StudentT(gamma, factor) => draw!(|words| {
            let above = factor * normal(words);
            above / gamma.draw(words).sqrt()
        }),
        Law::Cauchy => draw!(|words| {
            let above = normal(words);
            above / normal(words)
        }),
        Law::LogNormal(mean, sigma) => draw!(|words| (mean + sigma * normal(words)).exp()),
        Law::Laplace(loc, scale) => draw!(|words| {
            let u = positive(words);
            if u >= 0.5 {
                loc - scale * (2.0 - u - u).ln()
            } else {
                loc + scale * (u + u).ln()
            }
        }),
        Law::Logistic(loc, scale) => draw!(|words| {
            let u = positive(words);
            loc + scale * (u / (1.0 - u)).ln()
        }),
        Law::Gumbel(loc, scale) => draw!(|words| {
            let u = 1.0 - positive(words);
            loc - scale * (-u.ln()).ln()
        }),
        Law::Rayleigh(scale) => draw!(|words| scale * (2.0 * exponential(words)).sqrt()),
        Law::Pareto(a) => draw!(|words| (exponential(words) / a).exp_m1()),
        Law::Weibull(a) => draw!(|words| exponential(words).powf(1.0 / a)),
        Law::Power(a) => draw!(|words| (-(-exponential(words)).exp_m1()).powf(1.0 / a)),
        Law::Poisson(mean) => count::fill_poisson(target, source, mean),
        Law::Binomial(trials, p) => count::fill_binomial(target, source, trials, p),
        Law::Geometric(p) => count::fill_geometric(target, source, p),
    }
}

/// A number from 0 up to 1, without both.
#[inline]
fn positive(words: &mut impl Words) -> f64 {
    loop {
        let u = words.f64();
        if u > 0.0 {
            return u;
        }
    }
}
