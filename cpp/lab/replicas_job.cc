#include "lab/replicas_job.h"

#include <map>
#include <utility>

#include "cluster/siblings.h"
#include "lab/scenario_fields.h"

namespace systemsim {
namespace {

constexpr std::array<const char*, 2> kSides = {"A", "B"};

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
void read_asks(Fields& fields, SyncSettings& settings, std::optional<Error>& error) {
  const Json* asks = take_list(fields, "asks", ReplicasJob::kMostAsks);
  if (asks == nullptr) return;
  if (settings.method != SyncMethod::hand) fields.fail("asks", "belongs to the method \"hand\"");
  uint64_t asked = 0;
  for (size_t i = 0; i < asks->items.size() && fields.ok(); ++i) {
    settings.asks.push_back(read_ask(asks->items[i], pointer_to(fields.pointer("asks"), i),
                                     settings.shape, asked, error));
  }
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
  const SyncSettings settings = read_sync_settings(fields, pair_->setup.keys);
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
  const SyncSettings settings = [&] {
    SyncSettings read = read_sync_settings(fields, pair_->setup.keys, true);
    read_asks(fields, read, error);
    return read;
  }();
  const SyncLink link = SyncLink::read(fields);
  uint32_t writes = 0;
  fields.integer("writes", writes, 0, SyncScenario::kMostWrites);
  fields.finish();
  if (error) return *error;
  // Whoever asks by hand asks again, and nothing changes meanwhile.
  if (settings.method == SyncMethod::hand) {
    for (SyncReplica& replica : pair_->replicas) replica.keep(settings.shape);
  }
  const SyncOutcome outcome =
      run_with_writes(*pair_, settings, link, writes, kFirstEdit + edits_, kEditedUs + edits_);
  JsonWriter writer;
  writer.begin_object();
  write_outcome(writer, outcome);
  writer.key("log").begin_array();
  for (const SyncRun::Sent& sent : outcome.sent) write_message(writer, sent);
  return writer.end_array().end_object().take();
}

Result<std::string> ReplicasJob::keys(const Json& json) {
  std::optional<Error> error;
  Fields fields(json, "/keys", error);
  uint32_t level = 0;
  uint32_t index = 0;
  fields.integer("level", level, 0, 24);
  fields.integer("index", index, 0, MerkleShape::kMaxLeaves);
  const SyncSettings settings = read_sync_settings(fields, pair_->setup.keys);
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
  const PairEdit edit = PairEdit::read(fields);
  fields.finish();
  if (error) return *error;
  edit.apply(*pair_, edits_);
  ++edits_;
  JsonWriter writer;
  writer.begin_object();
  write_state(writer);
  return writer.end_object().take();
}

}  // namespace systemsim
