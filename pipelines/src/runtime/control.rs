//! The control stream: orders from worker 0 to all, reports from all to worker 0, over timely's own channels.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use timely::ExchangeData;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::{Exchange, Pipeline};
use timely::dataflow::operators::Input;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::vec::Broadcast;
use timely::dataflow::{InputHandle, StreamVec};
use timely::worker::Worker;

use super::orders::{Order, Report};

type Inbox<D> = Rc<RefCell<VecDeque<D>>>;
type Outbox<D> = InputHandle<u64, CapacityContainerBuilder<Vec<D>>>;

/// A worker's end of the control stream.
pub struct Control {
    orders: Inbox<Order>,
    reports: Inbox<Report>,
    give_orders: Outbox<Order>,
    give_reports: Outbox<Report>,
}

impl Control {
    /// Lays the streams.
    pub fn build(worker: &mut Worker) -> Self {
        worker.dataflow_named::<u64, _, _>("Control", |scope| {
            let (give_orders, orders) = scope.new_input();
            let (give_reports, reports) = scope.new_input();
            let orders: StreamVec<'_, u64, Order> = Broadcast::broadcast(orders);
            let to_first = Exchange::new(|_: &Report| 0);
            Self {
                orders: collect(orders, Pipeline),
                reports: collect(reports, to_first),
                give_orders,
                give_reports,
            }
        })
    }

    /// Orders all workers.
    pub fn order(&mut self, order: Order) {
        post(&mut self.give_orders, order);
    }

    /// The next order that has arrived, if it is one of these.
    pub fn next_order_if(&self, is_one: impl Fn(&Order) -> bool) -> Option<Order> {
        self.orders.borrow_mut().pop_front_if(|order| is_one(order))
    }

    /// Reports to worker 0.
    pub fn report(&mut self, report: Report) {
        post(&mut self.give_reports, report);
    }

    /// The next order that has arrived.
    pub fn next_order(&self) -> Option<Order> {
        self.orders.borrow_mut().pop_front()
    }

    /// The next report that has arrived; only ever on worker 0.
    pub fn next_report(&self) -> Option<Report> {
        self.reports.borrow_mut().pop_front()
    }
}

/// Sends a message and closes its time: until then an exchange channel keeps what is for other workers.
fn post<D: ExchangeData + Clone>(outbox: &mut Outbox<D>, message: D) {
    outbox.send(message);
    let next = outbox.time() + 1;
    outbox.advance_to(next);
}

/// Puts what arrives into an inbox, in the order of arrival.
fn collect<'scope, D: ExchangeData, P>(stream: StreamVec<'scope, u64, D>, pact: P) -> Inbox<D>
where
    P: timely::dataflow::channels::pact::ParallelizationContract<u64, Vec<D>>,
{
    let inbox: Inbox<D> = Rc::default();
    let filled = Rc::clone(&inbox);
    let _none: StreamVec<'scope, u64, ()> =
        stream.unary::<CapacityContainerBuilder<_>, _, _, _>(pact, "Inbox", move |_, _| {
            move |input, _output| {
                input.for_each(|_capability, batch| filled.borrow_mut().extend(batch.drain(..)));
            }
        });
    inbox
}
