//! What holds for all tables.

use super::*;

#[test]
fn keys_and_totals_are_columns() {
    for table in ALL {
        assert!(table.key.iter().all(|name| table.column(name).is_some()), "{}", table.name);
        assert!(table.total.is_none_or(|name| table.column(name).is_some()), "{}", table.name);
        assert_eq!(table.kind == Kind::Current, !table.key.is_empty(), "{}", table.name);
    }
}

#[test]
fn personal_columns_stand_in_the_vault_only() {
    for table in ALL.into_iter().filter(|table| table.schema != "vault") {
        assert!(table.columns.iter().all(|column| column.privacy != Privacy::Personal));
    }
}
