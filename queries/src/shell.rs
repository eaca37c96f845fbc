//! The shell: statements that end with a semicolon and commands that begin with a backslash.
//!
//! On a terminal it edits lines, keeps a history and survives errors; fed from a pipe or a file it stops at the first.

use std::io::{self, BufRead, IsTerminal, Write};

use datafusion::prelude::DataFrame;
use futures::future::BoxFuture;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::error::QueryError;
use crate::output::{self, Format};
use crate::session::Session;
use crate::statements::Script;
use command::Command;

mod command;

mod describe;

mod history;

/// What the shell does next.
#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    Quit,
}

/// Runs the shell on standard input and output until it ends or `\q` is said.
///
/// # Errors
/// On a terminal only when the terminal itself fails; else at the first statement that does.
pub fn shell(session: Session, format: Format) -> BoxFuture<'static, Result<(), QueryError>> {
    Box::pin(run(session, format))
}

/// Runs the shell on any input and output, as if it were a file fed to it.
///
/// # Errors
/// At the first statement or command that fails.
pub fn feed(
    session: Session,
    format: Format,
    input: Box<dyn BufRead + Send>,
    out: Box<dyn Write + Send>,
) -> BoxFuture<'static, Result<(), QueryError>> {
    let shell = Shell { session, format, open: String::new(), out };
    Box::pin(shell.fed(input))
}

async fn run(session: Session, format: Format) -> Result<(), QueryError> {
    let out = Box::new(io::stdout());
    if io::stdin().is_terminal() {
        return Shell { session, format, open: String::new(), out }.interactive().await;
    }
    feed(session, format, Box::new(io::BufReader::new(io::stdin())), out).await
}

struct Shell {
    session: Session,
    format: Format,
    /// What was typed since the last semicolon.
    open: String,
    out: Box<dyn Write + Send>,
}

impl Shell {
    async fn interactive(mut self) -> Result<(), QueryError> {
        let mut editor = DefaultEditor::new().map_err(terminal)?;
        let kept = history::load(&mut editor);
        writeln!(self.out, "weir sql: \\? lists commands, \\d tables, \\q ends")?;
        loop {
            let next = match editor.readline(&self.prompt()) {
                Ok(line) => {
                    history::add(&mut editor, &line, kept.as_deref());
                    self.survive(&line).await?
                }
                Err(ReadlineError::Interrupted) => {
                    self.open.clear();
                    Next::Continue
                }
                Err(ReadlineError::Eof) => Next::Quit,
                Err(error) => return Err(terminal(error)),
            };
            if next == Next::Quit {
                return Ok(());
            }
        }
    }

    async fn fed(mut self, mut input: Box<dyn BufRead + Send>) -> Result<(), QueryError> {
        while let Some(line) = read_line(&mut input)? {
            if self.line(&line).await? == Next::Quit {
                return Ok(());
            }
        }
        self.line(";").await.map(drop)
    }

    /// Runs a line and tells an error instead of ending with it; Ctrl-C gives the line up.
    async fn survive(&mut self, line: &str) -> Result<Next, QueryError> {
        let outcome = tokio::select! {
            outcome = self.line(line) => outcome,
            _ = tokio::signal::ctrl_c() => Err(QueryError::Interrupted),
        };
        match outcome {
            Err(error) if !error.is_broken_pipe() => {
                self.open.clear();
                // Standard error may be closed; the shell goes on without it.
                drop(writeln!(io::stderr(), "error: {}", error.with_causes()));
                Ok(Next::Continue)
            }
            next => next,
        }
    }

    async fn line(&mut self, line: &str) -> Result<Next, QueryError> {
        if self.open.trim().is_empty() && line.trim_start().starts_with('\\') {
            return self.command(Command::parse(line.trim())).await;
        }
        self.open.push_str(line);
        self.open.push('\n');
        let text = std::mem::take(&mut self.open);
        let script = Script::cut(&text);
        for statement in script.statements {
            self.run(statement).await?;
        }
        if !script.rest.is_empty() {
            self.open = format!("{}\n", script.rest);
        }
        Ok(Next::Continue)
    }

    async fn run(&mut self, statement: &str) -> Result<(), QueryError> {
        let frame = self.session.query(statement).await?;
        self.show(frame).await
    }

    async fn show(&mut self, frame: DataFrame) -> Result<(), QueryError> {
        let row_count = output::write(frame, self.format, &mut self.out).await?;
        if self.format == Format::Table {
            let noun = if row_count == 1 { "row" } else { "rows" };
            writeln!(self.out, "({row_count} {noun})")?;
        }
        Ok(self.out.flush()?)
    }

    async fn command(&mut self, command: Command<'_>) -> Result<Next, QueryError> {
        match command {
            Command::Quit => return Ok(Next::Quit),
            Command::Help => self.out.write_all(command::HELP.as_bytes())?,
            Command::Tables => describe::tables(&self.session, &mut self.out)?,
            Command::Columns(table) => {
                let frame = describe::columns(&self.session, table).await?;
                self.show(frame).await?;
            }
            Command::Cuts => describe::cuts(&self.session, &mut self.out)?,
            Command::Cut(at) => self.session = self.session.at(at)?,
            Command::Format(name) => self.format = name.parse()?,
            Command::Questions => describe::questions(&mut self.out)?,
            Command::Ask(name, given) => {
                let frame = crate::questions::named(name)?.ask(&self.session, &given).await?;
                self.show(frame).await?;
            }
            Command::Unknown(text) => {
                let message = format!("no command \"{text}\": \\? lists them");
                return Err(QueryError::Sql { message });
            }
        }
        Ok(Next::Continue)
    }

    fn prompt(&self) -> String {
        let mark = if self.open.is_empty() { "=>" } else { "->" };
        format!("weir@{}{mark} ", self.session.cut().cut)
    }
}

/// The next line of the input, without its end.
fn read_line(input: &mut dyn BufRead) -> Result<Option<String>, QueryError> {
    let mut line = String::new();
    match input.read_line(&mut line).map_err(|source| terminal(source.into()))? {
        0 => Ok(None),
        _ => Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned())),
    }
}

fn terminal(error: ReadlineError) -> QueryError {
    QueryError::Terminal { source: Box::new(error) }
}
