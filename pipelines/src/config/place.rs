//! Where in a configuration a key stands.

use toml::de::{DeTable, DeValue};

/// The line of a key such as `runtime.workers` or `source "usage.cdr".format`, or of the nearest table around it that is there.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let offset = match key.strip_prefix("source \"").and_then(|rest| rest.split_once("\".")) {
        Some((topic, field)) => of_source(table.get_ref(), topic, field)?,
        None => of_path(table.get_ref(), key)?,
    };
    Some(text.get(..offset)?.matches('\n').count() + 1)
}

/// The line of a key of a source, by the place of its table.
pub(super) fn line_of_source(text: &str, number: usize, field: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let (_, sources) = table.get_ref().iter().find(|(key, _)| key.get_ref() == "source")?;
    let fields = sources.get_ref().as_array()?.get(number)?.get_ref().as_table()?;
    Some(text.get(..of_path(fields, field)?)?.matches('\n').count() + 1)
}

fn of_path(table: &DeTable<'_>, path: &str) -> Option<usize> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    let inner = value.get_ref().as_table().and_then(|inner| of_path(inner, rest));
    Some(inner.unwrap_or(key.span().start))
}

fn of_source(table: &DeTable<'_>, topic: &str, field: &str) -> Option<usize> {
    let (_, sources) = table.iter().find(|(key, _)| key.get_ref() == "source")?;
    let mut sources = sources.get_ref().as_array()?.iter().map(|source| source.get_ref());
    let of_topic = |source: &DeValue<'_>| {
        let fields = source.as_table()?;
        let (name, value) = fields.iter().find(|(key, _)| key.get_ref() == "topic")?;
        (value.get_ref().as_str() == Some(topic))
            .then(|| of_path(fields, field).unwrap_or(name.span().start))
    };
    sources.find_map(of_topic)
}

#[cfg(test)]
mod tests {
    use super::{line_of, line_of_source};

    #[test]
    fn a_key_is_found_where_it_stands_and_a_missing_one_where_it_belongs() {
        let text = "lake = \"a\"\n[runtime]\nworkers = 0\n\n[[source]]\ntopic = \"x\"\n\n[[source]]\ntopic = \"y\"\nformat = \"xml\"\n";
        assert_eq!(line_of(text, "lake"), Some(1));
        assert_eq!(line_of(text, "runtime.workers"), Some(3));
        assert_eq!(line_of(text, "runtime.begin"), Some(2));
        assert_eq!(line_of(text, "source \"y\".format"), Some(10));
        assert_eq!(line_of(text, "source \"x\".path"), Some(6));
        assert_eq!(line_of(text, "http.listen"), None);
        assert_eq!(line_of_source(text, 1, "topic"), Some(9));
    }
}
