//! The first line of a file, which mostly shows whether the file is what its source's format says.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use connectors::decode::Format;
use connectors::source::Role;

use super::form::is_json;

/// A first line is not longer.
const LINE_BYTES: u64 = 1 << 16;

/// Why no record, or not the first, can be read from a file in a format; nothing where that is not seen at once.
pub(super) fn odd(file: &Path, role: Role, format: &Format) -> Option<String> {
    let line = first_line(file)?;
    let begins_json = line.starts_with(['{', '[']);
    match format {
        _ if is_json(format) => (!begins_json).then(|| {
            "begins like a table, not like JSON: write format = \"csv\", if its first line names the columns as weir does, or name a mapping".to_owned()
        }),
        Format::Columns(_) if begins_json => {
            Some("begins like JSON, not like a table: write format = \"json\"".to_owned())
        }
        Format::Columns(delimiter) => lacking(&line, role, char::from(*delimiter)),
        Format::Json | Format::Mapped(_) => None,
    }
}

/// The column that every record of a role has, if a header lacks it.
fn lacking(header: &str, role: Role, delimiter: char) -> Option<String> {
    let wanted = match role {
        Role::Usage => "usage_id",
        Role::TopUps => "topup_id",
        Role::Reference(_) => "key",
    };
    let mut names = header.split(delimiter).map(|name| name.trim().trim_matches('"').trim());
    let advice = match role {
        Role::Usage => "name its columns as weir does, or name a mapping",
        Role::TopUps | Role::Reference(_) => "name its columns as weir does",
    };
    (!names.any(|name| name == wanted)).then(|| {
        format!("names no column \"{wanted}\" in its first line, between \"{delimiter}\", so that none of its records can be read: {advice}")
    })
}

/// The first line that is not blank; nothing of a file that is empty or cannot be read, which reading it will tell.
fn first_line(file: &Path) -> Option<String> {
    let mut reader = BufReader::new(File::open(file).ok()?).take(LINE_BYTES);
    loop {
        let mut bytes = Vec::new();
        if reader.read_until(b'\n', &mut bytes).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() {
            return Some(line.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use connectors::decode::Format;
    use connectors::source::Role;
    use datasets::reference::RefTopic;

    use super::odd;

    fn said(text: &str, role: Role, format: &Format) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, text).unwrap();
        odd(&file, role, format).unwrap_or_default()
    }

    #[test]
    fn what_the_first_line_shows_is_told() {
        let (json, csv) = (Format::Json, Format::Columns(b','));
        let accounts = Role::Reference(RefTopic::Accounts);
        for (text, role, format, expected) in [
            ("{\"usage_id\":1}\n", Role::Usage, &json, ""),
            ("\u{feff}\n\n [\n", Role::Usage, &json, ""),
            ("", Role::Usage, &json, ""),
            ("usage_id,service\n", Role::Usage, &json, "format = \"csv\""),
            ("{}\n", Role::Usage, &csv, "format = \"json\""),
            ("usage_id,service\n", Role::Usage, &csv, ""),
            ("\"usage_id\", service\n", Role::Usage, &csv, ""),
            ("usage_id;service\n", Role::Usage, &csv, "no column \"usage_id\""),
            ("topup_id,account_id\n", Role::TopUps, &csv, ""),
            ("account_id,currency\n", accounts, &csv, "no column \"key\""),
        ] {
            let said = said(text, role, format);
            assert_eq!(said.is_empty(), expected.is_empty(), "{text}: {said}");
            assert!(said.contains(expected), "{text}: {said}");
        }
        assert_eq!(odd(Path::new("/nowhere"), Role::Usage, &json), None);
    }
}
