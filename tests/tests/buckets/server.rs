//! A server that speaks S3 on loopback: moto, from the Python package index.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use weir_tests::waiting::until;

const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Runs a program until the end of input, as when the test process dies however it dies.
const KEEPER: &str = "\"$@\" & program=$!; read -r word; kill -KILL $program; wait $program";

/// A server with one empty bucket; it ends with this.
pub(crate) struct Server {
    keeper: Child,
    port: u16,
}

impl Server {
    /// Starts a server, or says why there can be none on this machine.
    pub(crate) fn start() -> Result<Self, String> {
        static PYTHON: LazyLock<Result<PathBuf, String>> = LazyLock::new(environment);
        let python = PYTHON.as_ref().map_err(String::clone)?;
        let port = free_port();
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh"]).arg(python);
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let keeper = command.spawn().map_err(|error| format!("\"sh\" does not start: {error}"))?;
        let server = Self { keeper, port };
        until("the answer of the S3 server", || server.request("GET /moto-api/").ok());
        let made = server.request("PUT /bucket").expect("the server answers");
        assert!(made.starts_with("HTTP/1.1 200"), "a bucket can be made: {made}");
        Ok(server)
    }

    /// What a program needs to know to reach it.
    pub(crate) fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ]
    }

    fn request(&self, what: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(
            stream,
            "{what} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _status = self.keeper.wait();
    }
}

/// The interpreter of a virtual environment with the server, made once per machine.
fn environment() -> Result<PathBuf, String> {
    let cache = env::var_os("WEIR_TEST_CACHE").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let folder =
        cache.join(format!("s3-{}", REQUIREMENTS.trim().replace(['[', ']', ',', '='], "-")));
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if !ready.exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        install(&python)?;
        fs::write(&ready, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn install(python: &Path) -> Result<(), String> {
    let mut pip = Command::new(python);
    run(pip.args(["-m", "pip", "install", "--quiet", REQUIREMENTS.trim()]))
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status();
    match &status {
        Ok(ended) if ended.success() => Ok(()),
        _ => Err(format!("{command:?} failed with {status:?}")),
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address").port()
}
