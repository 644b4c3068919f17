// Reconciliation by trees: `tree`, `cassandra` and `riak` (cluster/reconcile.h).
#include <algorithm>
#include <map>
#include <utility>

#include "base/assert.h"
#include "base/sort.h"
#include "cluster/sync_wire.h"

namespace systemsim::sync {
namespace {

// Leaves that follow each other are one run.
std::vector<MerkleRun> runs_of(const std::vector<uint32_t>& leaves) {
  std::vector<MerkleRun> runs;
  for (const uint32_t leaf : leaves) {
    if (!runs.empty() && runs.back().first + runs.back().count == leaf) {
      ++runs.back().count;
    } else {
      runs.push_back({leaf, 1});
    }
  }
  return runs;
}

std::vector<uint32_t> leaves_in(const std::vector<MerkleRun>& runs) {
  std::vector<uint32_t> leaves;
  for (const MerkleRun& run : runs) {
    for (uint32_t i = 0; i < run.count; ++i) leaves.push_back(run.first + i);
  }
  return leaves;
}

// What a store holds in these leaves.
template <class Visit>
void for_each_in(const TokenStore& store, const MerkleShape& shape,
                 const std::vector<MerkleRun>& runs, Visit visit) {
  for (const TokenRange& range : merkle_ranges(shape, leaves_in(runs))) {
    store.for_each(range,
                   [&](Token, std::string_view key, std::string_view copy) { visit(key, copy); });
  }
}

class TreeAsker : public End {
 public:
  TreeAsker(const SyncSettings& settings, SyncReplica& replica, SyncObserver& observer)
      : End(settings, replica, observer, true),
        shape_(sync_shape(settings)),
        snapshot_(replica.store()),
        tree_(replica.tree(shape_)) {}

  std::vector<SyncMessage> start() override {
    if (settings_.method == SyncMethod::hand) return ask_by_hand();
    const bool whole = settings_.method == SyncMethod::cassandra;
    const uint32_t levels = settings_.method == SyncMethod::riak ? 2 : settings_.levels_per_round;
    return go_on(MerkleDiff(*tree_, levels, whole ? shape_.depth : 0));
  }

  std::vector<SyncMessage> take(std::string_view message) override {
    store::Reader in(message.substr(std::min<size_t>(1, message.size())));
    switch (message.empty() ? 0 : message.front()) {
      case kCompared:
        return take_compared(in);
      case kKeys:
        return take_keys_of_leaves(in);
      case kCopies: {
        auto answer = take_copy_message(in);
        // Where both sides send all of a leaf, the other has got this side's copies.
        return settings_.method == SyncMethod::cassandra ? std::vector<SyncMessage>() : answer;
      }
      default:
        return {};
    }
  }

 private:
  struct Walk {
    uint32_t number = 0;
    MerkleDiff diff;
  };

  // Asks what each walk wants to know next, in messages of at most so many hashes.
  std::vector<SyncMessage> go_on(MerkleDiff diff) {
    std::vector<SyncMessage> messages;
    if (!diff.leaves().empty()) messages.push_back(mend(diff.leaves()));
    while (!diff.done()) {
      const bool cut = settings_.method == SyncMethod::tree;
      std::optional<MerkleDiff> rest;
      if (cut) rest = diff.split(settings_.batch);
      messages.push_back(ask(std::move(diff)));
      if (!rest) break;
      diff = std::move(*rest);
    }
    return messages;
  }

  SyncMessage ask(MerkleDiff diff) {
    SyncMessage message = ask_for(diff.request());
    walks_.push_back({asked_, std::move(diff)});
    return message;
  }

  SyncMessage ask_for(const MerkleRequest& nodes) {
    SyncMessage message;
    message.part = SyncPart::compare;
    message.nodes = nodes;
    message.bytes += static_cast<char>(kCompare);
    store::put_varint(message.bytes, ++asked_);
    store::put_varint(message.bytes, nodes.level);
    put_runs(message.bytes, nodes.runs);
    return message;
  }

  // The next of what was said beforehand; in the end, the copies in the leaves that differ.
  std::vector<SyncMessage> ask_by_hand() {
    if (asked_ < settings_.asks.size()) return {ask_for(settings_.asks[asked_])};
    const std::vector<uint32_t> leaves = leaves_by_answers();
    if (leaves.empty()) return {};
    return {mend(leaves)};
  }

