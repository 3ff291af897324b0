//! Moves against element-by-element copies, over shapes, strides and element sizes.

use raptors_kernels::{
    Bool, DType, In,
    moves::{self, Source, Target},
};

const SIZES: [usize; 5] = [1, 2, 4, 8, 16];

/// Bytes around every view that must not change.
const MARGIN: usize = 64;

/// A way to lay a matrix out in memory: axis order, spacing in bytes, directions.
#[derive(Clone, Copy, Debug)]
struct Layout {
    fortran: bool,
    /// Elements from one to the next along the faster axis.
    step: usize,
    /// Bytes between the end of a run along the faster axis and the next run.
    gap: usize,
    reversed: [bool; 2],
}

impl Layout {
    fn all() -> Vec<Self> {
        let mut layouts = Vec::new();
        for fortran in [false, true] {
            for (step, gap) in [(1, 0), (1, 3), (2, 0), (2, 1), (3, 16)] {
                for reversed in [[false, false], [true, false], [false, true], [true, true]] {
                    layouts.push(Self {
                        fortran,
                        step,
                        gap,
                        reversed,
                    });
                }
            }
        }
        layouts
    }

    /// Strides, the offset of element `[0, 0]`, and the bytes that the view spans.
    fn place(self, size: usize, shape: [usize; 2]) -> ([isize; 2], usize, usize) {
        let fast = usize::from(!self.fortran);
        let inner = size * self.step;
        let outer = inner * shape[fast] + self.gap;
        let mut strides = [outer as isize; 2];
        strides[fast] = inner as isize;
        let mut offset = 0;
        for axis in 0..2 {
            if self.reversed[axis] {
                offset += strides[axis] as usize * (shape[axis] - 1);
                strides[axis] = -strides[axis];
            }
        }
        (strides, offset, outer * shape[1 - fast])
    }
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 + i / 251 * 7 + 1) as u8).collect()
}

/// Copies element by element.
fn naive(
    (from, source): (&[u8], ([isize; 2], usize)),
    (to, target): (&mut [u8], ([isize; 2], usize)),
    size: usize,
    shape: [usize; 2],
) {
    for i in 0..shape[0] as isize {
        for j in 0..shape[1] as isize {
            let at = |([rows, cols], offset): ([isize; 2], usize)| {
                (offset as isize + i * rows + j * cols) as usize
            };
            let (s, t) = (at(source), at(target));
            to[t..t + size].copy_from_slice(&from[s..s + size]);
        }
    }
}

fn shapes() -> &'static [[usize; 2]] {
    if cfg!(miri) {
        &[[3, 5], [9, 10], [1, 4]]
    } else {
        &[
            [0, 3],
            [3, 0],
            [1, 1],
            [1, 7],
            [7, 1],
            [3, 5],
            [6, 2],
            [3, 9],
            [8, 8],
            [9, 17],
            [33, 20],
            [70, 40],
        ]
    }
}

/// A view of every layout, and broadcast ones, of each shape and size, those of pieces too.
fn each_case(mut case: impl FnMut(usize, [usize; 2], Vec<u8>, [isize; 2], usize)) {
    for size in SIZES.into_iter().chain([3, 24, 80]) {
        for &shape in shapes() {
            if shape.contains(&0) {
                case(size, shape, pattern(2 * MARGIN), [16, 16], MARGIN);
                continue;
            }
            for layout in Layout::all() {
                let (strides, offset, span) = layout.place(size, shape);
                case(
                    size,
                    shape,
                    pattern(span + 2 * MARGIN + 1),
                    strides,
                    offset + MARGIN + 1,
                );
            }
            for strides in [
                [0, 0],
                [0, size as isize],
                [size as isize, 0],
                [0, 24],
                [24, 0],
            ] {
                let span = (size + 24) * shape[0].max(shape[1]) + size;
                case(
                    size,
                    shape,
                    pattern(span + 2 * MARGIN + 1),
                    strides,
                    MARGIN + 1,
                );
            }
        }
    }
}

