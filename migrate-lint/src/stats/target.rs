//! When the migration reaches its target, if it goes on as it has.

use super::history::Snapshot;

/// What the trend says of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// It is reached.
    Met,
    /// The Monday of the week in which the trend meets it.
    Week(String),
    /// The share does not grow, or by so little that nobody can say.
    Never,
    /// Two days with figures are needed.
    Unknown,
}

/// A line through the figures of the days: least squares, from the last day on.
pub fn forecast(trend: &[Snapshot], target: usize) -> Forecast {
    let share = |it: &Snapshot| {
        let total = it.total().max(1);
        (total - it.left()) as f64 * 100.0 / total as f64
    };
    let points: Vec<(f64, f64)> =
        trend.iter().filter_map(|it| Some((days(&it.date)? as f64, share(it)))).collect();
    let Some(&(today, now)) = points.last() else { return Forecast::Unknown };
    if now >= target as f64 {
        return Forecast::Met;
    }
    let n = points.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|point| point.0), mean(&|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    if spread == 0.0 {
        return Forecast::Unknown;
    }
    let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / spread;
    let n_days = (target as f64 - now) / slope;
    // Twenty years are no plan.
    if slope <= 0.0 || n_days > 7_300.0 {
        return Forecast::Never;
    }
    let day = today as i64 + n_days.ceil() as i64;
    // 1970 began on a Thursday.
    Forecast::Week(date(day - (day + 3).rem_euclid(7)))
}

impl Forecast {
    /// One sentence.
    pub fn words(&self, target: usize) -> String {
        match self {
            Self::Met => format!("The target of {target}% is met."),
            Self::Week(monday) => {
                format!("As it goes, {target}% is met in the week of {monday}.")
            }
            Self::Never => format!("As it goes, {target}% is not met: the share does not grow."),
            Self::Unknown => format!(
                "Target {target}%. Figures of two days say when it is met: `cargo klog stats --save`."
            ),
        }
    }
}

/// Days since 1970 of a date. <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>
fn days(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn date(days: i64) -> String {
    super::history::date(u64::try_from(days).unwrap_or_default())
}
