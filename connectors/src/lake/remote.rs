//! A store in a bucket, or anything else that `object_store` reaches.

use std::future::Future;
use std::io;
use std::ops::Range;
use std::sync::{Arc, mpsc};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use tokio::runtime::{Builder, Runtime};

use super::store::{Creation, Store};

/// A store on any `ObjectStore` that can put if absent.
///
/// Calls block the calling thread; the requests run on a thread of the store's own.
#[derive(Debug)]
pub struct RemoteStore {
    objects: Arc<dyn ObjectStore>,
    runtime: Option<Runtime>,
}

impl RemoteStore {
    /// The store on `objects`.
    ///
    /// # Errors
    /// When the thread for the requests cannot be started.
    pub fn new(objects: Arc<dyn ObjectStore>) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { objects, runtime: Some(runtime) })
    }

    fn wait<T, F>(&self, request: impl FnOnce(Arc<dyn ObjectStore>) -> F) -> io::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let (answer, answered) = mpsc::sync_channel(1);
        let future = request(Arc::clone(&self.objects));
        let runtime = self.runtime.as_ref().expect("the runtime lives as long as the store");
        runtime.spawn(async move { answer.send(future.await) });
        answered.recv().map_err(io::Error::other)?.map_err(io_error)
    }
}

impl Drop for RemoteStore {
    fn drop(&mut self) {
        // A runtime that is dropped plainly inside another one panics.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Store for RemoteStore {
    fn create(&self, path: &str, bytes: &[u8]) -> io::Result<Creation> {
        let (path, payload) = (Path::from(path), PutPayload::from(bytes.to_vec()));
        let put = self.wait(|objects| async move {
            objects.put_opts(&path, payload, PutMode::Create.into()).await
        });
        match put {
            Ok(_) => Ok(Creation::Created),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Creation::Exists),
            Err(error) => Err(error),
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (path, payload) = (Path::from(path), PutPayload::from(bytes.to_vec()));
        self.wait(|objects| async move { objects.put(&path, payload).await }).map(|_| ())
    }

    fn get(&self, path: &str) -> io::Result<Bytes> {
        let path = Path::from(path);
        self.wait(|objects| async move { objects.get(&path).await?.bytes().await })
    }

    fn get_range(&self, path: &str, range: Range<u64>) -> io::Result<Bytes> {
        let path = Path::from(path);
        self.wait(|objects| async move { objects.get_range(&path, range).await })
    }

    fn size(&self, path: &str) -> io::Result<u64> {
        let path = Path::from(path);
        self.wait(|objects| async move { objects.head(&path).await }).map(|meta| meta.size)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let folder = Path::from(folder);
        let listed = self.wait(|objects| async move {
            let listed = objects.list_with_delimiter(Some(&folder)).await?;
            Ok(listed.objects)
        })?;
        let mut names: Vec<String> =
            listed.iter().filter_map(|meta| meta.location.filename().map(str::to_owned)).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        let path = Path::from(path);
        match self.wait(|objects| async move { objects.delete(&path).await }) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

fn io_error(error: object_store::Error) -> io::Error {
    let kind = match &error {
        object_store::Error::NotFound { .. } => io::ErrorKind::NotFound,
        object_store::Error::AlreadyExists { .. } => io::ErrorKind::AlreadyExists,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
