// Whatever is done with a database, on a disk that fails, fills up and loses what was not synced:
// it shows what a sorted map shows, and after a crash a prefix of what was done, with everything
// that was acknowledged as safe. At the end a byte of a file turns. Behind a byte 0xff the input is
// the archive of a disk instead, as a page uploads it: refused, or used.
#include <algorithm>
#include <optional>

#include "base/mix.h"
#include "directory.h"
#include "store/fault_env.h"

using namespace fuzz;

namespace {

struct Write {
  std::string key;
  std::optional<std::string> value;  // nothing: erased
};

// What a database shows, with a sum over its pairs by which it is known: it is compared thousands
// of times.
struct State {
  Pairs pairs;
  uint64_t sum = 0;

  void set(const std::string& key, const std::optional<std::string>& value) {
    const auto at = pairs.find(key);
    if (at != pairs.end()) {
      sum -= term(key, at->second);
      pairs.erase(at);
    }
    if (!value) return;
    sum += term(key, *value);
    pairs.emplace(key, *value);
  }
  static uint64_t term(const std::string& key, const std::string& value) {
    Mix128 mix;
    mix.fold_bytes(key);
    mix.fold_bytes(value);
    return mix.low();
  }
};

void change(State& state, const std::vector<Write>& writes) {
  for (const Write& write : writes) state.set(write.key, write.value);
}

State state_of(const Pairs& pairs) {
  State state;
  for (const auto& [key, value] : pairs) state.set(key, value);
  return state;
}

class Play {
 public:
  explicit Play(std::string_view text) : luck_(text), env_(disk_) {}
  void run() {
    if (luck_.chance(0.5)) options_.policy = CompactionPolicy::size_tiered;
    reopen(false);
    while (!luck_.empty()) act();
    env_.faults = {};
    reopen(false);
    turn_a_byte();
  }

 private:
  void act() {
    Call call(env_);
    const uint32_t what = luck_.below(32);
    if (what < 16) {
      write(1);
    } else if (what < 18) {
      write(luck_.below(6));
    } else if (what < 20) {
      check_get(call);
    } else if (what < 22) {
      check_walk(kMaxSequence, visible());
    } else if (what == 22) {
      if (told(db_->flush(call))) durable_ = past_.size();
    } else if (what < 25) {
      const std::string first = some_key();
      const std::string last = some_key();
      told(db_->compact(call, luck_.chance(0.5) ? &std::min(first, last) : nullptr,
                        luck_.chance(0.5) ? &std::max(first, last) : nullptr));
    } else if (what == 25) {
      snapshots_.emplace_back(db_->snapshot(), visible());
    } else if (what == 26 && !snapshots_.empty()) {
      check_walk(snapshots_.back().first, snapshots_.back().second);
      db_->release(snapshots_.back().first);
      snapshots_.pop_back();
    } else if (what < 29) {
      reopen(false);
    } else if (what == 29) {
      reopen(true);
    } else if (what == 30 && states_.size() < 8) {
      env_.faults.fail_from = env_.calls() + luck_.below(20);
      env_.faults.fail_count = luck_.below(4);
      env_.faults.torn_bytes = luck_.below(300);
    } else if (states_.size() < 8) {
      env_.faults.space_bytes = luck_.chance(0.5) ? luck_.below(1 << 13) : Faults::kNever;
    }
  }

  // Whether it was done; if not, why has to be said rightly.
  bool told(const Outcome& done) {
    if (done) return true;
    must(done.error().code == ErrorCode::io || done.error().code == ErrorCode::limit,
         "a disk that fails is to blame");
    return false;
  }

  std::string some_key() {
    const uint32_t which = luck_.below(40);
    return which == 0 ? std::string() : std::string(which % 3, 'k') + static_cast<char>(which);
  }

  void write(uint32_t count) {
    std::vector<Write> writes;
    WriteBatch batch;
    for (uint32_t i = 0; i < count; ++i) {
      Write write{some_key(), std::nullopt};
      if (luck_.chance(0.8)) {
        const uint32_t size = luck_.below(256);
        write.value = std::string(size < 250 ? size : size * 20, static_cast<char>(++letter_));
        batch.put(write.key, *write.value);
      } else {
        batch.erase(write.key);
      }
      writes.push_back(std::move(write));
    }
    const bool sync = luck_.chance(0.3);
    Call call(env_);
    const bool done = told(db_->write(call, batch, sync));
    for (const State& state : states_) past_.push_back(state.sum);
    if (done) {
      for (State& state : states_) change(state, writes);
      if (sync) durable_ = past_.size();
      return;
    }
    // It is not to be seen, but may come back at the next opening.
    const size_t known = states_.size();
    for (size_t i = 0; i < known; ++i) {
      states_.push_back(states_[i]);
      change(states_.back(), writes);
    }
    if (states_.size() >= 8) env_.faults = {};
  }

