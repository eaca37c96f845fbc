//! A mapping as it is written, before it is checked.

use std::collections::BTreeMap;

use datasets::number::Home;
use datasets::units::Rounding;
use serde::Deserialize;
use toml::Spanned;

/// A whole mapping.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingSpec {
    /// `csv` or `json`.
    pub format: FormatName,
    /// How lines are cut into columns.
    #[serde(default)]
    pub csv: CsvSpec,
    /// Lines are read only where each of these holds; others become dead letters with reason `filtered`.
    #[serde(default)]
    pub only: Vec<Spanned<ConditionSpec>>,
    /// Where the fields of every record come from.
    #[serde(default)]
    pub fields: FieldSpecs,
    /// The records that a line stands for, each over the common fields; one where there is none.
    #[serde(default)]
    pub records: Vec<Spanned<RecordSpec>>,
}

/// What the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormatName {
    /// One JSON object per record.
    Json,
    /// One line per record.
    Csv,
}

/// How lines are cut into columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CsvSpec {
    /// Between columns; one ASCII character, `,` where it is not given.
    pub delimiter: Spanned<char>,
    /// Around columns that contain the delimiter, `"` where it is not given.
    pub quote: Spanned<char>,
    /// Whether the first line has the columns' names, which is so where it is not said.
    pub header: bool,
    /// The columns' names where there is no header.
    pub columns: Vec<String>,
}

impl Default for CsvSpec {
    fn default() -> Self {
        let columns = Vec::new();
        let (delimiter, quote) = (Spanned::new(0..0, ','), Spanned::new(0..0, '"'));
        Self { delimiter, quote, header: true, columns }
    }
}

/// Which of its values a place must have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionSpec {
    /// The name of a column.
    pub column: Option<String>,
    /// The number of a column, from 1.
    pub position: Option<usize>,
    /// The path of a JSON member, its names joined by dots.
    pub path: Option<String>,
    /// The values.
    pub is: Vec<String>,
}

/// Where the fields come from, by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldSpecs {
    /// The record's own identity.
    pub usage_id: Option<Spanned<FieldSpec>>,
    /// The revision; 0 where it is not mapped.
    pub revision: Option<Spanned<FieldSpec>>,
    /// Whether the record is taken back; no where it is not mapped.
    pub cancelled: Option<Spanned<FieldSpec>>,
    /// `voice`, `data`, `sms` or `event`.
    pub service: Option<Spanned<FieldSpec>>,
    /// The number that is charged.
    pub msisdn: Option<Spanned<FieldSpec>>,
    /// The called number; none where it is not mapped.
    pub called_number: Option<Spanned<FieldSpec>>,
    /// When the usage began.
    pub started_at: Option<Spanned<FieldSpec>>,
    /// How much was used; it needs a `unit`.
    pub quantity: Option<Spanned<FieldSpec>>,
    /// In which direction; originating where it is not mapped.
    pub direction: Option<Spanned<FieldSpec>>,
    /// Whether the other end is of the same network.
    pub on_net: Option<Spanned<FieldSpec>>,
    /// Whether the other end is a number that the subscriber named.
    pub friend: Option<Spanned<FieldSpec>>,
    /// Whether an earlier record of the same session came before.
    pub continuation: Option<Spanned<FieldSpec>>,
}

/// One of several records of a line.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordSpec {
    /// The record exists only where each of these holds.
    pub only: Vec<Spanned<ConditionSpec>>,
    /// Fields that differ from the common ones.
    pub fields: FieldSpecs,
}

/// Where one field comes from: exactly one of the first five; and how it is to be understood.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldSpec {
    /// The name of a column.
    pub column: Option<String>,
    /// The number of a column, from 1.
    pub position: Option<usize>,
    /// The path of a JSON member, its names joined by dots.
    pub path: Option<String>,
    /// Always this.
    pub constant: Option<String>,
    /// Text with `{name}` for a column or path, `{line}`, `{line:08}` for the line of the file from 0
    /// (offset of the topic) and `{partition}`; `{{` is a brace.
    pub template: Option<String>,
    /// What an absent or empty value stands for.
    pub default: Option<String>,
    /// What each value means; others are refused.
    pub values: BTreeMap<String, String>,
    /// Replaces the longest of these beginnings, as in `{ "00" = "", "0" = "49" }`.
    pub prefixes: BTreeMap<String, String>,
    /// How numbers are dialled where the record comes from; they become E.164.
    pub home: Option<Home>,
    /// Of an instant: `rfc3339`, `epoch_s`, `epoch_ms`, `epoch_us`, or a pattern such as `%d.%m.%Y %H:%M:%S`.
    pub time: Option<String>,
    /// The time zone of a pattern without offset, such as `Europe/Berlin`.
    pub zone: Option<String>,
    /// The unit of a quantity.
    pub unit: Option<String>,
    /// How a quantity that is no whole number of base units becomes one; without it such a record is refused.
    pub rounding: Option<Rounding>,
}
