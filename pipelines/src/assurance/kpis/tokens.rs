//! The words of a formula.

use datasets::units::Fraction;

use super::place::{Fault, Place};

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A number.
    Number(Fraction),
    /// A name; it may end in `*`.
    Name(String),
    /// One of `+ - * / ( )`.
    Sign(char),
}

impl Token {
    /// The word as it is called in a message.
    #[must_use]
    pub fn named(&self) -> String {
        match self {
            Self::Number(number) => format!("number {number}"),
            Self::Name(name) => format!("\"{name}\""),
            Self::Sign(sign) => format!("\"{sign}\""),
        }
    }
}

/// A text that is read character by character.
struct Reader<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        for letter in taken.chars() {
            if letter == '\n' {
                self.place = Place { line: self.place.line + 1, column: 1 };
            } else {
                self.place.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        self.take(length)
    }
}

/// The words of a formula with their places, and the place of its end.
///
/// # Errors
/// The first character that belongs to no word.
pub fn tokens(text: &str) -> Result<(Vec<(Place, Token)>, Place), Fault> {
    let mut reader = Reader { rest: text, place: Place { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        reader.take_while(char::is_whitespace);
        let place = reader.place;
        let Some(first) = reader.rest.chars().next() else { return Ok((tokens, place)) };
        let token = match first {
            '+' | '-' | '*' | '/' | '(' | ')' => {
                reader.take(1);
                Token::Sign(first)
            }
            '"' => quoted(&mut reader)?,
            '0'..='9' => number(&mut reader)?,
            _ if first.is_alphabetic() || first == '_' => Token::Name(name(&mut reader)),
            _ => return Err(Fault::at(place, format!("\"{first}\" has no meaning here"))),
        };
        tokens.push((place, token));
    }
}

fn number(reader: &mut Reader<'_>) -> Result<Token, Fault> {
    let place = reader.place;
    let text = reader.rest;
    let mut length =
        text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let exponent = text[length..].strip_prefix(['e', 'E']);
    if let Some(exponent) = exponent {
        let digits = exponent.trim_start_matches(['+', '-']);
        length =
            text.len() - digits.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    }
    let text = reader.take(length);
    let read = text.parse().map(Token::Number);
    read.map_err(|_| Fault::at(place, format!("\"{text}\" is no number")))
}

/// A name: letters, digits, `_` and points, and a `*` behind the last point.
fn name(reader: &mut Reader<'_>) -> String {
    let name = reader.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
    let star =
        if name.ends_with('.') && reader.rest.starts_with('*') { reader.take(1) } else { "" };
    format!("{name}{star}")
}

fn quoted(reader: &mut Reader<'_>) -> Result<Token, Fault> {
    let place = reader.place;
    reader.take(1);
    let name = reader.take_while(|letter| letter != '"').to_owned();
    if reader.rest.is_empty() {
        return Err(Fault::at(place, "the name that begins here has no second quote"));
    }
    reader.take(1);
    Ok(Token::Name(name))
}
