#include "cluster/anti_entropy.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/assert.h"
#include "base/sorted.h"

namespace systemsim {

bool share(const Ring& ring, Token token, uint32_t n, Endpoint one, Endpoint other) {
  const std::vector<Endpoint> homes = ring.preference_list(token, n);
  return contains(homes, one) && contains(homes, other);
}

void AntiEntropy::build(const Context& context) {
  if (built_ && epoch_ == context.epoch) return;
  trees_.clear();
  built_ = true;
  epoch_ = context.epoch;
  context.store.for_each(
      [&](std::string_view key, std::string_view copy) { add(key, copy, false, context); });
}

MerkleTree& AntiEntropy::tree_of(Endpoint peer, const Context& context) {
  const auto place = sorted_place(trees_, peer, &Tree::peer);
  if (place != trees_.end() && place->peer == peer) return place->tree;
  return trees_.insert(place, {peer, MerkleTree(context.settings.shape())})->tree;
}

void AntiEntropy::add(std::string_view key, std::string_view copy, bool take_away,
                      const Context& context) {
  const Token token = token_of(key);
  const std::vector<Endpoint> homes =
      context.membership.ring(epoch_).preference_list(token, context.membership.copies());
  if (!contains(homes, context.self)) return;
  const MerkleHash hash = hash_entry(context.settings.hash, key, copy);
  for (const Endpoint peer : homes) {
    if (peer == context.self) continue;
    MerkleTree& tree = tree_of(peer, context);
    take_away ? tree.remove(token, hash) : tree.add(token, hash);
  }
}

void AntiEntropy::changed(std::string_view key, const std::optional<std::string>& before,
                          const std::optional<std::string>& after, const Context& context) {
  if (!built_) return;
  if (before) add(key, *before, true, context);
  if (after) add(key, *after, false, context);
}

std::vector<Endpoint> AntiEntropy::partners(const Context& context) {
  build(context);
  std::vector<Endpoint> peers;
  for (const Tree& tree : trees_) {
    if (tree.tree.entries() > 0) peers.push_back(tree.peer);
  }
  return peers;
}

MerkleHash AntiEntropy::root(Endpoint peer, const Context& context) {
  build(context);
  MerkleTree& tree = tree_of(peer, context);
  (void)tree.update();
  return tree.root();
}

bool AntiEntropy::begin(Endpoint with, const Context& context, Output& out) {
  if (syncing_) return false;
  waiting_ = {with};
  next(context, out);
  return true;
}

void AntiEntropy::begin_with_all(const Context& context, Output& out) {
  const Ring& ring = context.membership.ring(context.epoch);
  waiting_.clear();
  for (const Ring::Point& point : ring.points()) {
    const auto homes = ring.preference_list(point.token, context.membership.copies());
    if (!contains(homes, context.self)) continue;
    for (const Endpoint home : homes) {
      if (home != context.self && !contains(waiting_, home)) waiting_.push_back(home);
    }
  }
  if (!syncing_) next(context, out);
}

void AntiEntropy::next(const Context& context, Output& out) {
  syncing_.reset();
  if (waiting_.empty()) return;
  const Endpoint peer = waiting_.back();
  waiting_.pop_back();
  build(context);
  syncing_.emplace(Syncing{peer, MerkleDiff(tree_of(peer, context)), false});
  number_ = (number_ + 1) & kMaxOperationNumber;
  attempt_ = 0;
  tries_ = 0;
  ask(context, out);
}

// The step that is under way: a comparison, or the copies in the leaves that differ.
void AntiEntropy::ask(const Context& context, Output& out) {
  Message message;
  message.kind = syncing_->sent ? MessageKind::sync : MessageKind::compare;
  message.from = context.self;
  message.to = syncing_->peer;
  message.attempt = attempt_;
  message.epoch = epoch_;
  message.request.operation = id();
  Tidings tidings;
  if (syncing_->sent) {
    tidings.request.level = context.settings.depth;
    for (const uint32_t leaf : syncing_->diff.leaves()) {
      auto& runs = tidings.request.runs;
      if (!runs.empty() && runs.back().first + runs.back().count == leaf) {
        ++runs.back().count;
      } else {
        runs.push_back({leaf, 1});
      }
    }
    message.entries = entries_in(tidings.request, syncing_->peer, context);
  } else {
    tidings.request = syncing_->diff.request();
  }
  message.tidings = std::make_shared<const Tidings>(std::move(tidings));
  out.messages.push_back({std::move(message), {}});
  out.timers.push_back({{context.self, id(), ++turn_}, context.timeout_us << tries_});
}

void AntiEntropy::time_is_up(const Context& context, Output& out) {
  SYSTEMSIM_ASSERT(syncing_);
  if (tries_ == kMaxTries) return next(context, out);
  ++tries_;
  if (attempt_ < UINT8_MAX) ++attempt_;
  ask(context, out);
}

void AntiEntropy::answer_compare(const Message& message, Message answer, const Context& context,
                                 Output& out) {
  // By different rings they would not speak of the same keys.
  if (message.epoch != context.epoch || message.tidings == nullptr) return;
  build(context);
  MerkleTree& tree = tree_of(message.from, context);
  if (!message.tidings->request.fits(tree.shape())) return;
  (void)tree.update();
  Tidings tidings;
  tidings.answer = merkle_answer(tree, message.tidings->request);
  tidings.hash = context.settings.hash;
  answer.tidings = std::make_shared<const Tidings>(std::move(tidings));
  out.messages.push_back({std::move(answer), {}});
}

void AntiEntropy::take_compared(const Message& message, const Context& context, Output& out) {
  if (!answers(message) || syncing_->sent || message.tidings == nullptr) return;
  if (!syncing_->diff.take(message.tidings->answer)) return;
  tries_ = 0;
  if (attempt_ < UINT8_MAX) ++attempt_;
  if (syncing_->diff.done()) {
    if (syncing_->diff.leaves().empty() || epoch_ != context.epoch) return next(context, out);
    syncing_->sent = true;
  }
  ask(context, out);
}

bool AntiEntropy::finds_a_difference(const Message& message) const {
  if (!answers(message) || syncing_->sent || message.tidings == nullptr) return false;
  const MerkleAnswer& answer = message.tidings->answer;
  return answer.level != 0 || answer.hashes.size() != 1 ||
         answer.hashes.front() != syncing_->diff.mine().root();
}

std::vector<Entry> AntiEntropy::entries_in(const MerkleRequest& leaves, Endpoint peer,
                                           const Context& context) const {
  const MerkleShape shape = context.settings.shape();
  const Ring& ring = context.membership.ring(context.epoch);
  const auto asked = [&](uint32_t leaf) {
    const auto after =
        std::upper_bound(leaves.runs.begin(), leaves.runs.end(), leaf,
                         [](uint32_t wanted, const MerkleRun& run) { return wanted < run.first; });
    return after != leaves.runs.begin() && leaf - std::prev(after)->first < std::prev(after)->count;
  };
  std::vector<Entry> entries;
  context.store.for_each([&](std::string_view key, std::string_view copy) {
    const Token token = token_of(key);
    if (!asked(shape.leaf_of(token))) return;
    if (!share(ring, token, context.membership.copies(), context.self, peer)) return;
    entries.push_back({std::string(key), std::string(copy)});
  });
  return entries;
}

Message AntiEntropy::answer_sync(const Message& message, Message answer, const Context& context) {
  std::map<std::string_view, std::string_view> theirs;
  for (const Entry& entry : message.entries) theirs.emplace(entry.key, entry.copy);
  answer.entries = entries_in(message.tidings->request, message.from, context);
  std::erase_if(answer.entries, [&](const Entry& mine) {
    const auto sent = theirs.find(mine.key);
    return sent != theirs.end() && sent->second == mine.copy;
  });
  return answer;
}

void AntiEntropy::take_synced(const Message& message, const Context& context, Output& out) {
  if (answers(message) && syncing_->sent) next(context, out);
}

void AntiEntropy::clear() {
  built_ = false;
  trees_.clear();
  syncing_.reset();
  waiting_.clear();
}

}  // namespace systemsim
