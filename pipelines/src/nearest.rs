//! What a name that does not exist was probably meant to be.

/// Ends a message with the known name that is nearest, if one is near.
pub(crate) fn did_you_mean<'n>(wanted: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    match nearest(wanted, known) {
        Some(name) => format!(": did you mean \"{name}\"?"),
        None => ":".to_owned(),
    }
}

/// The known name that is nearest, if a third of the letters or fewer are wrong.
pub(crate) fn nearest<'n>(
    wanted: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let nearest = known.into_iter().map(|name| (distance(wanted, name), name)).min();
    nearest.filter(|(distance, _)| distance * 3 <= wanted.chars().count()).map(|(_, name)| name)
}

/// How many letters must change to make one name the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], place + 1);
        for (column, same) in other.chars().enumerate() {
            let change = diagonal + usize::from(letter != same);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance};

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["bill.charges", "bill.credit"];
        assert_eq!(did_you_mean("bill.chargs", known), ": did you mean \"bill.charges\"?");
        assert_eq!(did_you_mean("net.alarms", known), ":");
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
