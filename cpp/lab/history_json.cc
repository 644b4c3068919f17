#include "lab/history_json.h"

#include <map>
#include <optional>

#include "base/sort.h"
#include "check/history_text.h"
#include "lab/json.h"
#include "lab/json_writer.h"

namespace systemsim {
namespace {

constexpr uint64_t kMaxInteger = (1ULL << 53) - 1;  // integers that cross JSON
constexpr size_t kMaxNameBytes = 100;

const std::vector<const char*> kCallVerbs = {"put", "get", "delete", "cas"};
const std::vector<const char*> kOutcomes = {"open", "ok", "timeout", "refused", "not_equal"};

// Whether the member is there and not null.
bool has(Fields& fields, const char* name) {
  const Json* member = fields.take(name);
  return member != nullptr && member->type != Json::Type::null;
}

void need(Fields& fields, const char* name, const char* what) {
  if (fields.ok() && !has(fields, name)) {
    fields.fail(name, "expected " + std::string(what) + ", found nothing");
  }
}

// Turns operations into calls as they are read.
class OperationReader : public JsonItems {
 public:
  explicit OperationReader(Model model) { result_.model = model; }

  std::optional<Error> take(const Json& item, size_t index) override {
    std::optional<Error> error;
    if (index >= HistoryLimits::kCalls) {
      return Error{ErrorCode::limit,
                   "more than " + std::to_string(HistoryLimits::kCalls) + " operations",
                   "/operations"};
    }
    Fields fields(item, "/operations/" + std::to_string(index), error);
    read(fields, static_cast<uint32_t>(index));
    return error;
  }

  // Gives calls their order. `initial`: of the keys that have no first value yet.
  ReadHistory finish(const std::map<std::string, std::string>& named,
                     const std::optional<std::string>& initial);

 private:
  void read(Fields& fields, uint32_t index);
  void read_time(Fields& fields, bool ended, Call& call);

