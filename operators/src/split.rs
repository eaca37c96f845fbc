//! Separates what worked from what did not.

use timely::dataflow::channels::pact::Pipeline;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;

use crate::port::Port;
use crate::rows::{Row, Rows};

/// Turns rows that are results into two collections.
pub trait Split<'scope, T: Row, E: Row> {
    /// The rows that are `Ok`, and beside them the rows that are `Err`.
    ///
    /// Nothing is lost: mapping both back and concatenating them gives the rows.
    ///
    /// ```
    /// use differential_dataflow::input::Input;
    /// use operators::split::Split;
    ///
    /// timely::example(|scope| {
    ///     let (oks, errs) = scope.new_collection_from(vec![Ok(7), Err('x')]).1.split();
    ///     oks.assert_eq(scope.new_collection_from(vec![7]).1);
    ///     errs.assert_eq(scope.new_collection_from(vec!['x']).1);
    /// });
    /// ```
    fn split(self) -> (Rows<'scope, T>, Rows<'scope, E>);
}

impl<'scope, T: Row, E: Row> Split<'scope, T, E> for Rows<'scope, Result<T, E>> {
    fn split(self) -> (Rows<'scope, T>, Rows<'scope, E>) {
        let mut builder = OperatorBuilder::new("Split".to_owned(), self.scope());
        let mut input = builder.new_input(self.inner, Pipeline);
        let (mut oks, ok_rows) = Port::new(&mut builder);
        let (mut errs, err_rows) = Port::new(&mut builder);
        builder.build(move |_capabilities| {
            move |_frontiers| {
                input.for_each(|capability, updates| {
                    let (mut ok_updates, mut err_updates) = (Vec::new(), Vec::new());
                    for (result, epoch, diff) in updates.drain(..) {
                        match result {
                            Ok(row) => ok_updates.push((row, epoch, diff)),
                            Err(row) => err_updates.push((row, epoch, diff)),
                        }
                    }
                    oks.send(&capability, ok_updates.into_iter());
                    errs.send(&capability, err_updates.into_iter());
                });
            }
        });
        (ok_rows, err_rows)
    }
}
