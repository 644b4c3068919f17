#include "cluster/gossip.h"

#include <algorithm>
#include <utility>

#include "base/draw.h"

namespace systemsim {
namespace {

constexpr uint64_t kPausedRounds = 5;

}  // namespace

Gossip::Peer& Gossip::peer(Endpoint machine) {
  if (machine >= peers_.size()) peers_.resize(machine + 1U);
  return peers_[machine];
}

void Gossip::meet(const std::vector<Endpoint>& machines) {
  for (const Endpoint machine : machines) peer(machine).known = true;
}

void Gossip::beat(Endpoint self, uint32_t generation) {
  Peer& own = peer(self);
  own.known = true;
  own.beats = own.generation == generation ? own.beats + 1 : 1;
  own.generation = generation;
}

void Gossip::judge(Endpoint self, uint64_t now_us, uint64_t every_us,
                   const DetectorOptions& options) {
  if (!pause_.may_convict(now_us, kPausedRounds * every_us)) return;
  for (size_t i = 0; i < peers_.size(); ++i) {
    Peer& peer = peers_[i];
    if (i == self || !peer.known || peer.down) continue;
    peer.down = peer.detector.convicts(now_us, options);
    if (!peer.down) continue;
    // A silence of weeks in intervals of a millisecond would not fit.
    constexpr double kMost = 4e9;
    convicted_after_ =
        static_cast<uint32_t>(std::min(1000 * peer.detector.silence_in_means(now_us), kMost));
  }
}

std::vector<Endpoint> Gossip::partners(Endpoint self, uint64_t seed, uint32_t round,
                                       const GossipSettings& settings) const {
  std::vector<Endpoint> live;
  std::vector<Endpoint> dead;
  for (size_t i = 0; i < peers_.size(); ++i) {
    if (i == self || !peers_[i].known) continue;
    (peers_[i].down ? dead : live).push_back(static_cast<Endpoint>(i));
  }
  std::vector<Endpoint> chosen;
  if (settings.spread == Spread::multicast) {
    chosen = std::move(live);
    chosen.insert(chosen.end(), dead.begin(), dead.end());
    return chosen;
  }
  uint32_t draws = 0;
  const Entity entity = {self, round};
  const auto one_of = [&](std::vector<Endpoint>& from) {
    const auto at = static_cast<std::ptrdiff_t>(
        draw_below(seed, Stream::gossip, entity, draws++, static_cast<uint32_t>(from.size())));
    chosen.push_back(from[static_cast<size_t>(at)]);
    from.erase(from.begin() + at);
  };
  const auto chance = [&](size_t some, size_t of) {
    return draw_unit(seed, Stream::gossip, entity, draws++) * static_cast<double>(of) <
           static_cast<double>(some);
  };
  const size_t alive = live.size();
  for (uint32_t i = 0; i < settings.fanout && !live.empty(); ++i) one_of(live);
  if (!dead.empty() && chance(dead.size(), alive + 1)) one_of(dead);
  std::vector<Endpoint> seeds;
  bool called_a_seed = false;
  for (const Endpoint machine : settings.seeds) {
    if (contains(chosen, machine)) {
      called_a_seed = true;
    } else if (machine != self) {
      seeds.push_back(machine);
    }
  }
  const bool calls = !seeds.empty() && (!called_a_seed || alive < settings.seeds.size());
  if (calls && (alive == 0 || chance(settings.seeds.size(), alive + dead.size()))) one_of(seeds);
  return chosen;
}

std::vector<Heartbeat> Gossip::all() const { return newer_than({}); }

std::vector<Heartbeat> Gossip::newer_than(const std::vector<Heartbeat>& theirs) const {
  std::vector<Heartbeat> newer;
  size_t at = 0;  // both lists are in the order of machines
  for (size_t i = 0; i < peers_.size(); ++i) {
    if (peers_[i].generation == 0) continue;
    const Heartbeat mine = {static_cast<Endpoint>(i), peers_[i].generation, peers_[i].beats};
    while (at < theirs.size() && theirs[at].machine < i) ++at;
    const bool listed = at < theirs.size() && theirs[at].machine == i;
    if (!listed || mine.is_after(theirs[at])) newer.push_back(mine);
  }
  return newer;
}

void Gossip::merge(const std::vector<Heartbeat>& heard, Endpoint self, uint64_t now_us,
                   const DetectorOptions& options) {
  const bool paused = pause_.is_over_for_less(now_us, kPausedRounds * options.heartbeat_us);
  for (const Heartbeat& heartbeat : heard) {
    if (heartbeat.machine == self) continue;  // nobody knows it better
    Peer& peer = this->peer(heartbeat.machine);
    if (!heartbeat.is_after({heartbeat.machine, peer.generation, peer.beats})) continue;
    if (heartbeat.generation != peer.generation) peer.detector = {};
    peer.known = true;
    peer.down = false;
    peer.generation = heartbeat.generation;
    peer.beats = heartbeat.beats;
    if (paused && peer.detector.is_known()) {
      peer.detector.excuse(now_us);
    } else {
      peer.detector.arrived(now_us, options);
    }
  }
}

void Gossip::excuse_silence(uint64_t now_us) {
  for (Peer& peer : peers_) {
    if (peer.detector.is_known()) peer.detector.excuse(now_us);
  }
}

void Gossip::clear() {
  peers_.clear();
  pause_ = {};
  convicted_after_ = 0;
}

}  // namespace systemsim
