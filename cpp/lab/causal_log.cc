#include "lab/causal_log.h"

#include <ostream>
#include <string>

#include "lab/json_writer.h"

namespace systemsim {
namespace {

// The line of the text trace, without the spaces that set its columns.
std::string words(const TraceRecord& record) {
  std::string text = to_text(record);
  return text.substr(text.find_first_not_of(' '));
}

}  // namespace

void CausalLog::add(const TraceRecord& record) {
  if (record.kind == TraceKind::drop) under_way_.erase(record.message);
  const bool happens_here = record.node != kNobody && record.kind != TraceKind::drop &&
                            record.kind != TraceKind::hold && record.kind != TraceKind::release;
  if (!happens_here) return;
  VectorClock& clock = clocks_[record.node];
  if (record.kind == TraceKind::deliver) {
    const auto sent = under_way_.find(record.message);
    if (sent != under_way_.end()) {
      clock.merge(sent->second);
      under_way_.erase(sent);
    }
  }
  clock.increment(record.node, record.time_us);
  if (record.kind == TraceKind::send) under_way_[record.message] = clock;

  JsonWriter writer;
  writer.begin_object();
  for (const VectorClock::Entry& entry : clock.entries()) {
    writer.field(endpoint_name(entry.writer).c_str(), uint64_t{entry.counter});
  }
  out_ << words(record) << '\n'
       << endpoint_name(record.node) << ' ' << writer.end_object().take() << '\n';
}

}  // namespace systemsim
