//! What a source's records are: said by `role`, or by the name of its topic.

use connectors::source::Role;
use datasets::reference::RefTopic;

use super::{ConfigError, Numbered, Reader};
use crate::nearest::nearest;

/// What the topics of the blueprint are, by their names.
#[must_use]
pub fn role_of(topic: &str) -> Option<Role> {
    match topic {
        "usage.cdr" => Some(Role::Usage),
        "cust.topups" => Some(Role::TopUps),
        _ => RefTopic::named(topic).map(Role::Reference),
    }
}

/// The names that say what records are.
fn names() -> Vec<&'static str> {
    ["usage.cdr", "cust.topups"]
        .into_iter()
        .chain(RefTopic::ALL.into_iter().map(RefTopic::as_str))
        .collect()
}

impl Reader<'_> {
    /// What the records of a source are.
    pub(super) fn role(&self, source: Numbered<'_>) -> Result<Role, ConfigError> {
        let (_, typed) = source;
        let (named, field) = match &typed.role {
            Some(role) => (role, "role"),
            None => (&typed.topic, "topic"),
        };
        role_of(named).ok_or_else(|| {
            let known = names();
            let meant = match nearest(named, known.iter().copied()) {
                Some(name) => format!("; did you mean \"{name}\"?"),
                None if field == "topic" => "; say with \"role\" which of them it is".to_owned(),
                None => String::new(),
            };
            let problem = format!("\"{named}\" is not one of {}{meant}", known.join(", "));
            self.bad_source(source, field, problem)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{names, role_of};

    #[test]
    fn every_name_has_a_role() {
        assert!(names().into_iter().all(|name| role_of(name).is_some()));
        assert_eq!(role_of("usage.cdrs"), None);
    }
}
