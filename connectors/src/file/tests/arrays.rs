//! Files that are one JSON array.

use datasets::reference::RefTopic;

use super::*;
use crate::decode::RECORD_BYTES;

/// An array that a program has written without line breaks is longer than any record may be.
#[test]
fn an_array_on_one_long_line_is_read_element_by_element() {
    let count = 1 + 2 * RECORD_BYTES / record(0).len();
    let elements: Vec<String> = (0..count).map(|number| record(number).trim().to_owned()).collect();
    let text = format!("[{}]", elements.join(","));
    let folder = Folder::with("long-array", &[("a.json", &text), ("b.json", "[{},1")]);
    let batches = read(&folder.0, Role::Usage, Format::Json, Start::Earliest).unwrap();
    let usage = batches.iter().flat_map(|batch| &batch.usage);
    let places: Vec<_> = usage.map(|event| event.provenance.offset()).collect();
    assert_eq!(places, (0..).take(count).collect::<Vec<_>>());
    let dead: Vec<_> = batches.iter().flat_map(|batch| &batch.dead).collect();
    assert_eq!(dead.iter().map(|dead| dead.provenance.offset()).collect::<Vec<_>>(), [0, 1]);

    let middle = places[count / 2];
    let start = Start::Positions(BTreeMap::from([(0, middle), (1, 2)]));
    let rest = read(&folder.0, Role::Usage, Format::Json, start).unwrap();
    let first = rest.iter().flat_map(|batch| &batch.usage).next();
    assert_eq!(first.map(|event| event.provenance.offset()), Some(middle));
}

#[test]
fn reference_documents_come_as_lines_as_an_array_and_as_a_table() {
    let lines = "{\"key\":\"de\",\"document\":{\"prefix\":\"49\",\"zone\":\"de\"}}\n\n\
        {\"key\":\"at\",\"prefix\":\"43\",\"zone\":\"at\"}\n{\"key\":\"de\",\"document\":null}\n";
    let array = "\n[{\"key\":\"de\",\"document\":{\"prefix\":\"49\",\"zone\":\"de\"}},\n\
        {\"key\":\"at\",\"prefix\":\"43\",\"zone\":\"at\"},\n{\"key\":\"de\",\"document\":null}]";
    let table = "key,prefix,zone\nde,49,de\nat,43,\"at\"\nde,,\n";
    let folder =
        Folder::with("reference", &[("l", lines), ("a", array.trim_start()), ("t", table)]);
    let role = Role::Reference(RefTopic::Destinations);
    let forms = [("l", Format::Json), ("a", Format::Json), ("t", Format::Columns(b','))];
    let found = forms.map(|(file, format)| {
        let batches = read(&folder.0.join(file), role, format, Start::Earliest).unwrap();
        assert_eq!(batches[0].dead, []);
        batches[0]
            .changes
            .iter()
            .map(|change| (change.key, change.version.clone()))
            .collect::<Vec<_>>()
    });
    assert_eq!(found[0].len(), 3);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}
