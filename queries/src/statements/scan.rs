//! Finds the semicolons of a text that stand outside of quotes and comments.

/// Walks over a text, statement by statement.
pub(super) struct Scanner<'text> {
    text: &'text str,
    /// Whether anything but white space and comments was met since the last semicolon.
    any: bool,
}

impl<'text> Scanner<'text> {
    pub(super) const fn new(text: &'text str) -> Self {
        Self { text, any: false }
    }

    /// The next statement that a semicolon ends; `Some(None)` is an empty one.
    pub(super) fn next_statement(&mut self) -> Option<Option<&'text str>> {
        self.any = false;
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            if let Some(after) = rest.strip_prefix(';') {
                let statement = self.text[..at].trim();
                self.text = after;
                return Some(self.any.then_some(statement));
            }
            at += self.step(rest);
        }
        None
    }

    /// What is left when no semicolon follows; empty if it says nothing.
    pub(super) fn rest(&self) -> &'text str {
        if self.any { self.text.trim() } else { "" }
    }

    /// The length of the quote, comment or character that the text begins with.
    fn step(&mut self, text: &str) -> usize {
        if text.starts_with("--") {
            return text.find('\n').unwrap_or(text.len());
        }
        if text.starts_with("/*") {
            let (length, closed) = comment(text);
            // A comment that is still open waits for its end.
            self.any |= !closed;
            return length;
        }
        let first = text.chars().next().unwrap_or(' ');
        self.any |= !first.is_whitespace();
        match first {
            '\'' | '"' => text[1..].find(first).map_or(text.len(), |end| end + 2),
            other => other.len_utf8(),
        }
    }
}

/// The length of a comment that may nest, and whether it ends.
fn comment(text: &str) -> (usize, bool) {
    let mut depth = 0_u32;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return (at, true);
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    (text.len(), false)
}
