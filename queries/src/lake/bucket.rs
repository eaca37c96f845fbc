//! A lake in a bucket: which objects a location such as `s3://bucket/prefix` names, and reading them where nothing waits.

use std::future::Future;
use std::io;
use std::sync::{Arc, mpsc};

use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt, parse_url_opts};
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// What buckets there are, by how their locations begin.
const SCHEMES: [&str; 8] = ["s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss"];
/// What the settings of buckets begin with in the environment: credentials, regions, endpoints.
const SETTINGS: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];

/// The objects of a lake, and a thread for requests of callers that cannot await them.
#[derive(Debug)]
pub(super) struct Bucket {
    objects: Arc<dyn ObjectStore>,
    runtime: Option<Runtime>,
}

impl Bucket {
    /// The bucket at a location; nothing is reached yet.
    pub(super) fn open(location: &str) -> Result<Self, String> {
        let objects = objects(location)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        Ok(Self { objects, runtime: Some(runtime) })
    }

    /// The objects, for whoever can await them.
    pub(super) fn objects(&self) -> &Arc<dyn ObjectStore> {
        &self.objects
    }

    /// All bytes of an object.
    pub(super) fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let path = Path::from(path);
        let bytes = self.wait(|objects| async move { objects.get(&path).await?.bytes().await });
        bytes.map(|bytes| bytes.to_vec())
    }

    /// The names of the objects directly in a folder; none where there is no such folder.
    pub(super) fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let folder = Path::from(folder);
        let listed =
            self.wait(|objects| async move { objects.list_with_delimiter(Some(&folder)).await })?;
        let name = |meta: &object_store::ObjectMeta| meta.location.filename().map(str::to_owned);
        Ok(listed.objects.iter().filter_map(name).collect())
    }

    fn wait<T, F>(&self, request: impl FnOnce(Arc<dyn ObjectStore>) -> F) -> io::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let (answer, answered) = mpsc::sync_channel(1);
        let future = request(Arc::clone(&self.objects));
        let runtime = self.runtime.as_ref().expect("the runtime lives as long as the bucket");
        runtime.spawn(async move { answer.send(future.await) });
        answered.recv().map_err(io::Error::other)?.map_err(|error| match error {
            object_store::Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, error),
            error => io::Error::other(error),
        })
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // A runtime that is dropped plainly inside another one panics.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn objects(location: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let url = Url::parse(location).map_err(|error| error.to_string())?;
    if !SCHEMES.contains(&url.scheme()) {
        let scheme = url.scheme();
        return Err(format!(
            "it is neither a folder nor a bucket: those begin with s3://, gs:// or az://, and this with {scheme}://"
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
