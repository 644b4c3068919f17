// What a run cost and how far its copies were apart: messages and bytes by kind and fate, each
// machine's keys and clock, and divergence over time. Chapter sections 02, 04 and 05. Whoever
// counts only looks: the run is the same.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cluster/message.h"
#include "lab/json_writer.h"
#include "sim/world.h"

namespace systemsim {

// Messages and their bytes (size_bytes) by kind, and by what became of them.
class MessageCounts {
 public:
  enum Fate : uint8_t { sent, delivered, lost, cut, down };
  static constexpr size_t kFates = 5;
  struct Count {
    uint64_t messages = 0;
    uint64_t bytes = 0;
  };

  void add(Fate fate, const Message& message);
  const Count& of(MessageKind kind, Fate fate) const {
    return counts_[static_cast<size_t>(kind)][fate];
  }
  // The fields of an object that is open: "sent", ..., "down" of all kinds, and "bytes" sent.
  void write_totals(JsonWriter& writer) const;
  // {"write": {"sent": {"messages", "bytes"}, "delivered", "lost", "cut", "down"}, ...}: the kinds
  // that were sent. What is on its way or held is sent, and nothing else yet.
  void write(JsonWriter& writer) const;

 private:
  std::array<std::array<Count, kFates>, kMessageKinds> counts_;
};

// How far copies are apart at moments of a run: evenly spaced, at first 1 ms apart, and 100 to 200
// of them in any run of 0.2 s or more. The keys are the first kMostKeys that were there or were
// written; their copies are those of the machines that the ring names for them at that moment.
// Cost of a moment: a look-up for each such copy; nothing for those between two events.
class Divergence {
 public:
  static constexpr size_t kMostMoments = 200;
  static constexpr size_t kMostKeys = 1000;

  // `setup`: of the run that is watched.
  explicit Divergence(const Setup& setup);

  // The key is or will be written.
  void watch(const std::string& key);
  // Nothing happens in `world` from now until `next_us`: looks at the moments before it.
  void look(const World& world, uint64_t next_us);

  // {"interval_ms", "keys_watched", "moments": [{"at_ms", "keys": whose copies are not all of one
  // version, "behind": copies older than the newest of their key, "absent": copies that are not
  // there while another of their key is}, ...]}
  void write(JsonWriter& writer) const;

 private:
  struct Moment {
    uint64_t at_us = 0;
    uint64_t keys = 0;
    uint64_t behind = 0;
    uint64_t absent = 0;
  };
  Moment compare(const World& world) const;

  uint32_t n_ = 0;
  uint64_t interval_us_ = 1000;
  std::map<std::string, Token> keys_;
  std::vector<Moment> moments_;
};

// [{"name", "up", "keys", "versions", "clock_ms", "skew_ms"}, ...]: keys that have a value there;
// versions that are kept, deletions' markers among them; what its clock shows, and how far that is
// ahead of true time.
void write_machines(JsonWriter& writer, const World& world);

}  // namespace systemsim
