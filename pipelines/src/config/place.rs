//! Where in a configuration a key stands.

use toml::de::DeTable;

/// The line of a key such as `runtime.workers`, or of the nearest table around it that is there.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    Some(line_at(text, of_path(table.get_ref(), key)?))
}

/// The line of a key of a source, by the place of its table; of its topic where the key is not there.
pub(super) fn line_of_source(text: &str, number: usize, field: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let (_, sources) = table.get_ref().iter().find(|(key, _)| key.get_ref() == "source")?;
    let fields = sources.get_ref().as_array()?.get(number)?.get_ref().as_table()?;
    Some(line_at(text, of_path(fields, field).or_else(|| of_path(fields, "topic"))?))
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

fn of_path(table: &DeTable<'_>, path: &str) -> Option<usize> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    let inner = value.get_ref().as_table().and_then(|inner| of_path(inner, rest));
    Some(inner.unwrap_or(key.span().start))
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
        assert_eq!(line_of_source(text, 1, "format"), Some(10));
        assert_eq!(line_of_source(text, 0, "path"), Some(6));
        assert_eq!(line_of(text, "http.listen"), None);
        assert_eq!(line_of_source(text, 1, "topic"), Some(9));
    }
}
