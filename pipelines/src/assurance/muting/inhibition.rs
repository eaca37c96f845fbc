//! Which alert is muted by which other one.
//!
//! An alert that matches both sides of a rule cannot mute another that matches both: else two would mute each other.

use datasets::assurance::muting::{Inhibition, Labels, Silence};

use super::matching::all;

/// The first active alert that mutes another by a rule.
#[must_use]
pub fn muted_by<'a>(
    rule: &Inhibition,
    active: impl IntoIterator<Item = &'a Labels>,
    alert: &Labels,
) -> Option<&'a Labels> {
    if !all(&rule.target, alert) {
        return None;
    }
    let is_both = all(&rule.source, alert);
    active.into_iter().find(|source| {
        all(&rule.source, source)
            && !(is_both && all(&rule.target, source))
            && rule.equal.iter().all(|label| source.get(label) == alert.get(label))
    })
}

/// Whether any rule mutes an alert.
#[must_use]
pub fn is_muted(rules: &[Inhibition], active: &[Labels], alert: &Labels) -> bool {
    rules.iter().any(|rule| muted_by(rule, active, alert).is_some())
}

/// Whether a silence that holds now mutes an alert.
#[must_use]
pub fn is_silenced<'a>(silences: impl IntoIterator<Item = &'a Silence>, alert: &Labels) -> bool {
    silences.into_iter().any(|silence| all(&silence.matchers, alert))
}
