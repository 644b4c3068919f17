#include "lab/siblings_json.h"

#include "base/ids.h"

namespace systemsim {
namespace {

void write_clock(JsonWriter& writer, const char* name, const VectorClock& clock) {
  writer.key(name).begin_object();
  for (const VectorClock::Entry& entry : clock.entries()) {
    writer.field(writer_name(entry.writer).c_str(), entry.counter);
  }
  writer.end_object();
}

void write_sibling(JsonWriter& writer, const Record& record) {
  writer.begin_object();
  writer.key("op");
  const bool initial = record.version.operation == kInitialRecord;
  initial ? writer.null() : writer.value(record.version.operation);
  writer.key("value");
  record.deleted ? writer.null() : writer.bytes(record.value);
  writer.field("deleted", record.deleted).field("stamp_us", record.version.stamp_us);
}

}  // namespace

void write_siblings(JsonWriter& writer, const Siblings& copy) {
  write_clock(writer, "seen", copy.seen());
  writer.key("siblings").begin_array();
  if (const auto* clocked = copy.clocked()) {
    for (const ClockedVersion& version : *clocked) {
      write_sibling(writer, version.record);
      write_clock(writer, "clock", version.clock);
      writer.end_object();
    }
  } else {
    for (const DottedVersions::Entry& entry : copy.dotted()->entries()) {
      for (uint32_t i = 0; i < entry.values.size(); ++i) {
        write_sibling(writer, entry.values[i]);
        writer.key("dot").begin_object().field("machine", writer_name(entry.server));
        writer.field("number", entry.counter - i).end_object().end_object();
      }
    }
  }
  writer.end_array();
}

}  // namespace systemsim
