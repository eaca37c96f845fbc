//! Documents change line by line as they change sentence by sentence.

use super::{check, files};

#[test]
fn documents_have_one_sentence_per_line() {
    let mut problems = Vec::new();
    for (path, text) in files("md").into_iter().filter(|(path, _)| path.starts_with("docs/")) {
        let mut fenced = false;
        for (number, line) in (1..).zip(text.lines()) {
            fenced ^= line.trim_start().starts_with("```");
            if !fenced && !line.starts_with('|') && has_two_sentences(line) {
                problems.push(format!("{path}:{number} has two sentences: begin a line with each"));
            }
        }
    }
    check(&problems);
}

/// Whether a full stop is followed by a capital, but for a numbered list's own.
fn has_two_sentences(line: &str) -> bool {
    let starts = line.match_indices(". ").map(|(at, _)| (&line[..at], &line[at + 2..]));
    starts
        .filter(|(before, _)| before.chars().any(char::is_alphabetic))
        .any(|(_, after)| after.starts_with(|letter: char| letter.is_uppercase()))
}
