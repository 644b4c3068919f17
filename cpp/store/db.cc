#include "store/db.h"

#include <algorithm>

#include "store/file_name.h"

namespace systemsim::store {
namespace {

// The formats give a length 32 bits; what stands around a pair must fit as well.
constexpr uint64_t kMostPairBytes = (2ULL << 30) - 64;
constexpr size_t kKeptScratchBytes = 64 << 10;

uint32_t chunk_bytes(const Options& options) {
  return std::clamp<uint32_t>(std::bit_floor(options.write_buffer_bytes / 16), 1024, 256 << 10);
}

// An internal key to look for, without asking for memory when it is short.
class LookupKey {
 public:
  LookupKey(std::string_view user, uint64_t tag) {
    char* to = buffer_;
    const size_t bytes = user.size() + kTagBytes;
    if (bytes > sizeof buffer_) {
      longer_.resize(bytes);
      to = longer_.data();
    }
    std::copy(user.begin(), user.end(), to);
    store64(to + user.size(), tag);
    bytes_ = {to, bytes};
  }
  LookupKey(const LookupKey&) = delete;
  LookupKey& operator=(const LookupKey&) = delete;
  std::string_view bytes() const { return bytes_; }

 private:
  char buffer_[120];
  std::string longer_;
  std::string_view bytes_;
};

}  // namespace

Db::Db(const Options& options)
    : options_(options), memtable_(empty_memtable()), version_(std::make_shared<const Version>()) {}

std::shared_ptr<Memtable> Db::empty_memtable() const {
  return std::make_shared<Memtable>(chunk_bytes(options_));
}

Memtable& Db::own_memtable() {
  if (memtable_.use_count() > 1) memtable_ = std::make_shared<Memtable>(*memtable_);
  return *memtable_;
}

Outcome Db::check_pair(uint64_t bytes) const {
  const uint64_t most = options_.max_pair_bytes == 0 ? kMostPairBytes : options_.max_pair_bytes;
  if (bytes <= most) return Done{};
  return bad_input("", "expected key and value of at most " + std::to_string(most) +
                           " bytes together, found " + std::to_string(bytes));
}

Outcome Db::put(Call& call, std::string_view key, std::string_view value) {
  Outcome fits = check_pair(static_cast<uint64_t>(key.size()) + value.size());
  if (!fits) return fits;
  batch_.clear();
  batch_.put(key, value);
  return write_batch(call, batch_, false);
}

Outcome Db::erase(Call& call, std::string_view key) {
  Outcome fits = check_pair(key.size());
  if (!fits) return fits;
  batch_.clear();
  batch_.erase(key);
  return write_batch(call, batch_, false);
}

Outcome Db::write(Call& call, WriteBatch& batch, bool sync) {
  Outcome fits = check_pair(batch.largest_pair_bytes());
  if (!fits) return fits;
  if (batch.bytes().size() > kMostPairBytes) {
    return bad_input("", "expected a batch of less than 2 GiB");
  }
  return write_batch(call, batch, sync);
}

Outcome Db::write_batch(Call& call, WriteBatch& batch, bool sync) {
  if (options_.read_only) return bad_input("", "this database was opened for reading only");
  Outcome room = make_room(call);
  if (!room) return room;
  if (!memtable_->has_room(batch.count(), batch.bytes().size())) {
    return bad_input("", "expected a batch that one memtable can hold");
  }
  if (batch.count() > kMaxSequence - last_sequence_) {
    return Error{ErrorCode::limit, "the sequence numbers are used up", ""};
  }
  const Sequence first = last_sequence_ + 1;
  batch.set_sequence(first);
  // Its numbers are used up even if it fails: it may be in the log nevertheless.
  last_sequence_ += batch.count();
  Outcome logged = append_to_log(call, batch.bytes(), sync || options_.sync);
  if (!logged) return logged;

  Memtable& memtable = own_memtable();
  BatchReader reader(batch.bytes());
  BatchReader::Write write;
  while (reader.next(write)) {
    memtable.add(write.sequence, write.kind, write.key, write.value);
    counters_.user_bytes += write.key.size() + write.value.size();
  }
  call.tell({.kind = StoreEvent::memtable_insert, .bytes = memtable.size_bytes()});
  if (log_bytes_.capacity() > kKeptScratchBytes) {
    log_bytes_ = {};
    batch_ = {};
  }
  return Done{};
}

Outcome Db::append_to_log(Call& call, std::string_view record, bool sync) {
  log_bytes_.clear();
  log_.add(record, log_bytes_);
  Outcome done = call.env.append(log_name_, log_bytes_);
  if (done) {
    call.cost.bytes_written += log_bytes_.size();
    counters_.log_bytes += log_bytes_.size();
    call.tell({.kind = StoreEvent::log_append, .file = log_number_, .bytes = log_bytes_.size()});
    log_safe_ = false;
    if (sync) done = sync_logs(call);
  }
  log_broken_ = !done;
  return done;
}

// What a caller is told of as safe must not be safe without what was written before it.
Outcome Db::sync_logs(Call& call) {
  const auto sync = [&](uint64_t number) {
    Outcome done = call.env.sync(log_name(number));
    if (!done) return done;
    ++call.cost.syncs;
    call.tell({.kind = StoreEvent::log_sync, .file = number});
    return done;
  };
  if (immutable_ != nullptr && !old_log_safe_) {
    Outcome done = sync(old_log_number_);
    if (!done) return done;
    old_log_safe_ = true;
  }
  Outcome done = sync(log_number_);
  log_safe_ = done.ok();
  return done;
}

Result<bool> Db::get(Call& call, std::string_view key, std::string& value, Sequence at) const {
  const Sequence sequence = std::min(at, last_sequence_);
  KeyKind kind = kValue;
  std::string_view found_value;
  for (const Memtable* const memtable :
       {static_cast<const Memtable*>(memtable_.get()), immutable_.get()}) {
    if (memtable == nullptr) continue;
    const bool found = memtable->find(key, sequence, kind, found_value);
    call.tell({.kind = StoreEvent::memtable_search, .yes = found});
    if (!found) continue;
    if (kind == kValue) value.assign(found_value);
    return kind == kValue;
  }
  const LookupKey internal(key, seek_tag(sequence));
  Found found;
  const Outcome looked = version_->find(call, internal.bytes(), found);
  if (!looked) return looked.error();
  if (found.state == Found::value_found) value.assign(found.value);
  return found.state == Found::value_found;
}

DbCursor Db::cursor(Call& call, Sequence at) const {
  return {{memtable_, immutable_}, version_, std::min(at, last_sequence_), call};
}

Sequence Db::snapshot() {
  snapshots_.push_back(last_sequence_);
  return last_sequence_;
}

void Db::release(Sequence snapshot) {
  const auto at = std::find(snapshots_.begin(), snapshots_.end(), snapshot);
  if (at != snapshots_.end()) snapshots_.erase(at);
}

uint64_t Db::approximate_bytes(std::string_view first, std::string_view last) const {
  const LookupKey low(first, seek_tag(kMaxSequence));
  const LookupKey high(last, seek_tag(kMaxSequence));
  const uint64_t begin = version_->approximate_offset(low.bytes());
  const uint64_t end = version_->approximate_offset(high.bytes());
  return end > begin ? end - begin : 0;
}

}  // namespace systemsim::store
