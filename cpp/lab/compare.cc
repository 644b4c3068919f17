#include "lab/compare.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/sort.h"
#include "lab/json_edit.h"
#include "lab/judged_run.h"
#include "lab/run_summary.h"

namespace systemsim {
namespace {

// A run with the times that its messages took.
class Run : public RunRecorder {
 public:
  explicit Run(const Scenario& scenario)
      : RunRecorder(scenario.setup),
        script_(scenario.actions),
        world_(std::make_shared<const Stage>(scenario.setup), scenario.setup.seed) {
    run(world_, script_, Limits::kTimeUs);
    sort_keys(messages_);
    // A second message of the same name has its luck, or is the network's copy.
    const auto same = [](const SortKey& one, const SortKey& other) {
      return one.first == other.first && one.second == other.second;
    };
    messages_.erase(std::unique(messages_.begin(), messages_.end(), same), messages_.end());
    order_.reserve(operations().size());
    for (size_t i = 0; i < operations().size(); ++i) {
      order_.push_back({operations()[i].id, 0, static_cast<uint32_t>(i)});
    }
    sort_keys(order_);
    verdict_ = judge_run(operations(), world_, !world_.next_us(script_).has_value()).verdict;
  }

  void on_send(uint32_t message_id, const Message& message, uint64_t now_us, uint64_t arrive_us,
               uint64_t position) override {
    RunRecorder::on_send(message_id, message, now_us, arrive_us, position);
    const uint64_t ends = uint64_t{message.from} << 16 | message.to;
    messages_.push_back({uint64_t{message.request.operation} << 32 | ends,
                         uint64_t{static_cast<uint8_t>(message.kind)} << 8 | message.attempt,
                         static_cast<uint32_t>(took_us_.size())});
    took_us_.push_back(arrive_us == 0 ? 0 : arrive_us - now_us);
  }

  std::string summary() const { return RunRecorder::summary(world_, script_); }
  std::string trace_sha256() const { return world_.trace().sha256(); }
  const Verdict& verdict() const { return verdict_; }
  // By name; `index` leads to took_us().
  const std::vector<SortKey>& messages() const { return messages_; }
  // 0: it was lost.
  uint64_t took_us(const SortKey& message) const { return took_us_[message.index]; }
  // By id.
  const std::vector<SortKey>& order() const { return order_; }
  const Operation& operation(const SortKey& key) const { return operations()[key.index]; }

 private:
  const Script script_;
  World world_;
  std::vector<SortKey> messages_;
  std::vector<uint64_t> took_us_;
  std::vector<SortKey> order_;
  Verdict verdict_;
};

// Calls both(x, y) for what the two sorted lists share; how many only the first and only the second
// have.
template <class Both>
std::pair<uint64_t, uint64_t> walk_both(const std::vector<SortKey>& a,
                                        const std::vector<SortKey>& b, Both both) {
  uint64_t only_a = 0;
  uint64_t only_b = 0;
  const auto name = [](const SortKey& key) { return std::pair(key.first, key.second); };
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && name(a[i]) < name(b[j]))) {
      ++only_a;
      ++i;
    } else if (i == a.size() || name(b[j]) < name(a[i])) {
      ++only_b;
      ++j;
    } else {
      both(a[i++], b[j++]);
    }
  }
  return {only_a, only_b};
}

// A list that keeps its first items and counts the rest.
class Differences {
 public:
  // The writer for one more, or null when the list is full.
  JsonWriter* add() { return ++count_ <= kMostDifferences ? &list_ : nullptr; }
  Differences() { list_.begin_array(); }
  // Two fields of the object that is open.
  void write(JsonWriter& writer) {
    writer.field("differing", count_).key("list").json(list_.end_array().take());
  }

 private:
  uint64_t count_ = 0;
  JsonWriter list_;
};

std::string json_text(const Json& json) {
  JsonWriter writer;
  write_json(writer, json);
  return writer.take();
}

// Null: nothing is said there.
void compare_settings(const Json* a, const Json* b, const std::string& pointer,
                      Differences& differences) {
  const auto both = [&](Json::Type type) {
    return a != nullptr && b != nullptr && a->type == type && b->type == type;
  };
  if (both(Json::Type::object)) {
    for (const Json::Member& of_a : a->members) {
      compare_settings(&of_a.value, member(*b, of_a.name), pointer_to(pointer, of_a.name),
                       differences);
    }
    for (const Json::Member& of_b : b->members) {
      if (member(*a, of_b.name) != nullptr) continue;
      compare_settings(nullptr, &of_b.value, pointer_to(pointer, of_b.name), differences);
    }
    return;
  }
  if (both(Json::Type::array)) {
    for (size_t i = 0; i < std::max(a->items.size(), b->items.size()); ++i) {
      compare_settings(i < a->items.size() ? &a->items[i] : nullptr,
                       i < b->items.size() ? &b->items[i] : nullptr, pointer_to(pointer, i),
                       differences);
    }
    return;
  }
  const std::string text_a = a != nullptr ? json_text(*a) : "null";
  const std::string text_b = b != nullptr ? json_text(*b) : "null";
  if (text_a == text_b) return;
  if (JsonWriter* list = differences.add()) {
    list->begin_object().field("pointer", pointer).key("a").json(text_a).key("b").json(text_b);
    list->end_object();
  }
}

