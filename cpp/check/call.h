// What the clients of one run, or of a history that somebody else recorded, saw: the form in which
// every judge of this folder reads it. Chapter section 05.
//
// Judged is what a client could tell, so values count and never the identity of a write: two writes
// of one value to one key are told apart by nobody. A delete is a write of "absent".
// Order is real time: `begin` and `end` are ranks of one total order of all calls and answers, so
// no two are equal.
// Invariants: `calls` are in order of `begin`; begin < end; a call's key and values are in the
// tables of its history.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/history.h"

namespace systemsim {

using ValueId = uint32_t;
constexpr ValueId kAbsent = 0;                      // no value: never written, or deleted
constexpr uint32_t kInitialCall = 0xffffffff;       // stands for the value that a key began with
constexpr uint64_t kNever = 0xffffffffffffffffULL;  // `end` of a call that nobody answered

// Values as small numbers: equal text, equal number. kAbsent has no text.
class ValueTable {
 public:
  ValueId of(std::string_view text);
  // The number of a text that has one.
  std::optional<ValueId> find(std::string_view text) const;
  // Precondition: id != kAbsent.
  const std::string& text(ValueId id) const { return texts_[id - 1]; }
  size_t size() const { return texts_.size() + 1; }

 private:
  std::map<std::string, ValueId, std::less<>> ids_;
  std::vector<std::string> texts_;
};

struct Call {
  enum class Kind : uint8_t { read, write, cas, append };
  enum class Fate : uint8_t {
    ok,       // done; a read returned `value`
    refused,  // cas only, done: the state was not `expected`
    unknown,  // no answer: a write may take effect at any time after its beginning, or never
  };
  Kind kind = Kind::read;
  Fate fate = Fate::ok;
  bool any = false;            // a read whose answer says nothing: it fits every state
  bool blind = false;          // a write that was sent as if its client had seen nothing
  bool unseen = false;         // a write that its client's later ones are sent without having seen
  uint32_t process = 0;        // whose call; the calls of a process are one session
  uint32_t key = 0;            // into CallHistory::keys
  ValueId value = kAbsent;     // read: what came back; write, cas: the new value; append: the piece
  ValueId expected = kAbsent;  // cas only
  uint64_t begin = 0;
  uint64_t end = kNever;  // kNever iff the fate is unknown
  uint32_t source = 0;    // where it comes from: the line of a file, or an operation's id

  // Whether it may change the state.
  bool writes() const { return kind != Kind::read && fate != Fate::refused; }
};

struct CallHistory {
  struct Key {
    std::string name;
    ValueId initial = kAbsent;
  };
  std::vector<Key> keys;
  ValueTable values;
  std::vector<Call> calls;
  // Of a run that keeps versions beside each other, by call: the writes (their sources) whose
  // versions a read returned, all siblings among them. Empty for other runs.
  std::vector<std::vector<uint32_t>> saw;

  // The index of the key of that name, made on first use with no value.
  uint32_t key(std::string_view name);

 private:
  std::map<std::string, uint32_t, std::less<>> key_ids_;
};

// A run's operations (in order of their beginning). Initial records: key and value. A read that was
// not answered says nothing and is left out, and one whose siblings were not resolved fits every
// state; `source` is the operation's id.
// `siblings`: whether the run keeps versions beside each other.
CallHistory calls_of(const std::vector<Operation>& operations,
                     const std::vector<std::pair<std::string, std::string>>& initial,
                     bool siblings = false);

}  // namespace systemsim
