#include "lab/tally.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim {

void Tally::on_begin(const Operation& operation) {
  ++(operation.verb == Verb::put ? puts_ : operation.verb == Verb::get ? gets_ : deletes_);
  judge_.begin(operation);
  open_.emplace(operation.id, operation);
}

void Tally::on_end(const Operation& operation) {
  const auto open = open_.find(operation.id);
  SYSTEMSIM_ASSERT(open != open_.end());
  Operation whole = std::move(open->second);
  open_.erase(open);
  whole.end_us = operation.end_us;
  whole.end_position = operation.end_position;
  whole.outcome = operation.outcome;
  whole.returned = operation.returned;
  const auto verdict = judge_.end(whole);
  if (whole.outcome != OperationOutcome::ok) {
    ++timeout_;
    return;
  }
  ++ok_;
  const uint64_t took_us = whole.end_us - whole.begin_us;
  if (whole.verb == Verb::get) {
    ++(verdict.stale ? stale_ : fresh_);
    read_us_.push_back(took_us);
  } else {
    write_us_.push_back(took_us);
  }
}

void Tally::on_send(uint32_t /*message_id*/, const Message& message, uint64_t /*now_us*/,
                    uint64_t /*arrive_us*/, uint64_t /*position*/) {
  ++sent_;
  sent_bytes_ += size_bytes(message);
}

void Tally::on_deliver(uint32_t /*message_id*/, uint64_t /*now_us*/, uint64_t /*position*/) {
  ++delivered_;
}

void Tally::on_drop(uint32_t /*message_id*/, DropReason reason, uint64_t /*now_us*/,
                    uint64_t /*position*/) {
  ++(reason == DropReason::lost ? lost_ : reason == DropReason::cut ? cut_ : down_);
}

void Tally::write(JsonWriter& writer, const World& world) const {
  writer.begin_object();
  writer.field("seed", world.seed());
  writer.field("trace_sha256", world.trace().sha256());
  writer.field("events", world.position());
  writer.field("sim_ms", static_cast<double>(world.now_us()) / 1000.0);
  writer.key("ops").begin_object();
  writer.field("total", total()).field("ok", ok_).field("timeout", timeout_);
  writer.field("open", open_.size());
  writer.field("puts", puts_).field("gets", gets_).field("deletes", deletes_);
  writer.field("fresh", fresh_).field("stale", stale_).end_object();
  writer.key("read_ms");
  write_percentiles(writer, read_us_);
  writer.key("write_ms");
  write_percentiles(writer, write_us_);
  writer.key("messages").begin_object();
  writer.field("sent", sent_).field("delivered", delivered_);
  writer.field("lost", lost_).field("cut", cut_).field("down", down_);
  writer.field("bytes", sent_bytes_).end_object();
  writer.end_object();
}

void write_percentiles(JsonWriter& writer, std::vector<uint64_t> latencies_us) {
  std::sort(latencies_us.begin(), latencies_us.end());
  const auto rank = [&](const char* name, uint64_t per_thousand) {
    writer.key(name);
    if (latencies_us.empty()) {
      writer.null();
      return;
    }
    const uint64_t count = latencies_us.size();
    const uint64_t place = (count * per_thousand + 999) / 1000;
    writer.value(static_cast<double>(latencies_us[place == 0 ? 0 : place - 1]) / 1000.0);
  };
  writer.begin_object();
  rank("p50", 500);
  rank("p99", 990);
  rank("p999", 999);
  rank("max", 1000);
  writer.end_object();
}

}  // namespace systemsim
