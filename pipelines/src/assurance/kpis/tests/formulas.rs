//! What formulas may look like, and what is said where they are wrong.

use super::super::evaluate::{Values, evaluate};
use super::super::parser::parse;
use super::*;

const KNOWN: &str =
    "A.Succ 6; A.Att 8; B.Vol 3 bit; B.Time 2 s; C.x 1 s; C.y 2 s; D.x 1 s; D.y 1 bit";

#[test]
fn formulas_have_the_usual_precedence() {
    let values = Values { counters: values(KNOWN), period: fraction("900") };
    for (text, expected) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("8 / 4 / 2", "1"),
        ("8 - 4 - 2", "2"),
        ("-2 * -3 - -1", "7"),
        ("1.5e2", "150"),
        ("2e-1 + 0.3", "1/2"),
        ("A.Succ/A.Att", "3/4"),
        ("\"A.Succ\" / period", "1/150"),
        ("sum(C.*)", "3"),
        ("100*\n  A.Succ", "600"),
    ] {
        assert_eq!(evaluate(&parse(text).unwrap(), &values), Ok(fraction(expected)), "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let check = |text: &str, expected: &str| {
        let fault = checked(&kpi(&format!("{text}[1]")), KNOWN).unwrap_err();
        assert!(fault.starts_with(expected), "{text}: {fault}");
    };
    check(
        "A.Suc / A.Att",
        "line 1, column 1: counter \"A.Suc\" is not known: did you mean \"A.Succ\"?",
    );
    check("A.Succ /\n  Whatever", "line 2, column 3: counter \"Whatever\" is not known");
    check("A.Succ / (2 - 2)", "line 1, column 8: this divides by zero");
    check("B.Vol + B.Time", "line 1, column 7: this adds \"s\" to \"bit\"");
    check("1 - B.Time", "line 1, column 3: this subtracts \"s\" from \"1\"");
    check("B.Vol / B.Time", "line 1, column 1: the formula gives a value in \"bit/s\"");
    check("sum(D.*)", "line 1, column 5: \"D.x\" and \"D.y\" have different units");
    check("sum(E.*)", "line 1, column 5: no counter is known that begins with \"E.\"");
    check("sum(A.Succ)", "line 1, column 5: sum() adds counters by a prefix");
    check("A.* / 2", "line 1, column 1: \"A.*\" names many counters: write sum(A.*)");
    check("(A.Succ", "line 1, column 8: \")\" is missing");
    check("A.Succ A.Att", "line 1, column 8: \"A.Att\" is one word too many");
    check("A.Succ / * 2", "line 1, column 10: a value is missing before \"*\"");
    check("A.Succ *", "line 1, column 9: the formula ends where a value is missing");
    check("", "line 1, column 1: the formula ends where a value is missing");
    check("A.Succ % 2", "line 1, column 8: \"%\" has no meaning here");
    check("1.2.3", "line 1, column 1: \"1.2.3\" is no number");
    check("\"A.Succ", "line 1, column 1: the name that begins here has no second quote");
    check(&"(".repeat(200), "line 1, column 101: the formula is nested too deep");
}

#[test]
fn units_multiply_and_divide() {
    for (text, unit) in [
        ("B.Vol / B.Time", "bit/s"),
        ("B.Vol * 8 / B.Time / period", "bit/s/s"),
        ("B.Vol / B.Vol * 100", "%"),
        ("-B.Time + sum(C.*) - period", "s"),
        ("1 / B.Time", "1/s"),
    ] {
        assert!(checked(&kpi(&format!("{text} [{unit}]")), KNOWN).is_ok(), "{text}");
    }
    let wrong =
        Counter { counter: "x".to_owned(), unit: "m^2".to_owned(), aggregation: Aggregation::Sum };
    assert!(Known::of([&wrong]).unwrap_err().contains("counter \"x\": field \"unit\" is \"m^2\""));
    let fault = checked(&kpi("A.Att [m^2]"), KNOWN).unwrap_err();
    assert!(fault.contains("\"m^2\", the KPI's unit, is none"), "{fault}");
}

#[test]
fn noise_is_refused_and_never_crashes() {
    let mut rng = fastrand::Rng::with_seed(3);
    let letters: Vec<char> = "A.Succ sum()*/+-12e. \n\"%period".chars().collect();
    for _ in 0..20_000 {
        let length = rng.usize(0..24);
        let text: String = (0..length).map(|_| *rng.choice(&letters).unwrap()).collect();
        let read = parse(&text);
        assert!(read.is_ok() || read.unwrap_err().place.line <= 24);
    }
}
