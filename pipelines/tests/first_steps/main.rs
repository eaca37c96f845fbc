//! The first steps of somebody new, as taken by one: what is said, and that nothing of his is touched.

mod shop;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use shop::Shop;

#[test]
fn a_table_is_known_by_its_ending_and_the_end_counts_every_record() {
    let shop = Shop::new();
    let config = shop.read("weir.toml").replace("format = \"csv\"\n", "");
    shop.write("weir.toml", &config);
    shop.write("input/accounts.csv", &(shop.read("input/accounts.csv") + "\"broken\n"));
    shop.write("input/usage.jsonl", &(shop.read("input/usage.jsonl") + "{\"usage_id\":\n"));
    let said = shop.said(&["run", "--until-idle"], 0);
    for words in [
        "6 usage records: 3 rated, 1 suspended (unknown_subscriber), 1 rejected, 1 duplicate, 0 superseded",
        "1 × bad_csv in \"input/accounts.csv\"\n",
        "1 × not_json in \"input/usage.jsonl\"\n",
        "weir sql --lake lake -c 'SELECT * FROM ops.usage_accounting'",
        "weir dead-letters show --lake lake",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // The commands that are named are those that work.
    shop.said(&["sql", "--lake", "lake", "-c", "SELECT * FROM bill.suspended_usage LIMIT 10"], 0);
    shop.said(&["dead-letters", "show", "--lake", "lake"], 0);
    // Payloads in clear are for their owner alone.
    let mode = std::fs::metadata(shop.path("lake/vault")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_file_that_is_not_what_its_source_says_is_told_before_and_after() {
    let shop = Shop::new();
    let config = shop.read("weir.toml").replacen("format = \"csv\"", "format = \"json\"", 1);
    shop.write("weir.toml", &config);
    let line = 1 + config.lines().position(|line| line == "format = \"json\"").unwrap();
    for command in [&["validate"][..], &["run", "--until-idle"]] {
        let said = shop.said(command, 0);
        for words in [
            &format!("\"weir.toml\" at line {line}: source \"ref.accounts\".format "),
            "\"input/accounts.csv\"",
            "write format = \"csv\"",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    let said = shop.said(&["run", "--until-idle"], 0);
    let words = "3 × not_json in \"input/accounts.csv\", and nothing of that source was read";
    assert!(said.contains(words), "{said}");
}

#[test]
fn paths_that_lead_nowhere_or_twice_to_one_file_are_refused_with_their_line() {
    let shop = Shop::new();
    let config = shop.read("weir.toml");
    let with = |path: &str| {
        let text = config.replace("path = \"input/usage.jsonl\"", &format!("path = \"{path}\""));
        shop.write("weir.toml", &text);
        let line = 1 + text.lines().position(|line| line.contains(path)).unwrap();
        let said = shop.said(&["validate"], 3);
        assert!(said.contains(&format!("at line {line}: source \"usage.cdr\".path ")), "{said}");
        said
    };
    assert!(with("input/absent.jsonl").contains("put the file there"));
    assert!(with("input/../input/accounts.csv").contains("\"ref.accounts\" before it reads"));
    std::os::unix::fs::symlink("accounts.csv", shop.path("input/same.csv")).unwrap();
    assert!(with("input/same.csv").contains("\"ref.accounts\" before it reads"));
}

#[test]
fn of_a_folder_what_has_another_ending_is_left_and_named() {
    let shop = Shop::new();
    let config = shop.read("weir.toml");
    let usage = shop.read("input/usage.jsonl");
    let folder = config.replace("path = \"input/usage.jsonl\"", "path = \"usage\"");
    shop.write("weir.toml", &folder);
    std::fs::create_dir(shop.path("usage")).unwrap();
    shop.write("usage/README.txt", "about these files\n");
    let said = shop.said(&["run", "--until-idle"], 3);
    assert!(said.contains("no file ends in json, jsonl, ndjson"), "{said}");
    assert!(said.contains("README.txt") && said.contains("endings"), "{said}");
    shop.write("usage/1.jsonl", &usage);
    let said = shop.said(&["run", "--until-idle"], 0);
    assert!(said.contains("not README.txt") && said.contains("0 rejected"), "{said}");
    shop.write(
        "weir.toml",
        &folder.replace("\"usage\"", "\"usage\"\nendings = [\"jsonl\", \"txt\"]"),
    );
    let said = shop.said(&["run", "--until-idle"], 0);
    assert!(said.contains("1 × not_json in \"usage/README.txt\""), "{said}");
}

#[test]
fn a_demo_leaves_what_is_somebodys() {
    let shop = Shop::new();
    shop.said(&["run", "--until-idle"], 0);
    let before = shop.read("lake/_weir/cuts/latest.json");
    for lake in ["lake", "input", "weir.toml"] {
        let said = shop.said(&["demo", "--seconds", "1", "--lake", lake], 1);
        assert!(said.contains(&format!("\"{lake}\" is not empty")), "{said}");
        assert!(said.contains("weir demo --lake DIR"), "{said}");
    }
    assert_eq!(shop.read("lake/_weir/cuts/latest.json"), before);
    assert_eq!(shop.listed("input").len(), 5, "nothing was written into the input");
    // Weir goes on with it: it was not fenced either.
    shop.said(&["run", "--until-idle"], 0);
}

#[test]
fn dead_letters_of_a_table_are_replayed_with_its_header() {
    let shop = Shop::new();
    shop.write("input/accounts.csv", &(shop.read("input/accounts.csv") + "acc-3,acc-3\n"));
    shop.write("input/usage.jsonl", &(shop.read("input/usage.jsonl") + "{\"usage_id\":\n"));
    shop.said(&["run", "--until-idle"], 0);
    let said = shop.said(&["dead-letters", "replay", "--to", "retry"], 1);
    assert!(said.contains("\"input/accounts.csv\" (1), \"input/usage.jsonl\" (1)"), "{said}");
    let replay = |topic: &str, to: &str| {
        shop.said(&["dead-letters", "replay", "--topic", topic, "--to", to], 0);
        shop.read(to)
    };
    let header = shop.read("input/accounts.csv").lines().next().unwrap().to_owned();
    let retry = replay("input/accounts.csv", "retry.csv");
    assert_eq!(retry, format!("{header}\nacc-3,acc-3\n"));
    assert_eq!(replay("input/usage.jsonl", "retry.jsonl"), "{\"usage_id\":\n");

    // Corrected, it is a source as it stands.
    shop.write("retry.csv", &retry.replace("acc-3,acc-3", "acc-3,acc-3,cust-3,prepaid,EUR,0"));
    let source = "\n[[source]]\ntopic = \"ref.accounts\"\npath = \"retry.csv\"\n";
    shop.write("weir.toml", &(shop.read("weir.toml") + source));
    let said = shop.said(&["run", "--until-idle"], 0);
    assert!(!said.contains("retry.csv\"\n") && said.contains("1 × bad_csv"), "{said}");
}

#[test]
fn what_is_logged_into_a_file_has_no_colours() {
    let shop = Shop::new();
    let said = shop.said_with(&["run", "--until-idle"], 0, &[("WEIR_LOG", "info")]);
    assert!(said.contains("INFO") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn an_address_in_use_is_told_as_such() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = Shop::new().said(&["run", "--until-idle", "--http", &address], 3);
    assert!(said.contains(&address) && said.contains("another weir"), "{said}");
}

#[test]
fn a_run_that_goes_on_says_that_it_does_not_follow_files() {
    let shop = Shop::new();
    let said = shop.begun(&["run"], "not followed");
    assert!(said.contains("--until-idle"), "{said}");
}

#[test]
fn questions_that_cannot_be_asked_say_how_they_can() {
    let shop = Shop::new();
    shop.said(&["run", "--until-idle"], 0);
    let ask = |sql: &str| shop.said(&["sql", "-c", sql], 1);
    let said = ask("SELECT * FROM bill.charges VERSION AS OF 1");
    assert!(said.contains("at_cut('bill.charges', 42)") && said.contains("--cut"), "{said}");
    for sql in ["SELEC 1", "SELECT 'a", "SELECT 1 +"] {
        let said = ask(sql);
        assert!(said.contains("not understood as SQL") && !said.contains("Error("), "{said}");
    }
    shop.said(&["views", "describe", "charges"], 0);
    for (name, meant) in [
        ("charge", "\"bill.charges\""),
        ("dead_letters", "ops.dead_letters or vault.dead_letters"),
        ("bill.chargs", "\"bill.charges\""),
    ] {
        let said = shop.said(&["views", "describe", name], 1);
        assert!(said.contains(&format!("did you mean {meant}?")), "{said}");
    }
}
