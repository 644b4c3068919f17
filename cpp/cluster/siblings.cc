#include "cluster/siblings.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"

namespace systemsim {
namespace {

using Clocked = std::vector<ClockedVersion>;

constexpr char kClocked = '\1';
constexpr char kDotted = '\2';

void put_number(std::string& out, uint64_t value, int bytes) {
  const size_t at = out.size();
  out.resize(at + static_cast<size_t>(bytes));
  put_le(&out[at], value, bytes);
}

void put_clock(std::string& out, const VectorClock& clock) {
  put_number(out, clock.entries().size(), 2);
  for (const VectorClock::Entry& entry : clock.entries()) {
    put_number(out, entry.writer, 2);
    put_number(out, entry.counter, 4);
    put_number(out, entry.time_us, 8);
  }
}

void put_record(std::string& out, const Record& record) {
  const std::string bytes = encode_record(record);
  put_number(out, bytes.size(), 4);
  out += bytes;
}

// Reads what the above have written.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  bool at_end() const { return at_ == bytes_.size(); }
  uint64_t number(int bytes) { return get_le(take(static_cast<size_t>(bytes)).data(), bytes); }
  VectorClock clock() {
    std::vector<VectorClock::Entry> entries(number(2));
    for (VectorClock::Entry& entry : entries) {
      entry.writer = static_cast<Endpoint>(number(2));
      entry.counter = static_cast<uint32_t>(number(4));
      entry.time_us = number(8);
    }
    return VectorClock(entries);
  }
  Record record() { return decode_record(take(number(4))); }

 private:
  std::string_view take(size_t count) {
    SYSTEMSIM_ASSERT(count <= bytes_.size() - at_);
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }

  std::string_view bytes_;
  size_t at_ = 0;
};

VectorClock clock_in(std::string_view context) {
  return context.empty() ? VectorClock() : Bytes(context).clock();
}

std::string context_of(const VectorClock& clock) {
  std::string out;
  if (!clock.empty()) put_clock(out, clock);
  return out;
}

// Dotted versions' contexts have no times.
VectorClock counters_of(const DottedVersions& versions) {
  std::vector<VectorClock::Entry> entries;
  for (const DottedVersions::Entry& entry : versions.entries()) {
    entries.push_back({entry.server, entry.counter, 0});
  }
  return VectorClock(entries);
}

DottedVersions write_after(std::string_view context, const Record& write) {
  std::vector<DottedVersions::Entry> seen;
  const VectorClock clock = clock_in(context);
  for (const VectorClock::Entry& entry : clock.entries()) {
    seen.push_back({entry.writer, entry.counter, {}});
  }
  return DottedVersions(std::move(seen), {write});
}

// Keeps what neither of them has seen of the other, in the order of encode(): by operation; of a
// write that was taken twice, by clock.
void add(Clocked& all, const ClockedVersion& version) {
  const auto knows = [&](const ClockedVersion& held) { return held.clock.descends(version.clock); };
  if (std::any_of(all.begin(), all.end(), knows)) return;
  std::erase_if(all,
                [&](const ClockedVersion& held) { return version.clock.descends(held.clock); });
  const OperationId operation = version.record.version.operation;
  const auto comes_later = [&](const ClockedVersion& held) {
    const OperationId other = held.record.version.operation;
    return other != operation ? other > operation
                              : context_of(held.clock) > context_of(version.clock);
  };
  all.insert(std::find_if(all.begin(), all.end(), comes_later), version);
}

}  // namespace

std::vector<Record> versions_in(std::string_view copy, Versions versions) {
  if (keeps_siblings(versions)) return Siblings::decode(copy).records();
  return {decode_record(copy)};
}

std::string joined(std::string_view one, std::string_view other, Versions versions) {
  if (!keeps_siblings(versions)) {
    return std::string(newer(decode_record(other), decode_record(one)) ? other : one);
  }
  Siblings all = Siblings::decode(one);
  all.merge(Siblings::decode(other));
  return all.encode();
}

