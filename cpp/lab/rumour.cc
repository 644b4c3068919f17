#include "lab/rumour.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lab/healing_names.h"
#include "lab/json_writer.h"
#include "lab/scenario_fields.h"

namespace systemsim {

Result<Rumour> Rumour::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  Rumour rumour;
  if (fields.take("nodes") == nullptr) fields.fail("nodes", "missing; a number is expected here");
  fields.integer("nodes", rumour.nodes_, 2, kMostNodes);
  rumour.settings_.spread = Spread::push;
  auto spread = static_cast<uint32_t>(rumour.settings_.spread);
  fields.choice("spread", spread, {kSpreadNames.begin(), kSpreadNames.begin() + 3});
  rumour.settings_.spread = static_cast<Spread>(spread);
  fields.integer("fanout", rumour.settings_.fanout, 1, GossipSettings::kMostFanout);
  fields.integer("runs", rumour.runs_, uint64_t{1}, kMostRuns);
  fields.integer("seed", rumour.seed_, uint64_t{0}, Limits::kMaxInteger - kMostRuns);
  fields.finish();
  if (error) return *error;
  return rumour;
}

void Rumour::advance(uint64_t budget) {
  const uint64_t end = done_ + std::min(budget, runs_ - done_);
  for (; done_ < end; ++done_) {
    const uint32_t rounds = run(seed_ + done_);
    rounds_ += rounds;
    least_ = std::min(least_, rounds);
    most_ = std::max(most_, rounds);
  }
}

uint32_t Rumour::run(uint64_t seed) {
  struct Said {
    Endpoint to = kNobody;
    std::vector<Heartbeat> heartbeats;
  };
  const DetectorOptions options;
  const Spread spread = settings_.spread;
  std::vector<Gossip> machines(nodes_);
  // Whom a machine calls on depends on its number and on the round alone, and all of them know all.
  Gossip everybody;
  everybody.meet(first_machines(nodes_));
  machines[0].beat(0, 1);
  uint32_t informed = 1;
  uint32_t round = 0;
  std::vector<Said> said;
  while (informed < nodes_) {
    ++round;
    said.clear();
    for (uint32_t i = 0; i < nodes_; ++i) {
      const auto self = static_cast<Endpoint>(i);
      const bool tells = !machines[i].peers().empty();
      // Who has nothing to say, and hears nothing by asking, need not be asked whom he calls on.
      if (spread == Spread::push && !tells) continue;
      for (const Endpoint peer : everybody.partners(self, seed, round, settings_)) {
        ++calls_;
        std::vector<Heartbeat> mine;
        if (spread != Spread::pull) mine = machines[i].all();
        if (spread != Spread::push) {
          std::vector<Heartbeat> answer = machines[peer].newer_than(mine);
          if (!answer.empty()) said.push_back({self, std::move(answer)});
        }
        if (!mine.empty()) said.push_back({peer, std::move(mine)});
      }
    }
    for (const Said& one : said) {
      Gossip& machine = machines[one.to];
      const bool knew = !machine.peers().empty();
      machine.merge(one.heartbeats, one.to, round, options);
      informed += !knew && !machine.peers().empty() ? 1 : 0;
    }
  }
  return round;
}

std::string Rumour::json(uint32_t) const {
  JsonWriter writer;
  writer.begin_object().field("nodes", nodes_).field("runs", done_);
  writer.field("rounds", mean_rounds()).field("least", least_).field("most", most_);
  writer.field("calls", static_cast<double>(calls_) / static_cast<double>(done_));
  return writer.end_object().take();
}

}  // namespace systemsim
