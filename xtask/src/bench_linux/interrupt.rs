//! Ctrl-C and its like: noticed, passed on to what runs, and survived to tidy up.

use std::{
    process::{Child, ExitStatus},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::failure::Failure;

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(30);

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(15);

/// Whether the user has interrupted; from the first call on, that no longer ends this process.
fn flag() -> &'static AtomicBool {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let signals = [
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
            #[cfg(unix)]
            signal_hook::consts::SIGHUP,
        ];
        for signal in signals {
            // Where a handler cannot be installed, the signal ends the process as it always did.
            let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
        }
        flag
    })
}

/// Notices interruptions from here on.
pub(super) fn watch() {
    flag();
}

/// Whether the user has interrupted.
pub(super) fn noticed() -> bool {
    flag().load(Ordering::Relaxed)
}

/// Waits for a program. When the user interrupts, asks it to stop, and ends it where it does not.
pub(super) fn wait(
    child: &mut Child,
    stop: impl Fn(&Child),
    end: impl Fn(),
) -> Result<ExitStatus, Failure> {
    let mut asked: Option<Instant> = None;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => return Err(Failure::Check(format!("a program was lost: {error}"))),
        }
        match asked {
            None if noticed() => {
                eprintln!("\nxtask: interrupted, stopping");
                asked = Some(Instant::now());
                stop(child);
            }
            Some(when) if when.elapsed() > GRACE => {
                end();
                let _ = child.kill();
                asked = Some(Instant::now());
            }
            _ => {}
        }
        thread::sleep(LOOK);
    }
}
