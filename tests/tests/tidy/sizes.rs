//! Sizes as a ratchet: the lists beside this file say what is too long today.
//!
//! `WEIR_BLESS=1` writes smaller sizes down, and never a larger one; a list that is not there it begins.

use std::collections::BTreeMap;
use std::env;
use std::fs;

use super::{check, files, root};

const MAX_FILE_LINES: usize = 200;
const MAX_FUNCTION_LINES: usize = 40;

/// Compares sizes with a list of exceptions, which may only become shorter and smaller.
fn ratchet(list: &str, limit: usize, sizes: &BTreeMap<String, usize>) {
    let path = root().join("tests/tests/tidy").join(list);
    let blessing = env::var_os("WEIR_BLESS").is_some();
    let listed: BTreeMap<String, usize> = match fs::read_to_string(&path) {
        Ok(text) => text.lines().filter_map(entry).collect(),
        Err(_) if blessing => sizes.clone(),
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let allowed = |name: &str| listed.get(name).copied().unwrap_or(limit);
    let too_long =
        sizes.iter().filter(|(name, size)| **size > allowed(name)).map(|(name, size)| {
            format!(
                "{name} has {size} lines and may have {}: give a part of it a name",
                allowed(name)
            )
        });
    let mut problems: Vec<String> = too_long.collect();
    let kept = sizes.iter().filter(|(name, size)| **size > limit && listed.contains_key(*name));
    let kept: BTreeMap<_, _> = kept.map(|(name, size)| (name, size.min(&listed[name]))).collect();
    if blessing {
        let lines = kept.iter().map(|(name, size)| format!("{size} {name}\n"));
        fs::write(&path, lines.collect::<String>()).unwrap();
    } else {
        let done = listed.keys().filter(|name| !kept.contains_key(name));
        problems.extend(done.map(|name| {
            format!("{name} is no longer too long: take it off {list} (WEIR_BLESS=1 does)")
        }));
    }
    check(&problems);
}

fn entry(line: &str) -> Option<(String, usize)> {
    let (size, name) = line.split_once(' ')?;
    Some((name.to_owned(), size.parse().unwrap()))
}

#[test]
fn files_are_short() {
    let sizes = files("rs").into_iter().map(|(path, text)| (path, text.lines().count()));
    ratchet("long_files.txt", MAX_FILE_LINES, &sizes.collect());
}

#[test]
fn functions_are_short() {
    let mut sizes = BTreeMap::new();
    for (path, text) in files("rs") {
        let lines: Vec<&str> = text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let Some(name) = function_name(line) else { continue };
            let indent = &line[..line.len() - line.trim_start().len()];
            let end = format!("{indent}}}");
            let length = lines[start..].iter().position(|line| *line == end).unwrap_or(0) + 1;
            let size: &mut usize = sizes.entry(format!("{path} {name}")).or_default();
            *size = (*size).max(length);
        }
    }
    ratchet("long_functions.txt", MAX_FUNCTION_LINES, &sizes);
}

/// The name of the function whose body begins with this line or below it.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.trim_start().split_once("fn ")?;
    let words = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    let declares = before.split_whitespace().all(|word| words.contains(&word));
    let name = after.split(['(', '<']).next()?;
    (declares && !line.trim_end().ends_with(';') && !line.trim_end().ends_with('}')).then_some(name)
}
