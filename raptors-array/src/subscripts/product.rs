//! Products of labelled operands, pair by pair, as products of matrices.

use super::{Labelled, Labels, Lengths, Set, Subscripts};
use crate::{
    Array, DType, Error, Number, Order, Result, Ufunc, map, map::MapOptions, matmul, quick,
    reduce::between, target::Target,
};
use raptors_dispatch::machine::machine;
use raptors_kernels::Kind;
use smallvec::SmallVec;

impl Subscripts {
    /// Whether they say what `@` does with two operands of one or two axes.
    fn is_product(&self) -> bool {
        let [first, second] = &self.terms[..] else {
            return false;
        };
        match (&first[..], &second[..], &self.output[..]) {
            ([k], [l], []) => k == l,
            ([i, k], [l], [x]) => k == l && i == x && i != k,
            ([k], [l, j], [y]) => k == l && j == y && j != k,
            ([i, k], [l, j], [x, y]) => k == l && i == x && j == y && i != j && i != k && j != k,
            _ => false,
        }
    }

    /// What `@` gives, where the subscripts say that, and the summed axes are of one length.
    pub(super) fn multiplied(&self, arrays: &[&Array]) -> Result<Option<Array>> {
        match arrays {
            [a, b]
                if self.is_product()
                    && a.dtype() == b.dtype()
                    && a.shape().last() == b.shape().first() =>
            {
                matmul::matmul(a, b).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// `result` as a sum that starts from zero, as NumPy's are unless two operands are multiplied as on a path: no
    /// zero is negative then.
    pub(super) fn added(&self, result: Array) -> Result<Array> {
        let signed = matches!(result.dtype().kind(), Kind::Float | Kind::Complex);
        if !signed || self.optimized && self.terms.len() == 2 {
            return Ok(result);
        }
        // What was computed here is nobody else's.
        let own = result.buffer().is_unique() && !result.repeats();
        let zero = map::Operand::Number(Number::Int(0));
        if own && quick::onto(Ufunc::add, &Target::fresh(&result), &zero).is_some() {
            return Ok(result);
        }
        let mut to = [own.then(|| Target::fresh(&result))];
        let inputs: [map::Operand<'_>; 2] = [(&result).into(), zero];
        let sums = map::map(Ufunc::add, &inputs, &mut to, &MapOptions::default())?;
        let what = "a sum without a result";
        sums.into_iter().next().ok_or(Error::Internal { what })
    }
}

/// The product of all operands, summed over the labels that are not `needed`: from the first or from
/// the last one on, whichever takes fewer steps, each with the next that has a label in common.
pub(super) fn product(
    operands: SmallVec<[Labelled; 2]>,
    needed: &[u8],
    lengths: &Lengths,
) -> Result<Labelled> {
    let operands = match operands.into_inner() {
        Ok([a, b]) => {
            let needed = Set::of(needed);
            return pair(a, b, needed, lengths)?.reduced(needed);
        }
        Err(operands) => operands,
    };
    let order = if operands.len() > 2 {
        let terms: SmallVec<[&Labels; 4]> = operands.iter().map(|one| &one.labels).collect();
        let way = |first| way(&terms, first, needed, lengths);
        let (forward, back) = (way(0), way(terms.len() - 1));
        if back.0 < forward.0 {
            back.1
        } else {
            forward.1
        }
    } else {
        (0..operands.len()).collect()
    };
    let mut operands: SmallVec<[Option<Labelled>; 4]> = operands.into_iter().map(Some).collect();
    let mut all: Option<Labelled> = None;
    for place in order {
        let Some(next) = operands[place].take() else {
            continue;
        };
        let Some(before) = all else {
            all = Some(next);
            continue;
        };
        let rest = operands.iter().flatten();
        let wanted = rest.fold(Set::of(needed), |all, one| all.and(Set::of(&one.labels)));
        all = Some(pair(before, next, wanted, lengths)?);
    }
    let what = "a product of no operands";
    all.ok_or(Error::Internal { what })?
        .reduced(Set::of(needed))
}

/// Multiplications that a product takes, about, that begins with the operand `first`, and the order of
/// the operands: next comes what has a label in common with what there is.
fn way(
    terms: &[&Labels],
    first: usize,
    needed: &[u8],
    lengths: &Lengths,
) -> (f64, SmallVec<[usize; 4]>) {
    let mut rest: SmallVec<[usize; 4]> = (0..terms.len()).collect();
    if first > 0 {
        rest.reverse();
    }
    let (mut order, mut have, mut count) = (SmallVec::new(), Labels::new(), 0.0);
    while !rest.is_empty() {
        let shares = |&place: &usize| terms[place].iter().any(|label| have.contains(label));
        let next = rest.remove(rest.iter().position(shares).unwrap_or(0));
        for &label in terms[next] {
            if !have.contains(&label) {
                have.push(label);
            }
        }
        let sizes = have.iter().map(|&label| lengths[usize::from(label)] as f64);
        count += sizes.product::<f64>();
        have.retain(|label| {
            needed.contains(label) || rest.iter().any(|&later| terms[later].contains(label))
        });
        order.push(next);
    }
    (count, order)
}

/// The product of two operands, summed over the labels that are not `needed`.
fn pair(a: Labelled, b: Labelled, needed: Set, lengths: &Lengths) -> Result<Labelled> {
    let beside = |other: &Labelled| needed.and(Set::of(&other.labels));
    let (a, b) = if a.is_plain(beside(&b), lengths) && b.is_plain(beside(&a), lengths) {
        (a, b)
    } else {
        let a = a.reduced(beside(&b))?.without_short(lengths)?;
        let b = b.reduced(beside(&a))?.without_short(lengths)?;
        // A label that only one of them still has is summed there.
        let (for_a, for_b) = (beside(&b), beside(&a));
        (a.reduced(for_a)?, b.reduced(for_b)?)
    };
    let (in_a, in_b) = (Set::of(&a.labels), Set::of(&b.labels));
    let pick = |from: &Labels, keep: &dyn Fn(u8) -> bool| -> Labels {
        from.iter().copied().filter(|&label| keep(label)).collect()
    };
    let batch = pick(&a.labels, &|l| in_b.has(l) && needed.has(l));
    let summed = pick(&a.labels, &|l| in_b.has(l) && !needed.has(l));
    let rows = pick(&a.labels, &|l| !in_b.has(l));
    let columns = pick(&b.labels, &|l| !in_a.has(l));
    let join = |parts: &[&Labels]| -> Labels {
        let mut all = Labels::new();
        for part in parts {
            all.extend_from_slice(part);
        }
        all
    };
    let labels = join(&[&batch, &rows, &columns]);
    let sizes = |labels: &Labels| -> SmallVec<[i64; 4]> {
        labels
            .iter()
            .map(|&l| lengths[usize::from(l)] as i64)
            .collect()
    };
    if rows.is_empty() && columns.is_empty() && lies_across(&a, &b, &batch, &summed) {
        return summed_across(a, b, &batch, &summed);
    }
    if summed.is_empty() {
        let (a, b) = (
            a.arranged(&join(&[&batch, &rows]))?,
            b.arranged(&join(&[&batch, &columns]))?,
        );
        let (outer, tall) = (batch.len(), rows.len());
        let new = |from: usize, count: usize| -> SmallVec<[i64; 4]> {
            (from..from + count).map(|axis| axis as i64).collect()
        };
        let a = a.expand_dims(&new(outer + tall, columns.len()))?;
        let b = b.expand_dims(&new(outer, tall))?;
        let array = products(&a, &b)?;
        return Ok(Labelled { labels, array });
    }
    if let ([], [], [label]) = (&rows[..], &columns[..], &summed[..]) {
        // As below, without axes of one row and one column.
        let last = join(&[&batch, &summed]);
        debug_assert_eq!(a.axis(*label).0, b.axis(*label).0);
        let array = matmul::sums_of_vectors(&a.arranged(&last)?, &b.arranged(&last)?)?;
        return Ok(Labelled { labels, array });
    }
    // An axis for each part: without a batch, none for rows or columns that there are none of.
    let shape = |first: &Labels, second: &Labels| -> SmallVec<[i64; 4]> {
        let mut shape = sizes(&batch);
        for part in [first, second] {
            if !(batch.is_empty() && part.is_empty()) {
                shape.push(sizes(part).iter().product());
            }
        }
        shape
    };
    let reshaped = |array: Array, shape: &[i64]| {
        let same = array
            .shape()
            .iter()
            .map(|&n| n as i64)
            .eq(shape.iter().copied());
        if same {
            Ok(array)
        } else {
            array.reshape(shape, Order::C)
        }
    };
    let a = a.arranged(&join(&[&batch, &rows, &summed]))?;
    let b = b.arranged(&join(&[&batch, &summed, &columns]))?;
    let a = reshaped(a, &shape(&rows, &summed))?;
    let b = reshaped(b, &shape(&summed, &columns))?;
    let array = reshaped(matmul::sums_of_products(&a, &b)?, &sizes(&labels))?;
    Ok(Labelled { labels, array })
}

/// The products of the elements of two arrays that broadcast: of few without a walk.
fn products(a: &Array, b: &Array) -> Result<Array> {
    let few = quick::value(|room| quick::staged(Ufunc::multiply, [a.into(), b.into()], room));
    few.map_or_else(|| map::binary(Ufunc::multiply, a, b), Ok)
}

/// Whether what is summed lies across what is not, in both operands, and a product of them would not add rows of
/// products as they lie: these are multiplied and added then, as long as the second-level cache holds them.
fn lies_across(a: &Labelled, b: &Labelled, batch: &Labels, summed: &Labels) -> bool {
    let dtype = a.array.dtype();
    let across = |operand: &Labelled| {
        let step = |label: &u8| operand.axis(*label).1.unsigned_abs();
        let nearest = batch.iter().map(step).min().unwrap_or(usize::MAX);
        !summed.is_empty() && summed.iter().all(|label| step(label) > nearest)
    };
    let exact = dtype != DType::F16 && dtype.kind() != Kind::Bool;
    exact
        && !(adds_as_they_lie(a, batch, summed) && adds_as_they_lie(b, batch, summed))
        && rows_at_once(&a.array, |axis| summed.contains(&a.labels[axis])) > 0
        && across(a)
        && across(b)
}

/// Columns of real numbers side by side from which products add their rows as they lie; of fewer where there are no
/// gaps between the rows.
const BESIDE: usize = 8;

/// Whether a product adds rows of products with `operand` as they lie: what is summed is one axis, and what is not
/// has enough neighbours.
fn adds_as_they_lie(operand: &Labelled, batch: &Labels, summed: &Labels) -> bool {
    let itemsize = operand.array.itemsize() as isize;
    let one_axis = summed.windows(2).all(|pair| {
        let ((_, outer), (len, inner)) = (operand.axis(pair[0]), operand.axis(pair[1]));
        outer == inner * len as isize
    });
    let mut run = 1;
    let follows = |run: usize| {
        let axes = batch.iter().map(|&label| operand.axis(label));
        let mut next = axes.filter(|&(len, step)| len > 1 && step == run as isize * itemsize);
        next.next()
    };
    while let Some((len, _)) = follows(run) {
        run *= len;
    }
    let row = summed.last().map(|&label| operand.axis(label).1);
    let least = if row == Some(run as isize * itemsize) {
        2
    } else {
        BESIDE
    };
    operand.array.dtype().kind() != Kind::Complex && one_axis && run >= least
}

/// How many rows of products, along the longest axis that is `summed`, the second-level cache holds beside what they
/// are made of; of few elements all.
fn rows_at_once(array: &Array, summed: impl Fn(usize) -> bool) -> usize {
    let (shape, cache) = (array.shape(), machine().l2.bytes);
    let longest = (0..shape.len())
        .filter(|&axis| summed(axis))
        .map(|axis| shape[axis])
        .max();
    match longest {
        Some(len) if array.nbytes() > cache => cache / 4 / (array.nbytes() / len.max(1)).max(1),
        _ => usize::MAX,
    }
}

/// As [`pair`] where [`lies_across`]: so many rows of products at a time as [`rows_at_once`] says.
fn summed_across(a: Labelled, b: Labelled, batch: &Labels, summed: &Labels) -> Result<Labelled> {
    let labels: Labels = batch.iter().chain(summed).copied().collect();
    let (a, b) = (a.arranged(&labels)?, b.arranged(&labels)?);
    let part = |a: &Array, b: &Array| {
        let (labels, array) = (labels.clone(), products(a, b)?);
        Labelled { labels, array }.reduced(Set::of(batch))
    };
    let longest = (batch.len()..labels.len()).max_by_key(|&axis| a.shape()[axis]);
    let count = rows_at_once(&a, |axis| axis >= batch.len());
    let Some(axis) = longest.filter(|&axis| count < a.shape()[axis]) else {
        return part(&a, &b);
    };
    let len = a.shape()[axis];
    let first = part(&between(&a, axis, 0, count), &between(&b, axis, 0, count))?;
    for start in (count..len).step_by(count) {
        let end = len.min(start + count);
        let more = part(
            &between(&a, axis, start, end),
            &between(&b, axis, start, end),
        )?;
        let mut to = [Some(Target::fresh(&first.array))];
        let both: [map::Operand<'_>; 2] = [(&first.array).into(), (&more.array).into()];
        map::map(Ufunc::add, &both, &mut to, &MapOptions::default())?;
    }
    Ok(first)
}
