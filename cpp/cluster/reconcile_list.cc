// Reconciliation by lists: `hashes` and `all` (cluster/reconcile.h).
//
//   hashes  asker -> other  list: a hash for each key with its copy, in the order of tokens
//           other -> asker  its copies that are not in the list, and the places in the list of
//           those
//                           that it has not
//           asker -> other  its copies at these places
//   all     asker -> other  all its copies, part by part of the ring
//           other -> asker  what the asker has not got there
#include <algorithm>
#include <utility>

#include "base/sort.h"
#include "cluster/sync_wire.h"

namespace systemsim::sync {
namespace {

class ListEnd : public End {
 public:
  ListEnd(const SyncSettings& settings, SyncReplica& replica, SyncObserver& observer, bool asks)
      : End(settings, replica, observer, asks), snapshot_(replica.store()) {}

  std::vector<SyncMessage> start() override {
    if (settings_.method == SyncMethod::all) return everything();
    SyncMessage message;
    message.part = SyncPart::list;
    message.bytes += static_cast<char>(kList);
    store::put_varint(message.bytes, snapshot_.size());
    snapshot_.for_each([&](Token, std::string_view key, std::string_view copy) {
      put_hash(message.bytes, hash_of(key, copy), settings_.shape.hash);
      ++message.hashes;
    });
    return {std::move(message)};
  }

  std::vector<SyncMessage> take(std::string_view message) override {
    store::Reader in(message.substr(std::min<size_t>(1, message.size())));
    switch (message.empty() ? 0 : message.front()) {
      case kLeaves:
        return take_all(in);
      case kList:
        return take_list(in);
      case kListAnswer:
        return take_list_answer(in);
      case kCopies:
        return take_copy_message(in);
      default:
        return {};
    }
  }

 private:
  // In several messages, each of a part of the ring: where it ends, and the copies there.
  std::vector<SyncMessage> everything() {
    std::vector<SyncMessage> messages;
    std::optional<CopyWriter> writer;
    uint64_t last = 0;
    uint32_t count = 0;
    SyncMessage message;
    const auto end = [&](uint64_t until) {
      message.part = SyncPart::copies;
      message.bytes += static_cast<char>(kLeaves);
      store::put_fixed64(message.bytes, until);
      writer->finish();
      writer.reset();
      messages.push_back(std::move(message));
      message = SyncMessage();
      count = 0;
    };
    snapshot_.for_each([&](Token token, std::string_view key, std::string_view copy) {
      const uint64_t offset = TokenRange().offset(token);
      // Equal tokens stay in one message.
      if (count >= kCopiesAtOnce && offset != last) end(last);
      if (!writer) writer.emplace(message, observer_, asks_);
      writer->add(key, copy);
      last = offset;
      ++count;
    });
    if (!writer) writer.emplace(message, observer_, asks_);
    end(UINT64_MAX);
    return messages;
  }

  std::vector<SyncMessage> take_all(store::Reader& in) {
    std::string_view bound;
    std::vector<Entry> theirs;
    if (!in.raw(8, bound) || !take_copies(in, theirs)) return {};
    const uint64_t last = store::load64(bound.data());
    if (last < taken_until_) return {};
    std::vector<std::string_view> sent;
    sent.reserve(theirs.size());
    for (const Entry& entry : theirs) sent.push_back(entry.key);
    sort_texts(sent);
    std::vector<Entry> answer = merge(theirs);
    // The range is that of TokenRange(), as offsets count: from where the last message ended.
    snapshot_.for_each({static_cast<Token>(taken_until_), static_cast<Token>(last + 1)},
                       [&](Token, std::string_view key, std::string_view copy) {
                         if (!std::binary_search(sent.begin(), sent.end(), key)) {
                           answer.push_back({std::string(key), std::string(copy)});
                         }
                       });
    taken_until_ = last + 1;
    if (answer.empty()) return {};
    return {copies(answer, {})};
  }

  std::vector<SyncMessage> take_list(store::Reader& in) {
    uint32_t count = 0;
    if (!in.varint32(count)) return {};
    std::vector<MerkleHash> listed;
    std::vector<SortKey> order;
    for (uint32_t i = 0; i < count; ++i) {
      MerkleHash hash;
      if (!take_hash(in, hash, settings_.shape.hash)) return {};
      listed.push_back(hash);
      order.push_back({hash.words[0], hash.words[1], i});
    }
    sort_keys(order);
    std::vector<uint8_t> held(count, 0);
    SyncMessage message;
    message.part = SyncPart::copies;
    message.bytes += static_cast<char>(kListAnswer);
    CopyWriter writer(message, observer_, asks_);
    snapshot_.for_each([&](Token, std::string_view key, std::string_view copy) {
      const MerkleHash hash = hash_of(key, copy);
      auto at = std::lower_bound(
          order.begin(), order.end(), hash.words, [](const SortKey& one, const auto& wanted) {
            return one.first != wanted[0] ? one.first < wanted[0] : one.second < wanted[1];
          });
      bool there = false;
      for (; at != order.end() && at->first == hash.words[0] && at->second == hash.words[1]; ++at) {
        if (listed[at->index] != hash) continue;
        held[at->index] = 1;
        there = true;
      }
      if (!there) writer.add(key, copy);
    });
    const bool any = message.copies > 0;
    writer.finish();
    std::vector<uint32_t> unknown;
    for (uint32_t place = 0; place < count; ++place) {
      if (held[place] == 0) unknown.push_back(place);
    }
    if (!any && unknown.empty()) return {};
    store::put_varint(message.bytes, unknown.size());
    uint32_t before = 0;
    for (const uint32_t place : unknown) {
      store::put_varint(message.bytes, place - before);
      before = place;
    }
    return {std::move(message)};
  }

  std::vector<SyncMessage> take_list_answer(store::Reader& in) {
    std::vector<Entry> theirs;
    uint32_t count = 0;
    if (!take_copies(in, theirs) || !in.varint32(count)) return {};
    std::vector<uint32_t> places;
    uint32_t place = 0;
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t gap = 0;
      if (!in.varint32(gap)) return {};
      place += gap;
      places.push_back(place);
    }
    std::vector<Entry> answer = merge(theirs);
    std::vector<std::string_view> came;
    came.reserve(theirs.size());
    for (const Entry& entry : theirs) came.push_back(entry.key);
    sort_texts(came);
    auto next = places.begin();
    place = 0;
    snapshot_.for_each([&](Token, std::string_view key, std::string_view copy) {
      const uint32_t here = place++;
      if (next == places.end() || *next != here) return;
      ++next;
      // What came for this key has been merged with it.
      if (std::binary_search(came.begin(), came.end(), key)) return;
      answer.push_back({std::string(key), std::string(copy)});
    });
    if (answer.empty()) return {};
    return {copies(answer, {})};
  }

  static constexpr uint32_t kCopiesAtOnce = 1U << 14;

  TokenStore snapshot_;
  uint64_t taken_until_ = 0;  // offset of the first token of which nothing has come yet
};

}  // namespace

std::unique_ptr<SyncEnd> list_end(const SyncSettings& settings, SyncReplica& replica,
                                  SyncObserver& observer, bool asks) {
  return std::make_unique<ListEnd>(settings, replica, observer, asks);
}

}  // namespace systemsim::sync
