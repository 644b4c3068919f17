#include "check/sessions.h"

#include <algorithm>
#include <map>

#include "check/causal_clocks.h"

namespace systemsim {
namespace {

constexpr uint32_t kNoCall = 0xffffffff;

// The newest write to a key that somebody must not miss any more, as it rose with time.
class Floor {
 public:
  struct Step {
    uint64_t at = 0;  // rank from which on it counts
    uint32_t write = 0;
    uint32_t through = 0;  // the call that told of it
  };
  void raise(const ReadsFrom& reads, const Step& step) {
    if (!steps_.empty() && reads.call(steps_.back().write).begin >= reads.call(step.write).begin) {
      return;
    }
    steps_.push_back(step);
  }
  // What it was just before `at`; null when nothing.
  const Step* before(uint64_t at) const {
    const auto after = std::partition_point(steps_.begin(), steps_.end(),
                                            [&](const Step& step) { return step.at < at; });
    return after == steps_.begin() ? nullptr : &*std::prev(after);
  }

 private:
  std::vector<Step> steps_;
};

// Of one session and one key.
struct Floors {
  Floor own;   // the session's answered writes
  Floor seen;  // what its reads returned
};

struct Session {
  // Sessions whose writes it has read, each with the latest of those writes.
  std::map<uint32_t, uint32_t> heard;
  // A write that a read no longer returned, after one that had: since when, and that read.
  std::map<uint32_t, std::pair<uint64_t, uint32_t>> left;
  std::map<uint32_t, std::pair<uint64_t, uint32_t>> last_seen;  // by key: rank, write
};

class SessionJudge {
 public:
  explicit SessionJudge(const ReadsFrom& reads)
      : reads_(reads),
        clocks_(reads),
        with_clocks_(clocks_.cells() <= kMaxClockCells),
        heard_at_begin_(reads.history().calls.size()) {}

  SessionFindings run() {
    for (const ReadsFrom::Event& event : reads_.events()) {
      const Call& call = reads_.call(event.index);
      if (!event.answer) {
        if (with_clocks_) clocks_.begin(event.index);
        if (reads_.judged(event.index)) {
          heard_at_begin_[event.index] = sessions_[call.process].heard;
        }
      } else if (reads_.judged(event.index)) {
        end_of_read(event.index, call);
      } else if (call.writes()) {
        if (with_clocks_) clocks_.end_of_write(event.index);
        floors_[{call.key, call.process}].own.raise(reads_, {call.end, event.index, event.index});
      }
    }
    return std::move(findings_);
  }

 private:
  void end_of_read(uint32_t index, const Call& call) {
    const Candidates candidates = reads_.candidates(index);
    const std::optional<uint32_t> returned = reads_.only_candidate(index);
    if (!candidates.empty()) {
      judge(index, call, candidates);
      if (returned) learn(index, call, *returned);
    }
    if (with_clocks_) clocks_.end_of_read(index, returned);
    heard_at_begin_[index].clear();
  }

