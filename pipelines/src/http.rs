//! HTTP on loopback: whether the process lives and is ready, and its metrics.

pub mod health;

pub mod metrics;

mod process;

mod samples;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::runtime::vitals::Vitals;

/// The address where none is configured.
pub const LISTEN: &str = "127.0.0.1:7070";

/// Why HTTP cannot be served.
#[derive(Debug, thiserror::Error)]
#[error(
    "could not listen on \"{address}\" for HTTP{}; name a free address with \"listen\" under [http] or \"--http ADDR\", or serve none with \"off\"",
    in_use(source)
)]
pub struct HttpError {
    address: SocketAddr,
    #[source]
    source: std::io::Error,
}

fn in_use(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => ": another weir or another program listens there",
        _ => "",
    }
}

/// What an address for HTTP means: none for "off".
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str) -> Result<Option<SocketAddr>, String> {
    if text == "off" {
        return Ok(None);
    }
    let address: SocketAddr = text
        .parse()
        .map_err(|_| format!("\"{text}\" is neither \"off\" nor of the form 127.0.0.1:7070"))?;
    match address.ip().is_loopback() {
        true => Ok(Some(address)),
        false => Err(format!(
            "\"{text}\" is not a loopback address: there is neither TLS nor a password, so put a proxy before 127.0.0.1"
        )),
    }
}

/// Serves until the process ends, on a thread of its own.
///
/// # Errors
/// When the address is in use or may not be listened on.
pub fn serve(address: SocketAddr, vitals: Arc<Vitals>) -> Result<(), HttpError> {
    let failed = |source| HttpError { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(failed)?;
    let answer = async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, routes(vitals)).await
    };
    let thread = std::thread::Builder::new().name("http".to_owned());
    thread
        .spawn(move || {
            if let Err(error) = runtime.block_on(answer) {
                tracing::error!(%error, "HTTP is no longer served");
            }
        })
        .map(drop)
        .map_err(failed)
}

fn routes(vitals: Arc<Vitals>) -> Router {
    let (ready, started) = (Arc::clone(&vitals), Arc::clone(&vitals));
    let registry = Arc::new(metrics::registry(vitals));
    Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(move || async move { readiness(&ready) }))
        .route("/startupz", get(move || async move { startup(&started) }))
        .route("/metrics", get(move || async move { scrape(&registry) }))
}

fn readiness(vitals: &Vitals) -> Response {
    let failed = health::failures(&vitals.look());
    let status = if failed.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::to_string(&failed).expect("checks are plain JSON");
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn startup(vitals: &Vitals) -> Response {
    match vitals.look().recovered {
        true => "started\n".into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, "recovering\n").into_response(),
    }
}

fn scrape(registry: &prometheus_client::registry::Registry) -> Response {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_listened_on() {
        assert_eq!(address("off"), Ok(None));
        assert!(address("127.0.0.1:7070").unwrap().is_some());
        assert!(address("[::1]:7070").unwrap().is_some());
        assert!(address("0.0.0.0:7070").unwrap_err().contains("not a loopback address"));
        assert!(address("7070").unwrap_err().contains("of the form"));
    }
}
