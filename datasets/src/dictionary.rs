//! The data dictionary's grammar: a table, its kind, its key and its columns, each with meaning and unit.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// How a table changes from cut to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only ever appended to.
    Ledger,
    /// At most some thousand rows, replaced as a whole.
    Small,
    /// Rows come and go by key; removed ones are marked in deletion vectors.
    Current,
}

/// How much a column tells about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Nothing.
    None,
    /// A keyed pseudonym or an id that leads to a person.
    Pseudonymous,
    /// A direct identifier; stands in the `vault` schema only.
    Personal,
}

/// The type of a column, in words of the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8.
    Text,
    /// Whole number of 32 bits.
    Int32,
    /// Whole number of 64 bits.
    Int64,
    /// Yes or no.
    Bool,
    /// UTC, microseconds.
    Instant,
    /// An amount of one record: 18 digits, 9 of them decimals.
    Amount,
    /// A sum of amounts: 28 digits, 9 of them decimals.
    Total,
    /// Bytes.
    Binary,
}

impl ColumnType {
    /// The Arrow type.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Bool => DataType::Boolean,
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Amount => DataType::Decimal128(18, 9),
            Self::Total => DataType::Decimal128(28, 9),
            Self::Binary => DataType::Binary,
        }
    }

    /// The name that SQL and the Delta protocol give it.
    #[must_use]
    pub const fn delta(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Int32 => "integer",
            Self::Int64 => "long",
            Self::Bool => "boolean",
            Self::Instant => "timestamp",
            Self::Amount => "decimal(18,9)",
            Self::Total => "decimal(28,9)",
            Self::Binary => "binary",
        }
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name; the unit stands in it where there is one.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnType,
    /// Whether it may be absent, which the meaning explains.
    pub nullable: bool,
    /// What it tells about a person.
    pub privacy: Privacy,
    /// Its meaning, in one sentence.
    pub meaning: &'static str,
}

impl Column {
    /// A column that is always present and tells nothing about a person.
    #[must_use]
    pub const fn new(name: &'static str, kind: ColumnType, meaning: &'static str) -> Self {
        Self { name, kind, nullable: false, privacy: Privacy::None, meaning }
    }

    /// The same, but it may be absent.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// The same, of another privacy class.
    #[must_use]
    pub const fn of_privacy(self, privacy: Privacy) -> Self {
        Self { privacy, ..self }
    }
}

/// One published table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The schema: `raw`, `bill`, `ops`, `state`, `vault`.
    pub schema: &'static str,
    /// The name in the schema, plural.
    pub name: &'static str,
    /// How it changes.
    pub kind: Kind,
    /// One row per what.
    pub grain: &'static str,
    /// The columns that tell rows apart, by which a current table's files are sorted. Empty for ledgers and small tables.
    pub key: &'static [&'static str],
    /// The amount column that control totals sum up, if there is one.
    pub total: Option<&'static str>,
    /// The columns, in order.
    pub columns: &'static [Column],
}

impl Table {
    /// `schema.name`, as SQL writes it.
    #[must_use]
    pub fn qualified_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// The folder below the lake's root: `schema/name`.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}/{}", self.schema, self.name)
    }

    /// The Arrow schema, with each column's meaning as its `comment`.
    #[must_use]
    pub fn arrow_schema(&self) -> SchemaRef {
        let field = |column: &Column| {
            Field::new(column.name, column.kind.arrow(), column.nullable)
                .with_metadata([("comment".to_owned(), column.meaning.to_owned())].into())
        };
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// The place of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// The data dictionary as Markdown: every table with its grain, kind and columns.
#[must_use]
pub fn markdown(tables: &[&Table]) -> String {
    let mut text = "# Data dictionary\n\nWritten by `WEIR_BLESS=1 cargo test -p weir-docs` from `datasets/src/tables.rs`; do not edit.\n".to_owned();
    for table in tables {
        let kind = match table.kind {
            Kind::Ledger => "ledger: only ever appended to",
            Kind::Small => "small: replaced as a whole",
            Kind::Current => "current: rows come and go by key",
        };
        text +=
            &format!("\n## {}\n\n{}; {kind}.\n", table.qualified_name(), capitalised(table.grain));
        text += "\n| column | type | null | privacy | meaning |\n|---|---|---|---|---|\n";
        for column in table.columns {
            text += &row(column);
        }
    }
    text
}

fn row(column: &Column) -> String {
    let null = if column.nullable { "yes" } else { "no" };
    let privacy = match column.privacy {
        Privacy::None => "none",
        Privacy::Pseudonymous => "pseudonymous",
        Privacy::Personal => "personal",
    };
    let Column { name, kind, meaning, .. } = column;
    format!("| `{name}` | {} | {null} | {privacy} | {meaning} |\n", kind.delta())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
