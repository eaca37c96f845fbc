//! The settings of a broker that is alone, in a hurry, and writes to a folder of its own.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result};

/// The name of the settings' file in the broker's folder.
pub(super) const FILE: &str = "server.properties";

/// A port that nobody listens on now.
pub(super) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("could not find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Writes the settings: one node that is broker and controller.
pub(super) fn write(folder: &Path, [broker, controller]: [u16; 2]) -> Result<()> {
    let settings = format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.segment.delete.delay.ms=1000
num.network.threads=2
num.io.threads=2
",
        folder.join("data").display()
    );
    std::fs::write(folder.join(FILE), settings).context("could not write the broker's settings")
}

/// A new cluster's id: 16 bytes in base64, of which the last letter carries two bits.
pub(super) fn cluster_id() -> String {
    (0..21).map(|_| fastrand::alphanumeric()).chain(['A']).collect()
}
