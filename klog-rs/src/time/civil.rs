//! Date and time of day of a second, in the Gregorian calendar.

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: u8,
    /// From 1.
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
}

impl Civil {
    /// What clocks show `second` seconds after they showed 1970-01-01T00:00:00.
    ///
    /// The algorithm is Howard Hinnant's `civil_from_days`: 400 years have always 146,097 days, and a year that begins in
    /// March has its leap day at the end.
    pub(crate) fn at(second: i64) -> Self {
        let (days, of_day) = (second.div_euclid(86_400), second.rem_euclid(86_400));
        // Days since 0000-03-01.
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        // From March, which is 0; five months in turn have 153 days.
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Civil {
            year: era * 400 + year + next_year,
            month: month as u8,
            day: day as u8,
            hour: (of_day / 3_600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
        }
    }
}
