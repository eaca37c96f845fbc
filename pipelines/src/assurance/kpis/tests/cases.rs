//! The cases, one function for each kind.

use super::*;

/// The value over one sample of 900 s, with so many decimals.
fn value(text: &str, counters: &str, decimals: u32) -> String {
    let period = span(0, 900);
    let measured = measured(text, counters, &[sample(1, period, counters)], period);
    assert_eq!(measured.completeness, Fraction::ONE);
    rounded(measured.value.unwrap(), decimals)
}

#[test]
fn success_rates() {
    let counters = "RRC.Succ 2; RRC.Att 7; S1.Succ 3; S1.Att 8; ERAB.InitSucc 4; ERAB.InitAtt 9";
    let formula = "RRC.Succ / RRC.Att * S1.Succ / S1.Att * ERAB.InitSucc / ERAB.InitAtt * 100 [%]";
    assert_eq!(value(formula, counters, 4), "4.7619", "Q01");
    let added = value("100 * ERAB.AddSucc / ERAB.AddAtt [%]", "ERAB.AddSucc 5; ERAB.AddAtt 10", 1);
    assert_eq!(added, "50.0", "Q02");
}

#[test]
fn what_is_missing_makes_an_interval() {
    let counters = "Succ 4; Att 8";
    let check = |id: &str, from, to, expected: (&str, &str)| {
        let sample = sample(1, span(10, 20), counters);
        let measured = measured("Succ / Att [1]", counters, &[sample], span(from, to));
        let (low, high) = measured.interval.unwrap();
        assert_eq!((&*rounded(low, 4), &*rounded(high, 4)), expected, "{id}");
    };
    check("Q03", 10, 20, ("0.5000", "0.5000"));
    check("Q04", 7, 20, ("0.3846", "0.6154"));
    check("Q05", 10, 25, ("0.3333", "0.6667"));
    check("both ends", 5, 25, ("0.2500", "0.7500"));
}

#[test]
fn throughputs() {
    let counters = "DRB.IPVolDl.5 55e6 bit; DRB.IPTimeDl.5 1e2 s; DRB.IPVolUl.5 55e5 bit; DRB.IPTimeUl.5 1e2 s";
    let down = value("DRB.IPVolDl.5 / DRB.IPTimeDl.5 [bit/s]", counters, 0);
    let up = value("DRB.IPVolUl.5 / DRB.IPTimeUl.5 [bit/s]", counters, 0);
    assert_eq!((&*down, &*up), ("550000.0", "55000.0"), "Q07");

    let known = "GTP.InDataOctN3UPF 0 octet; GTP.OutDataOctN3UPF 0 octet";
    let window = span(0, 900);
    let samples = [
        sample(1, window, "GTP.InDataOctN3UPF 10; GTP.OutDataOctN3UPF 20"),
        sample(2, window, "GTP.InDataOctN3UPF 30; GTP.OutDataOctN3UPF 40"),
    ];
    let throughput = |formula: &str| measured(formula, known, &samples, window).value;
    assert_eq!(throughput("GTP.InDataOctN3UPF [octet]"), Ok(Fraction::whole(40)), "Q08");
    assert_eq!(throughput("GTP.OutDataOctN3UPF [octet]"), Ok(Fraction::whole(60)), "Q08");
}

#[test]
fn retainability_is_no_percentage() {
    let counters = "Rel.Abnormal 3; Session.Time 7200 s";
    assert_eq!(value("Rel.Abnormal / Session.Time [1/s]", counters, 6), "0.000417", "Q09");
    let fault = checked(&kpi("Rel.Abnormal / Session.Time [%]"), counters).unwrap_err();
    assert_eq!(
        fault,
        "line 1, column 1: the formula gives a value in \"1/s\", and the KPI's unit is \"%\""
    );
}

#[test]
fn availability_is_what_no_cause_took() {
    let counters = "RU.Out.fault 30 s; RU.Out.energySaving 60 s";
    let all = "(period - sum(RU.Out.*)) / period * 100 [%]";
    assert_eq!(value(all, counters, 2), "90.00", "Q10");
    let without = "(period - (sum(RU.Out.*) - RU.Out.energySaving)) / period * 100 [%]";
    assert_eq!(value(without, counters, 2), "96.67", "Q10");
}

#[test]
fn suspect_values_do_not_count() {
    let known = "Succ 0; Att 0";
    let good = sample(1, span(0, 900), "Succ 9; Att 10");
    let suspect = Sample { is_suspect: true, ..sample(1, span(900, 1_800), "Succ 0; Att 1000") };
    let measured = measured("Succ / Att * 100 [%]", known, &[good, suspect], span(0, 1_800));
    assert_eq!(measured.value, Ok(Fraction::whole(90)), "Q12");
    assert_eq!(measured.completeness, fraction("0.5"), "Q12");
    assert_eq!(measured.interval, Some((Fraction::whole(45), Fraction::whole(95))), "Q12");
}

#[test]
fn nothing_attempted_is_no_rate() {
    let window = span(0, 900);
    let samples = [sample(1, window, "Succ 0; Att 0")];
    let found = measured("Succ / Att [1]", "Succ 0; Att 0", &samples, window);
    assert_eq!(found.value.unwrap_err().to_string(), "the formula divides by zero");
    assert_eq!(found.interval, None);
    let partly = measured("Succ / Att [1]", "Succ 0; Att 0", &samples, span(0, 1_800));
    assert_eq!(partly.interval, Some((Fraction::ZERO, Fraction::ONE)));
}

#[test]
fn a_sample_without_a_counter_does_not_count() {
    let (one, two) = (sample(1, span(0, 900), "Succ 9; Att 10"), sample(2, span(0, 900), "Att 50"));
    let found = measured("Succ / Att [1]", "Succ 0; Att 0", &[one, two], span(0, 900));
    assert_eq!((found.value, found.completeness), (Ok(fraction("0.9")), fraction("0.5")));
}

#[test]
fn what_is_delivered_again_replaces_what_was_there() {
    let window = span(0, 900);
    let (wrong, right) = (sample(1, window, "Succ 1; Att 10"), sample(1, window, "Succ 9; Att 10"));
    let suspect = Sample { is_suspect: true, ..right.clone() };
    let rate = |samples: &[Sample]| measured("Succ / Att [1]", "Succ 0; Att 0", samples, window);
    assert_eq!(rate(&[wrong.clone(), right.clone()]).value, Ok(fraction("0.9")));
    assert_eq!(rate(&[wrong, suspect]).completeness, Fraction::ZERO);
    assert_eq!(rate(&[right.clone(), right]).completeness, Fraction::ONE);
}