std::string Siblings::encode() const {
  std::string out;
  if (const Clocked* all = clocked()) {
    out += kClocked;
    for (const ClockedVersion& version : *all) {
      put_clock(out, version.clock);
      put_record(out, version.record);
    }
  } else {
    out += kDotted;
    for (const DottedVersions::Entry& entry : dotted()->entries()) {
      put_number(out, entry.server, 2);
      put_number(out, entry.counter, 4);
      put_number(out, entry.values.size(), 4);
      for (const Record& record : entry.values) put_record(out, record);
    }
  }
  return out;
}

Siblings Siblings::decode(std::string_view bytes) {
  if (bytes.empty()) return of(Versions::vector_clocks);
  Bytes in(bytes);
  if (in.number(1) == kClocked) {
    Clocked all;
    while (!in.at_end()) {
      VectorClock clock = in.clock();
      all.push_back({std::move(clock), in.record()});
    }
    return Siblings(std::move(all));
  }
  std::vector<DottedVersions::Entry> entries;
  while (!in.at_end()) {
    DottedVersions::Entry entry;
    entry.server = static_cast<Endpoint>(in.number(2));
    entry.counter = static_cast<uint32_t>(in.number(4));
    for (uint64_t left = in.number(4); left > 0; --left) entry.values.push_back(in.record());
    entries.push_back(std::move(entry));
  }
  return Siblings(DottedVersions(std::move(entries), {}));
}

void Siblings::take(const Record& write, std::string_view context, Endpoint server, uint64_t now_us,
                    const PruneRule& rule) {
  const std::vector<Record> held = records();
  if (std::any_of(held.begin(), held.end(), [&](const Record& record) {
        return record.version.operation == write.version.operation;
      })) {
    return;
  }
  if (DottedVersions* versions = std::get_if<DottedVersions>(&kind_)) {
    versions->take(write_after(context, write), server);
    return;
  }
  Clocked& all = std::get<Clocked>(kind_);
  VectorClock clock = clock_in(context);
  // The server's next number, whether its last ones have been seen or not.
  uint32_t last = clock.counter(server);
  for (const ClockedVersion& version : all) last = std::max(last, version.clock.counter(server));
  const std::vector<VectorClock::Entry> own = {{server, last + 1, now_us}};
  clock.merge(VectorClock(own));
  std::erase_if(all, [&](const ClockedVersion& version) { return clock.descends(version.clock); });
  clock.prune(rule, now_us);
  add(all, {std::move(clock), write});
}

void Siblings::merge(const Siblings& other) {
  if (DottedVersions* versions = std::get_if<DottedVersions>(&kind_)) {
    if (other.dotted() != nullptr) versions->sync(*other.dotted());
    return;
  }
  if (other.clocked() == nullptr) {
    SYSTEMSIM_ASSERT(clocked()->empty());
    *this = other;
    return;
  }
  for (const ClockedVersion& version : *other.clocked()) add(std::get<Clocked>(kind_), version);
}

VectorClock Siblings::seen() const {
  if (dotted() != nullptr) return counters_of(*dotted());
  VectorClock seen;
  for (const ClockedVersion& version : *clocked()) seen.merge(version.clock);
  return seen;
}

std::string Siblings::context() const { return context_of(seen()); }

std::string Siblings::context_after(OperationId operation) const {
  if (dotted() != nullptr) {
    const std::vector<Record> all = records();
    return all.size() == 1 && all[0].version.operation == operation ? context() : std::string();
  }
  for (const ClockedVersion& version : *clocked()) {
    if (version.record.version.operation == operation) return context_of(version.clock);
  }
  return {};
}

std::vector<Record> Siblings::records() const {
  std::vector<Record> latest_first;
  const auto add_record = [&](const Record& record) {
    const auto place = std::find_if(latest_first.begin(), latest_first.end(),
                                    [&](const Record& other) { return !newer(other, record); });
    if (place != latest_first.end() && place->version == record.version) return;
    latest_first.insert(place, record);
  };
  if (const DottedVersions* versions = dotted()) {
    for (const Record& record : versions->siblings()) add_record(record);
  } else {
    for (const ClockedVersion& version : *clocked()) add_record(version.record);
  }
  return latest_first;
}

}  // namespace systemsim
