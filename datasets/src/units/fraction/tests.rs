//! Fractions by their own laws.

use super::*;

fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

#[test]
fn decimals_are_read_exactly() {
    for (text, numerator, denominator) in [
        ("0.9", 9, 10),
        ("-12.50", -25, 2),
        ("4e-3", 1, 250),
        ("5.5E6", 5_500_000, 1),
        ("2/-4", -1, 2),
        ("0", 0, 1),
    ] {
        assert_eq!(fraction(text), Fraction { numerator, denominator }, "{text}");
        assert_eq!(fraction(&fraction(text).to_string()), fraction(text));
    }
    for text in ["", ".5", "1/0", "1e", "1,5", "x", "1.-5", "1e99", "--1", "null"] {
        assert!(text.parse::<Fraction>().is_err(), "{text}");
    }
    assert!(i128::MIN.to_string().parse::<Fraction>().is_err(), "what cannot be negated");
}

#[test]
fn order_is_that_of_products() {
    let mut rng = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let mut part = || (i128::from(rng.i32(-40..40)), i128::from(rng.i32(1..40)));
        let ((a, b), (c, d)) = (part(), part());
        let (one, two) = (Fraction::of(a, b).unwrap(), Fraction::of(c, d).unwrap());
        assert_eq!(one.cmp(&two), (a * d).cmp(&(c * b)), "{one} {two}");
        let sum = one.plus(two).unwrap();
        assert_eq!(sum.minus(two), Some(one));
        if c != 0 {
            assert_eq!(one.times(two).unwrap().over(two), Some(one));
        }
    }
    let most = Fraction::whole(i128::MAX);
    assert!(
        Fraction::of(i128::MAX, 2).unwrap() < most && most > Fraction::of(-1, i128::MAX).unwrap()
    );
    assert_eq!((most.plus(Fraction::ONE), Fraction::ONE.over(Fraction::ZERO)), (None, None));
}

#[test]
fn doubles_are_near() {
    for text in ["0", "0.5", "-0.25", "4e-12", "123456789", "0.1", "98.8194"] {
        assert_eq!(fraction(text).nearest_double(), text.parse::<f64>().unwrap(), "{text}");
    }
    assert_eq!(fraction("1/3").nearest_double().to_string(), "0.3333333333333333");
}
