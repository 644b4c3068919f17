#include "check/updates.h"

#include <algorithm>
#include <map>
#include <optional>

namespace systemsim {
namespace {

std::map<uint32_t, uint32_t> writes_by_source(const CallHistory& history) {
  std::map<uint32_t, uint32_t> writes;
  for (uint32_t i = 0; i < history.calls.size(); ++i) {
    if (history.calls[i].writes()) writes[history.calls[i].source] = i;
  }
  return writes;
}

}  // namespace

Finding judge_lost_updates(const ReadsFrom& reads) {
  Finding finding;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> last_read;  // by (process, key): a write
  std::map<uint32_t, uint32_t> based_on;                        // by change: the write it has seen
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> changes;    // by (key, version): the first
  for (const ReadsFrom::Event& event : reads.events()) {
    const Call& call = reads.call(event.index);
    const std::pair<uint32_t, uint32_t> mine = {call.process, call.key};
    if (!event.answer) {
      const auto seen = last_read.find(mine);
      const bool change = call.kind == Call::Kind::write || call.kind == Call::Kind::cas;
      if (!change || seen == last_read.end()) continue;
      if (call.writes() && call.end != kNever) based_on[event.index] = seen->second;
      last_read.erase(seen);  // it has made of it what it wanted
    } else if (reads.judged(event.index)) {
      // A read that may have returned several versions says nothing of which one a change is of.
      const auto returned = reads.only_candidate(event.index);
      if (returned) {
        last_read[mine] = *returned;
      } else {
        last_read.erase(mine);
      }
    } else if (const auto base = based_on.find(event.index); base != based_on.end()) {
      const auto first = changes.try_emplace({call.key, base->second}, event.index).first;
      finding.test(first->second != event.index, {first->second, event.index});
    }
  }
  return finding;
}

Finding judge_vanished(const ReadsFrom& reads, const std::vector<FinalCopies>& finals) {
  const CallHistory& history = reads.history();
  const auto by_source = writes_by_source(history);
  // By write: what its client had seen since its own last write of the key that it has seen, and
  // that write.
  std::vector<std::vector<uint32_t>> parents(history.calls.size());
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> told;  // by (process, key)
  std::vector<uint32_t> order;                                          // of writes
  for (const ReadsFrom::Event& event : reads.events()) {
    const Call& call = reads.call(event.index);
    std::vector<uint32_t>& seen = told[{call.process, call.key}];
    if (call.writes()) {
      if (event.answer) {
        if (!call.unseen) seen = {event.index};
      } else {
        if (!call.blind) parents[event.index] = seen;
        order.push_back(event.index);
      }
    } else if (event.answer) {
      for (const uint32_t source : history.saw[event.index]) {
        const auto write = by_source.find(source);
        if (write != by_source.end()) seen.push_back(write->second);
      }
    }
  }
  std::vector<uint8_t> reached(history.calls.size(), 0);
  for (const FinalCopies& key : finals) {
    for (const auto* copies : {&key.copies, &key.others}) {
      for (const FinalCopies::Copy& copy : *copies) {
        for (const uint32_t source : copy.sources) {
          const auto write = by_source.find(source);
          if (write != by_source.end()) reached[write->second] = 1;
        }
      }
    }
  }
  // Whom a write had seen began before it.
  for (size_t i = order.size(); i > 0; --i) {
    if (reached[order[i - 1]] == 0) continue;
    for (const uint32_t parent : parents[order[i - 1]]) reached[parent] = 1;
  }
  Finding finding;
  for (const uint32_t write : order) {
    if (reads.call(write).end != kNever) finding.test(reached[write] == 0, {write});
  }
  return finding;
}

Finding judge_lost_writes(const CallHistory& history, const std::vector<FinalCopies>& finals) {
  Finding finding;
  const auto by_source = writes_by_source(history);
  // By key: the latest answer among the writes that copies hold (kNever: one had no answer).
  std::map<uint32_t, std::optional<uint64_t>> held_until;
  for (const FinalCopies& key : finals) {
    std::optional<uint64_t>& until = held_until[key.key];
    for (const auto* copies : {&key.copies, &key.others}) {
      for (const FinalCopies::Copy& copy : *copies) {
        for (const uint32_t source : copy.sources) {
          const auto write = by_source.find(source);
          if (write == by_source.end()) continue;
          until = std::max(until.value_or(0), history.calls[write->second].end);
        }
      }
    }
  }
  for (uint32_t i = 0; i < history.calls.size(); ++i) {
    const Call& call = history.calls[i];
    const auto until = held_until.find(call.key);
    if (!call.writes() || call.end == kNever || until == held_until.end()) continue;
    // Nowhere: all that is held had been answered before it began.
    finding.test(!until->second || *until->second < call.begin, {i});
  }
  return finding;
}

Finding judge_convergence(const CallHistory& history, const std::vector<FinalCopies>& finals) {
  Finding finding;
  const auto by_source = writes_by_source(history);
  std::vector<uint8_t> written(history.keys.size(), 0);
  for (const Call& call : history.calls) {
    if (call.writes()) written[call.key] = 1;
  }
  for (const FinalCopies& key : finals) {
    if (key.copies.size() < 2 || written[key.key] == 0 || key.uneven) continue;
    const auto other = std::find_if(key.copies.begin(), key.copies.end(),
                                    [&](const auto& copy) { return copy != key.copies[0]; });
    std::vector<uint32_t> guilty;
    if (other != key.copies.end()) {
      for (const FinalCopies::Copy& copy : {key.copies[0], *other}) {
        for (const uint32_t source : copy.sources) {
          const auto write = by_source.find(source);
          if (write != by_source.end()) guilty.push_back(write->second);
        }
      }
    }
    finding.test(other != key.copies.end(), std::move(guilty));
  }
  return finding;
}

}  // namespace systemsim
