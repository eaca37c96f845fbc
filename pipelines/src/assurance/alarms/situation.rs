//! How bad a situation is: one degree worse than the worst of its alarms.

use datasets::assurance::Severity;

/// The severity of a situation, from those of its members; it is over when every one of them is.
#[must_use]
pub fn severity(members: impl IntoIterator<Item = Severity>) -> Severity {
    match members.into_iter().filter(|member| member.is_active()).max() {
        None => Severity::Cleared,
        Some(worst) => Severity::of_degree(worst.degree() + 1),
    }
}
