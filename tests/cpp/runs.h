// Runs at random, as a world would report them, and what a judge can tell of a history: for the
// tests and the fuzzing of exports.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/history.h"
#include "base/sort.h"
#include "check/call.h"
#include "check/history_writer.h"

namespace systemsim::test {

// A run of some clients on some keys: overlapping, timed out and open operations, any bytes.
struct Run {
  std::vector<Operation> operations;
  std::vector<std::pair<std::string, std::string>> initial;
  uint32_t clients = 1;
};

template <class Luck>
std::string random_value(Luck& luck, bool empty_too) {
  static const std::vector<std::string> kValues = {"0",
                                                   "1",
                                                   "-1",
                                                   "007",
                                                   "1234567890123456789",
                                                   "a b",
                                                   "\"q\\\"",
                                                   "nil",
                                                   "é",
                                                   "\xff",
                                                   "0xff",
                                                   "0x30786666",
                                                   "line\nline\t\r",
                                                   ":key",
                                                   "[1]",
                                                   ":absent",
                                                   "+5",
                                                   "-0",
                                                   "\xc3\x28",
                                                   "\x01\x7f",
                                                   "{}",
                                                   "x",
                                                   "y",
                                                   ""};
  const auto count = static_cast<uint32_t>(kValues.size());
  return kValues[luck.below(empty_too ? count : count - 1)];
}

template <class Luck>
Run random_run(Luck& luck) {
  Run run;
  run.clients = 1 + luck.below(4);
  std::vector<std::string> keys;
  for (uint32_t k = 1 + luck.below(3); k > 0; --k) {
    keys.push_back("k" + std::to_string(k) + random_value(luck, true));
    if (luck.chance(0.5)) run.initial.emplace_back(keys.back(), random_value(luck, true));
  }
  std::vector<size_t> open;
  uint64_t position = luck.below(5);
  for (uint32_t i = luck.below(30); i > 0 || (!open.empty() && luck.chance(0.8)); i -= i > 0) {
    position += 1 + luck.below(3);
    if (!open.empty() && luck.chance(0.6)) {
      const uint32_t which = luck.below(static_cast<uint32_t>(open.size()));
      Operation& ended = run.operations[open[which]];
      open.erase(open.begin() + which);
      ended.outcome = luck.chance(0.2) ? OperationOutcome::timeout : OperationOutcome::ok;
      ended.end_position = position;
      ended.end_us = position * 10;
      ended.found = false;
      if (ended.verb == Verb::get && ended.outcome == OperationOutcome::ok) {
        ended.found = luck.chance(0.7);
        if (ended.found) ended.value = random_value(luck, true);
      }
      if (luck.chance(0.5)) continue;
    }
    // A call at the position of an answer waited for it.
    Operation begun;
    begun.id = static_cast<OperationId>(run.operations.size());
    begun.client = client_endpoint(luck.below(run.clients));
    begun.verb = static_cast<Verb>(luck.below(3));
    begun.key = keys[luck.below(static_cast<uint32_t>(keys.size()))];
    if (begun.verb == Verb::put) begun.value = random_value(luck, true);
    begun.begin_position = position;
    begun.begin_us = position * 10;
    open.push_back(run.operations.size());
    run.operations.push_back(begun);
  }
  return run;
}

// What a judge can tell of a history: each call in words, and the order of calls and answers.
// `processes`: names; a number counts modulo `lanes`. `empty`: what an empty value is called.
inline std::vector<std::string> essence(const CallHistory& history,
                                        const std::vector<std::string>& processes,
                                        const std::string& empty, size_t skip) {
  const auto text = [&](ValueId id) {
    if (id == kAbsent) return std::string("nothing");
    return history.values.text(id).empty() ? empty : "=" + history.values.text(id);
  };
  std::vector<std::string> out;
  std::vector<SortKey> order;
  for (size_t i = skip; i < history.calls.size(); ++i) {
    const Call& call = history.calls[i];
    out.push_back(processes[call.process] + " " + std::to_string(static_cast<int>(call.kind)) +
                  " " + std::to_string(static_cast<int>(call.fate)) + (call.any ? " any " : " ") +
                  history.keys[call.key].name + " " + text(call.value));
    const auto index = static_cast<uint32_t>(i - skip);
    order.push_back({call.begin, 0, 2 * index});
    if (call.end != kNever) order.push_back({call.end, 0, 2 * index + 1});
  }
  sort_keys(order);
  std::string ranks;
  for (const SortKey& key : order) ranks += std::to_string(key.index) + " ";
  out.push_back(ranks);
  return out;
}

// Process names of a run's own calls: the clients; of an export's: what they are modulo `lanes`.
inline std::vector<std::string> client_names(uint32_t clients) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < clients; ++i) names.push_back(std::to_string(i));
  return names;
}
inline std::vector<std::string> modulo(const std::vector<std::string>& processes, uint32_t lanes) {
  std::vector<std::string> names;
  names.reserve(processes.size());
  for (const std::string& name : processes) {
    names.push_back(std::to_string(std::stoul(name) % lanes));
  }
  return names;
}

// Clients of a run that a form shows: Porcupine's leaves unanswered reads out.
inline uint32_t lanes_of(const Run& run, HistoryForm form) {
  uint32_t lanes = 1;
  for (const Operation& operation : run.operations) {
    const bool silent = operation.verb == Verb::get && operation.outcome != OperationOutcome::ok;
    if (form == HistoryForm::porcupine_kv && silent) continue;
    lanes = std::max(lanes, client_index(operation.client) + 2);
  }
  return lanes;
}

}  // namespace systemsim::test
