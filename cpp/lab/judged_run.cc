#include "lab/judged_run.h"

#include <optional>
#include <string>

#include "base/murmur3.h"

namespace systemsim {

std::optional<std::vector<FinalCopies>> final_copies(const World& world, const CallHistory& history,
                                                     bool over) {
  // A message that is kept at a door is still on its way: the end has not come.
  if (!over || !world.doors().kept().empty()) return std::nullopt;
  const Ring& ring = world.ring();
  std::vector<FinalCopies> finals;
  for (uint32_t key = 0; key < history.keys.size(); ++key) {
    const std::string& name = history.keys[key].name;
    finals.push_back({key, {}});
    for (const Endpoint node :
         ring.preference_list(token_of(name), world.stage().setup.cluster.n)) {
      FinalCopies::Copy copy;
      std::optional<std::string> held;
      (void)world.machines()[node].node.store().get(name, held);
      if (held) {
        const OperationId operation = decode_record(*held).version.operation;
        copy.present = true;
        copy.from_run = operation != kInitialRecord;
        if (copy.from_run) copy.source = operation;
      }
      finals.back().copies.push_back(copy);
    }
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
  judged.history = calls_of(operations, initial);
  const auto finals = final_copies(world, judged.history, over);
  judged.verdict = judge(judged.history, finals ? &*finals : nullptr, max_states);
  return judged;
}

}  // namespace systemsim
