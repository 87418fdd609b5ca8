//! Squarified treemap: areas in proportion, rectangles near to squares.
//! Bruls, Huizing, van Wijk, "Squarified Treemaps", 2000.

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Lays weights, largest first, out in a rectangle.
pub(super) fn layout(weights: &[f64], mut free: Rectangle) -> Vec<Rectangle> {
    let total: f64 = weights.iter().sum();
    let scale = if total > 0.0 { free.width * free.height / total } else { 0.0 };
    let mut placed = Vec::with_capacity(weights.len());
    let mut rest = weights;
    while !rest.is_empty() {
        let side = free.width.min(free.height);
        let mut length = 1;
        while length < rest.len()
            && worst(&rest[..=length], side, scale) <= worst(&rest[..length], side, scale)
        {
            length += 1;
        }
        let (row, left) = rest.split_at(length);
        let area: f64 = row.iter().sum::<f64>() * scale;
        let thickness = if side > 0.0 { area / side } else { 0.0 };
        let is_column = free.width >= free.height;
        let mut offset = 0.0;
        for weight in row {
            let extent = if thickness > 0.0 { weight * scale / thickness } else { 0.0 };
            placed.push(if is_column {
                let (x, y) = (free.x, free.y + offset);
                Rectangle { x, y, width: thickness, height: extent }
            } else {
                let (x, y) = (free.x + offset, free.y);
                Rectangle { x, y, width: extent, height: thickness }
            });
            offset += extent;
        }
        if is_column {
            free.x += thickness;
            free.width = (free.width - thickness).max(0.0);
        } else {
            free.y += thickness;
            free.height = (free.height - thickness).max(0.0);
        }
        rest = left;
    }
    placed
}

/// Largest ratio of the sides in a row.
fn worst(row: &[f64], side: f64, scale: f64) -> f64 {
    let sum: f64 = row.iter().sum::<f64>() * scale;
    let largest = row.iter().copied().fold(0.0, f64::max) * scale;
    let smallest = row.iter().copied().fold(f64::INFINITY, f64::min) * scale;
    let square = side * side;
    (square * largest / (sum * sum)).max(sum * sum / (square * smallest))
}
