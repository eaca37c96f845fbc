//! Changes of a good configuration, and what is said of each.

/// A name, a change of the good configuration, and what is said of it.
pub(super) type Case = (&'static str, (&'static str, &'static str), &'static [&'static str]);

pub(super) const CASES: &[Case] = &[
    ("toml", ("lake = \"lake\"", "lake = "), &["weir.toml", "line 2"]),
    ("key", ("lake =", "laek ="), &["weir.toml", "laek", "line 2"]),
    ("absent", ("lake = \"lake\"\n", ""), &["weir.toml", "lake"]),
    ("version", ("= 1\n", "= 2\n"), &["weir.toml", "\"schema_version\"", "is not 1"]),
    ("type", ("5000", "\"soon\""), &["weir.toml", "publish_interval_ms", "u64"]),
    ("interval", ("5000", "0"), &["at line 7", "\"runtime.publish_interval_ms\"", "at least 1"]),
    (
        "budget",
        ("workers = 1", "memory_budget = \"1kB\""),
        &["at line 6", "memory_budget", "16MiB"],
    ),
    (
        "vast",
        ("workers = 1", "memory_budget = \"9000TiB\""),
        &["at line 6", "memory_budget", "64TiB"],
    ),
    ("window", ("workers = 1", "hot_window_days = 0"), &["at line 6", "hot_window_days", "3660"]),
    ("crowd", ("workers = 1", "workers = 100000"), &["at line 6", "runtime.workers", "256"]),
    ("begin", ("\"earliest\"", "\"now\""), &["\"runtime.begin\"", "RFC 3339"]),
    ("strange", ("\"usage.cdr\"", "\"cdr\""), &["\"cdr\".topic", "usage.cdr, cust", "\"role\""]),
    (
        "topic",
        ("\"usage.cdr\"", "\"usage.crd\""),
        &["weir.toml\" at line 16", "\"usage.crd\".topic", "did you mean \"usage.cdr\"?"],
    ),
    (
        "role",
        ("format = \"csv\"", "role = \"ref.acounts\""),
        &["at line 13", "\"ref.accounts\".role", "did you mean \"ref.accounts\"?"],
    ),
    ("path", ("path = \"usage.jsonl\"\n", ""), &["\"usage.cdr\".path", "no [kafka]"]),
    (
        "credit",
        ("[runtime]", "[credit]\nunbar_below_percent = 101\n[runtime]"),
        &["at line 6", "credit.unbar_below_percent", "0 to 100"],
    ),
    ("format", ("\"csv\"", "\"xml\""), &["\"ref.accounts\".format", "neither json nor csv"]),
    ("both", ("mapping =", "format = \"csv\"\nmapping ="), &["exclude each other"]),
    ("mapping", ("calls.toml", "none.toml"), &["at line 18", "\"usage.cdr\".mapping", "none.toml"]),
    ("packed", ("usage.jsonl", "usage.csv.gz"), &["at line 17", "\"usage.cdr\".path", "unpack it"]),
    (
        "ending",
        ("mapping =", "endings = [\"*.txt\"]\nmapping ="),
        &["at line 18", "endings", "*.txt"],
    ),
    ("env", ("\"key\"", "\"${env:WEIR_NOT_SET}\""), &["pseudonym_key", "WEIR_NOT_SET"]),
    ("file", ("\"key\"", "\"${file:none}\""), &["at line 3", "pseudonym_key", "none"]),
    ("empty", ("\"key\"", "\"\""), &["at line 3", "pseudonym_key", "is empty"]),
    ("vault", ("\"key\"", "\"${vault:none}\""), &["pseudonym_key", "there are env and file"]),
];
