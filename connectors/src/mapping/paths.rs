//! Finds the members of many JSON paths in one pass over the text, without building a document.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::decode::fields::scalar;
use crate::decode::reject::Reject;
use crate::decode::scalar::Scalar;

/// Paths as a tree of names; a leaf knows the number of its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathTree {
    count: usize,
    root: Branch,
}

#[derive(Clone, Debug, Default)]
struct Branch {
    members: Vec<(String, Node)>,
}

#[derive(Clone, Debug)]
enum Node {
    Leaf(usize),
    Branch(Branch),
}

impl PathTree {
    /// Plants paths; the place of each is its number. A path through another's leaf finds nothing.
    pub(super) fn of<'p>(paths: impl Iterator<Item = &'p [String]>) -> Self {
        let mut tree = Self::default();
        for (place, path) in paths.enumerate() {
            tree.count = place + 1;
            tree.root.plant(path, place);
        }
        tree
    }

    /// The value of each path; absent where the text has no such member.
    pub(super) fn find<'a>(&self, text: &'a str) -> Result<Vec<Scalar<'a>>, Reject> {
        let mut found = vec![Scalar::Absent; self.count];
        let mut reader = serde_json::Deserializer::from_str(text);
        let search = Search { branch: &self.root, found: &mut found };
        search
            .deserialize(&mut reader)
            .and_then(|()| reader.end())
            .map_err(|error| Reject::of_json(text, &error))?;
        Ok(found)
    }
}

impl Branch {
    fn plant(&mut self, path: &[String], place: usize) {
        let Some((name, rest)) = path.split_first() else { return };
        if rest.is_empty() {
            self.members.insert(0, (name.clone(), Node::Leaf(place)));
            return;
        }
        let known = self.members.iter_mut().find_map(|(member, node)| match node {
            Node::Branch(branch) if member == name => Some(branch),
            _ => None,
        });
        match known {
            Some(branch) => branch.plant(rest, place),
            None => {
                let mut branch = Self::default();
                branch.plant(rest, place);
                self.members.push((name.clone(), Node::Branch(branch)));
            }
        }
    }
}

/// A search for the members of one branch.
struct Search<'t, 'f, 'a> {
    branch: &'t Branch,
    found: &'f mut Vec<Scalar<'a>>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> DeserializeSeed<'a> for Search<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Search<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<Name<'a>>()? {
            let wanted = self.branch.members.iter().find(|(member, _)| *member == name.0);
            match wanted.map(|(_, node)| node) {
                Some(Node::Leaf(place)) => {
                    self.found[*place] = scalar(object.next_value::<&RawValue>()?)
                }
                Some(Node::Branch(branch)) => {
                    let inner = object.next_value::<&RawValue>()?.get();
                    // What is no object has no members, which is not an error of the record.
                    if inner.starts_with('{') {
                        let mut reader = serde_json::Deserializer::from_str(inner);
                        let search = Search { branch, found: self.found };
                        search.deserialize(&mut reader).map_err(de::Error::custom)?;
                    }
                }
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}
