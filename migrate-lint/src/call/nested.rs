//! Ranges of a text, of which those around a place are found without a look at all.

use super::Span;

/// Ranges that lie in each other or apart, mostly.
#[derive(Clone, Debug, Default)]
pub struct Nested {
    /// By their starts, outer ones first, with their indexes in the list that they were made of.
    ranges: Vec<(Span, usize)>,
    /// For each of them the one around it, and what else began before it and had not ended.
    around: Vec<Option<usize>>,
}

impl Nested {
    /// Of ranges, which are known by their order.
    pub fn of(ranges: impl IntoIterator<Item = Span>) -> Self {
        let mut ranges: Vec<(Span, usize)> =
            ranges.into_iter().enumerate().map(|(index, range)| (range, index)).collect();
        ranges.sort_by_key(|(range, index)| (range.start, std::cmp::Reverse(range.end), *index));
        let mut open: Vec<usize> = Vec::new();
        let mut around = Vec::with_capacity(ranges.len());
        for (at, (range, _)) in ranges.iter().enumerate() {
            while open.last().is_some_and(|last| ranges[*last].0.end <= range.start) {
                open.pop();
            }
            around.push(open.last().copied());
            open.push(at);
        }
        Self { ranges, around }
    }

    /// The indexes of those around a place, the innermost first.
    pub fn around(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.ranges.partition_point(|(range, _)| range.start <= place).checked_sub(1);
        std::iter::successors(first, |at| self.around.get(*at).copied().flatten()).filter_map(
            move |at| {
                crate::work::count(1);
                let (range, index) = self.ranges.get(at)?;
                range.contains(&place).then_some(*index)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_around_a_place() {
        let ranges = [0..100, 10..50, 20..30, 25..60, 40..45, 50..52, 10..50, 70..70];
        let nested = Nested::of(ranges.clone());
        for place in 0..110 {
            let mut found: Vec<usize> = nested.around(place).collect();
            let starts: Vec<usize> = found.iter().map(|index| ranges[*index].start).collect();
            assert!(starts.is_sorted_by(|a, b| a >= b), "{place}: {starts:?}");
            found.sort_unstable();
            let all: Vec<usize> =
                (0..ranges.len()).filter(|index| ranges[*index].contains(&place)).collect();
            assert_eq!(found, all, "{place}");
        }
    }
}
