//! Sets of instants as spans in order, none of which touches another.

use datasets::reference::Validity;

/// What is in any of the spans.
#[must_use]
pub fn union(mut spans: Vec<Validity>) -> Vec<Validity> {
    spans.retain(|span| span.from < span.to);
    spans.sort_unstable();
    let mut union: Vec<Validity> = Vec::with_capacity(spans.len());
    for span in spans {
        match union.last_mut().filter(|last| span.from <= last.to) {
            Some(last) => last.to = last.to.max(span.to),
            None => union.push(span),
        }
    }
    union
}

/// What is in a span and in none of a union.
#[must_use]
pub fn without(span: Validity, union: &[Validity]) -> Vec<Validity> {
    let mut left = Vec::new();
    let mut from = span.from;
    for taken in union.iter().filter(|taken| taken.to > span.from && taken.from < span.to) {
        left.push(Validity { from, to: taken.from });
        from = from.max(taken.to);
    }
    left.push(Validity { from, to: span.to });
    left.retain(|part| part.from < part.to);
    left
}

/// The part of a span that lies in another.
#[must_use]
pub fn within(span: Validity, other: Validity) -> Validity {
    Validity { from: span.from.max(other.from), to: span.to.min(other.to) }
}

/// How many microseconds some spans cover together.
#[must_use]
pub fn length(spans: Vec<Validity>) -> i128 {
    union(spans).iter().map(|span| i128::from(span.to.0) - i128::from(span.from.0)).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use datasets::units::EventTime;

    use super::*;

    fn random(rng: &mut fastrand::Rng) -> Validity {
        let (from, to) = (rng.i64(0..40), rng.i64(0..40));
        Validity { from: EventTime(from), to: EventTime(to) }
    }

    fn instants(spans: &[Validity]) -> BTreeSet<i64> {
        spans.iter().flat_map(|span| span.from.0..span.to.0).collect()
    }

    #[test]
    fn spans_are_sets_of_instants() {
        let mut rng = fastrand::Rng::with_seed(5);
        for _ in 0..2_000 {
            let spans: Vec<Validity> = (0..rng.usize(0..6)).map(|_| random(&mut rng)).collect();
            let other = random(&mut rng);
            let expected = instants(&spans);
            let union = union(spans.clone());
            assert_eq!(instants(&union), expected);
            assert!(union.windows(2).all(|pair| pair[0].to < pair[1].from));
            assert_eq!(usize::try_from(length(spans)).unwrap(), expected.len());
            let left = instants(&without(other, &union));
            assert_eq!(left, &instants(&[other]) - &expected);
            assert_eq!(instants(&[within(other, Validity::ALWAYS)]), instants(&[other]));
        }
    }
}
