//! Laws of plans, on machines that do not exist.

use super::*;
use crate::machine::Machine;
use raptors_kernels::{DType, Ufunc};

fn made_up(cores: usize) -> Machine {
    Machine::new(cores, 32 << 10, 1 << 20, 32 << 20)
}

fn level() -> Level {
    Level::parse("auto").unwrap()
}

fn adds(elements: usize) -> Work {
    Work::new(level(), 1, elements, 4, 2, 1)
}

fn sizes() -> impl Iterator<Item = usize> {
    (0..30).flat_map(|log| [(1 << log) - 1, 1 << log, 3 << log])
}

#[test]
fn one_allowed_thread_is_one_thread() {
    for n in sizes() {
        for plan in [
            map(&adds(n), &made_up(8), 1),
            fold(&adds(n), &made_up(8), 1),
        ] {
            assert_eq!(plan.threads, 1);
            assert!(plan.chunk >= n);
            assert!(matches!(plan.rule, Rule::Small | Rule::OneAllowed));
        }
    }
}

#[test]
fn never_more_threads_than_allowed_or_than_chunks() {
    for n in sizes() {
        for cost in [1, 8, 100, 10_000] {
            for max in [0, 1, 2, 3, 7, 64, 1000] {
                let work = Work { cost, ..adds(n) };
                let plan = map(&work, &made_up(64), max);
                assert!(plan.threads <= max.max(1), "{work:?}: {plan:?}");
                assert!(plan.threads <= plan.chunks(n).max(1), "{work:?}: {plan:?}");
            }
        }
    }
}

#[test]
fn more_work_never_gets_fewer_threads_where_arithmetic_is_the_bound() {
    let mut machine = made_up(64);
    machine.figures.dram_cores = 64.0;
    for max in [2, 4, 7, 64] {
        let mut threads = 1;
        for log in 4..28 {
            let work = Work {
                cost: 200,
                ..adds(1 << log)
            };
            let plan = map(&work, &machine, max);
            assert!(plan.threads >= threads, "{plan}");
            threads = plan.threads;
        }
        assert_eq!(threads, max);
    }
}

#[test]
fn small_cheap_work_is_serial_and_large_work_is_not() {
    let machine = made_up(2);
    for n in [0, 1, 8, 100, 1000] {
        assert_eq!(map(&adds(n), &machine, 2).rule, Rule::Small);
    }
    for n in [1 << 18, 1 << 20, 1 << 24] {
        let plan = map(&adds(n), &machine, 2);
        assert_eq!((plan.threads, plan.rule), (2, Rule::Gain), "{plan}");
        let serial = map(&adds(n), &machine, 1);
        let enough = 1.0 - machine.figures.gain;
        assert!(plan.predicted_ns < enough * serial.predicted_ns);
    }
}

#[test]
fn threads_do_not_exceed_what_saturates_memory() {
    let plan = map(&adds(1 << 28), &made_up(64), 64);
    assert_eq!((plan.threads, plan.bound), (4, Bound::Memory));
}

#[test]
fn slower_levels_are_predicted_to_take_longer() {
    let times: Vec<f64> = Level::available()
        .into_iter()
        .map(|level| {
            let work = Work {
                level,
                cost: 20,
                ..adds(1 << 16)
            };
            map(&work, &made_up(2), 1).predicted_ns
        })
        .collect();
    assert!(times.is_sorted_by(|slow, fast| slow >= fast), "{times:?}");
}

#[test]
fn stores_stream_only_where_it_was_offered_and_pays() {
    let mut machine = made_up(2);
    machine.figures.stream_gbs = 57.0;
    let large = Work {
        streamable: true,
        ..adds(1 << 26)
    };
    assert_eq!(map(&large, &machine, 2).stores, Stores::Streaming);
    for work in [
        adds(1 << 26),
        Work {
            elements: 1 << 16,
            bytes_read: 2 << 18,
            bytes_written: 1 << 18,
            ..large
        },
        Work {
            bytes_written: 0,
            ..large
        },
        Work {
            bytes_written: large.bytes_read / 8,
            ..large
        },
    ] {
        assert_eq!(map(&work, &machine, 2).stores, Stores::Cached);
    }
    machine.figures.stream_gbs = machine.figures.dram_gbs;
    assert_eq!(map(&large, &machine, 2).stores, Stores::Cached);
}

