//! Loops over elements that lie apart: what they give over runs.

use raptors_kernels::{DType, In, Level, Loop, Out, Spaced, Ufunc};

const N: usize = 37;

/// `count` elements of `dtype`, in words that any is aligned in.
fn elements(dtype: DType, count: usize, salt: usize) -> Vec<u128> {
    let mut words = vec![0u128; (count * dtype.size()).div_ceil(16)];
    let mut write = |at: usize, bytes: &[u8]| {
        for (i, &byte) in bytes.iter().enumerate() {
            words[(at + i) / 16] |= u128::from(byte) << (8 * ((at + i) % 16));
        }
    };
    for i in 0..count {
        let value = [0i8, 3, -5, 7, 1, -1, 100, 2][(i * 5 + salt) % 8];
        let (wide, narrow) = (f64::from(value) * 1.25, f32::from(value) * 1.25);
        match dtype {
            DType::Bool => write(i, &[u8::from(value > 1)]),
            DType::F32 => write(4 * i, &narrow.to_le_bytes()),
            DType::F64 => write(8 * i, &wide.to_le_bytes()),
            DType::C64 => {
                write(8 * i, &narrow.to_le_bytes());
                write(8 * i + 4, &(narrow - 1.0).to_le_bytes());
            }
            DType::C128 => {
                write(16 * i, &wide.to_le_bytes());
                write(16 * i + 8, &(wide - 1.0).to_le_bytes());
            }
            // As float16, some of these are NaN.
            _ => write(
                i * dtype.size(),
                &i64::from(value).to_le_bytes()[..dtype.size()],
            ),
        }
    }
    words
}

fn bytes(words: &[u128]) -> *const u8 {
    words.as_ptr().cast()
}

/// What the loop gives for runs that are packed from every `step`th element.
fn expected(bound: &Loop, inputs: &[Vec<u128>], steps: &[isize], n: usize) -> Vec<u8> {
    let packed: Vec<Vec<u128>> = inputs
        .iter()
        .zip(bound.inputs())
        .zip(steps)
        .map(|((words, dtype), &step)| {
            let size = dtype.size();
            let mut packed = vec![0u128; (n * size).div_ceil(16)];
            for i in 0..n * size {
                // SAFETY: both have room for that byte.
                unsafe {
                    let first = if step < 0 {
                        -(n as isize - 1) * step
                    } else {
                        0
                    };
                    let element = first + (i / size) as isize * step;
                    let from = bytes(words).offset(element * size as isize).add(i % size);
                    *packed.as_mut_ptr().cast::<u8>().add(i) = *from;
                }
            }
            packed
        })
        .collect();
    let runs: Vec<In<'_>> = packed
        .iter()
        .zip(bound.inputs())
        // SAFETY: `n` elements of the dtype, aligned, packed above.
        .map(|(words, &dtype)| unsafe { In::from_raw(bytes(words), n, dtype) })
        .collect();
    let given = bound.outputs()[0];
    let mut result = vec![0u128; (n * given.size()).div_ceil(16)];
    // SAFETY: room for `n` elements, aligned, which nobody else has.
    let out = unsafe { Out::from_raw(result.as_mut_ptr().cast(), n, given) };
    bound.run(&runs, &mut [out]);
    // SAFETY: the bytes of these elements, all of which are initialized.
    unsafe { core::slice::from_raw_parts(bytes(&result), n * given.size()) }.to_vec()
}

/// Elements of a loop's type from `start` on, `step` elements apart.
fn spaced(start: *mut u8, step: isize, size: usize, n: usize) -> Spaced {
    let (first, stride) = (n as isize - 1, step * size as isize);
    Spaced {
        start: if step < 0 {
            start.wrapping_offset(-first * stride)
        } else {
            start
        },
        strides: [0, stride],
    }
}

