#include "lab/replicas_job.h"

#include <map>
#include <utility>

#include "base/draw.h"
#include "cluster/siblings.h"
#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

constexpr std::array<const char*, 2> kSides = {"A", "B"};
const std::vector<const char*> kSideNames = {"A", "B"};
const std::vector<const char*> kEdits = {"put", "delete", "forget"};
constexpr uint64_t kEditedUs = 3'000'000;  // after the two drifted apart
constexpr OperationId kFirstEdit = 1U << 30;
constexpr size_t kMostKeyBytes = 256;

const char* name_of_part(SyncPart part) {
  constexpr std::array<const char*, 6> kNames = {"compare", "compared", "ranges",
                                                 "keys",    "list",     "copies"};
  return kNames[static_cast<size_t>(part)];
}

void write_message(JsonWriter& writer, const SyncRun::Sent& sent) {
  const SyncMessage& message = sent.message;
  writer.begin_object().field("from", kSides[sent.from]).field("part", name_of_part(message.part));
  writer.field("sent_us", sent.sent_us).field("arrives_us", sent.arrives_us);
  writer.field("hop", sent.hop).field("bytes", sent.bytes);
  writer.field("record_bytes", message.record_bytes).field("hashes", message.hashes);
  writer.field("keys", message.keys).field("copies", message.copies);
  if (!message.nodes.runs.empty()) {
    writer.field("level", message.nodes.level).key("runs").begin_array();
    for (const MerkleRun& run : message.nodes.runs) writer.value(run.first).value(run.count);
    writer.end_array();
  }
  if (message.part == SyncPart::compared) {
    writer.key("differing").begin_array();
    for (const uint32_t index : message.differing) writer.value(index);
    writer.end_array();
  }
  writer.end_object();
}

void write_hash(JsonWriter& writer, const MerkleHash& hash, MerkleHashKind kind) {
  std::string text;
  for (uint32_t i = words_of(kind); i > 0; --i) {
    for (int bits = 60; bits >= 0; bits -= 4) {
      text += "0123456789abcdef"[hash.words[i - 1] >> bits & 15];
    }
  }
  writer.value(text);
}

void write_versions(JsonWriter& writer, const std::optional<std::string>& copy, Versions versions) {
  writer.begin_array();
  if (copy) {
    for (const Record& record : versions_in(*copy, versions)) {
      writer.begin_object().key("value");
      record.deleted ? writer.null() : writer.bytes(record.value);
      writer.field("op", record.version.operation).field("stamp_us", record.version.stamp_us);
      writer.end_object();
    }
  }
  writer.end_array();
}

// [[level, first, count], ...]
void read_asks(Fields& fields, SyncSettings& settings) {
  const Json* asks = take_list(fields, "asks", ReplicasJob::kMostAsks);
  if (asks == nullptr) return;
  for (size_t i = 0; i < asks->items.size() && fields.ok(); ++i) {
    const Json& item = asks->items[i];
    MerkleRequest request;
    const bool whole = item.items.size() == 3 &&
                       std::all_of(item.items.begin(), item.items.end(), [](const Json& number) {
                         return number.type == Json::Type::integer && number.integer >= 0 &&
                                number.integer <= MerkleShape::kMaxLeaves;
                       });
    if (whole) {
      request.level = static_cast<uint32_t>(item.items[0].integer);
      request.runs.push_back({static_cast<uint32_t>(item.items[1].integer),
                              static_cast<uint32_t>(item.items[2].integer)});
    }
    if (!whole || request.hashes() == 0 || !request.fits(settings.shape)) {
      fields.fail(bad_input(pointer_to(fields.pointer("asks"), i),
                            "expected [level, first, count] of nodes that the tree has"));
      return;
    }
    settings.asks.push_back(std::move(request));
  }
}