  const Pairs& visible() const { return states_.front().pairs; }

  void check_get(Call& call) {
    const std::string key = some_key();
    std::string value;
    const auto found = db_->get(call, key, value);
    const auto known = visible().find(key);
    must(found.ok() && found.value() == (known != visible().end()), "a key is there or not");
    must(!found.value() || value == known->second, "with its value");
  }

  void check_walk(Sequence at, const Pairs& expected) {
    Call call(env_);
    auto cursor = db_->cursor(call, at);
    Pairs forward;
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      forward.emplace(cursor.key(), cursor.value());
    }
    must(cursor.error() == nullptr && forward == expected, "a walk shows the map");
    Pairs backward;
    for (cursor.seek_last(); cursor.valid(); cursor.prev()) {
      backward.emplace(cursor.key(), cursor.value());
    }
    must(cursor.error() == nullptr && backward == expected, "backward as well");
  }

  // Whether the disk may hold this: with `from`, also what was there since then.
  bool possible(uint64_t sum, size_t from) const {
    for (const State& state : states_) {
      if (state.sum == sum) return true;
    }
    return std::find(past_.begin() + static_cast<std::ptrdiff_t>(from), past_.end(), sum) !=
           past_.end();
  }

  void reopen(bool crash) {
    Call call(env_);
    if (crash) {
      env_.faults = {};
      must(env_.crash(luck_.below(1 << 12)).ok(), "a crash is no call");
    } else if (db_) {
      db_->close(call);
    }
    db_.reset();
    snapshots_.clear();
    auto opened = Db::open(call, options_);
    if (!opened) {
      told(opened.error());
      env_.faults = {};
      opened = Db::open(call, options_);
    }
    must(opened.ok(), "a disk that works again is opened");
    db_ = std::move(opened).value();
    State found = state_of(walk(disk_, *db_, false).pairs);
    must(possible(found.sum, crash ? durable_ : past_.size()), "what was acknowledged is there");
    states_ = {std::move(found)};
    past_.clear();
    durable_ = 0;
  }

  void turn_a_byte() {
    const size_t writes = past_.size();
    Call call(env_);
    for (int i = 0; i < 3; ++i) {
      const Outcome put = db_->put(call, "turn", std::to_string(i));
      must(put.ok(), "a disk that works takes a write");
      past_.push_back(states_.front().sum);
      states_.front().set("turn", std::to_string(i));
    }
    db_->close(call);
    const auto names = disk_.list();
    const std::string& name =
        names.value()[luck_.below(static_cast<uint32_t>(names.value().size()))];
    const auto size = static_cast<uint32_t>(disk_.read(name).value().bytes.size());
    if (size == 0) return;
    must(env_.flip(name, luck_.below(size), 1).ok(), "a byte turns");
    auto opened = Db::open(call, options_);
    if (!opened) {
      must(opened.error().code == ErrorCode::damaged || opened.error().code == ErrorCode::bad_input,
           "damage is told");
      return;
    }
    const Walked seen = walk(disk_, opened.value(), false);
    const bool log = parse_file_name(name).kind == FileKind::log;
    must(!seen.whole || possible(state_of(seen.pairs).sum, log ? writes : past_.size()),
         "no wrong data");
  }

  Bytes luck_;
  Options options_ = small_options();
  MemoryEnv disk_;
  FaultEnv env_;
  std::optional<Db> db_;
  std::vector<State> states_ = {{}};  // what may be there; the first is what is visible
  std::vector<uint64_t> past_;  // their sums since the last opening, which wrote all to tables
  size_t durable_ = 0;          // of past_: what comes before cannot come back
  std::vector<std::pair<Sequence, Pairs>> snapshots_;
  uint8_t letter_ = 0;
};

void use_archive(std::string_view text) {
  std::string archive(text);
  if (archive.size() >= 4) {
    const std::string_view body = text.substr(0, text.size() - 4);
    store32(archive.data() + body.size(), crc32c(body));
  }
  auto disk = MemoryEnv::from_archive(archive);
  if (!disk) {
    must(disk.error().code == ErrorCode::damaged, "what is no archive is refused");
    return;
  }
  const std::string again = disk.value().archive();
  auto back = MemoryEnv::from_archive(again);
  must(back.ok() && back.value().archive() == again, "an archive that is written is read");
  use_directory_each_way(disk.value(), false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('\xff')) {
    use_archive(text.substr(1));
  } else {
    Play(text).run();
  }
  return 0;
}