/// Compares what `bound` gives for `n` elements of inputs and a result by these steps with what `reference`
/// gives for runs.
fn check_spaced(
    bound: &Loop,
    reference: &Loop,
    (steps, step): (&[isize], isize),
    n: usize,
    ufunc: Ufunc,
) {
    let farthest = steps.iter().map(|step| step.unsigned_abs()).max();
    let inputs: Vec<_> = (bound.inputs().iter().enumerate())
        .map(|(i, &dtype)| elements(dtype, farthest.unwrap_or(1).max(1) * n.max(1), i))
        .collect();
    let expected = expected(reference, &inputs, steps, n);
    let (size, dtype) = (bound.outputs()[0].size(), bound.inputs()[0]);
    let room = step.unsigned_abs() * size;
    let mut memory = vec![u128::MAX / 3; (n.max(1) * room).div_ceil(16)];
    let start = memory.as_mut_ptr().cast::<u8>();
    let runs: Vec<Spaced> = (inputs.iter().zip(bound.inputs()).zip(steps))
        .map(|((words, dtype), &step)| spaced(bytes(words).cast_mut(), step, dtype.size(), n))
        .collect();
    // SAFETY: aligned elements of the loop's types, `n` by each stride.
    unsafe { bound.run_spaced(&runs, spaced(start, step, size, n), [1, n]) };
    for (i, expected) in expected.chunks(size).enumerate() {
        let at = room * if step < 0 { n - 1 - i } else { i };
        // SAFETY: the bytes between this result and the next are in the memory.
        let found = unsafe { core::slice::from_raw_parts(start.add(at), room) };
        let level = bound.level();
        assert_eq!(
            &found[..size],
            expected,
            "{ufunc:?} {dtype:?} {level:?} {steps:?} {step} {n} {i}"
        );
        let between = &found[size..];
        assert!(
            between.iter().all(|&byte| byte == 0x55),
            "{ufunc:?} {dtype:?}"
        );
    }
}

#[test]
fn elements_that_lie_apart_give_what_runs_give_and_leave_what_is_between() {
    let (mut loops, mut turned) = (0, 0);
    for (level, &ufunc, &dtype) in Level::available().into_iter().flat_map(|level| {
        let ufuncs = Ufunc::ALL.iter();
        ufuncs.flat_map(move |ufunc| DType::ALL.iter().map(move |dtype| (level, ufunc, dtype)))
    }) {
        let Some(bound) = ufunc.bind(level, dtype).filter(Loop::takes_gaps) else {
            continue;
        };
        loops += 1;
        turned += usize::from(bound.turns());
        let count = bound.inputs().len();
        for steps in [
            [2, 1, 3, 3],
            [1, 3, 2, -2],
            [3, 0, 1, 1],
            [0, 2, 0, -5],
            [-1, -1, -1, 1],
            [-1, -1, -1, -1],
            [-1, 2, -1, 1],
            [-2, -1, 1, 1],
        ] {
            check_spaced(&bound, &bound, (&steps[..count], steps[3]), N, ufunc);
        }
    }
    assert!(loops > 200, "{loops}");
    assert!(turned == 0 || turned > 200, "{turned}");
}

#[test]
fn three_inputs_of_every_length_and_step_give_what_one_by_one_gives() {
    let scalar = Level::available()[0];
    for dtype in [DType::F64, DType::F32, DType::I32, DType::U8, DType::C128] {
        let reference = Ufunc::clip.bind(scalar, dtype).unwrap();
        for bound in Level::available()
            .into_iter()
            .filter_map(|level| Ufunc::clip.bind(level, dtype))
        {
            assert!(bound.takes_gaps(), "{dtype:?}");
            for n in 0..100 {
                for step in -3..=5 {
                    let steps = [step, [1, step, -1][n % 3], [step, 0, 2][n % 3]];
                    let out = if n % 2 == 0 { 1 } else { -2 };
                    check_spaced(&bound, &reference, (&steps, out), n, Ufunc::clip);
                }
            }
        }
    }
}

#[test]
fn rows_that_lie_apart_are_taken_one_after_the_other() {
    const ROWS: usize = 3;
    let numbers: Vec<f64> = (0u8..200).map(f64::from).collect();
    let at = |i: usize| numbers.as_ptr().wrapping_add(i).cast_mut().cast::<u8>();
    for bound in Level::available()
        .into_iter()
        .filter_map(|level| Ufunc::subtract.bind(level, DType::F64))
    {
        for cols in 0..11 {
            for (step, gap) in [(-1, 1), (2, 1), (1, 2)] {
                let mut results = [-1.0f64; 100];
                let first = if step < 0 { 20 } else { 0 };
                let ins = [0, 1].map(|i| Spaced {
                    start: at(first + 90 * i),
                    strides: [[240, 80][i], step * 8],
                });
                let out = Spaced {
                    start: results.as_mut_ptr().cast(),
                    strides: [30 * 8, gap * 8],
                };
                // SAFETY: numbers of both inputs, in rows 30 and 10 apart, and room for as many results.
                unsafe { bound.run_spaced(&ins, out, [ROWS, cols]) };
                for (i, &found) in results.iter().enumerate() {
                    let (row, place) = (i / 30, i % 30);
                    let col = place / gap.unsigned_abs();
                    let is_result = row < ROWS && place % gap.unsigned_abs() == 0 && col < cols;
                    let expected = if is_result {
                        f64::from(u8::try_from(row).unwrap()) * 20.0 - 90.0
                    } else {
                        -1.0
                    };
                    assert_eq!(found, expected, "{cols} {step} {gap} {i}");
                }
            }
        }
    }
}