#[test]
fn pack_and_copy_equal_element_by_element() {
    each_case(|size, shape, from, strides, offset| {
        let source = Source {
            ptr: from.as_ptr().wrapping_add(offset),
            size,
            shape,
            strides,
        };
        let layouts = Layout::all();
        let step = if cfg!(miri) { 11 } else { 3 };
        for layout in layouts.into_iter().step_by(step) {
            let (place, start, span) = match shape {
                [0, _] | [_, 0] => ([16, 16], 0, 0),
                _ => layout.place(size, shape),
            };
            let mut want = vec![0xEE; span + 2 * MARGIN];
            let mut got = want.clone();
            let at = (place, start + MARGIN);
            naive((&from, (strides, offset)), (&mut want, at), size, shape);
            let target = Target {
                ptr: got.as_mut_ptr().wrapping_add(at.1),
                size,
                shape,
                strides: place,
            };
            // SAFETY: both views lie within their vectors, by construction of the cases.
            unsafe { moves::copy(source, target) };
            assert!(
                got == want,
                "size {size} {shape:?} {strides:?} to {layout:?}"
            );
        }
        let n = shape[0] * shape[1] * size;
        let mut want = vec![0xEE; n + MARGIN];
        let mut got = want.clone();
        let rows = [(shape[1] * size) as isize, size as isize];
        naive(
            (&from, (strides, offset)),
            (&mut want, (rows, 0)),
            size,
            shape,
        );
        // SAFETY: the source lies within its vector, and the target has room for its elements.
        unsafe { moves::pack(source, got.as_mut_ptr()) };
        assert!(got == want, "pack size {size} {shape:?} {strides:?}");
    });
}

#[test]
fn unpack_and_fill_touch_only_their_elements() {
    for size in SIZES {
        for &shape in shapes() {
            if shape.contains(&0) {
                continue;
            }
            let from = pattern(shape[0] * shape[1] * size);
            let rows = [(shape[1] * size) as isize, size as isize];
            for layout in Layout::all() {
                let (strides, offset, span) = layout.place(size, shape);
                for stay in [false, true] {
                    let mut want = vec![0xEE; span + 2 * MARGIN + 1];
                    let mut got = want.clone();
                    let (at, stride) = (MARGIN + 1 + offset, if stay { [0, 0] } else { rows });
                    naive(
                        (&from, (stride, 0)),
                        (&mut want, (strides, at)),
                        size,
                        shape,
                    );
                    let ptr = got.as_mut_ptr().wrapping_add(at);
                    let target = Target {
                        ptr,
                        size,
                        shape,
                        strides,
                    };
                    // SAFETY: the target lies within its vector, and the source has every element.
                    unsafe {
                        if stay {
                            moves::fill(target, from.as_ptr());
                        } else {
                            moves::unpack(from.as_ptr(), target);
                        }
                    }
                    assert!(got == want, "size {size} {shape:?} {layout:?} fill {stay}");
                }
            }
        }
    }
}

#[test]
fn take_and_put_are_inverse_and_resolve_finds_what_is_out_of_bounds() {
    let mut indices = [0; 6];
    assert_eq!(
        moves::resolve(&[0, -1, 9, -10, 5, 5], 10, &mut indices),
        None
    );
    assert_eq!(indices, [0, 9, 9, 0, 5, 5]);
    assert_eq!(moves::resolve(&[0, 10, -11], 10, &mut [0; 3]), Some(1));
    assert_eq!(
        moves::resolve(&[-1, i64::MIN, i64::MAX], 10, &mut [0; 3]),
        Some(1)
    );
    assert_eq!(moves::resolve(&[0], 0, &mut [0]), Some(0));
    let n = 23;
    let order: Vec<i64> = (0..n as i64).map(|i| i * 7 % n as i64).collect();
    for size in [1, 2, 3, 4, 8, 12, 16, 40] {
        let from = pattern(n * size);
        let (mut taken, mut back) = (vec![0; n * size], vec![0; n * size]);
        // SAFETY: the indices are below `n`, and every vector holds `n` elements.
        unsafe {
            moves::take(from.as_ptr(), &order, taken.as_mut_ptr(), size);
            moves::put(taken.as_ptr(), &order, back.as_mut_ptr(), size);
        }
        for (i, &index) in order.iter().enumerate() {
            let at = index as usize * size;
            assert_eq!(taken[i * size..][..size], from[at..][..size]);
        }
        assert!(back == from);
    }
}

#[test]
fn nonzero_gives_the_positions_of_any_byte_but_zero() {
    for n in [0, 1, 7, 8, 9, 70, if cfg!(miri) { 71 } else { 40_000 }] {
        for step in [1, 2, 3, 64] {
            let bytes: Vec<u8> = (0..n)
                .map(|i| {
                    if i % step == 0 {
                        (i % 255 + 1) as u8
                    } else {
                        0
                    }
                })
                .collect();
            let mask = In::from(&bytes[..]).view(DType::Bool).of::<Bool>();
            let want: Vec<i64> = (0..n as i64).step_by(step).collect();
            assert_eq!(moves::count_nonzero(mask), want.len());
            let mut out = vec![-1; want.len()];
            assert_eq!(moves::nonzero(mask, &mut out), want.len());
            assert_eq!(out, want);
        }
    }
}
