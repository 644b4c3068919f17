// Reconciliation by ranges of tokens, without trees: `range` (cluster/reconcile.h). A. Meyer,
// "Range-Based Set Reconciliation", SRDS 2023; hoytech/negentropy for the numbers: sixteen parts,
// fingerprints of 16 bytes, and lists where fewer than 32 keys are left.
//
// A message says of stretches of the ring, one after the other, where each ends and
//   skip         nothing: there both hold the same, or it has been settled
//   fingerprint  a hash of what the sender holds there
//   list         its keys there, each with a hash of its copy
// A fingerprint that is not one's own is answered with those of sixteen parts, or with a list; a
// list, where it came to the answerer, with the answerer's own. Who has both lists knows what
// differs there: it sends the copies that the other has not, and asks for those that it has not.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "cluster/sync_wire.h"

namespace systemsim::sync {
namespace {

constexpr uint32_t kParts = 16;
constexpr uint32_t kListBelow = 32;
constexpr MerkleHashKind kFingerprint = MerkleHashKind::fast128;

enum Mode : uint32_t { kSkip, kHash, kKeysHere };

class RangeEnd : public End {
 public:
  RangeEnd(const SyncSettings& settings, SyncReplica& replica, SyncObserver& observer, bool asks)
      : End(settings, replica, observer, asks), snapshot_(replica.store()) {
    places_.reserve(snapshot_.size());
    sums_.reserve(snapshot_.size() + 1);
    MerkleHash sum;
    sums_.push_back({});
    snapshot_.for_each([&](Token token, std::string_view key, std::string_view copy) {
      places_.push_back(TokenRange().offset(token));
      const MerkleHash hash = hash_entry(kFingerprint, key, copy);
      add_words(sum.words.data(), hash.words.data(), words_of(kFingerprint));
      sums_.push_back({sum.words[0], sum.words[1]});
    });
  }

  std::vector<SyncMessage> start() override {
    Parts out(*this);
    out.split(0, UINT64_MAX);
    return {out.take()};
  }

  std::vector<SyncMessage> take(std::string_view bytes) override {
    store::Reader in(bytes.substr(std::min<size_t>(1, bytes.size())));
    if (!bytes.empty() && bytes.front() == kCopies) return take_copy_message(in);
    if (bytes.empty() || bytes.front() != kRanges) return {};
    Parts out(*this);
    std::vector<Entry> mine;
    std::vector<std::string> wanted;
    uint64_t first = 0;
    while (!in.empty()) {
      uint64_t last = 0;
      uint32_t mode = 0;
      if (!take_bound(in, first, last) || !in.varint32(mode)) return {};
      if (mode == kHash) {
        MerkleHash theirs;
        if (!take_hash(in, theirs, kFingerprint)) return {};
        if (theirs == fingerprint(first, last)) {
          out.skip(last);
        } else {
          out.split(first, last);
        }
      } else if (mode == kKeysHere) {
        std::map<std::string, MerkleHash, std::less<>> theirs;
        if (!take_list(in, theirs)) return {};
        if (asks_) {
          out.skip(last);
          settle(first, last, theirs, mine, wanted);
        } else {
          out.list(first, last);
        }
      } else {
        out.skip(last);
      }
      first = last + 1;
      if (last == UINT64_MAX) break;
    }
    std::vector<SyncMessage> messages;
    if (!mine.empty() || !wanted.empty()) messages.push_back(copies(mine, wanted));
    if (out.says_anything()) messages.push_back(out.take());
    return messages;
  }

 private:
  // The places of what is held in a stretch of the ring; both offsets are in it.
  std::pair<size_t, size_t> held_in(uint64_t first, uint64_t last) const {
    const auto begin = std::lower_bound(places_.begin(), places_.end(), first);
    const auto end = std::upper_bound(begin, places_.end(), last);
    return {static_cast<size_t>(begin - places_.begin()),
            static_cast<size_t>(end - places_.begin())};
  }

  // Of the sum of hashes and how many they are, so that nothing can be added to a sum unnoticed.
  MerkleHash fingerprint(uint64_t first, uint64_t last) const {
    const auto [begin, end] = held_in(first, last);
    std::array<uint64_t, 3> words = {sums_[end][0], sums_[end][1], end - begin};
    subtract_words(words.data(), sums_[begin].data(), 2);
    return hash_children(kFingerprint, words.data(), words.size());
  }

  template <class Visit>
  void for_each_in(uint64_t first, uint64_t last, Visit visit) const {
    const TokenRange range = {static_cast<Token>(first), static_cast<Token>(last + 1)};
    if (first == 0 && last == UINT64_MAX) return snapshot_.for_each(visit);
    snapshot_.for_each(range, visit);
  }