// The settings of a tree or a run; `hand` is known to runs alone.
SyncSettings read_settings(const Json& json, Fields& fields, uint32_t keys, bool may_be_by_hand) {
  const Json* method = fields.take("method");
  if (!may_be_by_hand || method == nullptr || method->text != name_of(SyncMethod::hand)) {
    return read_sync_settings(fields, keys);
  }
  // By hand is as a tree is, but for what is asked.
  Json as_tree = json;
  std::erase_if(as_tree.members, [](const Json::Member& member) {
    return member.name == "method" || member.name == "asks" || member.name == "writes" ||
           member.name == "rtt_ms" || member.name == "mbps";
  });
  std::optional<Error> error;
  Fields inner(as_tree, fields.pointer(""), error);
  SyncSettings settings = read_sync_settings(inner, keys);
  inner.finish();
  if (error) fields.fail(*error);
  for (const char* name : {"fan_out", "depth", "leaf_keys", "levels_per_round", "batch", "hash"}) {
    (void)fields.take(name);
  }
  settings.method = SyncMethod::hand;
  read_asks(fields, settings);
  return settings;
}

}  // namespace

Result<ReplicasJob> ReplicasJob::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  const PairSetup setup = PairSetup::read(fields);
  fields.finish();
  if (error) return *error;
  return ReplicasJob(setup);
}

void ReplicasJob::advance(uint64_t budget) {
  if (pair_) return;
  builder_.advance(budget);
  if (builder_.finished()) pair_ = builder_.take();
}

std::string ReplicasJob::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, builder_.done(), builder_.total(), pair_.has_value());
  if (pair_) write_state(writer);
  return writer.end_object().take();
}

void ReplicasJob::write_state(JsonWriter& writer) const {
  writer.key("keys").begin_array();
  for (const SyncReplica& replica : pair_->replicas) writer.value(replica.store().size());
  writer.end_array().field("differing", uint64_t{pair_->differing.size()});
}

Result<std::string> ReplicasJob::ask(const Json& question) {
  if (!pair_) return bad_input("", "the replicas are not made yet");
  std::optional<Error> error;
  Fields fields(question, "", error);
  if (error) return *error;
  struct Kind {
    const char* name;
    Result<std::string> (ReplicasJob::*answer)(const Json&);
  };
  for (const Kind& kind : {Kind{"tree", &ReplicasJob::tree}, Kind{"run", &ReplicasJob::run},
                           Kind{"keys", &ReplicasJob::keys}, Kind{"edit", &ReplicasJob::edit}}) {
    const Json* json = fields.take(kind.name);
    if (json == nullptr) continue;
    fields.finish();
    if (error) return *error;
    return (this->*kind.answer)(*json);
  }
  return bad_input("", "expected one of tree, run, keys and edit");
}

Result<std::string> ReplicasJob::tree(const Json& json) {
  std::optional<Error> error;
  Fields fields(json, "/tree", error);
  const SyncSettings settings = read_settings(json, fields, pair_->setup.keys, false);
  fields.finish();
  if (error) return *error;
  const MerkleShape shape = sync_shape(settings);
  JsonWriter writer;
  writer.begin_object().field("depth", shape.depth).field("leaves", shape.leaves());
  writer.field("nodes", uint64_t{shape.inner_nodes()} + shape.leaves());
  writer.field("tree_bytes", shape.size_bytes()).key("roots").begin_array();
  for (const SyncReplica& replica : pair_->replicas) {
    write_hash(writer, tree_of(replica.store(), shape).root(), shape.hash);
  }
  return writer.end_array().end_object().take();
}

Result<std::string> ReplicasJob::run(const Json& json) {
  std::optional<Error> error;
  Fields fields(json, "/run", error);
  SyncSettings settings = read_settings(json, fields, pair_->setup.keys, true);
  const SyncLink link = SyncLink::read(fields);
  uint32_t writes = 0;
  fields.integer("writes", writes, 0, kMostWrites);
  fields.finish();
  if (error) return *error;
  const SyncBounds bounds = bounds_of(*pair_, settings.shape.hash);
  SyncPair pair = *pair_;
  SyncRun run(pair, settings, link);
  uint32_t written = 0;
  std::vector<std::string> keys;  // that were written meanwhile
  while (!run.finished()) {
    run.step();
    // One after each message, as long as there are any: more would come at once anyhow.
    if (written < writes) {
      const uint64_t luck = draw(pair.setup.seed, Stream::sync_choice, {written, edits_}, 1U << 20);
      keys.push_back(pair.any_key(luck >> 1));
      pair.write(static_cast<uint32_t>(luck & 1), keys.back(), "during " + std::to_string(written),
                 false, kFirstEdit + edits_ + written, kEditedUs + edits_ + written);
      ++written;
    }
  }
  JsonWriter writer;
  writer.begin_object().key("report").begin_object();
  write_report(writer, report_of(run, pair, settings), bounds);
  writer.end_object().key("log").begin_array();
  for (const SyncRun::Sent& sent : run.sent()) write_message(writer, sent);
  writer.end_array();
  if (writes > 0) {
    if (settings.method == SyncMethod::hand) settings.method = SyncMethod::tree;
    pair.differing.clear();
    for (const std::string& key : keys) pair.note(key);
    const SyncBounds left = bounds_of(pair, settings.shape.hash);
    writer.key("again").begin_object();
    write_report(writer, reconcile(pair, settings, link), left);
    writer.end_object();
  }
  return writer.end_object().take();
}