#[test]
fn a_fold_is_cut_where_its_tree_branches() {
    for n in [400_000, 1 << 20, 10_000_019] {
        let work = Work::new(level(), 1, n, 4, 1, 0);
        let plan = fold(&work, &made_up(7), 7);
        assert!(plan.threads > 1);
        let mut tasks = 0;
        let mut runs = vec![n];
        while let Some(run) = runs.pop() {
            if run <= plan.chunk {
                tasks += 1;
            } else {
                // NumPy's pairwise sum halves a run and rounds down to its eight accumulators.
                let left = run / 2 - run / 2 % 8;
                runs.extend([left, run - left]);
            }
        }
        assert!(tasks >= plan.threads, "{tasks} tasks: {plan}");
    }
}

#[test]
fn the_row_grid_covers_the_matrix_with_enough_tasks() {
    let machine = made_up(8);
    for shape in [
        (1000, 1000),
        (8, 10_000_000),
        (20_000_000, 2),
        (1, 1),
        (0, 5),
        (5, 0),
        (100_000, 300),
    ] {
        for max in [1, 2, 8] {
            let work = Work::new(level(), 1, shape.0 * shape.1, 4, 1, 0);
            let Rows { plan, tile, blocks } = rows(&work, shape, 128, &machine, max);
            assert!(tile >= 1 && tile <= shape.1.max(1));
            assert!(blocks >= 1);
            let tasks = shape.1.div_ceil(tile) * shape.0.div_ceil(128).div_ceil(blocks);
            assert!(
                plan.threads <= tasks.max(1),
                "{shape:?} {max}: {tasks} {plan}"
            );
        }
    }
}

