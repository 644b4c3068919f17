// One machine's copy of a range's log, and what of it has been done. Chapter section 10.
//
// A place in the log is an index, from 1. Each entry bears the term of the owner that put it there;
// an owner that takes over gives its own term to whatever is not known to be done. Two logs that
// have an entry of the same index and term are equal up to there, since a term has one owner.
// Invariants: what is done (up to committed()) is never cut off or changed; it is the same in
// every log of the range; no operation stands in a log twice; terms do not fall along the log.
// All of it lies on disk. The log is never made shorter from its beginning: it grows with the run.
// Sources: Oki and Liskov, PODC 1988 (viewstamped replication: the new primary's log of a
// majority); Ongaro and Ousterhout, ATC 2014 (log matching, 5.3).
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/message.h"
#include "store/store.h"

namespace systemsim {

class ReplicatedLog {
 public:
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  uint32_t committed() const { return committed_; }
  // 0 for index 0. Precondition: index <= size().
  uint32_t term_at(uint32_t index) const { return index == 0 ? 0 : entries_[index - 1].term; }
  // Precondition: 1 <= index <= size().
  const LogEntry& at(uint32_t index) const { return entries_[index - 1]; }
  // The entries after `index`, as far as there are any.
  std::vector<LogEntry> after(uint32_t index) const;
  // Where the operation stands.
  std::optional<uint32_t> find(OperationId operation) const;
  // Whether this log is equal, up to there, to every log in which that term stands there.
  bool fits(uint32_t index, uint32_t term) const {
    return index <= committed_ || (index <= size() && term_at(index) == term);
  }

  // The highest term that this machine has heard of: who is older is refused.
  uint32_t promised() const { return promised_; }
  void promise(uint32_t term) { promised_ = std::max(promised_, term); }

  // The owner's: puts an entry at the end. Precondition: its operation is not in the log.
  void append(LogEntry entry);
  // A new owner's: gives its term to all that is not known to be done.
  void take_over(uint32_t term);
  // Makes the log after `index` be `entries`; what is done stays.
  void replace(uint32_t index, const std::vector<LogEntry>& entries);
  // What an owner sent to stand after (index, term). Whether it fitted: if not, nothing changed. An
  // older message, which says less than what is here, cuts nothing off.
  bool take(uint32_t index, uint32_t term, const std::vector<LogEntry>& entries);
  // All up to `index` is done: puts it into the store, in order; what that cost. Precondition:
  // index <= size().
  [[nodiscard]] StoreCost commit(uint32_t index, Store& store);

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.promised_, self.committed_, self.entries_, self.places_);
  }

 private:
  struct Place {
    OperationId operation = kNoOperation;
    uint32_t index = 0;

    template <class Self, class Archive>
    static void visit(Self& self, Archive& archive) {
      archive(self.operation, self.index);
    }
  };

  void cut_after(uint32_t index);

  uint32_t promised_ = 0;
  uint32_t committed_ = 0;
  std::vector<LogEntry> entries_;
  std::vector<Place> places_;  // sorted by operation
};

}  // namespace systemsim
