//! Random plan rows.

/// A row that asks for anything, or one that asks for calls and their hour at most.
pub(super) fn row(rng: &mut fastrand::Rng, plain: bool) -> String {
    let tariff = pick(rng, &["a", "b", "c"]);
    let kinds = ["voice", "voice", "voice", "call", "data", "sms", "event"];
    let (service, unit) = match if plain { "voice" } else { pick(rng, &kinds) } {
        "voice" => ("voice", "s"),
        "call" => ("voice", "event"),
        "data" => ("data", "kB"),
        other => (other, "event"),
    };
    let zone = match pick(rng, &["", "", "", "de", "mobile", "berlin"]) {
        _ if plain || service == "data" => "",
        zone => zone,
    };
    let parties = if plain { String::new() } else { parties(rng) };
    format!(
        r#"{{"tariff_id":"{tariff}","service":"{service}","zone":"{zone}","unit":"{unit}","currency":"EUR"{parties}{}{}{}}}"#,
        hours(rng),
        limits(rng),
        slots(rng)
    )
}

fn pick<'c>(rng: &mut fastrand::Rng, choices: &[&'c str]) -> &'c str {
    rng.choice(choices).unwrap()
}

fn parties(rng: &mut fastrand::Rng) -> String {
    let relations =
        ["", "", r#","relation":"on_net""#, r#","relation":"off_net""#, r#","relation":"friend""#];
    let directions = ["", "", r#","direction":"any""#, r#","direction":"terminating""#];
    let validities = ["", "", "", r#","valid_from":"2026-10-25T00:30:00Z""#];
    [pick(rng, &relations), pick(rng, &directions), pick(rng, &validities)].concat()
}

fn hours(rng: &mut fastrand::Rng) -> String {
    let bands = ["", r#","band":"peak""#, r#","band":"off""#, r#","band":"feast""#];
    [pick(rng, &bands), pick(rng, &["", r#","weight":10"#, r#","weight":20"#])].concat()
}

fn limits(rng: &mut fastrand::Rng) -> String {
    let maxima =
        ["", "", r#","maximum":"0.62""#, r#","maximum":"1.5","maximum_then":"disconnect""#];
    let roundings = [
        "",
        r#","rounding":"up""#,
        r#","rounding":"down""#,
        r#","rounding":"half_even""#,
        r#","rounding":"half_down""#,
    ];
    [
        pick(rng, &["", r#","connect_fee":"0.1""#]),
        pick(rng, &["", "", r#","minimum":"0.25""#]),
        pick(rng, &maxima),
        pick(rng, &["", r#","decimals":2"#]),
        pick(rng, &roundings),
    ]
    .concat()
}

fn slots(rng: &mut fastrand::Rng) -> String {
    let first = format!(
        r#","price":"{}"{}{}"#,
        pick(rng, &["0", "0.01", "0.003", "1"]),
        pick(rng, &["", r#","per":60"#, r#","per":7"#]),
        pick(rng, &[r#","increment":1"#, r#","increment":60"#, r#","increment":7"#])
    );
    if rng.bool() {
        return first;
    }
    let third = r#","from_3":600,"price_3":0,"increment_3":30"#;
    format!(
        r#"{first}{},"price_2":"0.002","per_2":11{}{}"#,
        pick(rng, &[r#","from_2":60"#, r#","from_2":61"#]),
        pick(rng, &[r#","increment_2":1"#, r#","increment_2":10"#]),
        pick(rng, &["", third])
    )
}