#[test]
fn a_plan_prints_what_it_decided_and_why() {
    let text = map(&adds(1 << 20), &made_up(2), 2).to_string();
    for part in [
        "threads    2",
        "stores     cached",
        "bandwidth",
        "defaults for",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(text.contains(level().name()));
}

#[test]
fn impossible_sizes_do_not_overflow() {
    let work = Work::new(level(), u32::MAX, usize::MAX, 16, 2, 1);
    for plan in [
        map(&work, &made_up(64), 64),
        fold(&work, &made_up(64), 64),
        map(&work, &made_up(64), usize::MAX),
    ] {
        assert!(plan.threads >= 1 && plan.chunk >= 1);
    }
}

#[test]
fn plain_loops_over_what_lies_far_away_take_the_vectors_that_move_it_fastest() {
    let mut machine = Machine::new(2, 32 << 10, 1 << 20, 32 << 20);
    let plan = |machine: &Machine, cost: u32, n: usize| {
        map(&Work::new(level(), cost, n, 8, 2, 1), machine, 2).level
    };
    let (near, far, farther) = (10_000, 200_000, 10_000_000);
    for n in [near, far, farther] {
        assert_eq!(plan(&machine, 1, n), level());
    }
    let mut figures = machine.figures.clone();
    figures.far_vector = 32.0;
    machine.set_figures(figures);
    assert_eq!(plan(&machine, 1, near), level());
    for n in [far, farther] {
        assert_eq!(plan(&machine, 1, n), level().halved());
        assert_eq!(plan(&machine, 12, n), level());
        let compares = Work {
            bytes_written: n,
            ..Work::new(level(), 1, n, 8, 2, 1)
        };
        assert_eq!(map(&compares, &machine, 2).level, level());
        let whole = Work {
            halves: Halves::Lacking,
            ..Work::new(level(), 1, n, 8, 1, 0)
        };
        assert_eq!(fold(&whole, &machine, 2).level, level());
    }
}

#[test]
fn loops_nearby_take_the_vectors_that_the_second_cache_and_the_divider_take_fastest() {
    let mut machine = made_up(2);
    let mut figures = machine.figures.clone();
    (figures.near_vector, figures.divide_vector) = (32.0, 32.0);
    let plan = |machine: &Machine, ufunc: Ufunc, n: usize| {
        let Cost { units, halves } = Cost::of(ufunc, DType::F32);
        let work = Work {
            halves,
            ..Work::new(level(), units, n, 4, 2, 1)
        };
        map(&work, machine, 2).level
    };
    let (first, second, last) = (1_000, 20_000, 1_000_000);
    for ufunc in [Ufunc::add, Ufunc::divide, Ufunc::maximum] {
        for n in [first, second, last] {
            assert_eq!(plan(&machine, ufunc, n), level());
        }
    }
    machine.set_figures(figures);
    assert_eq!(plan(&machine, Ufunc::add, first), level());
    assert_eq!(plan(&machine, Ufunc::add, second), level().halved());
    assert_eq!(plan(&machine, Ufunc::add, last), level());
    for n in [first, second, last] {
        assert_eq!(plan(&machine, Ufunc::divide, n), level().halved());
        assert_eq!(plan(&machine, Ufunc::maximum, n), level());
    }
    let packs = Work {
        halves: Halves::Equal,
        bytes_written: second,
        ..Work::new(level(), 1, second, 4, 2, 1)
    };
    assert_eq!(map(&packs, &machine, 2).level, level());
}

#[test]
fn conversions_that_take_the_same_instructions_are_known() {
    use DType::{Bool, C128, F16, F32, F64, I8, I32, I64, U32};
    let halves = |from, to| Cost::of_conversion(1, from, to).halves;
    for (from, to) in [(I32, F64), (F32, F64), (I8, I64), (Bool, F32), (U32, I64)] {
        assert_eq!(halves(from, to), Halves::Equal, "{from:?} to {to:?}");
    }
    for (from, to) in [(F64, F32), (I64, F64), (U32, F32), (F16, F32)] {
        assert_eq!(halves(from, to), Halves::Usable, "{from:?} to {to:?}");
    }
    for (from, to) in [(F32, C128), (I8, C128), (F32, I64), (F64, I64)] {
        assert_eq!(halves(from, to), Halves::Lacking, "{from:?} to {to:?}");
    }
}

/// One thread's work tells, so that sums do not depend on how many threads there are.
#[test]
fn products_with_vectors_that_lie_far_away_take_them_too() {
    let mut machine = made_up(4);
    let mut figures = machine.figures.clone();
    figures.far_vector = 32.0;
    machine.set_figures(figures);
    for (m, k, far) in [
        (1, 10_000, false),
        (1, 1_000_000, true),
        (100, 100, false),
        (2000, 2000, true),
    ] {
        let product = Product {
            m,
            k,
            n: 1,
            dtype: raptors_kernels::DType::F64,
            level: level(),
            backend: crate::matmul::Backend::Gemm,
            forced: false,
        };
        let want = if far { level().halved() } else { level() };
        for threads in [1, 2, 4] {
            assert_eq!(matmul(&product, &machine, threads).level, want, "{m} {k}");
        }
    }
}

#[test]
fn a_long_line_is_sorted_by_threads_that_pay_for_all_their_jobs() {
    let machine = made_up(64);
    let sort = |log: u32| Work::new(level(), 4 * (log + 1), 1 << log, 4, 1, 0);
    for max in [1, 2, 3, 8, 64] {
        let mut threads = 1;
        for log in 0..27 {
            let plan = line(&sort(log), &machine, max);
            assert!(plan.threads >= threads, "{log} {max}: {plan}");
            assert!(plan.threads <= max.min(raptors_kernels::order::SHARERS));
            let alone = line(&sort(log), &machine, 1);
            assert_eq!((alone.threads, alone.chunk), (1, 1 << log));
            if plan.threads > 1 {
                assert_eq!(plan.rule, Rule::Gain);
                let enough = 1.0 - machine.figures.gain;
                assert!(plan.predicted_ns < enough * alone.predicted_ns, "{log}");
                assert!(plan.chunks(1 << log) >= plan.threads);
            }
            threads = plan.threads;
        }
        assert_eq!(threads > 1, max > 1);
    }
    assert_eq!(line(&sort(8), &machine, 8).rule, Rule::Small);
    let mut slow = made_up(2);
    let mut figures = slow.figures.clone();
    figures.fork_ns = 1e12;
    slow.set_figures(figures);
    assert_eq!(line(&sort(20), &slow, 2).threads, 1);
}
