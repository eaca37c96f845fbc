//! Values that are kept out of the configuration file.

use super::{ConfigError, Reader};

impl Reader<'_> {
    /// The key that makes numbers pseudonyms.
    pub(super) fn pseudonym_key(&self, typed: &str) -> Result<Vec<u8>, ConfigError> {
        match self.secret("pseudonym_key", typed)? {
            key if key.is_empty() => Err(self.bad(
                "pseudonym_key",
                "is empty, so that anyone could tell the numbers; give a secret of some length",
            )),
            key => Ok(key.into_bytes()),
        }
    }

    /// A value, or what `${env:NAME}` or `${file:PATH}` refers to.
    fn secret(&self, key: &str, value: &str) -> Result<String, ConfigError> {
        let reference = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        match reference.and_then(|reference| reference.split_once(':')) {
            None => Ok(value.to_owned()),
            Some(("env", name)) => std::env::var(name).map_err(|_| {
                self.bad(key, format!("refers to the variable {name}, which is not set"))
            }),
            Some(("file", path)) => {
                let text = self.text_of(&self.beside(path), |problem| self.bad(key, problem))?;
                Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
            }
            Some((kind, _)) => {
                Err(self.bad(key, format!("refers to \"{kind}\"; there are env and file")))
            }
        }
    }
}
