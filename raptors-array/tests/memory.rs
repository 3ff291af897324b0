//! The recycling pool: what is reused, what is bounded, and what survives threads and forks.

use proptest::prelude::*;
use raptors_array::mem::{ALIGN, stats, trim};
use raptors_array::{Array, Bool, Buffer, DType, Order};
use std::sync::{Arc, Mutex};

/// The pool is the process's, so tests that look into it take turns with those that use it.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> impl Drop {
    TURN.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn a_freed_block_serves_the_next_request_of_its_size() {
    let _turn = turn();
    for bytes in [0, 1, 64, 1000, 5000, 65536, 65537, 1 << 20, 5 << 20] {
        let first = Buffer::new(bytes).unwrap();
        let at = first.as_ptr();
        assert_eq!(at.addr() % ALIGN, 0);
        drop(first);
        assert_eq!(Buffer::new(bytes).unwrap().as_ptr(), at, "{bytes} bytes");
    }
}

#[test]
fn what_was_handed_out_last_is_handed_out_first() {
    let _turn = turn();
    trim();
    let bytes = 8 << 20;
    let kept: Vec<_> = (0..4).map(|_| Buffer::new(bytes).unwrap()).collect();
    let mut at: Vec<_> = kept.iter().map(Buffer::as_ptr).collect();
    // Of those that are free, the last that was in use is the one that a cache may still hold.
    kept.into_iter().rev().for_each(drop);
    let again: Vec<_> = (0..4).map(|_| Buffer::new(bytes).unwrap()).collect();
    at.reverse();
    assert_eq!(again.iter().map(Buffer::as_ptr).collect::<Vec<_>>(), at);
}

#[test]
fn large_blocks_are_aligned_to_huge_pages() {
    let _turn = turn();
    for bytes in [2 << 20, (2 << 20) + 1, 33 << 20] {
        let buffer = Buffer::new(bytes).unwrap();
        assert_eq!(buffer.as_ptr().addr() % (2 << 20), 0);
        assert!(buffer.len() >= bytes);
    }
}

#[test]
fn trimming_gives_everything_back() {
    let _turn = turn();
    let buffers: Vec<_> = (1..20).map(|i| Buffer::new(i * 100_000).unwrap()).collect();
    drop(buffers);
    drop(Buffer::new(100));
    let before = stats();
    assert!(before.cached_bytes >= 100_000 && before.thread_cached_bytes >= 100);
    assert!(before.cached_bytes <= before.limit_bytes);
    trim();
    let after = stats();
    assert_eq!((after.cached_bytes, after.thread_cached_bytes), (0, 0));
}

#[test]
fn impossible_requests_are_refused_not_fatal() {
    let _turn = turn();
    assert!(Buffer::new(usize::MAX).is_none());
    assert!(Buffer::new(isize::MAX as usize).is_none());
    assert!(Buffer::zeroed(1 << 60).is_none());
}

#[test]
fn blocks_may_be_freed_by_another_thread() {
    let _turn = turn();
    let arrays: Vec<_> = (0..64)
        .map(|i| Array::full(&[i * 1000], &raptors_array::Scalar::new(i as i64), Order::C).unwrap())
        .collect();
    let shared = Arc::new(arrays);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let arrays = Arc::clone(&shared);
            std::thread::spawn(move || {
                for (i, array) in arrays.iter().enumerate() {
                    let view = array.clone();
                    assert!(
                        view.as_slice::<i64>()
                            .unwrap()
                            .iter()
                            .all(|&x| x == i as i64)
                    );
                    drop(Array::empty(&[i * 777], DType::I64, Order::C).unwrap());
                }
            })
        })
        .collect();
    drop(shared);
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn shared_memory_is_freed_once_by_the_last_view() {
    let owner = Arc::new(());
    let bytes = Box::leak(Box::new([1u8, 2, 3]));
    let at = std::ptr::NonNull::from(&mut bytes[0]);
    // SAFETY: the leaked bytes live for ever, and only this test reads them.
    let buffer = unsafe { Buffer::foreign(at, 3, Box::new(Arc::clone(&owner))) }.unwrap();
    let copies: Vec<_> = (0..5).map(|_| buffer.clone()).collect();
    assert!(!buffer.is_unique() && buffer.owner().unwrap().is::<Arc<()>>());
    drop(buffer);
    assert_eq!(Arc::strong_count(&owner), 2);
    drop(copies);
    assert_eq!(Arc::strong_count(&owner), 1);
}

#[cfg(unix)]
#[test]
fn a_forked_child_can_allocate_while_other_threads_do() {
    let _turn = turn();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    drop(Buffer::new(100_000));
                }
            })
        })
        .collect();
    for _ in 0..50 {
        // SAFETY: the child only allocates and frees through the pool, then leaves at once.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let good = (1..30).all(|i| Buffer::zeroed(i * 50_000).is_some());
            // SAFETY: ends the child without running the test harness's handlers.
            unsafe { libc::_exit(i32::from(!good)) };
        }
        let mut status = 0;
        // SAFETY: waits for the child made above.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(status, 0);
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for thread in threads {
        thread.join().unwrap();
    }
}

proptest! {
    #[test]
    fn live_blocks_never_overlap_and_zeros_are_zero(
        steps in prop::collection::vec((0usize..300_000, any::<bool>(), 0usize..8), 1..60),
    ) {
        let _turn = turn();
        let mut live: Vec<(Array, u8)> = vec![];
        for (i, (bytes, zeroed, drop_at)) in steps.into_iter().enumerate() {
            let mark = (i % 250) as u8 + 1;
            let make = if zeroed { Array::zeros } else { Array::empty };
            let mut array = make(&[bytes], DType::U8, Order::C).unwrap();
            let elements = array.as_slice_mut::<u8>().unwrap().unwrap();
            prop_assert!(!zeroed || elements.iter().all(|&x| x == 0));
            elements.fill(mark);
            live.push((array, mark));
            if drop_at < live.len() {
                let (array, mark) = live.swap_remove(drop_at);
                prop_assert!(array.as_slice::<u8>().unwrap().iter().all(|&x| x == mark));
            }
        }
        for (array, mark) in live {
            prop_assert!(array.as_slice::<u8>().unwrap().iter().all(|&x| x == mark));
        }
    }
}

#[test]
fn empty_memory_may_be_read() {
    let _turn = turn();
    let array = Array::empty(&[1000], DType::Bool, Order::C).unwrap();
    assert!(
        array
            .as_slice::<Bool>()
            .unwrap()
            .iter()
            .filter(|x| x.get())
            .count()
            <= 1000
    );
}
