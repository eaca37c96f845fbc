//! Usage records as the network's mediation device writes them, some 330 bytes each.

use super::json::Json;
use super::usage::Fact;
use crate::usage::Service;

/// The name under which a service's quantity stands in a record.
pub(super) const fn quantity_name(service: Service) -> &'static str {
    match service {
        Service::Voice => "duration_s",
        Service::Data => "volume_bytes",
        Service::Sms => "message_count",
        Service::Event => "event_count",
    }
}

/// The record's payload; equal facts yield equal bytes.
pub(super) fn payload(fact: &Fact, seed: u64) -> Vec<u8> {
    let mut json = Json::with_capacity(384);
    identity(&mut json, fact, seed);
    json.text(",\"service\":\"").text(fact.service.as_str());
    json.text("\",\"msisdn\":\"+").number(fact.msisdn());
    if fact.called > 0 {
        let plus = if fact.called < 1_000_000 { "" } else { "+" };
        json.text("\",\"called_number\":\"").text(plus).number(fact.called);
    }
    json.text("\",\"started_at\":\"").instant(fact.started_at);
    json.text("\",\"").text(quantity_name(fact.service)).text("\":").number(fact.amount);
    surroundings(&mut json, fact);
    json.finish()
}

fn identity(json: &mut Json, fact: &Fact, seed: u64) {
    let usage = u64::from(fact.usage);
    json.text("{\"usage_id\":\"msc").padded(usage % 16, 2).text("-").padded(seed % 1_000_000, 6);
    json.text("-").padded(usage, 10);
    json.text("\",\"revision\":").number(u64::from(fact.revision));
    if fact.cancelled {
        json.text(",\"cancelled\":true");
    }
}

/// What the network tells beside: where, how, on whose card. Rating needs none of it.
fn surroundings(json: &mut Json, fact: &Fact) {
    let usage = u64::from(fact.usage);
    let area = usage * 7_919 % 90_000;
    // 001-01 is the network code that the ITU keeps for tests.
    json.text(",\"cell_id\":\"001-01-").padded(area / 30, 5).text("-").padded(area % 30, 3);
    json.text("\",\"imsi\":\"00101").padded(u64::from(fact.line), 10);
    json.text("\",\"rat\":\"").text(if usage % 3 == 0 { "nr" } else { "lte" });
    json.text("\",\"roaming\":false,\"cause\":\"normal_release\",\"charging_id\":");
    json.number(3_000_000_000 + usage).text(",\"element\":\"msc").padded(usage % 16, 2);
    json.text("\"}");
}
