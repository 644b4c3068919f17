#include "check/causal_clocks.h"

#include <algorithm>
#include <iterator>

namespace systemsim {

CausalClocks::CausalClocks(const ReadsFrom& reads) : reads_(reads) {
  const auto& calls = reads.history().calls;
  struct Thread {
    uint32_t id = 0;
    uint64_t busy_until = 0;
    uint32_t writes = 0;
  };
  std::map<uint32_t, std::pair<uint32_t, std::vector<Thread>>> sessions;  // by process
  thread_of_.assign(calls.size(), kNoThread);
  number_.assign(calls.size(), 0);
  for (uint32_t i = 0; i < calls.size(); ++i) {
    const Call& call = calls[i];
    const auto next_session = static_cast<uint32_t>(sessions.size());
    auto& session =
        sessions.try_emplace(call.process, next_session, std::vector<Thread>()).first->second;
    session_of_.push_back(session.first);
    if (!call.writes()) continue;
    ++writes_;
    if (call.end == kNever) continue;
    auto& threads = session.second;
    auto free = std::find_if(threads.begin(), threads.end(),
                             [&](const Thread& thread) { return thread.busy_until < call.begin; });
    if (free == threads.end()) {
      threads.push_back({static_cast<uint32_t>(threads_++), 0, 0});
      free = std::prev(threads.end());
    }
    free->busy_until = call.end;
    thread_of_[i] = free->id;
    number_[i] = ++free->writes;
    by_key_[{call.key, free->id}].push_back(i);
  }
  at_begin_.resize(calls.size());
  known_.resize(sessions.size());
}

uint64_t CausalClocks::cells() const { return (writes_ + known_.size()) * threads_; }

void CausalClocks::begin(uint32_t index) {
  if (!reads_.call(index).writes() && !reads_.judged(index)) return;
  Clock& known = known_[session_of_[index]];
  if (known.empty()) known.assign(threads_, 0);
  at_begin_[index] = known;
}

void CausalClocks::end_of_write(uint32_t index) {
  known_[session_of_[index]][thread_of_[index]] = number_[index];
}

void CausalClocks::end_of_read(uint32_t index, std::optional<uint32_t> returned) {
  at_begin_[index] = {};
  if (!returned || *returned == kInitialCall) return;
  Clock& known = known_[session_of_[index]];
  const Clock& came_with = at_begin_[*returned];
  for (size_t i = 0; i < came_with.size(); ++i) known[i] = std::max(known[i], came_with[i]);
  // A write that was never answered is known to its readers only (SessionFindings' other tests).
  const uint32_t thread = thread_of_[*returned];
  if (thread != kNoThread) known[thread] = std::max(known[thread], number_[*returned]);
}

bool CausalClocks::replaced_by(uint32_t candidate, uint32_t write) const {
  if (candidate == kInitialCall) return true;
  if (candidate == write) return false;
  if (reads_.older(candidate, write)) return true;
  const uint32_t thread = thread_of_[candidate];
  return thread != kNoThread && at_begin_[write][thread] >= number_[candidate];
}

CausalClocks::Answer CausalClocks::ask(uint32_t read, const Candidates& candidates) const {
  Answer answer;
  const uint32_t key = reads_.call(read).key;
  const Clock& known = at_begin_[read];
  for (auto writes = by_key_.lower_bound({key, 0});
       writes != by_key_.end() && writes->first.first == key; ++writes) {
    // The last one that was known of this thread; the earlier ones came before it.
    const auto& list = writes->second;
    const auto after = std::partition_point(list.begin(), list.end(), [&](uint32_t write) {
      return number_[write] <= known[writes->first.second];
    });
    if (after == list.begin()) continue;
    answer.tested = true;
    const uint32_t write = *std::prev(after);
    const bool replaced =
        candidates.all_of([&](uint32_t other) { return replaced_by(other, write); });
    if (replaced) answer.missed = write;
  }
  return answer;
}

}  // namespace systemsim
