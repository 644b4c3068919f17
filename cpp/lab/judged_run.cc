#include "lab/judged_run.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/murmur3.h"
#include "base/sort.h"
#include "cluster/siblings.h"

namespace systemsim {

namespace {

// What is kept for others is held, too.
void add_hints(const World& world, const std::string& key, Versions versions, FinalCopies& final) {
  for (const World::Machine& machine : world.machines()) {
    const Hints* hints = machine.node.healing().hints();
    if (hints == nullptr) continue;
    for (const Hints::Target& target : hints->targets()) {
      const auto held = hints->find(target.machine, key);
      if (!held) continue;
      FinalCopies::Copy copy;
      for (const Record& record : versions_in(*held, versions)) {
        copy.sources.push_back(record.version.operation);
      }
      sort_numbers(copy.sources);
      final.others.push_back(std::move(copy));
    }
  }
}

// A deletion whose grace is over has done its work, and its marker may be gone; unless a copy still
// holds, or holds again, what was there before it.
void add_forgotten(const World& world, const std::string& key,
                   const std::vector<Operation>& operations, FinalCopies& final) {
  const uint64_t grace_us = world.stage().setup.cluster.healing.gc_grace_us;
  if (grace_us == 0) return;
  for (const Operation& operation : operations) {
    const bool deleted = operation.verb == Verb::erase && operation.key == key &&
                         operation.outcome == OperationOutcome::ok;
    if (!deleted || operation.begin_us + grace_us > world.now_us()) continue;
    const auto older = [&](const FinalCopies::Copy& copy) {
      return copy.initial ||
             std::any_of(copy.sources.begin(), copy.sources.end(), [&](uint32_t source) {
               return std::any_of(operations.begin(), operations.end(), [&](const Operation& one) {
                 return one.id == source && one.begin_us < operation.begin_us;
               });
             });
    };
    if (std::any_of(final.copies.begin(), final.copies.end(), older)) continue;
    FinalCopies::Copy copy;
    copy.sources = {operation.id};
    final.others.push_back(std::move(copy));
  }
}

}  // namespace

std::optional<std::vector<FinalCopies>> final_copies(const World& world,
                                                     const std::vector<Operation>& operations,
                                                     const CallHistory& history, bool over) {
  // A message that is kept at a door is still on its way: the end has not come.
  if (!over || !world.doors().kept().empty() || world.stalled()) return std::nullopt;
  const uint32_t n = world.stage().setup.cluster.n;
  const Versions versions = world.stage().setup.cluster.calls.versions;
  std::set<std::string_view> uneven;
  for (const Operation& operation : operations) {
    if (operation.verb != Verb::get && operation.n != n) uneven.insert(operation.key);
  }
  std::vector<FinalCopies> finals;
  for (uint32_t key = 0; key < history.keys.size(); ++key) {
    const std::string& name = history.keys[key].name;
    FinalCopies final;
    final.key = key;
    final.uneven = uneven.contains(name);
    const auto copy_on = [&](const World::Machine& machine) {
      FinalCopies::Copy copy;
      for (const Record& record : machine.node.versions_of(name, versions)) {
        const OperationId operation = record.version.operation;
        copy.initial = copy.initial || operation == kInitialRecord;
        if (operation == kInitialRecord) continue;
        auto& sources = copy.sources;
        sources.insert(std::lower_bound(sources.begin(), sources.end(), operation), operation);
      }
      return copy;
    };
    const auto homes = world.ring().preference_list(token_of(name), n);
    for (const Endpoint node : homes) final.copies.push_back(copy_on(world.machines()[node]));
    for (size_t node = 0; node < world.machines().size(); ++node) {
      if (std::find(homes.begin(), homes.end(), node) != homes.end()) continue;
      const FinalCopies::Copy copy = copy_on(world.machines()[node]);
      if (copy.present()) final.others.push_back(copy);
    }
    add_hints(world, name, versions, final);
    add_forgotten(world, name, operations, final);
    finals.push_back(std::move(final));
  }
  return finals;
}

JudgedRun judge_run(const std::vector<Operation>& operations, const World& world, bool over,
                    uint64_t max_states) {
  std::vector<std::pair<std::string, std::string>> initial;
  for (const InitialRecord& record : world.stage().setup.records) {
    initial.emplace_back(record.key, record.value);
  }
  JudgedRun judged;
  judged.history =
      calls_of(operations, initial, keeps_siblings(world.stage().setup.cluster.calls.versions));
  const auto finals = final_copies(world, operations, judged.history, over);
  judged.verdict = judge(judged.history, finals ? &*finals : nullptr, max_states);
  return judged;
}

}  // namespace systemsim
