#include "store/compaction.h"

#include <algorithm>

#include "base/assert.h"

namespace systemsim::store {
namespace {

constexpr uint64_t kExpandedTables = 25;  // a compaction is widened up to so many
constexpr uint32_t kFlushLevel = 2;       // the deepest that a flush may go to

struct KeySpan {
  const std::string* smallest = nullptr;
  const std::string* largest = nullptr;

  void add(const Files& files) {
    for (const FilePtr& file : files) {
      if (smallest == nullptr || compare_internal(file->smallest, *smallest) < 0) {
        smallest = &file->smallest;
      }
      if (largest == nullptr || compare_internal(file->largest, *largest) > 0) {
        largest = &file->largest;
      }
    }
  }
};

// Versions of one user key may lie on both sides of a border between two files of a level. The
// older must go down with the newer, or it would come to stand above it.
void add_boundary(const Files& level, Files& inputs) {
  KeySpan span;
  span.add(inputs);
  if (span.largest == nullptr) return;
  const std::string* largest = span.largest;
  while (true) {
    const FilePtr* next = nullptr;
    for (const FilePtr& file : level) {
      if (user_key(file->smallest) == user_key(*largest) &&
          compare_internal(file->smallest, *largest) > 0 &&
          (next == nullptr || compare_internal(file->smallest, (*next)->smallest) < 0)) {
        next = &file;
      }
    }
    if (next == nullptr) return;
    inputs.push_back(*next);
    largest = &inputs.back()->largest;
  }
}

// Precondition: the span is of at least one file.
Files overlapping(const Version& version, uint32_t level, const KeySpan& span) {
  SYSTEMSIM_ASSERT(span.smallest != nullptr);
  const std::string first(user_key(*span.smallest));
  const std::string last(user_key(*span.largest));
  Files files = version.overlapping(level, {&first, &last});
  if (level > 0) add_boundary(version.levels[level], files);
  return files;
}

// One level's inputs are given: those of the next, and more of the first where that costs nothing.
Compaction completed(const Version& version, const Options& options, uint32_t level, Files inputs) {
  Compaction result;
  result.level = level;
  result.output_level = level + 1;
  if (level > 0) add_boundary(version.levels[level], inputs);
  KeySpan span;
  span.add(inputs);
  Files below = overlapping(version, level + 1, span);
  KeySpan whole = span;
  whole.add(below);
  if (!below.empty()) {
    Files wider = overlapping(version, level, whole);
    if (wider.size() > inputs.size() &&
        total_bytes(wider) + total_bytes(below) < kExpandedTables * options.table_bytes) {
      KeySpan wider_span;
      wider_span.add(wider);
      Files wider_below = overlapping(version, level + 1, wider_span);
      if (wider_below.size() == below.size()) {
        inputs = std::move(wider);
        below = std::move(wider_below);
        span = {};
        span.add(inputs);
        whole = span;
        whole.add(below);
      }
    }
  }
  if (level + 2 < kLevels) result.grandparents = overlapping(version, level + 2, whole);
  SYSTEMSIM_ASSERT(span.largest != nullptr);  // there is a table at least
  result.pointer = *span.largest;
  result.move = inputs.size() == 1 && below.empty() &&
                total_bytes(result.grandparents) <= kGrandparentTables * options.table_bytes;
  result.inputs[level] = std::move(inputs);
  result.inputs[level + 1] = std::move(below);
  return result;
}

// One file down, and what must go with it.
Compaction from_file(const Version& version, const Options& options, uint32_t level,
                     const FilePtr& file) {
  Files inputs = {file};
  if (level == 0) {
    KeySpan span;
    span.add(inputs);
    inputs = overlapping(version, 0, span);
  }
  return completed(version, options, level, std::move(inputs));
}

std::optional<Compaction> pick_leveled(const Version& version, const Options& options,
                                       const CompactPointers& pointers) {
  // Scores as fractions: no rounding decides.
  uint32_t best = kLevels;
  uint64_t best_size = 0;
  uint64_t best_limit = 1;
  uint64_t limit = options.level1_bytes;
  for (uint32_t level = 0; level + 1 < kLevels; ++level) {
    const uint64_t size =
        level == 0 ? version.levels[0].size() : total_bytes(version.levels[level]);
    const uint64_t most = level == 0 ? options.level0_tables : limit;
    if (level > 0) limit *= 10;
    if (size < most) continue;
    const double score = static_cast<double>(size) / static_cast<double>(most);
    if (best == kLevels ||
        score > static_cast<double>(best_size) / static_cast<double>(best_limit)) {
      best = level;
      best_size = size;
      best_limit = most;
    }
  }
  if (best == kLevels) return std::nullopt;
  const Files& files = version.levels[best];
  size_t first = 0;
  if (best > 0 && !pointers[best].empty()) {
    while (first < files.size() && compare_internal(files[first]->largest, pointers[best]) <= 0) {
      ++first;
    }
    if (first == files.size()) first = 0;
  }
  return from_file(version, options, best, files[first]);
}

// All of level 0 once it has enough tables, with the runs below that are no larger than what is
// already taken; the result goes as deep as the first run that stays allows.
std::optional<Compaction> pick_size_tiered(const Version& version, const Options& options) {
  if (version.levels[0].size() < options.level0_tables) return std::nullopt;
  Compaction result;
  result.inputs[0] = version.levels[0];
  result.output_level = kLevels - 1;
  uint64_t taken = total_bytes(result.inputs[0]);
  for (uint32_t level = 1; level < kLevels; ++level) {
    const Files& run = version.levels[level];
    if (run.empty()) continue;
    const uint64_t bytes = total_bytes(run);
    // Level 1 must go along: else the result would have no level.
    if (bytes > taken && level > 1) {
      result.output_level = level - 1;
      break;
    }
    result.inputs[level] = run;
    taken += bytes;
  }
  return result;
}

}  // namespace

std::optional<Compaction> pick_compaction(const Version& version, const Options& options,
                                          const CompactPointers& pointers) {
  return options.policy == CompactionPolicy::leveled ? pick_leveled(version, options, pointers)
                                                     : pick_size_tiered(version, options);
}

std::optional<Compaction> pick_table(const Version& version, const Options& options,
                                     const VainSearch& table) {
  // A tier goes as a whole.
  if (options.policy != CompactionPolicy::leveled || table.level + 1 >= kLevels)
    return std::nullopt;
  for (const FilePtr& file : version.levels[table.level]) {
    if (file->number == table.file) return from_file(version, options, table.level, file);
  }
  return std::nullopt;
}

std::optional<Compaction> pick_range(const Version& version, const Options& options, uint32_t level,
                                     const KeyRange& range) {
  Files inputs = version.overlapping(level, range);
  if (inputs.empty()) return std::nullopt;
  Compaction result = completed(version, options, level, std::move(inputs));
  result.move = false;  // it is asked for so that what is deleted goes
  return result;
}

std::optional<Compaction> pick_everything(const Version& version) {
  Compaction result;
  result.inputs = version.levels;
  result.output_level = kLevels - 1;
  for (const Files& files : version.levels) {
    if (!files.empty()) return result;
  }
  return std::nullopt;
}

uint32_t flush_level(const Version& version, const Options& options, std::string_view first,
                     std::string_view last) {
  if (options.policy != CompactionPolicy::leveled || version.overlaps(0, first, last)) return 0;
  const std::string low(first);
  const std::string high(last);
  uint32_t level = 0;
  while (level < kFlushLevel && !version.overlaps(level + 1, first, last) &&
         total_bytes(version.overlapping(level + 2, {&low, &high})) <=
             kGrandparentTables * options.table_bytes) {
    ++level;
  }
  return level;
}

}  // namespace systemsim::store
