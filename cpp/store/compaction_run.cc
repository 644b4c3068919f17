// The merging itself, and how a table is built and handed over.
#include <algorithm>

#include "store/compaction.h"
#include "store/run_cursor.h"
#include "store/table_builder.h"

namespace systemsim::store {
namespace {

constexpr size_t kPieceBytes = 64 << 10;  // of a table, which a sink gets at a time

void reserve_for(TableBuilder& builder, uint64_t bytes, const TableSink* sink) {
  // A block or two may come above the piece.
  builder.reserve(sink == nullptr ? bytes : std::min<uint64_t>(bytes, kPieceBytes + (16 << 10)));
}

Outcome hand_over(TableBuilder& builder, TableSink* sink) {
  if (sink == nullptr || builder.complete().size() < kPieceBytes) return Done{};
  Outcome taken = sink->take(builder.complete());
  builder.take_away();
  return taken;
}

void finish_image(TableBuilder& builder, TableImage& image) {
  image.taken_bytes = builder.taken_bytes();
  image.bytes = builder.finish();
}

}  // namespace

Result<TableImage> build_table(KeyCursor& cursor, const TableOptions& options, uint64_t bytes,
                               TableSink* sink) {
  TableBuilder builder(options, KeyForm::internal);
  reserve_for(builder, bytes, sink);
  TableImage image;
  image.smallest = cursor.key();
  for (; cursor.valid(); cursor.next()) {
    builder.add(cursor.key(), cursor.value());
    image.largest = cursor.key();
    Outcome handed = hand_over(builder, sink);
    if (!handed) return handed.error();
  }
  if (cursor.error() != nullptr) return *cursor.error();
  finish_image(builder, image);
  return image;
}

CompactionRun::CompactionRun(const Compaction& compaction, const Version& version, Sequence oldest,
                             const Options& options, Reading& reading)
    : compaction_(compaction), version_(version), oldest_(oldest), options_(options) {
  std::vector<std::unique_ptr<KeyCursor>> children;
  for (const FilePtr& file : compaction.inputs[0]) {
    children.push_back(std::make_unique<RunCursor>(&file, 1, reading));
  }
  for (uint32_t level = 1; level < kLevels; ++level) {
    const Files& files = compaction.inputs[level];
    if (!files.empty()) {
      children.push_back(std::make_unique<RunCursor>(files.data(), files.size(), reading));
    }
  }
  cursor_ = std::make_unique<MergeCursor>(std::move(children));
  cursor_->seek_first();
}

bool CompactionRun::ends_before(std::string_view key) {
  const Files& below = compaction_.grandparents;
  while (grandparent_ < below.size() && compare_internal(key, below[grandparent_]->largest) > 0) {
    if (seen_) overlapped_bytes_ += below[grandparent_]->size_bytes;
    ++grandparent_;
  }
  seen_ = true;
  if (overlapped_bytes_ <= kGrandparentTables * options_.table_bytes) return false;
  overlapped_bytes_ = 0;
  return true;
}

// A version that a newer one hides from every reader; a deletion of which nothing older is left
// below, and all between goes in this compaction.
bool CompactionRun::dropped(std::string_view key) {
  const std::string_view user = user_key(key);
  const uint64_t key_tag = tag(key);
  if (!has_user_ || user != user_) {
    user_ = user;
    has_user_ = true;
    newer_ = kMaxSequence;
  }
  const Sequence sequence = sequence_of(key_tag);
  const bool hidden = newer_ <= oldest_;
  newer_ = sequence;
  return hidden || (kind_of(key_tag) == kDeletion && sequence <= oldest_ &&
                    !version_.deeper_may_have(compaction_.output_level, user));
}

Result<bool> CompactionRun::next(TableImage& image, TableSink* sink) {
  TableBuilder builder(options_.table, KeyForm::internal);
  // The last key is the builder's own until its block ends.
  for (; cursor_->valid(); cursor_->next()) {
    const std::string_view key = cursor_->key();
    if (ends_before(key) && builder.entries() > 0) break;
    if (dropped(key)) continue;
    if (builder.entries() == 0) {
      reserve_for(builder, options_.table_bytes + options_.table_bytes / 16, sink);
      image.smallest = key;
    }
    builder.add(key, cursor_->value());
    image.largest = key;
    Outcome handed = hand_over(builder, sink);
    if (!handed) return handed.error();
    if (builder.size_bytes() >= options_.table_bytes) {
      cursor_->next();
      break;
    }
  }
  if (cursor_->error() != nullptr) return *cursor_->error();
  if (builder.entries() == 0) return false;
  finish_image(builder, image);
  return true;
}

}  // namespace systemsim::store