  // Where a stretch ends: as many of the offset's highest bytes as are needed, the others being all
  // ones; none at all at the end of the ring.
  static void put_bound(std::string& out, uint64_t last) {
    int bytes = 8;
    while (bytes > 0 && (last & 0xff) == 0xff) {
      last = last >> 8 | 0xff00000000000000ULL;
      --bytes;
    }
    out += static_cast<char>(bytes);
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(last >> (8 * i));
  }
  static bool take_bound(store::Reader& in, uint64_t first, uint64_t& last) {
    uint32_t bytes = 0;
    std::string_view raw;
    if (!in.varint32(bytes) || bytes > 8 || !in.raw(bytes, raw)) return false;
    last = UINT64_MAX;
    for (const char byte : raw) last = last << 8 | static_cast<uint8_t>(byte);
    for (uint32_t i = bytes; i < 8; ++i) last = last << 8 | 0xff;
    return last >= first;
  }

  bool take_list(store::Reader& in, std::map<std::string, MerkleHash, std::less<>>& list) const {
    uint32_t count = 0;
    if (!in.varint32(count)) return false;
    for (uint32_t i = 0; i < count; ++i) {
      std::string_view key;
      MerkleHash hash;
      if (!in.length_prefixed(key) || !take_hash(in, hash, settings_.shape.hash)) return false;
      list.emplace(key, hash);
    }
    return true;
  }

  // The asker knows both lists.
  void settle(uint64_t first, uint64_t last, std::map<std::string, MerkleHash, std::less<>>& theirs,
              std::vector<Entry>& mine, std::vector<std::string>& wanted) const {
    for_each_in(first, last, [&](Token, std::string_view key, std::string_view copy) {
      const auto other = theirs.find(key);
      const bool equal = other != theirs.end() && other->second == hash_of(key, copy);
      if (!equal) mine.push_back({std::string(key), std::string(copy)});
      if (other != theirs.end()) theirs.erase(other);
    });
    for (const auto& [key, hash] : theirs) wanted.push_back(key);
  }

  // A message as it grows. What is skipped at its end is left out.
  class Parts {
   public:
    explicit Parts(const RangeEnd& end) : end_(end) {
      message_.part = SyncPart::ranges;
      message_.bytes += static_cast<char>(kRanges);
    }
    bool says_anything() const { return says_anything_; }
    SyncMessage take() { return std::move(message_); }

    void skip(uint64_t last) { skipped_ = last; }
    void split(uint64_t first, uint64_t last) {
      const auto [begin, held] = end_.held_in(first, last);
      const size_t count = held - begin;
      if (count < kListBelow) return list(first, last);
      for (uint32_t part = 0; part < kParts; ++part) {
        // Parts of as many keys; equal tokens are not parted.
        uint64_t until = last;
        if (part + 1 < kParts) {
          const size_t next = begin + count * (part + 1) / kParts;
          until = between(end_.places_[next - 1], end_.places_[next]);
          if (until < first || end_.places_[next - 1] == end_.places_[next]) continue;
        }
        begin_part(until, kHash);
        put_hash(message_.bytes, end_.fingerprint(first, until), kFingerprint);
        ++message_.hashes;
        first = until + 1;
      }
    }
    void list(uint64_t first, uint64_t last) {
      begin_part(last, kKeysHere);
      const auto [begin, held] = end_.held_in(first, last);
      store::put_varint(message_.bytes, held - begin);
      end_.for_each_in(first, last, [&](Token, std::string_view key, std::string_view copy) {
        store::put_length_prefixed(message_.bytes, key);
        put_hash(message_.bytes, end_.hash_of(key, copy), end_.settings_.shape.hash);
        ++message_.keys;
        ++message_.hashes;
      });
    }

   private:
    // The shortest bound that is not before `one` and before `other`.
    static uint64_t between(uint64_t one, uint64_t other) {
      uint64_t bound = one;
      for (int bits = 8; bits < 64; bits += 8) {
        const uint64_t shorter = one | ((uint64_t{1} << bits) - 1);
        if (shorter >= other) break;
        bound = shorter;
      }
      return bound;
    }
    void begin_part(uint64_t last, Mode mode) {
      if (skipped_) {
        put_bound(message_.bytes, *skipped_);
        store::put_varint(message_.bytes, kSkip);
        skipped_.reset();
      }
      says_anything_ = true;
      put_bound(message_.bytes, last);
      store::put_varint(message_.bytes, mode);
    }

    const RangeEnd& end_;
    SyncMessage message_;
    std::optional<uint64_t> skipped_;  // until there, nothing is to be said
    bool says_anything_ = false;
  };

  TokenStore snapshot_;
  std::vector<uint64_t> places_;               // offsets of tokens, ascending
  std::vector<std::array<uint64_t, 2>> sums_;  // of the hashes of the first so many
};

}  // namespace

std::unique_ptr<SyncEnd> range_end(const SyncSettings& settings, SyncReplica& replica,
                                   SyncObserver& observer, bool asks) {
  return std::make_unique<RangeEnd>(settings, replica, observer, asks);
}

}  // namespace systemsim::sync
