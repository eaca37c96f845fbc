//! A lake in a bucket: written, killed, gone on with, fenced and asked as one on a local disk.
//!
//! Needs `python3` with `venv` and a package index for a server that speaks S3; where it cannot be had, the tests say so
//! and are skipped. The package goes to `WEIR_TEST_CACHE`, or into the target folder.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod server;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use server::Server;
use weir_tests::waiting::until;
use weir_tests::weir::Site;
use weir_tests::weir::setting::{Input, Setting};

const QUESTIONS: [&str; 4] = [
    "SELECT * FROM ops.usage_accounting ORDER BY 1, 2",
    "SELECT * FROM bill.balances ORDER BY 1, 2",
    "SELECT * FROM bill.credit ORDER BY 1",
    "SELECT zone, count(*), sum(amount) FROM bill.charges GROUP BY zone ORDER BY zone",
];

/// A bucket, and a site whose input is read into it as well as into a local lake.
struct Bucket {
    server: Server,
    site: Site,
    input: tempfile::TempDir,
    location: String,
}

impl Bucket {
    /// A bucket with a location in it; none where there can be no server.
    fn with(location: &str, records: usize) -> Option<Self> {
        let server = match Server::start() {
            Ok(server) => server,
            Err(reason) => {
                eprintln!("skipped, there is no S3 server on this machine: {reason}");
                return None;
            }
        };
        let input = tempfile::tempdir().unwrap();
        let site = Site::found(Setting::of(Input::Files(input.path().to_owned())));
        let bucket = Self { server, site, input, location: location.to_owned() };
        let out = bucket.input.path().display().to_string();
        let records = records.to_string();
        let generated = bucket.site.command(&["generate", "--out", &out, "--records", &records]);
        succeeded(&run(generated));
        bucket.configure();
        Some(bucket)
    }

    /// The configuration of the local lake, with the bucket in its place and heartbeats every second.
    fn configure(&self) {
        let topics = [
            "usage.cdr",
            "cust.topups",
            "ref.accounts",
            "ref.subscriptions",
            "ref.tariffs",
            "ref.destinations",
        ];
        let source = |topic: &str| {
            let path = self.input.path().join(format!("{topic}.jsonl"));
            format!("\n[[source]]\ntopic = \"{topic}\"\npath = \"{}\"\n", path.display())
        };
        let text = format!(
            "schema_version = 1\nlake = \"{}\"\npseudonym_key = \"a key for tests\"\n\n[runtime]\n\
             publish_interval_ms = 200\nheartbeat_s = 1\n\n[http]\nlisten = \"off\"\n{}",
            self.location,
            topics.map(source).concat()
        );
        std::fs::write(self.input.path().join("bucket.toml"), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.site.command(arguments);
        command.env("WEIR_LAKE", &self.location).envs(self.server.settings());
        command
    }

    fn start(&self, further: &[&str]) -> Command {
        let config = self.input.path().join("bucket.toml").display().to_string();
        self.command(&[&["run", "-c", &config], further].concat())
    }

    /// Starts weir, to run until it is ended.
    fn spawn(&self) -> Child {
        let mut command = self.start(&[]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The newest cut's number, if there is one.
    fn cut(&self) -> Option<u64> {
        let shown = self.command(&["cuts", "show"]).output().unwrap();
        let seal: serde_json::Value = serde_json::from_slice(&shown.stdout).ok()?;
        seal["cut"].as_u64()
    }

    fn answers(&self, command: impl Fn(&[&str]) -> Command) -> Vec<String> {
        let answer = |question: &&str| {
            let output = run(command(&["sql", "--format", "csv", "-c", question]));
            succeeded(&output);
            String::from_utf8(output.stdout).unwrap()
        };
        QUESTIONS.iter().map(answer).collect()
    }

    /// The bucket says what the local lake says, and holds what it sealed.
    fn check(&self) {
        let local = self.answers(|arguments| self.site.command(arguments));
        let found = self.answers(|arguments| self.command(arguments));
        assert!(local.iter().all(|answer| answer.lines().count() > 1), "{local:?}");
        assert_eq!(found, local);
        succeeded(&run(self.command(&["cuts", "verify"])));
    }
}

fn run(mut command: Command) -> Output {
    command.output().unwrap()
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Moves the second half of a file's lines away, and returns them.
fn halve(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let (first, second) = lines.split_at(lines.len() / 2);
    std::fs::write(path, first.concat()).unwrap();
    second.concat()
}

#[test]
fn a_bucket_says_what_a_folder_says() {
    let Some(bucket) = Bucket::with("s3://bucket/some/lake", 2_000) else { return };
    let usage = bucket.input.path().join("usage.cdr.jsonl");
    let rest = halve(&usage);
    bucket.site.run_until_idle();
    succeeded(&run(bucket.start(&["--until-idle"])));
    bucket.check();
    let first = bucket.cut().unwrap();

    // The next run goes on from what is in the bucket.
    let all = [std::fs::read(&usage).unwrap(), rest].concat();
    std::fs::write(&usage, all).unwrap();
    bucket.site.run_until_idle();
    succeeded(&run(bucket.start(&["--until-idle"])));
    bucket.check();
    assert!(bucket.cut().unwrap() > first);
    let earlier = bucket.command(&["sql", "--cut", &first.to_string(), "-c", QUESTIONS[0]]);
    succeeded(&run(earlier));
    for arguments in [&["cuts", "list"][..], &["dead-letters", "list"]] {
        succeeded(&run(bucket.command(arguments)));
    }
    assert!(!bucket.input.path().join("s3:").exists(), "no folder is made of the location");
}

#[test]
fn a_killed_weir_goes_on_and_a_rival_is_fenced() {
    let Some(bucket) = Bucket::with("s3://bucket", 1_000) else { return };
    bucket.site.run_until_idle();
    let mut killed = bucket.spawn();
    until("a cut", || bucket.cut());
    killed.kill().unwrap();
    killed.wait().unwrap();

    let first = bucket.spawn();
    let before = bucket.cut().unwrap();
    until("a cut of the first", || bucket.cut().filter(|cut| *cut > before));
    succeeded(&run(bucket.start(&["--until-idle"])));
    let ended = first.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("fenced by a newer process"), "{said}");
    bucket.check();
}

#[test]
fn what_is_no_bucket_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::found(Setting::of(Input::Files(folder.path().to_owned())));
    for arguments in [&["sql", "-c", "SELECT 1"][..], &["cuts", "list"]] {
        let output = site.command(arguments).env("WEIR_LAKE", "hdfs://host/lake").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("hdfs://host/lake") && said.contains("s3://, gs:// or az://"),
            "{said}"
        );
    }
}
