//! Where in a PM file the reading is: what is open, and what was read of it.

mod text;

use std::sync::Arc;

use datasets::assurance::counter_report::CounterReport;
use quick_xml::events::{BytesStart, Event};

use super::element::Attributes;
use super::group::Group;
use super::tag::Tag;
use super::values::Values;
use super::{Fault, Lost, bounded};
use crate::decode::reject::Reject;
use text::not_utf8;

/// The most elements that may be open.
const DEPTH: usize = 64;

/// A file that is being read.
#[derive(Default)]
pub(super) struct File {
    open: Vec<Tag>,
    is_closed: bool,
    /// What distinguished names begin with, once the header was read.
    dn_prefix: Option<Arc<str>>,
    element: Option<Arc<str>>,
    group: Group,
    values: Values,
    /// The number of the counter whose name or value is open.
    number: u32,
    text: String,
}

impl File {
    /// Takes one event in.
    pub(super) fn take(&mut self, event: Event<'_>) -> Result<Option<CounterReport>, Fault> {
        let taken = match event {
            Event::Start(start) => self.start(&start),
            Event::End(_) => return self.end().map_err(|fault| self.lose(fault)),
            Event::Text(text) => text.decode().map_err(not_utf8).and_then(|text| self.add(&text)),
            Event::CData(text) => text.decode().map_err(not_utf8).and_then(|text| self.add(&text)),
            Event::GeneralRef(entity) => self.entity(&entity),
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name)) if !name.eq_ignore_ascii_case(b"UTF-8") => {
                    Err((Lost::Rest, bounded::not_utf8()))
                }
                _ => Ok(()),
            },
            Event::DocType(_) => {
                let detail = "a document type is declared, and none is read".to_owned();
                Err((Lost::Rest, Reject { reason: "not_xml", detail }))
            }
            Event::Eof => self.finish(),
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) => Ok(()),
        };
        taken.map(|()| None).map_err(|fault| self.lose(fault))
    }

    /// How many bytes are held, at least.
    pub(super) fn held_bytes(&self) -> usize {
        self.text.capacity() + self.group.held_bytes() + self.values.held_bytes()
    }

    /// Notes what is passed over because of a fault.
    fn lose(&mut self, fault: Fault) -> Fault {
        match fault.0 {
            Lost::Value => self.values.is_lost = true,
            Lost::Group => self.group.is_lost = true,
            Lost::Rest => {}
        }
        fault
    }

    /// Whether what is open here is passed over.
    fn passes_over(&self, tag: Tag) -> bool {
        let is_in = |outer: Tag| tag == outer || self.open.contains(&outer);
        tag == Tag::Other
            || (self.group.is_lost && is_in(Tag::Group))
            || (self.values.is_lost && is_in(Tag::Value))
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        let rest =
            |reason, detail: &str| Err((Lost::Rest, Reject { reason, detail: detail.to_owned() }));
        let name = start.local_name();
        let tag = Tag::of(self.open.last().copied(), name.as_ref());
        let Some(tag) = tag.filter(|_| !self.is_closed) else {
            return rest("not_pm", "it is no \"measCollecFile\" and no \"measDataFile\"");
        };
        if self.open.len() >= DEPTH {
            return rest("too_deep", "more than 64 elements are open");
        }
        match tag {
            Tag::Group => self.group = Group::default(),
            Tag::Value => self.values = Values::default(),
            _ => {}
        }
        self.open.push(tag);
        self.text.clear();
        if self.passes_over(tag) { Ok(()) } else { self.enter(tag, &Attributes(start)) }
    }

    /// Takes the attributes of an element.
    fn enter(&mut self, tag: Tag, attributes: &Attributes<'_>) -> Result<(), Fault> {
        match tag {
            Tag::Header => {
                let prefix = attributes.shared("dnPrefix", Lost::Rest)?;
                self.dn_prefix = Some(prefix.unwrap_or_default());
            }
            Tag::Data if self.dn_prefix.is_none() => {
                return Err((Lost::Rest, Reject::missing("fileHeader")));
            }
            Tag::Data => self.element = None,
            Tag::Element => {
                let name = attributes.shared("localDn", Lost::Rest)?;
                self.element = Some(name.unwrap_or_default());
            }
            Tag::Group if self.element.is_none() => {
                return Err((Lost::Group, Reject::missing("managedElement")));
            }
            Tag::Group => self.group.id = attributes.shared("measInfoId", Lost::Group)?,
            Tag::Job => self.group.job = attributes.shared("jobId", Lost::Group)?,
            Tag::Period => self.group.take_period(attributes)?,
            Tag::Name => self.number = attributes.number(Lost::Group)?,
            Tag::Value => {
                let object = attributes.name("measObjLdn", Lost::Value)?;
                let missing = || (Lost::Value, Reject::missing("measObjLdn"));
                self.values.object = object.ok_or_else(missing)?;
            }
            Tag::Result => self.number = attributes.number(Lost::Value)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Option<CounterReport>, Fault> {
        let Some(tag) = self.open.last().copied() else { return Ok(None) };
        let is_passed_over = self.passes_over(tag);
        self.open.pop();
        let text = std::mem::take(&mut self.text);
        let left = if is_passed_over { Ok(None) } else { self.leave(tag, text.trim()) };
        self.text = text;
        self.is_closed = self.open.is_empty();
        left
    }

    /// Takes the text of an element, and the report where one is complete.
    fn leave(&mut self, tag: Tag, text: &str) -> Result<Option<CounterReport>, Fault> {
        match tag {
            Tag::Names => self.group.take_names(text)?,
            Tag::Name => self.group.take_name(self.number, text)?,
            Tag::Results => self.values.take_list(text, &self.group)?,
            Tag::Result => self.values.take((self.number, text), &self.group)?,
            Tag::Suspect => self.values.take_suspect(text)?,
            Tag::Value => {
                let of = (self.dn_prefix.clone(), self.element.clone());
                let of = (of.0.unwrap_or_default(), of.1.unwrap_or_default());
                return std::mem::take(&mut self.values).report(of, &self.group).map(Some);
            }
            _ => {}
        }
        Ok(None)
    }

    /// The bytes are at their end: so must the file be.
    fn finish(&self) -> Result<(), Fault> {
        let not_xml = |detail: &str| Reject { reason: "not_xml", detail: detail.to_owned() };
        match (self.open.is_empty(), self.is_closed) {
            (true, true) if self.dn_prefix.is_none() => {
                Err((Lost::Rest, Reject::missing("fileHeader")))
            }
            (true, true) => Ok(()),
            (true, false) => Err((Lost::Rest, not_xml("there is no element"))),
            _ => Err((Lost::Rest, not_xml("the file ends before its elements do"))),
        }
    }
}
