#include "cluster/reconcile.h"

#include <array>
#include <map>
#include <utility>

#include "base/mix.h"
#include "cluster/siblings.h"
#include "cluster/sync_wire.h"

namespace systemsim {

std::string SyncReplica::merge(std::string_view key, std::string_view copy, bool& changed) {
  const auto held = store_.get(key);
  changed = held != copy;
  if (!changed) return std::string(copy);
  std::string all = held ? joined(*held, copy, versions_) : std::string(copy);
  changed = all != held;
  if (changed) put(key, all);
  return all;
}

void SyncReplica::put(std::string_view key, std::string_view copy) {
  let_go();
  store_.put(key, copy);
}

void SyncReplica::erase(std::string_view key) {
  let_go();
  store_.erase(key);
}

std::shared_ptr<const MerkleTree> SyncReplica::tree(const MerkleShape& shape) const {
  if (kept_tree_ && kept_tree_->shape() == shape) return kept_tree_;
  return std::make_shared<MerkleTree>(tree_of(store_, shape));
}

StoreSum SyncReplica::sum() const {
  if (kept_sum_) return *kept_sum_;
  StoreSum sum;
  Mix128 mix;
  store_.for_each([&](Token, std::string_view key, std::string_view copy) {
    mix.fold_bytes(key);
    mix.fold_bytes(copy);
    sum.bytes += key.size() + copy.size();
  });
  sum.low = mix.low();
  sum.high = mix.high();
  return sum;
}

void SyncReplica::keep(const MerkleShape& shape) {
  kept_tree_ = tree(shape);
  kept_sum_ = sum();
}

void SyncReplica::let_go() {
  kept_tree_.reset();
  kept_sum_.reset();
}

MerkleTree tree_of(const TokenStore& store, const MerkleShape& shape) {
  MerkleTree tree(shape);
  store.for_each(shape.range, [&](Token token, std::string_view key, std::string_view copy) {
    tree.add(token, hash_entry(shape.hash, key, copy));
  });
  (void)tree.update();
  return tree;
}

const char* name_of(SyncMethod method) {
  constexpr std::array<const char*, kSyncMethods> kNames = {"tree",   "cassandra", "riak", "range",
                                                            "hashes", "all",       "hand"};
  return kNames[static_cast<size_t>(method)];
}

MerkleShape sync_shape(const SyncSettings& settings) {
  MerkleShape shape = settings.shape;
  if (settings.method == SyncMethod::cassandra) {
    shape.fan_out = 2;
    shape.depth = 15;
  } else if (settings.method == SyncMethod::riak) {
    shape.fan_out = 32;  // two levels at once: 1024 below a node
    shape.depth = 4;
  }
  return shape;
}

std::unique_ptr<SyncEnd> make_asker(const SyncSettings& settings, SyncReplica& replica,
                                    SyncObserver& observer) {
  switch (settings.method) {
    case SyncMethod::range:
      return sync::range_end(settings, replica, observer, true);
    case SyncMethod::hashes:
    case SyncMethod::all:
      return sync::list_end(settings, replica, observer, true);
    default:
      return sync::tree_asker(settings, replica, observer);
  }
}

std::unique_ptr<SyncEnd> make_answerer(const SyncSettings& settings, SyncReplica& replica,
                                       SyncObserver& observer) {
  switch (settings.method) {
    case SyncMethod::range:
      return sync::range_end(settings, replica, observer, false);
    case SyncMethod::hashes:
    case SyncMethod::all:
      return sync::list_end(settings, replica, observer, false);
    default:
      return sync::tree_answerer(settings, replica, observer);
  }
}

namespace sync {

void put_runs(std::string& out, const std::vector<MerkleRun>& runs) {
  store::put_varint(out, runs.size());
  uint32_t end = 0;
  for (const MerkleRun& run : runs) {
    store::put_varint(out, run.first - end);
    store::put_varint(out, run.count);
    end = run.first + run.count;
  }
}

bool take_runs(store::Reader& in, std::vector<MerkleRun>& runs) {
  uint32_t count = 0;
  if (!in.varint32(count)) return false;
  uint64_t end = 0;
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t gap = 0;
    uint32_t length = 0;
    if (!in.varint32(gap) || !in.varint32(length)) return false;
    if (end + gap + length > MerkleShape::kMaxLeaves) return false;
    runs.push_back({static_cast<uint32_t>(end + gap), length});
    end += gap + length;
  }
  return true;
}

void put_hash(std::string& out, const MerkleHash& hash, MerkleHashKind kind) {
  for (uint32_t i = 0; i < words_of(kind); ++i) store::put_fixed64(out, hash.words[i]);
}

bool take_hash(store::Reader& in, MerkleHash& hash, MerkleHashKind kind) {
  std::string_view bytes;
  if (!in.raw(bytes_of(kind), bytes)) return false;
  for (size_t i = 0; i < words_of(kind); ++i) hash.words[i] = store::load64(bytes.data() + 8 * i);
  return true;
}

void CopyWriter::add(std::string_view key, std::string_view copy) {
  store::put_length_prefixed(list_, key);
  const size_t before = list_.size();
  store::put_length_prefixed(list_, copy);
  message_.record_bytes += list_.size() - before;
  ++message_.keys;
  ++message_.copies;
  ++count_;
  observer_.on_sent(key, by_asker_);
}

void CopyWriter::finish() {
  store::put_varint(message_.bytes, count_);
  message_.bytes += list_;
}

bool take_copies(store::Reader& in, std::vector<Entry>& copies) {
  uint32_t count = 0;
  if (!in.varint32(count)) return false;
  for (uint32_t i = 0; i < count; ++i) {
    std::string_view key;
    std::string_view copy;
    if (!in.length_prefixed(key) || !in.length_prefixed(copy)) return false;
    copies.push_back({std::string(key), std::string(copy)});
  }
  return true;
}

void put_keys(SyncMessage& message, const std::vector<std::string>& keys) {
  store::put_varint(message.bytes, keys.size());
  for (const std::string& key : keys) store::put_length_prefixed(message.bytes, key);
  message.keys += static_cast<uint32_t>(keys.size());
}

bool take_keys(store::Reader& in, std::vector<std::string>& keys) {
  uint32_t count = 0;
  if (!in.varint32(count)) return false;
  for (uint32_t i = 0; i < count; ++i) {
    std::string_view key;
    if (!in.length_prefixed(key)) return false;
    keys.emplace_back(key);
  }
  return true;
}

void End::merge(std::string_view key, std::string_view copy, std::vector<Entry>& others) {
  bool changed = false;
  std::string held = replica_.merge(key, copy, changed);
  if (changed) observer_.on_changed(key, asks_);
  if (held != copy) others.push_back({std::string(key), std::move(held)});
}

std::vector<Entry> End::merge(const std::vector<Entry>& copies) {
  std::vector<Entry> others;
  for (const Entry& entry : copies) merge(entry.key, entry.copy, others);
  return others;
}

SyncMessage End::copies(const std::vector<Entry>& list,
                        const std::vector<std::string>& wanted) const {
  SyncMessage message;
  message.part = SyncPart::copies;
  message.bytes += static_cast<char>(kCopies);
  CopyWriter writer(message, observer_, asks_);
  for (const Entry& entry : list) writer.add(entry.key, entry.copy);
  writer.finish();
  put_keys(message, wanted);
  return message;
}

std::vector<SyncMessage> End::take_copy_message(store::Reader& in) {
  std::vector<Entry> list;
  std::vector<std::string> wanted;
  if (!take_copies(in, list) || !take_keys(in, wanted)) return {};
  std::vector<Entry> answer = merge(list);
  for (const std::string& key : wanted) {
    if (auto copy = replica_.store().get(key)) answer.push_back({key, std::move(*copy)});
  }
  if (answer.empty()) return {};
  return {copies(answer, {})};
}

}  // namespace sync
}  // namespace systemsim