  // The leaves that differ by what was answered: see SyncSettings::asks. Ascending.
  std::vector<uint32_t> leaves_by_answers() {
    const uint32_t fan_out = shape_.fan_out;
    const auto is_equal = [this](uint32_t level, uint32_t index) {
      const auto& known = answers_[level];
      const auto at = known.find(index);
      return at != known.end() && !at->second;
    };
    // From the leaves up: a node is equal where all its children are.
    for (uint32_t level = shape_.depth; level > 0; --level) {
      for (const auto& [index, differs] : answers_[level]) {
        const uint32_t first = index / fan_out * fan_out;
        uint32_t equal = 0;
        for (uint32_t i = 0; i < fan_out; ++i) equal += is_equal(level, first + i) ? 1 : 0;
        if (equal == fan_out) answers_[level - 1].emplace(index / fan_out, false);
      }
    }
    // And down again: of one that differs, some child does.
    answers_[0].emplace(0, true);
    for (uint32_t level = 0; level < shape_.depth; ++level) {
      for (const auto& [index, differs] : answers_[level]) {
        if (!differs) continue;
        std::vector<uint32_t> others;
        for (uint32_t i = 0; i < fan_out; ++i) {
          if (!is_equal(level + 1, index * fan_out + i)) others.push_back(index * fan_out + i);
        }
        if (others.size() == 1) answers_[level + 1].emplace(others.front(), true);
      }
    }
    std::vector<uint32_t> leaves;
    for (const auto& [index, differs] : answers_[shape_.depth]) {
      if (differs) leaves.push_back(index);
    }
    return leaves;
  }

  std::vector<SyncMessage> take_by_hand(uint32_t number, store::Reader& in) {
    if (number != asked_ || number == 0) return {};
    const MerkleRequest& asked = settings_.asks[number - 1];
    std::vector<uint32_t> differing;
    for (const MerkleRun& run : asked.runs) {
      for (uint32_t i = 0; i < run.count; ++i) {
        MerkleHash hash;
        if (!take_hash(in, hash, shape_.hash)) return {};
        const bool differs = hash != tree_->hash(asked.level, run.first + i);
        if (differs) differing.push_back(run.first + i);
        answers_[asked.level][run.first + i] = differs;
      }
    }
    observer_.on_compared(asked, differing);
    return ask_by_hand();
  }

  std::vector<SyncMessage> take_compared(store::Reader& in) {
    uint32_t number = 0;
    if (!in.varint32(number)) return {};
    if (settings_.method == SyncMethod::hand) return take_by_hand(number, in);
    const auto walk = std::find_if(walks_.begin(), walks_.end(),
                                   [&](const Walk& one) { return one.number == number; });
    if (walk == walks_.end()) return {};
    MerkleDiff diff = walk->diff;
    MerkleAnswer answer;
    answer.level = diff.request().level;
    for (uint64_t left = diff.request().hashes(); left > 0; --left) {
      MerkleHash hash;
      if (settings_.method == SyncMethod::riak) {  // each with its place, as Riak sends them
        uint32_t place = 0;
        if (!in.varint32(place)) return {};
      }
      if (!take_hash(in, hash, shape_.hash)) return {};
      answer.hashes.push_back(hash);
    }
    const MerkleRequest asked = diff.request();
    std::vector<uint32_t> differing;
    if (!diff.take(answer, &differing)) return {};
    walks_.erase(walk);
    observer_.on_compared(asked, differing);
    return go_on(std::move(diff));
  }

  // What is done about leaves that differ.
  SyncMessage mend(const std::vector<uint32_t>& leaves) {
    const std::vector<MerkleRun> runs = runs_of(leaves);
    SyncMessage message;
    if (settings_.method == SyncMethod::riak) {
      message.part = SyncPart::compare;
      message.bytes += static_cast<char>(kAskKeys);
      put_runs(message.bytes, runs);
      return message;
    }
    message.part = SyncPart::copies;
    message.bytes +=
        static_cast<char>(settings_.method == SyncMethod::cassandra ? kLeafCopies : kLeaves);
    put_runs(message.bytes, runs);
    CopyWriter writer(message, observer_, asks_);
    for_each_in(snapshot_, shape_, runs,
                [&](std::string_view key, std::string_view copy) { writer.add(key, copy); });
    writer.finish();
    return message;
  }

  // Of each leaf that differs, the other's keys with their hashes.
  std::vector<SyncMessage> take_keys_of_leaves(store::Reader& in) {
    std::vector<MerkleRun> runs;
    if (!take_runs(in, runs)) return {};
    std::map<std::string, MerkleHash, std::less<>> theirs;
    while (!in.empty()) {
      std::string_view key;
      MerkleHash hash;
      if (!in.length_prefixed(key) || !take_hash(in, hash, shape_.hash)) return {};
      theirs.emplace(key, hash);
    }
    std::vector<Entry> mine;
    for_each_in(snapshot_, shape_, runs, [&](std::string_view key, std::string_view copy) {
      const auto other = theirs.find(key);
      const bool equal = other != theirs.end() && other->second == hash_of(key, copy);
      if (!equal) mine.push_back({std::string(key), std::string(copy)});
      if (other != theirs.end()) theirs.erase(other);
    });
    std::vector<std::string> wanted;
    wanted.reserve(theirs.size());
    for (const auto& [key, hash] : theirs) wanted.push_back(key);
    if (mine.empty() && wanted.empty()) return {};
    return {copies(mine, wanted)};
  }

