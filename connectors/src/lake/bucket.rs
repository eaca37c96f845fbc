//! The bucket that a location such as `s3://bucket/prefix` names, reached as the environment says.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::parse_url_opts;
use object_store::prefix::PrefixStore;
use url::Url;

/// What buckets there are, by how their locations begin.
const SCHEMES: [&str; 8] = ["s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss"];
/// What the settings of buckets begin with in the environment: credentials, regions, endpoints.
const SETTINGS: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];

/// The objects under a location; nothing is reached yet.
///
/// # Errors
/// What is wrong with the location or with the settings.
pub(super) fn objects(location: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let url = Url::parse(location).map_err(|error| error.to_string())?;
    if !SCHEMES.contains(&url.scheme()) {
        return Err(format!(
            "it is neither a local path nor a bucket: those begin with s3://, gs:// or az://, and this with {}://",
            url.scheme()
        ));
    }
    let is_setting = |name: &str| SETTINGS.iter().any(|beginning| name.starts_with(beginning));
    // Not every variable need be text, and those that are asked for are.
    let settings = std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        is_setting(&name).then(|| (name.to_ascii_lowercase(), value))
    });
    let (objects, prefix) = parse_url_opts(&url, settings).map_err(|error| error.to_string())?;
    match prefix.parts().next() {
        None => Ok(Arc::from(objects)),
        Some(_) => Ok(Arc::new(PrefixStore::new(Arc::<dyn ObjectStore>::from(objects), prefix))),
    }
}

#[cfg(test)]
mod tests {
    use super::objects;

    #[test]
    fn buckets_are_known_by_how_they_begin() {
        let known = [
            ("s3://bucket", "bucket"),
            ("s3://bucket/a/lake/", "a/lake"),
            ("gs://bucket/lake", "lake"),
        ];
        for (location, place) in known {
            let store = objects(location).unwrap().to_string();
            assert!(store.contains(place), "{location}: {store}");
        }
        for location in
            ["http://127.0.0.1/lake", "hdfs://host/lake", "memory:///lake", "s3:///lake"]
        {
            assert!(objects(location).is_err(), "{location}");
        }
        assert!(objects("ftp://host/lake").unwrap_err().contains("s3://, gs:// or az://"));
    }
}
