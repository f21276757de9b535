//! Straight lines that a page draws: the borders of tables.
//!
//! In: `90 700 m 300 700 l S`, and `90 699 210 1 re f`, which is how office programs draw the same line. Out: from where to where it goes.

use super::super::ruled::Rule;

/// Lines of one page; a map or a picture made of lines has more.
const MOST_RULES: usize = 20_000;

/// Corners of what is drawn at once.
const MOST_CORNERS: usize = 10_000;

/// The thickest line, in points.
const THICK: f64 = 3.0;

/// What is being drawn, and the lines that were.
#[derive(Default)]
pub(super) struct Path {
    /// Each stretch with whether all of it is straight.
    stretches: Vec<(Vec<(f64, f64)>, bool)>,
    corners: usize,
    rules: Vec<Rule>,
}

impl Path {
    pub(super) fn begin(&mut self, at: (f64, f64)) {
        if self.corners < MOST_CORNERS {
            self.stretches.push((vec![at], true));
            self.corners += 1;
        }
    }

    pub(super) fn line(&mut self, to: (f64, f64)) {
        if let Some((corners, _)) = self.stretches.last_mut()
            && self.corners < MOST_CORNERS
        {
            corners.push(to);
            self.corners += 1;
        }
    }

    /// A curve is no line of a table.
    pub(super) fn curve(&mut self) {
        if let Some((_, straight)) = self.stretches.last_mut() {
            *straight = false;
        }
    }

    pub(super) fn close(&mut self) {
        let first = self
            .stretches
            .last()
            .and_then(|(corners, _)| corners.first());
        if let Some(first) = first.copied() {
            self.line(first);
        }
    }

    /// Ends what is being drawn without drawing it.
    pub(super) fn drop(&mut self) {
        self.stretches.clear();
        self.corners = 0;
    }

    /// Draws it: only the insides, or the lines around them, too.
    pub(super) fn paint(&mut self, stroked: bool) {
        for (corners, straight) in std::mem::take(&mut self.stretches) {
            if !straight || self.rules.len() > MOST_RULES {
                continue;
            }
            let edges = |of: fn(&(f64, f64)) -> f64| {
                let low = corners.iter().map(of).fold(f64::MAX, f64::min);
                (low, corners.iter().map(of).fold(f64::MIN, f64::max))
            };
            let ((left, right), (top, bottom)) = (edges(|at| at.0), edges(|at| at.1));
            let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
            if bottom - top <= THICK && right - left > THICK {
                self.rules.push(Rule {
                    from: (left, y),
                    to: (right, y),
                });
            } else if right - left <= THICK && bottom - top > THICK {
                self.rules.push(Rule {
                    from: (x, top),
                    to: (x, bottom),
                });
            } else if stroked {
                let rules = corners.windows(2).map(|ends| Rule {
                    from: ends[0],
                    to: ends[1],
                });
                self.rules.extend(rules);
            }
        }
        self.corners = 0;
    }

    /// The lines of the page.
    pub(super) fn take(&mut self) -> Vec<Rule> {
        self.drop();
        let rules = std::mem::take(&mut self.rules);
        if rules.len() > MOST_RULES {
            return Vec::new();
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thin_boxes_are_lines_and_curves_are_none() {
        let mut path = Path::default();
        let shape = |path: &mut Path, corners: &[(f64, f64)], stroked: bool| {
            path.begin(corners[0]);
            corners[1..].iter().for_each(|to| path.line(*to));
            path.close();
            path.paint(stroked);
            path.take().len()
        };
        let thin = [(0.0, 0.0), (90.0, 0.0), (90.0, 1.0), (0.0, 1.0)];
        let thick = [(0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0)];
        assert_eq!(shape(&mut path, &thin, false), 1);
        assert_eq!(shape(&mut path, &thick, false), 0, "a colored box");
        assert_eq!(shape(&mut path, &thick, true), 4);
        path.begin((0.0, 0.0));
        path.curve();
        path.line((90.0, 0.0));
        path.paint(true);
        assert!(path.take().is_empty());
    }
}
