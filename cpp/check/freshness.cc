#include "check/freshness.h"

#include <algorithm>
#include <iterator>

namespace systemsim {
namespace {

constexpr uint32_t kNobodyYet = 0xffffffff;

bool is_delete(const Call& call) { return call.kind == Call::Kind::write && call.value == kAbsent; }

// For each judged read, the write to its key (of those that `counts` accepts) that began last among
// those answered before the read began; kNobodyYet when there is none. Calls `with(read, write)` in
// order of the reads' answers.
template <class Counts, class With>
void against_newest(const ReadsFrom& reads, Counts counts, With with) {
  std::vector<uint32_t> newest(reads.history().keys.size(), kNobodyYet);
  std::vector<uint32_t> newest_at_begin(reads.history().calls.size(), kNobodyYet);
  for (const ReadsFrom::Event& event : reads.events()) {
    const Call& call = reads.call(event.index);
    uint32_t& known = newest[call.key];
    if (!event.answer) {
      newest_at_begin[event.index] = known;
    } else if (reads.judged(event.index)) {
      with(event.index, newest_at_begin[event.index]);
    } else if (call.writes() && counts(call) &&
               (known == kNobodyYet || reads.call(known).begin < call.begin)) {
      known = event.index;
    }
  }
}

// The answered writes of one key, for finding long chains of them.
class Chains {
 public:
  void add(const Call& call) {
    begins_.push_back(call.begin);
    earliest_end_.push_back(call.end);
  }
  void seal() {  // the earliest answer among a write and those that began after it
    for (size_t i = earliest_end_.size(); i > 1; --i) {
      earliest_end_[i - 2] = std::min(earliest_end_[i - 2], earliest_end_[i - 1]);
    }
  }
  // How many writes fit one after the other between `from` and `until`, which are no write's own
  // beginning.
  uint64_t longest(uint64_t from, uint64_t until) const {
    uint64_t length = 0;
    for (;;) {
      const auto next = std::lower_bound(begins_.begin(), begins_.end(), from);
      if (next == begins_.end()) return length;
      const uint64_t end = earliest_end_[static_cast<size_t>(next - begins_.begin())];
      if (end >= until) return length;
      ++length;
      from = end;
    }
  }

 private:
  std::vector<uint64_t> begins_;
  std::vector<uint64_t> earliest_end_;
};

}  // namespace

Finding judge_regular(const ReadsFrom& reads) {
  Finding finding;
  against_newest(
      reads, [](const Call&) { return true; },
      [&](uint32_t read, uint32_t write) {
        const bool nowhere = reads.candidates(read).empty();
        const bool stale = write != kNobodyYet && reads.misses(read, write);
        finding.test(nowhere || stale,
                     nowhere ? std::vector<uint32_t>{read} : std::vector<uint32_t>{write, read});
      });
  return finding;
}

VersionsBehind versions_behind(const ReadsFrom& reads) {
  std::vector<Chains> chains(reads.history().keys.size());
  for (const Call& call : reads.history().calls) {
    if (call.writes() && call.end != kNever) chains[call.key].add(call);
  }
  for (Chains& chain : chains) chain.seal();
  VersionsBehind result;
  against_newest(
      reads, [](const Call&) { return true; },
      [&](uint32_t read, uint32_t write) {
        if (reads.candidates(read).empty()) return;
        ++result.tests;
        uint64_t behind = 0;
        if (write != kNobodyYet && reads.misses(read, write)) {
          // Of what it may have returned, the last to be answered: kindest.
          const uint64_t from = reads.last_end(read);
          behind = chains[reads.call(read).key].longest(from, reads.call(read).begin);
        }
        if (behind + 1 > result.k) {
          result.k = behind + 1;
          result.furthest_behind = read;
        }
      });
  return result;
}

Finding judge_resurrection(const ReadsFrom& reads) {
  Finding finding;
  against_newest(reads, is_delete, [&](uint32_t read, uint32_t erased) {
    if (erased == kNobodyYet || reads.candidates(read).empty()) return;
    const bool back = reads.call(read).value != kAbsent && reads.misses(read, erased);
    finding.test(back, {erased, read});
  });
  return finding;
}

}  // namespace systemsim
