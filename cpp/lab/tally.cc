#include "lab/tally.h"

#include "base/sort.h"
#include "lab/healing_view.h"

namespace systemsim {

void Tally::began(const Operation& operation) {
  ++(operation.verb == Verb::put   ? puts_
     : operation.verb == Verb::get ? gets_
     : operation.verb == Verb::cas ? cas_
                                   : deletes_);
}

void Tally::ended(const Operation& operation, const StalenessJudge::Verdict& verdict) {
  if (operation.outcome == OperationOutcome::refused) {
    ++refused_;
    return;
  }
  if (operation.outcome == OperationOutcome::timeout) {
    ++timeout_;
    return;
  }
  ++(operation.outcome == OperationOutcome::not_equal ? not_equal_ : ok_);
  if (operation.verb == Verb::get) {
    ++(verdict.stale ? stale_ : fresh_);
    conflicting_ += operation.siblings.empty() ? 0 : 1;
  }
  took_us_[static_cast<size_t>(operation.verb)].push_back(operation.end_us - operation.begin_us);
}

void Tally::on_send(uint32_t /*message_id*/, const Message& message, uint64_t /*now_us*/,
                    uint64_t /*arrive_us*/, uint64_t /*position*/) {
  messages_.add(MessageCounts::sent, message);
  if (message.kind == MessageKind::stream) moved_records_ += message.entries.size();
}

void Tally::on_trace(const TraceRecord& record) {
  const bool change = record.kind == TraceKind::join || record.kind == TraceKind::leave;
  if (change && record.flags == static_cast<uint8_t>(ChangeState::refused)) ++refused_changes_;
}

void Tally::on_deliver(uint32_t /*message_id*/, const Message& message, uint64_t /*now_us*/,
                       uint64_t /*position*/) {
  messages_.add(MessageCounts::delivered, message);
}

void Tally::on_drop(uint32_t /*message_id*/, const Message& message, DropReason reason,
                    uint64_t /*now_us*/, uint64_t /*position*/) {
  messages_.add(reason == DropReason::lost  ? MessageCounts::lost
                : reason == DropReason::cut ? MessageCounts::cut
                                            : MessageCounts::down,
                message);
}

void Tally::write(JsonWriter& writer, const World& world) const {
  writer.field("seed", world.seed());
  writer.field("trace_sha256", world.trace().sha256());
  writer.field("events", world.position());
  writer.field("sim_ms", static_cast<double>(world.now_us()) / 1000.0);
  writer.key("ops").begin_object();
  writer.field("total", total()).field("ok", ok_).field("timeout", timeout_);
  writer.field("refused", refused_);
  writer.field("open", open_operations());
  writer.field("puts", puts_).field("gets", gets_).field("deletes", deletes_);
  if (world.stage().setup.cluster.calls.has_owners()) {
    writer.field("cas", cas_).field("not_equal", not_equal_);
  }
  writer.field("fresh", fresh_).field("stale", stale_);
  writer.field("conflicting", conflicting_).end_object();
  const auto& [put_us, get_us, delete_us, cas_us] = took_us_;
  writer.key("read_ms");
  write_percentiles(writer, get_us);
  writer.key("write_ms");
  std::vector<uint64_t> write_us = put_us;
  write_us.insert(write_us.end(), delete_us.begin(), delete_us.end());
  write_us.insert(write_us.end(), cas_us.begin(), cas_us.end());
  write_percentiles(writer, write_us);
  writer.key("messages").begin_object();
  messages_.write_totals(writer);
  writer.end_object();
  if (heals(world.stage().setup)) write_healing(writer, world);
  const size_t begun = world.changes().size();
  if (begun + refused_changes_ > 0) {
    const size_t under_way = world.ring_is_changing() ? 1 : 0;
    writer.key("changes").begin_object().field("done", uint64_t{begun - under_way});
    writer.field("under_way", uint64_t{under_way});
    writer.field("waiting", uint64_t{world.waiting_changes().size()});
    writer.field("refused", refused_changes_).end_object();
  }
  if (begun > 0) {
    writer.key("moved").begin_object().field("records", moved_records_);
    writer.field("bytes", messages_.of(MessageKind::stream, MessageCounts::sent).bytes);
    writer.end_object();
  }
}

void Tally::write_counters(JsonWriter& writer, const World& world) const {
  writer.key("availability");
  if (total() == 0) {
    writer.null();
  } else {
    writer.value(static_cast<double>(answered()) / static_cast<double>(total()));
  }
  writer.key("latency_ms").begin_object();
  for (const Verb verb : {Verb::put, Verb::get, Verb::erase, Verb::cas}) {
    if (verb == Verb::cas && cas_ == 0) continue;
    writer.key(name_of(verb));
    write_percentiles(writer, took_us_[static_cast<size_t>(verb)]);
  }
  writer.end_object().key("messages");
  messages_.write(writer);
  writer.key("nodes");
  write_machines(writer, world);
}

void write_percentiles(JsonWriter& writer, const std::vector<uint64_t>& latencies_us) {
  std::vector<SortKey> sorted;
  sorted.reserve(latencies_us.size());
  for (const uint64_t latency : latencies_us) sorted.push_back({latency, 0, 0});
  sort_keys(sorted);
  const auto rank = [&](const char* name, uint64_t per_thousand) {
    writer.key(name);
    if (latencies_us.empty()) {
      writer.null();
      return;
    }
    const uint64_t count = latencies_us.size();
    const uint64_t place = (count * per_thousand + 999) / 1000;
    writer.value(static_cast<double>(sorted[place == 0 ? 0 : place - 1].first) / 1000.0);
  };
  writer.begin_object();
  rank("p50", 500);
  rank("p99", 990);
  rank("p999", 999);
  rank("max", 1000);
  writer.end_object();
}

}  // namespace systemsim
