//! Files that are one JSON array.

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