Result<std::string> ReplicasJob::keys(const Json& json) {
  std::optional<Error> error;
  Fields fields(json, "/keys", error);
  uint32_t level = 0;
  uint32_t index = 0;
  fields.integer("level", level, 0, 24);
  fields.integer("index", index, 0, MerkleShape::kMaxLeaves);
  const SyncSettings settings = read_settings(json, fields, pair_->setup.keys, false);
  const MerkleShape shape = sync_shape(settings);
  if (fields.ok() && (level > shape.depth || index >= shape.nodes_at(level))) {
    fields.fail("index", "the tree has no such node");
  }
  fields.finish();
  if (error) return *error;
  std::map<std::string, std::array<std::optional<std::string>, 2>> found;
  const TokenRange part = shape.part(level, index);
  for (size_t side = 0; side < 2; ++side) {
    pair_->replicas[side].store().for_each(part,
                                           [&](Token, std::string_view key, std::string_view copy) {
                                             found[std::string(key)][side] = copy;
                                           });
  }
  JsonWriter writer;
  writer.begin_object().field("count", uint64_t{found.size()}).key("keys").begin_array();
  uint32_t shown = 0;
  for (const auto& [key, copies] : found) {
    if (++shown > kMostShown) break;
    const auto differing = pair_->differing.find(key);
    writer.begin_object().key("key").bytes(key);
    writer.key("a");
    write_versions(writer, copies[0], pair_->setup.versions);
    writer.key("b");
    write_versions(writer, copies[1], pair_->setup.versions);
    writer.key("joined");
    write_versions(
        writer,
        differing == pair_->differing.end() ? copies[0] : std::optional(differing->second.joined),
        pair_->setup.versions);
    writer.end_object();
  }
  return writer.end_array().end_object().take();
}

Result<std::string> ReplicasJob::edit(const Json& json) {
  std::optional<Error> error;
  Fields fields(json, "/edit", error);
  uint32_t side = 0;
  uint32_t what = 0;
  std::string key;
  std::string value;
  for (const char* name : {"side", "do", "key"}) {
    if (fields.take(name) == nullptr) fields.fail(name, "missing");
  }
  fields.choice("side", side, kSideNames);
  fields.choice("do", what, kEdits);
  (void)fields.bytes("key", key);
  const bool has_value = fields.bytes("value", value);
  if (fields.ok() && has_value != (what == 0)) {
    fields.fail("value", what == 0 ? "missing; what is put?" : "belongs to put alone");
  }
  if (fields.ok() && (key.empty() || key.size() > kMostKeyBytes)) {
    fields.fail("key", "expected 1 to " + std::to_string(kMostKeyBytes) + " bytes");
  }
  if (fields.ok() && value.size() > PairSetup::kMostValueBytes) {
    fields.fail("value", "is longer than " + std::to_string(PairSetup::kMostValueBytes) + " bytes");
  }
  fields.finish();
  if (error) return *error;
  if (what == 2) {
    pair_->replicas[side].erase(key);
  } else {
    pair_->write(side, key, value, what == 1, kFirstEdit + edits_, kEditedUs + edits_);
    ++edits_;
  }
  pair_->note(key);
  JsonWriter writer;
  writer.begin_object();
  write_state(writer);
  return writer.end_object().take();
}

}  // namespace systemsim
