//! Products of integers of 32 and 64 bits whose values mostly fit 16, which a level may multiply in
//! pairs: against naive ones, where the values fit, just fit, and do not.

use raptors_kernels::{
    Element, Level,
    product::{View, ViewMut, gemm_int, scratch_len},
};

/// From the first element, from one row and from one column to the next, of a matrix in a longer run.
type Steps = (usize, isize, isize);

fn steps([rows, cols]: [usize; 2]) -> [Steps; 6] {
    let (r, c) = (rows as isize, cols as isize);
    [
        (0, c, 1),
        (0, 1, r),
        (0, 2 * c, 2),
        (0, 2, 2 * r),
        (rows * cols - 1, -c, -1),
        (rows * cols - 1, -1, -r),
    ]
}

/// Numbers of a kind, which only look random.
fn number(kind: usize, i: usize) -> i64 {
    let x = (i as u64 ^ 0x9e37)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(31) as i64;
    match kind {
        0 => x.rem_euclid(41) - 20,
        1 => -2048,
        2 => i64::from(x as i16),
        3 => i64::from(i16::MIN),
        4 if x.rem_euclid(499) > 0 => x.rem_euclid(41) - 20,
        5 => [0, i64::MIN, i64::MAX, -1, 0x7fff, 0x8000, -0x8000, 1 << 31][i % 8],
        6 => i64::from(x as i32),
        _ => x,
    }
}

macro_rules! check {
    ($name:ident, $t:ty) => {
        fn $name([m, k, n]: [usize; 3], kinds: [usize; 2]) {
            let run = |len: usize, kind, seed| -> Vec<$t> {
                (0..2 * len).map(|i| number(kind, i + seed) as $t).collect()
            };
            let (x, y) = (run(m * k, kinds[0], 1), run(k * n, kinds[1], 7));
            for (which, (of_x, of_y)) in steps([m, k]).into_iter().zip(steps([k, n])).enumerate() {
                // Each layout of one meets another one of the other, too.
                let of_y = [of_y, steps([k, n])[(which + 1) % 6]];
                let of_z = steps([m, n])[(which + 4) % 6];
                for (level, of_y) in Level::available()
                    .into_iter()
                    .flat_map(|level| of_y.map(|of_y| (level, of_y)))
                {
                    let mut z = run(m * n, 7, 3);
                    let mut scratch = vec![0xa5; scratch_len(<$t>::DTYPE, m, k, n)];
                    let at = |(start, row, col): Steps, i: usize, j: usize| {
                        (start as isize + i as isize * row + j as isize * col) as usize
                    };
                    let from = |x: &[$t], (start, _, _): Steps| x[start..].as_ptr().cast::<u8>();
                    let to = z[of_z.0..].as_mut_ptr().cast::<u8>();
                    // SAFETY: the runs are twice as long as what the matrices span, and theirs alone.
                    let (a, b, c) = unsafe {
                        (
                            View::from_raw(from(&x, of_x), <$t>::DTYPE, m, k, of_x.1, of_x.2),
                            View::from_raw(from(&y, of_y), <$t>::DTYPE, k, n, of_y.1, of_y.2),
                            ViewMut::from_raw(to, <$t>::DTYPE, m, n, of_z.1, of_z.2),
                        )
                    };
                    gemm_int(level, a, b, c, &mut scratch);
                    for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                        let sum = (0..k).fold(0, |sum: $t, p| {
                            sum.wrapping_add(x[at(of_x, i, p)].wrapping_mul(y[at(of_y, p, j)]))
                        });
                        let found = z[at(of_z, i, j)];
                        let what = ([m, k, n], kinds, of_x, of_y, of_z, level, i, j);
                        assert_eq!(found, sum, "{what:?}");
                    }
                }
            }
        }
    };
}
check!(check_i32, i32);
check!(check_u32, u32);
check!(check_i64, i64);
check!(check_u64, u64);

#[test]
fn products_of_short_numbers_equal_naive_ones() {
    for size in [[1, 1, 1], [2, 3, 5], [5, 9, 8], [17, 33, 19], [6, 16, 50]] {
        for a in 0..8 {
            for kinds in [[a, a], [a, 0], [0, a]] {
                check_i32(size, kinds);
                check_u32(size, kinds);
                check_i64(size, kinds);
                check_u64(size, kinds);
            }
        }
    }
    // More than one block in each direction, and not whole ones.
    for size in [[100, 259, 3], [3, 2, 530], [7, 515, 20]] {
        for kinds in [[0, 0], [1, 1], [3, 3], [4, 4]] {
            check_i32(size, kinds);
            check_i64(size, kinds);
        }
    }
}
