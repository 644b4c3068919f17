// Hinted handoff: writes that a machine keeps for others which did not take them, until they are
// back. Chapter section 07; Dynamo (SOSP 2007), section 4.6; Cassandra's hints/ folder.
//
// Hints lie on disk: a crash loses none. They are handed over in batches, of which one at a time is
// on its way to a machine; the next goes when that one has been acknowledged, so who comes back is
// not run over (back-pressure). A hint that is written again meanwhile is not forgotten.
// A value: a copy is a snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "cluster/message.h"
#include "cluster/record.h"
#include "store/key_table.h"

namespace systemsim {

struct HintSettings {
  static constexpr uint32_t kMostBatch = 10'000;

  bool on = false;
  // Who has been silent for longer gets no new hints; what was kept before stays, and is delivered
  // (Cassandra's max_hint_window).
  uint64_t window_us = 3ULL * 3600 * 1'000'000;
  uint32_t batch = 32;  // hints handed over at once; 1 .. kMostBatch
  // The window binds coordinators, by what they remember: after a restart silence counts anew. What
  // a stand-in is sent to write is part of a sloppy quorum, and kept however long the other has
  // been away.
};

class Hints {
 public:
  struct Hint {
    std::string copy;
    uint64_t stamp_us = 0;  // of its latest write

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.copy, self.stamp_us);
    }
  };
  struct Target {
    Endpoint machine = kNobody;
    KeyTable<Hint> hints;
    std::vector<Entry> on_its_way;  // the batch that is not acknowledged yet
    uint32_t batch = 0;             // its number, among all of this machine's
    uint64_t sent_us = 0;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.machine, self.hints, self.on_its_way, self.batch, self.sent_us);
    }
  };

  // In the order of machines.
  const std::vector<Target>& targets() const { return targets_; }
  // What is kept for a machine; that of one key, if there is any.
  uint64_t held_for(Endpoint machine) const;
  std::optional<std::string> find(Endpoint machine, std::string_view key) const;
  // Kept so far (a hint that joins one that is there is none), and acknowledged, lost disks or not.
  uint64_t kept() const { return kept_; }
  uint64_t delivered() const { return delivered_; }

  // Joins what is there.
  void keep(Endpoint machine, std::string_view key, std::string_view copy, Versions versions);
  // The next batch for the machine, of at most `most`; the one that is on its way again, unless it
  // was sent after `again_before_us`. Hints of writes before `oldest_us` are thrown away. Nothing
  // when there is nothing to send.
  const Target* next_batch(Endpoint machine, uint32_t most, uint64_t now_us,
                           uint64_t again_before_us, uint64_t oldest_us);
  // It has taken that batch; false when another is on its way.
  bool acknowledged(Endpoint machine, uint32_t batch);
  // All that is kept for the machine, which is kept for it no more.
  std::vector<Entry> take_back(Endpoint machine);
  // The machine was switched off: what was on its way is not remembered.
  void crash();
  // Its disk is lost. Numbers of batches are not given again.
  void clear() { targets_.clear(); }

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.targets_, self.batches_, self.kept_, self.delivered_);
  }

 private:
  std::vector<Target> targets_;
  uint32_t batches_ = 0;
  uint64_t kept_ = 0;
  uint64_t delivered_ = 0;
};

}  // namespace systemsim
