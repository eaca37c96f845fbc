//! Numbers as they are dialled, and what plan rows may ask beside.

use datasets::usage::Service;

use super::read;

const ABROAD: &str = r#"
format = "csv"

[fields]
usage_id = { column = "id" }
service = { constant = "event" }
msisdn = { column = "caller", home = { country = "49", international = "00", trunk = "0" } }
called_number = { column = "other", home = { country = "49", international = "00", trunk = "0" } }
started_at = { column = "at", time = "epoch_s" }
quantity = { constant = "2", unit = "event" }
direction = { column = "way", values = { "O" = "roaming_out", "I" = "roaming_in" } }
on_net = { column = "own", default = "false" }
"#;

#[test]
fn numbers_become_international_and_facets_are_read() {
    let table = "id,caller,other,at,way,own\n\
        1,0170 1234567,0033 1 40 50 60 70,1795512600,O,true\n\
        2,+49 (0)170/1234567,112,1795512600,I,\n";
    let batch = read(ABROAD, table);
    assert_eq!(batch.dead, []);
    let [out, into] = batch.usage.as_slice() else { panic!("two records") };
    assert_eq!(out.subscriber, into.subscriber);
    assert_eq!(
        (out.called.to_string(), into.called.to_string()),
        ("3314050".to_owned(), "112".to_owned())
    );
    assert_eq!((out.service, out.quantity), (Service::Event, 2));
    assert_eq!(out.facets.to_string(), "roaming_out on_net");
    assert_eq!(into.facets.to_string(), "roaming_in");
}
