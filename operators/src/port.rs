//! An output of rows, for operators that have several.

use differential_dataflow::AsCollection;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::operators::CapabilityTrait;
use timely::dataflow::operators::generic::OutputBuilder;
use timely::dataflow::operators::generic::builder_rc::OperatorBuilder;

use crate::rows::{Diff, Epoch, Rows};

type Updates<D> = CapacityContainerBuilder<Vec<(D, Epoch, Diff)>>;

/// The sending end of an output.
pub(crate) struct Port<D: Clone + 'static>(OutputBuilder<Epoch, Updates<D>>);

impl<D: Clone + 'static> Port<D> {
    /// Adds an output to an operator.
    pub(crate) fn new<'scope>(
        builder: &mut OperatorBuilder<'scope, Epoch>,
    ) -> (Self, Rows<'scope, D>) {
        let (output, stream) = builder.new_output();
        (Self(OutputBuilder::from(output)), stream.as_collection())
    }

    /// Sends updates at or after the capability's epoch.
    pub(crate) fn send(
        &mut self,
        capability: &impl CapabilityTrait<Epoch>,
        updates: impl Iterator<Item = (D, Epoch, Diff)>,
    ) {
        self.0.activate().session(capability).give_iterator(updates);
    }
}
