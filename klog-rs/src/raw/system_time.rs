//! The system's clock as two numbers.
//!
//! `SystemTime` would check, convert and check again what comes from one and the same function, on each line.

/// Seconds since 1970-01-01T00:00:00Z and nanoseconds of the second.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[inline]
pub(crate) fn system_time() -> (i64, u32) {
    /// `struct timespec` of 64-bit Linux.
    #[repr(C)]
    struct Timespec {
        seconds: i64,
        nanos: i64,
    }

    const CLOCK_REALTIME: i32 = 0;

    // SAFETY: the declaration is that of `time.h`; the function may be called from anywhere.
    unsafe extern "C" {
        fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
    }

    let mut time = Timespec { seconds: 0, nanos: 0 };
    // SAFETY: `time` is a `timespec` that this function may write to.
    unsafe { clock_gettime(CLOCK_REALTIME, &raw mut time) };
    // The clock is always there; its nanoseconds are below 1,000,000,000.
    (time.seconds, time.nanos as u32)
}

/// Seconds since 1970-01-01T00:00:00Z and nanoseconds of the second.
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
#[inline]
pub(crate) fn system_time() -> (i64, u32) {
    use std::time::{SystemTime, UNIX_EPOCH};
    // There is no clock, and the standard library panics.
    if cfg!(all(target_family = "wasm", target_os = "unknown")) {
        return (0, 0);
    }
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => (since.as_secs().cast_signed(), since.subsec_nanos()),
        Err(before) => {
            let before = before.duration();
            let nanos = -(before.as_nanos() as i128);
            (nanos.div_euclid(1_000_000_000) as i64, nanos.rem_euclid(1_000_000_000) as u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    /// It is the clock of `SystemTime`, which somebody may set meanwhile.
    #[test]
    fn is_that_of_the_standard_library() {
        let (seconds, nanos) = super::system_time();
        let ours = Duration::new(seconds.cast_unsigned(), nanos);
        let theirs = UNIX_EPOCH.elapsed().expect("it is after 1970");
        assert!(ours.abs_diff(theirs) < Duration::from_secs(86_400), "{ours:?} {theirs:?}");
        assert!(nanos < 1_000_000_000);
    }
}
