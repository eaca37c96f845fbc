//! The elements of a PM file that are known, by where they stand.

/// An element that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `measCollecFile`, `measDataFile`.
    File,
    /// `fileHeader`.
    Header,
    /// `fileFooter`.
    Footer,
    /// `measData` below the file: what one element measured.
    Data,
    /// `managedElement`, `measEntity`.
    Element,
    /// `measInfo`: a group of counters.
    Group,
    /// `job`.
    Job,
    /// `granPeriod`.
    Period,
    /// `measTypes`: all names in one text.
    Names,
    /// `measType`: one name.
    Name,
    /// `measValue`: what one object counted.
    Value,
    /// `measResults`: all values in one text.
    Results,
    /// `r`: one value.
    Result,
    /// `suspect`.
    Suspect,
    /// Any other, which is passed over with what is in it.
    Other,
}

impl Tag {
    /// What a name means inside an element; `None` of a root that is no PM file.
    pub(super) fn of(parent: Option<Self>, name: &[u8]) -> Option<Self> {
        let Some(parent) = parent else {
            return matches!(name, b"measCollecFile" | b"measDataFile").then_some(Self::File);
        };
        Some(match (parent, name) {
            (Self::File, b"fileHeader") => Self::Header,
            (Self::File, b"fileFooter") => Self::Footer,
            (Self::File, b"measData") => Self::Data,
            (Self::Data, b"managedElement" | b"measEntity") => Self::Element,
            (Self::Data, b"measInfo") => Self::Group,
            (Self::Group, b"job") => Self::Job,
            (Self::Group, b"granPeriod") => Self::Period,
            (Self::Group, b"measTypes") => Self::Names,
            (Self::Group, b"measType") => Self::Name,
            (Self::Group, b"measValue") => Self::Value,
            (Self::Value, b"measResults") => Self::Results,
            (Self::Value, b"r") => Self::Result,
            (Self::Value, b"suspect") => Self::Suspect,
            _ => Self::Other,
        })
    }

    /// Whether its text is read.
    pub(super) fn has_text(self) -> bool {
        matches!(self, Self::Names | Self::Name | Self::Results | Self::Result | Self::Suspect)
    }
}
