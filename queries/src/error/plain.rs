//! What the planner says, in fewer words.

use datafusion::common::DataFusionError;

/// The message without the planner's own headings and back traces.
pub(crate) fn plain(error: &DataFusionError) -> String {
    const HEADINGS: [&str; 5] = [
        "Error during planning: ",
        "Schema error: ",
        "SQL error: ",
        "Execution error: ",
        "External error: ",
    ];
    let root = error.find_root();
    if let DataFusionError::SQL(error, _) = root {
        let message = error.to_string();
        let bare = message.strip_prefix("sql parser error: ").unwrap_or(&message);
        return format!("not understood as SQL: {bare}");
    }
    let message = root.strip_backtrace();
    let bare = HEADINGS.iter().find_map(|heading| message.strip_prefix(heading));
    bare.unwrap_or(&message).to_owned()
}
