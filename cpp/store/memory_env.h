// A disk in memory. Section 09.
//
// A value: a copy is a snapshot of the whole disk. Copies share the files' content, which is made
// of chunks that are never changed while they are shared, so a copy costs a few words a file. It
// knows what has been synced: lose_unsynced() is what a crash of the machine does. A disk can be
// full, and can be written to one archive and read back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/env.h"

namespace systemsim::store {

class MemoryEnv final : public Env {
 public:
  MemoryEnv() = default;
  explicit MemoryEnv(uint64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  Result<FileBytes> read(const std::string& name) override;
  Outcome write(const std::string& name, std::string bytes, bool sync) override;
  Outcome append(const std::string& name, std::string_view bytes) override;
  Outcome sync(const std::string& name) override;
  Outcome rename(const std::string& from, const std::string& to) override;
  Outcome remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Outcome lock() override;
  void unlock() override { locked_ = false; }

  // The machine crashed: of what was appended and not synced, a file keeps at most its first
  // `kept_bytes`. Nobody has the lock any more.
  void lose_unsynced(uint64_t kept_bytes = 0);
  uint64_t size_bytes() const { return size_bytes_; }
  void set_capacity(uint64_t bytes) { capacity_bytes_ = bytes; }

  // The whole disk as one text, and back. Errors: damaged, when it is no such text.
  std::string archive();
  static Result<MemoryEnv> from_archive(std::string_view archive);

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    if constexpr (Archive::kDigests) {
      archive(self.capacity_bytes_, self.size_bytes_, self.locked_, self.files_.size());
      for (const auto& [name, file] : self.files_) {
        archive(name, file->size_bytes, file->synced_bytes, digest(*file));
      }
    } else {  // copies share files, but may come to be the last that keeps one
      archive.holds(self.size_bytes_);
    }
  }

 private:
  struct File {
    std::vector<std::shared_ptr<std::string>> chunks;
    uint64_t size_bytes = 0;
    uint64_t synced_bytes = 0;
  };
  using Named = std::pair<std::string, std::shared_ptr<File>>;

  static uint64_t digest(const File& file);
  // The place of the name, or where it would go.
  std::vector<Named>::iterator place(const std::string& name);
  File* find(const std::string& name);
  // A file that is not shared, so that it may be changed.
  static File& own(Named& named);
  Outcome room(uint64_t bytes) const;
  static std::shared_ptr<const std::string> whole(File& file);

  uint64_t capacity_bytes_ = UINT64_MAX;
  uint64_t size_bytes_ = 0;
  bool locked_ = false;
  std::vector<Named> files_;  // by name
};

}  // namespace systemsim::store