  void judge(uint32_t index, const Call& call, const Candidates& candidates) {
    Session& session = sessions_[call.process];
    tested_ = false;
    guilty_.clear();
    if (const auto* own = floors_[{call.key, call.process}].own.before(call.begin)) {
      test(findings_.read_your_writes, reads_.misses(index, own->write), {own->write, index});
    }
    judge_monotonic_reads(index, call, session, candidates);
    // What those whom it has heard had written, and read, before the write that it read.
    const Floor::Step* written = nullptr;
    uint32_t written_through = kNoCall;
    const Floor::Step* read = nullptr;
    uint32_t read_through = kNoCall;
    const auto newer = [&](const Floor::Step* a, const Floor::Step* b) {
      return a != nullptr &&
             (b == nullptr || reads_.call(b->write).begin < reads_.call(a->write).begin);
    };
    // Sessions that have to do with the key are mostly fewer than those that were heard.
    const auto& all_heard = heard_at_begin_[index];
    for (auto of_key = floors_.lower_bound({call.key, 0});
         of_key != floors_.end() && of_key->first.first == call.key; ++of_key) {
      const auto heard = all_heard.find(of_key->first.second);
      if (heard == all_heard.end()) continue;
      const uint64_t at = reads_.call(heard->second).begin;
      const auto* own = of_key->second.own.before(at);
      if (newer(own, written)) {
        written = own;
        written_through = heard->second;
      }
      const auto* seen = of_key->second.seen.before(at);
      if (newer(seen, read)) {
        read = seen;
        read_through = heard->second;
      }
    }
    if (written != nullptr) {
      test(findings_.monotonic_writes, reads_.misses(index, written->write),
           {written->write, written_through, index});
    }
    if (read != nullptr) {
      test(findings_.writes_follow_reads, reads_.misses(index, read->write),
           {read->write, read_through, index});
    }
    if (with_clocks_) {
      const auto answer = clocks_.ask(index, candidates);
      tested_ = tested_ || answer.tested;
      if (answer.missed && guilty_.empty()) guilty_ = {*answer.missed, index};
    }
    if (tested_) findings_.causal.test(!guilty_.empty(), guilty_);
  }

  void judge_monotonic_reads(uint32_t index, const Call& call, Session& session,
                             const Candidates& candidates) {
    const auto last = session.last_seen.find(call.key);
    if (last == session.last_seen.end() || first_seen_.at({call.process, call.key}) > call.begin) {
      return;
    }
    // Back to an older write, or back to one that had given way to another.
    const auto* seen = floors_[{call.key, call.process}].seen.before(call.begin);
    uint32_t earlier = kNoCall;
    const bool back = candidates.all_of([&](uint32_t candidate) {
      const auto gone = session.left.find(place_of(call.key, candidate));
      if (gone != session.left.end() && gone->second.first < call.begin) {
        earlier = gone->second.second;
        return true;
      }
      if (seen == nullptr || !reads_.older(candidate, seen->write)) return false;
      earlier = seen->through;
      return true;
    });
    test(findings_.monotonic_reads, back, {earlier, index});
  }

  void test(Finding& finding, bool broken, const std::vector<uint32_t>& calls) {
    finding.test(broken, calls);
    tested_ = true;
    if (broken && guilty_.empty()) guilty_ = calls;
  }

  // The read returned `write`, and nothing else that it may have been.
  void learn(uint32_t index, const Call& call, uint32_t write) {
    Session& session = sessions_[call.process];
    first_seen_.try_emplace({call.process, call.key}, call.end);
    const auto last = session.last_seen.try_emplace(call.key, call.end, write).first;
    // Two reads at once may have looked in either order: nothing has given way.
    if (last->second.second != write && last->second.first < call.begin) {
      session.left.try_emplace(place_of(call.key, last->second.second), call.end, index);
    }
    last->second = {call.end, write};
    if (write == kInitialCall) return;
    floors_[{call.key, call.process}].seen.raise(reads_, {call.end, write, index});
    const auto heard = session.heard.try_emplace(reads_.call(write).process, write).first;
    if (reads_.call(heard->second).begin < reads_.call(write).begin) heard->second = write;
  }

  // The first value of each key counts as a write of its own.
  uint32_t place_of(uint32_t key, uint32_t write) const {
    return write == kInitialCall ? static_cast<uint32_t>(reads_.history().calls.size()) + key
                                 : write;
  }

  const ReadsFrom& reads_;
  CausalClocks clocks_;
  bool with_clocks_;
  std::map<uint32_t, Session> sessions_;                          // by process
  std::map<std::pair<uint32_t, uint32_t>, Floors> floors_;        // by (key, process)
  std::vector<std::map<uint32_t, uint32_t>> heard_at_begin_;      // reads under way
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> first_seen_;  // (process, key): rank
  SessionFindings findings_;
  // Of the read that is being judged:
  bool tested_ = false;
  std::vector<uint32_t> guilty_;
};

}  // namespace

SessionFindings judge_sessions(const ReadsFrom& reads) { return SessionJudge(reads).run(); }

}  // namespace systemsim
