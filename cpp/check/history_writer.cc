#include "check/history_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/ids.h"
#include "base/sort.h"
#include "check/history_text.h"

namespace systemsim {
namespace {

// The process numbers of one client. The lowest that is free is taken.
class Lane {
 public:
  uint32_t take() {
    if (free_.empty()) return made_++;
    const uint32_t turn = *free_.begin();
    free_.erase(free_.begin());
    return turn;
  }
  void give_back(uint32_t turn) { free_.insert(turn); }

 private:
  std::set<uint32_t> free_;
  uint32_t made_ = 0;
};

class HistoryWriter {
 public:
  HistoryWriter(HistoryForm form, bool with_keys, uint32_t lanes)
      : form_(form), with_keys_(with_keys), lanes_(lanes) {}

  // `value`: nothing where there is none; `unknown`: nil, a read's value before
  // it is known, or when it was several.
  void line(uint32_t process, const char* type, Verb verb, const std::string& key,
            const std::string* value, bool unknown,
            const std::optional<std::string>& expected = std::nullopt) {
    const bool kv = form_ == HistoryForm::porcupine_kv;
    const bool read = verb == Verb::get;
    out_ += "{:process " + std::to_string(process) + ", :type " + type + ", :f ";
    out_ += kv ? (read ? ":get" : ":put") : read ? ":read" : verb == Verb::cas ? ":cas" : ":write";
    if (with_keys_) {
      out_ += ", :key ";
      append_edn_string(out_, text_of_bytes(key));
    }
    out_ += ", :value ";
    if (unknown) {
      out_ += "nil";
    } else if (verb == Verb::cas) {
      out_ += '[';
      append_value(expected ? &*expected : nullptr);
      out_ += ' ';
      append_value(value);
      out_ += ']';
    } else {
      append_value(value);
    }
    out_ += "}\n";
  }
  void first_value(const std::string& key, const std::string* value) {
    if (form_ == HistoryForm::porcupine_kv && value == nullptr) return;
    line(lanes_ - 1, ":invoke", Verb::put, key, value, false);
    line(lanes_ - 1, ":ok", Verb::put, key, value, false);
  }
  std::string take() { return std::move(out_); }

 private:
  void append_value(const std::string* value) {
    const bool kv = form_ == HistoryForm::porcupine_kv;
    if (value == nullptr) {
      out_ += kv ? "\"\"" : ":absent";
    } else if (!kv && is_plain_integer(*value)) {
      out_ += *value;
    } else {
      append_edn_string(out_, text_of_bytes(*value));
    }
  }

  HistoryForm form_;
  bool with_keys_;
  uint32_t lanes_;
  std::string out_;
};

const std::string* value_of(const Operation& operation) {
  const bool has = operation.verb == Verb::put || operation.verb == Verb::cas ||
                   (operation.verb == Verb::get && operation.found);
  return has ? &operation.value : nullptr;
}

}  // namespace

std::string write_history(const std::vector<Operation>& operations,
                          const std::vector<std::pair<std::string, std::string>>& initial,
                          HistoryForm form, const std::optional<std::string>& key) {
  const bool kv = form == HistoryForm::porcupine_kv;
  uint32_t lanes = 1;
  std::vector<SortKey> events;  // 2p an answer at position p, 2p + 1 a call
  std::map<std::string_view, const std::string*> first_values;
  std::vector<const std::string*> keys;  // in order of their first use
  for (const auto& [name, value] : initial) first_values[name] = &value;
  std::set<std::string_view> known;
  for (uint32_t i = 0; i < operations.size(); ++i) {
    const Operation& operation = operations[i];
    if (key && operation.key != *key) continue;
    const bool answered = operation.outcome == OperationOutcome::ok;
    if (kv && operation.verb == Verb::get && !answered) continue;
    lanes = std::max(lanes, client_index(operation.client) + 2);
    events.push_back({2 * operation.begin_position + 1, 0, i});
    if (operation.outcome != OperationOutcome::open) {
      events.push_back({2 * operation.end_position, 0, i});
    }
    if (known.insert(operation.key).second) keys.push_back(&operation.key);
  }
  sort_keys(events);

  HistoryWriter writer(form, kv || !key, lanes);
  for (const std::string* name : keys) {
    const auto first = first_values.find(*name);
    writer.first_value(*name, first == first_values.end() ? nullptr : first->second);
  }
  std::vector<Lane> clients(lanes);
  std::vector<uint32_t> turns(operations.size());
  for (const SortKey& event : events) {
    const Operation& operation = operations[event.index];
    const uint32_t lane = client_index(operation.client);
    const bool call = event.first % 2 == 1;
    if (call) turns[event.index] = clients[lane].take();
    const uint32_t turn = turns[event.index];
    const uint32_t process = lane + turn * lanes;
    const bool read = operation.verb == Verb::get;
    const bool unequal = operation.outcome == OperationOutcome::not_equal;
    const bool timed_out = operation.outcome != OperationOutcome::ok && !unequal;
    const bool failed = (read && timed_out) || unequal;
    const char* const type = call ? ":invoke" : failed ? ":fail" : timed_out ? ":info" : ":ok";
    writer.line(process, type, operation.verb, operation.key, value_of(operation),
                read && (call || timed_out || operation.unresolved), operation.expected);
    if (!call && (read || !timed_out)) clients[lane].give_back(turn);
  }
  return writer.take();
}

}  // namespace systemsim
