//! `[http]`: where health and metrics are served.

use std::net::SocketAddr;

use serde::Deserialize;

use super::{ConfigError, Reader};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedHttp {
    /// A loopback address, or `off`.
    listen: String,
}

impl Reader<'_> {
    /// Where HTTP is configured to be served: nothing said, nowhere, or there.
    pub(super) fn http(
        &self,
        typed: Option<TypedHttp>,
    ) -> Result<Option<Option<SocketAddr>>, ConfigError> {
        let meant = |http: TypedHttp| {
            crate::http::address(&http.listen).map_err(|problem| self.bad("http.listen", problem))
        };
        typed.map(meant).transpose()
    }
}