  MerkleShape shape_;
  TokenStore snapshot_;
  std::shared_ptr<const MerkleTree> tree_;
  std::vector<Walk> walks_;
  uint32_t asked_ = 0;
  // By hand: what was answered, by level; index -> whether it differs.
  std::map<uint32_t, std::map<uint32_t, bool>> answers_;
};

class TreeAnswerer : public End {
 public:
  TreeAnswerer(const SyncSettings& settings, SyncReplica& replica, SyncObserver& observer)
      : End(settings, replica, observer, false),
        snapshot_(replica.store()),
        tree_(replica.tree(sync_shape(settings))) {}

  std::vector<SyncMessage> take(std::string_view message) override {
    store::Reader in(message.substr(std::min<size_t>(1, message.size())));
    switch (message.empty() ? 0 : message.front()) {
      case kCompare:
        return compare(in);
      case kLeaves:
        return take_leaves(in, false);
      case kLeafCopies:
        return take_leaves(in, true);
      case kAskKeys:
        return keys_of_leaves(in);
      case kCopies:
        return take_copy_message(in);
      default:
        return {};
    }
  }

 private:
  std::vector<SyncMessage> compare(store::Reader& in) {
    uint32_t number = 0;
    MerkleRequest request;
    if (!in.varint32(number) || !in.varint32(request.level)) return {};
    if (!take_runs(in, request.runs) || !request.fits(tree_->shape())) return {};
    SyncMessage message;
    message.part = SyncPart::compared;
    message.nodes = request;
    message.bytes += static_cast<char>(kCompared);
    store::put_varint(message.bytes, number);
    const MerkleAnswer answer = merkle_answer(*tree_, request);
    uint32_t place = 0;
    for (const MerkleHash& hash : answer.hashes) {
      if (settings_.method == SyncMethod::riak) store::put_varint(message.bytes, place++ % 1024);
      put_hash(message.bytes, hash, tree_->shape().hash);
    }
    message.hashes = static_cast<uint32_t>(answer.hashes.size());
    return {std::move(message)};
  }

  // The asker's copies of some leaves; the answer has what it has not got of them, or all of them.
  std::vector<SyncMessage> take_leaves(store::Reader& in, bool all) {
    std::vector<MerkleRun> runs;
    std::vector<Entry> theirs;
    if (!take_runs(in, runs) || !take_copies(in, theirs)) return {};
    std::map<std::string_view, std::string_view> sent;
    for (const Entry& entry : theirs) sent.emplace(entry.key, entry.copy);
    std::vector<Entry> answer;
    if (all) {
      for_each_in(snapshot_, tree_->shape(), runs,
                  [&](std::string_view key, std::string_view copy) {
                    answer.push_back({std::string(key), std::string(copy)});
                  });
      (void)merge(theirs);
    } else {
      answer = merge(theirs);
      for_each_in(snapshot_, tree_->shape(), runs,
                  [&](std::string_view key, std::string_view copy) {
                    if (!sent.contains(key))
                      answer.push_back({std::string(key), std::string(copy)});
                  });
    }
    if (answer.empty()) return {};
    return {copies(answer, {})};
  }

  std::vector<SyncMessage> keys_of_leaves(store::Reader& in) {
    std::vector<MerkleRun> runs;
    if (!take_runs(in, runs)) return {};
    SyncMessage message;
    message.part = SyncPart::keys;
    message.bytes += static_cast<char>(kKeys);
    put_runs(message.bytes, runs);
    for_each_in(snapshot_, tree_->shape(), runs, [&](std::string_view key, std::string_view copy) {
      store::put_length_prefixed(message.bytes, key);
      put_hash(message.bytes, hash_of(key, copy), tree_->shape().hash);
      ++message.keys;
      ++message.hashes;
    });
    return {std::move(message)};
  }

  TokenStore snapshot_;
  std::shared_ptr<const MerkleTree> tree_;
};

}  // namespace

std::unique_ptr<SyncEnd> tree_asker(const SyncSettings& settings, SyncReplica& replica,
                                    SyncObserver& observer) {
  return std::make_unique<TreeAsker>(settings, replica, observer);
}

std::unique_ptr<SyncEnd> tree_answerer(const SyncSettings& settings, SyncReplica& replica,
                                       SyncObserver& observer) {
  return std::make_unique<TreeAnswerer>(settings, replica, observer);
}

}  // namespace systemsim::sync