  ReadHistory result_;
  std::map<std::string, uint32_t> processes_;
  std::optional<bool> by_position_;
};

void OperationReader::read_time(Fields& fields, bool ended, Call& call) {
  if (!by_position_) by_position_ = has(fields, "begin_position");
  const char* const begin = *by_position_ ? "begin_position" : "begin_us";
  const char* const end = *by_position_ ? "end_position" : "end_us";
  const char* const what =
      *by_position_ ? "a position, as the first operation has" : "a time in us";
  uint64_t from = 0;
  uint64_t to = 0;
  need(fields, begin, what);
  fields.integer(begin, from, uint64_t{0}, kMaxInteger);
  if (ended) {
    need(fields, end, what);
    fields.integer(end, to, uint64_t{0}, kMaxInteger);
    if (fields.ok() && (to < from || (*by_position_ && to == from))) {
      fields.fail(end, std::to_string(to) + " is not after " + begin + ", which is " +
                           std::to_string(from));
    }
  }
  // Answers of a position come before its calls, those of a microsecond after them.
  call.begin = 2 * from + (*by_position_ ? 1 : 0);
  call.end = ended ? 2 * to + (*by_position_ ? 0 : 1) : kNever;
}

void OperationReader::read(Fields& fields, uint32_t index) {
  CallHistory& history = result_.history;
  std::string client;
  uint32_t verb = 0;
  uint32_t outcome = 0;
  std::string key;
  std::string value;
  Call call;
  call.source = index;
  if (has(fields, "op")) fields.integer("op", call.source, 0U, 0xfffffffdU);
  need(fields, "client", "a client's name");
  fields.text("client", client, kMaxNameBytes);
  need(fields, "do", "put, get, delete or cas");
  fields.choice("do", verb, kCallVerbs);
  need(fields, "outcome", "ok, timeout, open, refused or not_equal");
  fields.choice("outcome", outcome, kOutcomes);
  need(fields, "key", "a key");
  fields.bytes("key", key);
  const bool has_value = has(fields, "value");
  if (has_value) fields.bytes("value", value);
  const bool read = static_cast<Verb>(verb) == Verb::get;
  const bool put = static_cast<Verb>(verb) == Verb::put;
  const bool cas = static_cast<Verb>(verb) == Verb::cas;
  const bool refused = static_cast<OperationOutcome>(outcome) == OperationOutcome::not_equal;
  const bool ok = refused || static_cast<OperationOutcome>(outcome) == OperationOutcome::ok;
  if (fields.ok() && refused && !cas) fields.fail("outcome", "only a cas can be not_equal");
  if (fields.ok() && cas && result_.model == Model::reg) {
    fields.fail("do", "a register has no cas; expected put, get or delete");
  }
  std::string expected;
  const bool expects = cas && has(fields, "expected");
  if (expects) fields.bytes("expected", expected);
  bool found = has_value;
  if (read && ok && has(fields, "found")) {
    const Json* flag = fields.take("found");
    if (fields.ok() && flag->type != Json::Type::boolean) {
      fields.fail("found", "expected true or false, found " + quote(*flag));
    } else if (fields.ok()) {
      found = flag->boolean;
    }
  }
  if (put || cas || (read && ok && found)) need(fields, "value", "a value");
  if (read && ok) fields.boolean("unresolved", call.any);
  read_time(fields, ok, call);
  // A read without an answer says nothing.
  if (!fields.ok() || (read && !ok)) return;
  call.kind = read ? Call::Kind::read : cas ? Call::Kind::cas : Call::Kind::write;
  call.fate = refused ? Call::Fate::refused : ok ? Call::Fate::ok : Call::Fate::unknown;
  call.key = history.key(key);
  if (call.key > 0 && result_.model != Model::kv) {
    return fields.fail("key", "expected " + quoted(text_of_bytes(history.keys[0].name)) +
                                  ", as before (the model is " + name_of(result_.model) +
                                  "), found " + quoted(text_of_bytes(key)));
  }
  if (put || cas || (read && found)) call.value = history.values.of(value);
  if (expects) call.expected = history.values.of(expected);
  const auto [process, is_new] =
      processes_.try_emplace(client, static_cast<uint32_t>(result_.processes.size()));
  if (is_new) result_.processes.push_back(client);
  call.process = process->second;
  history.calls.push_back(call);
}

ReadHistory OperationReader::finish(const std::map<std::string, std::string>& named,
                                    const std::optional<std::string>& initial) {
  CallHistory& history = result_.history;
  const ValueId usual = initial ? history.values.of(*initial) : kAbsent;
  for (CallHistory::Key& key : history.keys) {
    const auto own = named.find(key.name);
    key.initial = own == named.end() ? usual : history.values.of(own->second);
  }
  // Ranks of one total order. What shares a moment keeps the order of the list.
  std::vector<SortKey> order;
  order.reserve(2 * history.calls.size());
  for (uint32_t i = 0; i < history.calls.size(); ++i) {
    order.push_back({history.calls[i].begin, 0, 2 * i});
    if (history.calls[i].end != kNever) order.push_back({history.calls[i].end, 0, 2 * i + 1});
  }
  sort_keys(order);
  std::vector<Call> sorted;
  sorted.reserve(history.calls.size());
  std::vector<uint32_t> place(history.calls.size());
  for (uint64_t rank = 0; rank < order.size(); ++rank) {
    const uint32_t index = order[rank].index / 2;
    if (order[rank].index % 2 == 0) {
      place[index] = static_cast<uint32_t>(sorted.size());
      sorted.push_back(history.calls[index]);
      sorted.back().begin = rank;
    } else {
      sorted[place[index]].end = rank;
    }
  }
  history.calls = std::move(sorted);
  return std::move(result_);
}

}  // namespace

Result<ReadHistory> read_json_history(std::string_view text, const HistoryOptions& options) {
  if (text.size() > HistoryLimits::kTextBytes) {
    return Error{ErrorCode::limit,
                 "a history of " + std::to_string(text.size()) + " bytes; the most is " +
                     std::to_string(HistoryLimits::kTextBytes),
                 ""};
  }
  std::optional<std::string> initial;
  if (options.initial) {
    auto read = read_initial(*options.initial);
    if (!read) return read.error();
    initial = std::move(read).value();
  }
  OperationReader reader(options.model.value_or(Model::kv));
  auto parsed = parse_json(text, "operations", reader);
  if (!parsed) return parsed.error();
  std::optional<Error> error;
  Fields fields(parsed.value(), "", error);
  const Json* operations = fields.take("operations");
  if (!error && (operations == nullptr || operations->type != Json::Type::array)) {
    error = bad_input("/operations", "expected a list of operations, found " +
                                         (operations == nullptr ? "nothing" : quote(*operations)));
  }
  std::map<std::string, std::string> named;
  if (const Json* records = fields.take("initial")) {
    if (records->type != Json::Type::array) {
      fields.fail(bad_input("/initial", "expected a list, found " + quote(*records)));
    }
    for (size_t i = 0; i < records->items.size() && fields.ok(); ++i) {
      Fields record(records->items[i], pointer_to("/initial", i), error);
      std::string key;
      std::string value;
      need(record, "key", "a key");
      record.bytes("key", key);
      need(record, "value", "a value");
      record.bytes("value", value);
      record.finish();
      named[key] = value;
    }
  }
  fields.finish();
  if (error) return *error;
  return reader.finish(named, initial);
}

std::string write_json_history(const std::vector<Operation>& operations,
                               const std::vector<std::pair<std::string, std::string>>& initial) {
  JsonWriter writer;
  writer.begin_object().key("initial").begin_array();
  for (const auto& [key, value] : initial) {
    writer.begin_object().key("key").bytes(key).key("value").bytes(value).end_object();
  }
  writer.end_array().key("operations").begin_array();
  for (const Operation& operation : operations) {
    const bool ended = operation.outcome != OperationOutcome::open;
    const bool answered = operation.outcome == OperationOutcome::ok;
    const bool read = operation.verb == Verb::get;
    writer.begin_object().field("op", operation.id);
    writer.field("client", endpoint_name(operation.client)).field("do", name_of(operation.verb));
    writer.key("key").bytes(operation.key).key("value");
    const bool cas = operation.verb == Verb::cas;
    if (operation.verb == Verb::put || cas || (read && answered && operation.found)) {
      writer.bytes(operation.value);
    } else {
      writer.null();
    }
    if (cas) {
      writer.key("expected");
      operation.expected ? writer.bytes(*operation.expected) : writer.null();
    }
    writer.field("begin_us", operation.begin_us);
    writer.field("begin_position", operation.begin_position).key("end_us");
    ended ? writer.value(operation.end_us) : writer.null();
    writer.key("end_position");
    ended ? writer.value(operation.end_position) : writer.null();
    writer.field("outcome", name_of(operation.outcome)).key("found");
    read&& answered ? writer.value(operation.found) : writer.null();
    if (operation.unresolved) writer.field("unresolved", true);
    writer.end_object();
  }
  return writer.end_array().end_object().take() + "\n";
}

}  // namespace systemsim
