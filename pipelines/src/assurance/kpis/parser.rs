//! From text to formula.
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = value { ("*" | "/") value }
//! value   = number | "period" | counter | "sum" "(" prefix ".*" ")" | "(" sum ")" | "-" value
//! ```

use super::formula::{Formula, Operator};
use super::place::{Fault, Place};
use super::tokens::{Token, tokens};

/// Reads a formula.
///
/// # Errors
/// The first place at which it is none.
pub fn parse(text: &str) -> Result<Formula, Fault> {
    let (tokens, end) = tokens(text)?;
    let mut parser = Parser { tokens, next: 0, end, depth: 0 };
    let formula = parser.sum()?;
    match parser.peek() {
        None => Ok(formula),
        Some(token) => Err(parser.fault(format!("{} is one word too many", token.named()))),
    }
}

/// How deep a formula may be nested.
const DEPTH_MAX: u32 = 100;

struct Parser {
    tokens: Vec<(Place, Token)>,
    next: usize,
    end: Place,
    depth: u32,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn place(&self) -> Place {
        self.tokens.get(self.next).map_or(self.end, |(place, _)| *place)
    }

    fn fault(&self, problem: impl Into<String>) -> Fault {
        Fault::at(self.place(), problem)
    }

    /// Takes the next word if it is a sign that means something here.
    fn take<M>(&mut self, meaning: impl Fn(char) -> Option<M>) -> Option<(Place, M)> {
        let place = self.place();
        let Some(Token::Sign(sign)) = self.peek() else { return None };
        let meaning = meaning(*sign)?;
        self.next += 1;
        Some((place, meaning))
    }

    fn expect(&mut self, wanted: char) -> Result<(), Fault> {
        let taken = self.take(|sign| (sign == wanted).then_some(()));
        taken.map(|_| ()).ok_or_else(|| self.fault(format!("\"{wanted}\" is missing")))
    }

    fn sum(&mut self) -> Result<Formula, Fault> {
        let mut left = self.product()?;
        let meaning = |sign| match sign {
            '+' => Some(Operator::Add),
            '-' => Some(Operator::Subtract),
            _ => None,
        };
        while let Some((place, operator)) = self.take(meaning) {
            left = Formula::Both(place, operator, Box::new((left, self.product()?)));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Formula, Fault> {
        let mut left = self.value()?;
        let meaning = |sign| match sign {
            '*' => Some(Operator::Multiply),
            '/' => Some(Operator::Divide),
            _ => None,
        };
        while let Some((place, operator)) = self.take(meaning) {
            left = Formula::Both(place, operator, Box::new((left, self.value()?)));
        }
        Ok(left)
    }

    fn value(&mut self) -> Result<Formula, Fault> {
        if self.depth == DEPTH_MAX {
            return Err(self.fault("the formula is nested too deep"));
        }
        self.depth += 1;
        let value = self.shallow_value();
        self.depth -= 1;
        value
    }

    fn shallow_value(&mut self) -> Result<Formula, Fault> {
        let place = self.place();
        let Some(token) = self.peek().cloned() else {
            return Err(self.fault("the formula ends where a value is missing"));
        };
        self.next += 1;
        match token {
            Token::Number(number) => Ok(Formula::Number(number)),
            Token::Name(name) if name == "period" => Ok(Formula::Period),
            Token::Name(name) if name == "sum" => self.sum_of(),
            Token::Name(name) if name.ends_with('*') => {
                Err(Fault::at(place, format!("\"{name}\" names many counters: write sum({name})")))
            }
            Token::Name(name) => Ok(Formula::Counter(place, name)),
            Token::Sign('-') => Ok(Formula::Negated(Box::new(self.value()?))),
            Token::Sign('(') => {
                let inner = self.sum()?;
                self.expect(')')?;
                Ok(inner)
            }
            Token::Sign(sign) => {
                Err(Fault::at(place, format!("a value is missing before \"{sign}\"")))
            }
        }
    }

    fn sum_of(&mut self) -> Result<Formula, Fault> {
        self.expect('(')?;
        let place = self.place();
        let prefix = match self.peek() {
            Some(Token::Name(name)) => name.strip_suffix('*').map(str::to_owned),
            _ => None,
        };
        let prefix = prefix
            .ok_or_else(|| self.fault("sum() adds counters by a prefix, such as sum(A.B.*)"))?;
        self.next += 1;
        self.expect(')')?;
        Ok(Formula::SumOf(place, prefix))
    }
}