void write_settings(JsonWriter& writer, const Scenario& a, const Scenario& b) {
  const auto json_a = parse_json(write_scenario(a));
  const auto json_b = parse_json(write_scenario(b));
  SYSTEMSIM_ASSERT(json_a.ok() && json_b.ok());
  Differences differences;
  compare_settings(&json_a.value(), &json_b.value(), "", differences);
  writer.key("settings").begin_object();
  differences.write(writer);
  writer.end_object();
}

struct Told {
  OperationOutcome outcome;
  std::optional<std::string> value;  // nothing was written or returned
  std::optional<uint64_t> took_us;   // open: nothing

  explicit Told(const Operation& operation) : outcome(operation.outcome) {
    const bool ok = operation.outcome == OperationOutcome::ok;
    const bool writes = operation.verb == Verb::put || operation.verb == Verb::cas;
    if (writes || (ok && operation.found)) value = operation.value;
    if (operation.outcome != OperationOutcome::open)
      took_us = operation.end_us - operation.begin_us;
  }
  bool operator==(const Told& other) const {
    return outcome == other.outcome && value == other.value && took_us == other.took_us;
  }
  void write(JsonWriter& writer) const {
    writer.begin_object().field("outcome", name_of(outcome)).key("value");
    value ? writer.bytes(*value) : writer.null();
    writer.key("latency_ms");
    took_us ? writer.value(static_cast<double>(*took_us) / 1000.0) : writer.null();
    writer.end_object();
  }
};

void write_operations(JsonWriter& writer, const Run& a, const Run& b) {
  Differences differences;
  uint64_t both = 0;
  const auto only = walk_both(a.order(), b.order(), [&](const SortKey& in_a, const SortKey& in_b) {
    ++both;
    const Operation& operation = a.operation(in_a);
    const Told told_a(operation);
    const Told told_b(b.operation(in_b));
    if (told_a == told_b) return;
    JsonWriter* list = differences.add();
    if (list == nullptr) return;
    list->begin_object().field("op", operation.id);
    list->field("client", endpoint_name(operation.client)).field("do", name_of(operation.verb));
    list->key("key").bytes(operation.key).key("a");
    told_a.write(*list);
    list->key("b");
    told_b.write(*list);
    list->end_object();
  });
  writer.key("operations").begin_object().field("both", both);
  writer.field("only_a", only.first).field("only_b", only.second);
  differences.write(writer);
  writer.end_object();
}

void write_promises(JsonWriter& writer, const Verdict& a, const Verdict& b) {
  writer.key("promises").begin_array();
  for (int i = 0; i < kPromises; ++i) {
    const auto promise = static_cast<Promise>(i);
    if (a.of(promise).state == b.of(promise).state) continue;
    writer.begin_object().field("promise", name_of(promise));
    writer.field("a", name_of(a.of(promise).state)).field("b", name_of(b.of(promise).state));
    writer.end_object();
  }
  writer.end_array();
}

void write_luck(JsonWriter& writer, const Run& a, const Run& b) {
  uint64_t both = 0;
  uint64_t same = 0;
  (void)walk_both(a.messages(), b.messages(), [&](const SortKey& in_a, const SortKey& in_b) {
    ++both;
    same += a.took_us(in_a) == b.took_us(in_b) ? 1 : 0;
  });
  writer.key("luck").begin_object().field("messages_a", a.messages().size());
  writer.field("messages_b", b.messages().size()).field("both", both);
  writer.field("same_time", same).end_object();
}

}  // namespace

std::string compare_runs(const Scenario& a, const Scenario& b) {
  const Run run_a(a);
  const Run run_b(b);
  JsonWriter writer;
  writer.begin_object().key("a").json(run_a.summary()).key("b").json(run_b.summary());
  writer.field("same_trace", run_a.trace_sha256() == run_b.trace_sha256());
  write_settings(writer, a, b);
  write_operations(writer, run_a, run_b);
  write_promises(writer, run_a.verdict(), run_b.verdict());
  write_luck(writer, run_a, run_b);
  return writer.end_object().take();
}

}  // namespace systemsim
