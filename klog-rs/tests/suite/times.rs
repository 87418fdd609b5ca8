//! Points in time and durations of jiff and chrono as values, with the features `jiff` and `chrono`.

use crate::support::Memory;
use klog::{Format, Output};

#[test]
fn times_of_other_crates_are_values() {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone()).with_header(false);
    let offset = jiff::tz::Offset::from_seconds(-34_200).expect("it is in the range");
    let time = jiff::Timestamp::from_microsecond(1).expect("it is in the range");
    let zoned = time.to_zoned_datetime(jiff::tz::TimeZone::fixed(offset));
    let duration = jiff::SignedDuration::from_millis(-1_500);
    klog::info!(logger: output.logger(), "jiff", time, zoned, duration);

    let time = chrono::DateTime::from_timestamp_micros(1).expect("it is in the range");
    let offset = chrono::FixedOffset::west_opt(34_200).expect("it is in the range");
    klog::info!(logger: output.logger(), "chrono", time, zoned = time.with_timezone(&offset));
    assert_eq!(
        lines.take(),
        "\"jiff\" time=\"1970-01-01 00:00:00.000001 +0000 UTC\" zoned=\"1969-12-31 14:30:00.000001 -0930 -0930\" duration=\"-1.5s\"\n\
         \"chrono\" time=\"1970-01-01 00:00:00.000001 +0000 UTC\" zoned=\"1969-12-31 14:30:00.000001 -0930 -0930\"\n",
    );
}
