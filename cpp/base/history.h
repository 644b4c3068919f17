// What the clients of a run saw: one entry an operation, from its call to its answer. The world
// writes it, the checker reads it; neither knows the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"

namespace systemsim {

enum class Verb : uint8_t {
  put,
  get,
  erase,
  cas,  // a put, if the key holds what its client expects (single owner alone)
};

// "put", "get", "delete", "cas".
const char* name_of(Verb verb);

enum class OperationOutcome : uint8_t {
  open,       // no answer yet
  ok,         // answered
  timeout,    // the client gave up: a write's fate is unknown, a read saw nothing
  refused,    // its coordinator gave up, and said so; the rest as for timeout
  not_equal,  // cas, answered: the key held something else, and nothing was changed
};
// "open", "ok", "timeout", "refused", "not_equal".
const char* name_of(OperationOutcome outcome);

struct Operation {
  OperationId id = kNoOperation;
  Endpoint client = kNobody;
  Verb verb = Verb::get;
  std::string key;
  std::string value;  // put, cas: what it writes; get: what it returned (when `found`)
  std::optional<std::string> expected;  // cas: what the key has to hold; nothing: no value
  uint32_t n = 0;                       // as asked for by this request
  uint32_t w = 0;
  uint32_t r = 0;
  uint64_t begin_us = 0;
  uint64_t begin_position = 0;  // events processed when it began; orders what shares a microsecond
  uint64_t end_us = 0;          // meaningful unless open
  uint64_t end_position = 0;
  OperationOutcome outcome = OperationOutcome::open;
  bool found = false;                   // get: a value was returned
  OperationId returned = kNoOperation;  // get: the write it returned (a delete's marker counts)
  // get: the writes it returned, latest first, where there were several that had not seen each
  // other
  std::vector<OperationId> siblings;
  // get: its client has not made one of them, or has made one that nobody wrote (their union);
  // `value` and `returned` are then of the latest, or the union, and `siblings` is what it says
  bool unresolved = false;
  // put, delete: it went out without what its client had seen, where versions say that
  bool blind = false;
  // put, delete: answered, but what its client sends later has not seen it, where versions say that
  bool unseen = false;
  std::vector<Endpoint> answered;  // whose answers counted, in order of arrival
};

}  // namespace systemsim
