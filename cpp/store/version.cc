#include "store/version.h"

#include <algorithm>

namespace systemsim::store {

uint64_t total_bytes(const Files& files) {
  uint64_t sum = 0;
  for (const FilePtr& file : files) sum += file->size_bytes;
  return sum;
}

size_t find_file(const Files& files, std::string_view internal_key) {
  size_t low = 0;
  size_t high = files.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (compare_internal(files[middle]->largest, internal_key) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Files Version::overlapping(uint32_t level, const KeyRange& range) const {
  Files found;
  std::string first = range.first != nullptr ? *range.first : "";
  std::string last = range.last != nullptr ? *range.last : "";
  const Files& files = levels[level];
  for (size_t i = 0; i < files.size();) {
    const FilePtr& file = files[i++];
    const std::string_view low = user_key(file->smallest);
    const std::string_view high = user_key(file->largest);
    if (range.first != nullptr && compare_bytes(high, first) < 0) continue;
    if (range.last != nullptr && compare_bytes(low, last) > 0) continue;
    found.push_back(file);
    if (level > 0) continue;
    const bool grows_down = range.first != nullptr && compare_bytes(low, first) < 0;
    const bool grows_up = range.last != nullptr && compare_bytes(high, last) > 0;
    if (grows_down) first = low;
    if (grows_up) last = high;
    if (grows_down || grows_up) {
      found.clear();
      i = 0;
    }
  }
  return found;
}

bool Version::overlaps(uint32_t level, std::string_view first, std::string_view last) const {
  for (const FilePtr& file : levels[level]) {
    if (compare_bytes(user_key(file->largest), first) >= 0 &&
        compare_bytes(user_key(file->smallest), last) <= 0) {
      return true;
    }
  }
  return false;
}

bool Version::deeper_may_have(uint32_t level, std::string_view key) const {
  const std::string before_all = internal_key(key, seek_tag(kMaxSequence));
  for (uint32_t deeper = level + 1; deeper < kLevels; ++deeper) {
    const Files& files = levels[deeper];
    const size_t i = find_file(files, before_all);
    if (i < files.size() && compare_bytes(user_key(files[i]->smallest), key) <= 0) return true;
  }
  return false;
}

uint32_t Version::deepest_level() const {
  uint32_t level = kLevels - 1;
  while (level > 0 && levels[level].empty()) --level;
  return level;
}

Outcome Version::find(Reading& reading, std::string_view internal_key, Found& found) const {
  const std::string_view user = user_key(internal_key);
  VainSearch first;
  const auto look = [&](const TableFile& file, uint8_t level) -> Outcome {
    if (first.file == 0) {
      first = {level, file.number, file.size_bytes};
    } else {
      reading.in_vain = first;
    }
    if (file.table == nullptr) return *file.error;
    return file.table->find(reading, level, internal_key, found);
  };
  reading.in_vain = {};
  found.state = Found::nothing;
  const Files& newest = levels[0];
  for (size_t i = newest.size(); i-- > 0;) {
    const TableFile& file = *newest[i];
    if (compare_bytes(user, user_key(file.smallest)) < 0 ||
        compare_bytes(user, user_key(file.largest)) > 0) {
      continue;
    }
    Outcome looked = look(file, 0);
    if (!looked || found.state != Found::nothing) return looked;
  }
  for (uint8_t level = 1; level < kLevels; ++level) {
    const Files& files = levels[level];
    if (files.empty()) continue;
    const size_t i = find_file(files, internal_key);
    if (i == files.size() || compare_bytes(user, user_key(files[i]->smallest)) < 0) continue;
    Outcome looked = look(*files[i], level);
    if (!looked || found.state != Found::nothing) return looked;
  }
  return Done{};
}

uint64_t Version::approximate_offset(std::string_view internal_key) const {
  uint64_t sum = 0;
  for (const Files& files : levels) {
    for (const FilePtr& file : files) {
      if (compare_internal(file->largest, internal_key) <= 0) {
        sum += file->size_bytes;
      } else if (compare_internal(file->smallest, internal_key) < 0 && file->table != nullptr) {
        sum += file->table->approximate_offset(internal_key);
      }
    }
  }
  return sum;
}

const char* apply(Version& version, const VersionEdit& edit, const Files& opened) {
  for (const auto& [level, number] : edit.removed) {
    Files& files = version.levels[level];
    const auto at =
        std::find_if(files.begin(), files.end(),
                     [number = number](const FilePtr& file) { return file->number == number; });
    if (at == files.end()) return "a file is removed that was not there";
    files.erase(at);
  }
  for (size_t i = 0; i < edit.added.size(); ++i) {
    const FilePtr& file = opened[i];
    Files& files = version.levels[edit.added[i].level];
    const bool by_age = edit.added[i].level == 0;
    size_t at = files.size();
    while (at > 0 && (by_age ? files[at - 1]->number > file->number
                             : compare_internal(files[at - 1]->smallest, file->smallest) > 0)) {
      --at;
    }
    if (compare_internal(file->smallest, file->largest) > 0) return "a file's keys are reversed";
    if (!by_age &&
        ((at > 0 && compare_internal(files[at - 1]->largest, file->smallest) >= 0) ||
         (at < files.size() && compare_internal(file->largest, files[at]->smallest) >= 0))) {
      return "files of a level overlap";
    }
    files.insert(files.begin() + static_cast<std::ptrdiff_t>(at), file);
  }
  return nullptr;
}

}  // namespace systemsim::store
