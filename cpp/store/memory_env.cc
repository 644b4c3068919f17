#include "store/memory_env.h"

#include <algorithm>

#include "store/coding.h"
#include "store/crc32c.h"

namespace systemsim::store {
namespace {

constexpr size_t kChunkBytes = 4096;  // of a file that is appended to
constexpr std::string_view kArchiveMagic = "systemsim disk 1\n";

Error no_file(const std::string& name) { return {ErrorCode::not_found, "no file " + name, ""}; }

}  // namespace

std::vector<MemoryEnv::Named>::iterator MemoryEnv::place(const std::string& name) {
  auto at = files_.begin();
  while (at != files_.end() && at->first < name) ++at;
  return at;
}

MemoryEnv::File* MemoryEnv::find(const std::string& name) {
  const auto at = place(name);
  return at != files_.end() && at->first == name ? at->second.get() : nullptr;
}

MemoryEnv::File& MemoryEnv::own(Named& named) {
  if (named.second.use_count() > 1) named.second = std::make_shared<File>(*named.second);
  return *named.second;
}

Outcome MemoryEnv::room(uint64_t bytes) const {
  if (bytes <= capacity_bytes_ && size_bytes_ <= capacity_bytes_ - bytes) return Done{};
  return Error{ErrorCode::limit, "the disk is full", ""};
}

// What was appended piece by piece is joined when it is first read, and stays so: the content is
// the same, for all who share the file.
std::shared_ptr<const std::string> MemoryEnv::whole(File& file) {
  if (file.chunks.size() == 1) return file.chunks[0];
  auto joined = std::make_shared<std::string>();
  joined->reserve(file.size_bytes);
  for (const auto& chunk : file.chunks) *joined += *chunk;
  file.chunks.assign(1, joined);
  return joined;
}

Result<FileBytes> MemoryEnv::read(const std::string& name) {
  File* const file = find(name);
  if (file == nullptr) return no_file(name);
  auto bytes = whole(*file);
  const std::string_view view = *bytes;
  return FileBytes{std::move(bytes), view};
}

Outcome MemoryEnv::write(const std::string& name, std::string bytes, bool sync) {
  const auto at = place(name);
  const bool there = at != files_.end() && at->first == name;
  const uint64_t before = there ? at->second->size_bytes : 0;
  const uint64_t size = bytes.size();
  if (size > before) {
    Outcome fits = room(size - before);
    if (!fits) return fits;
  }
  auto file = std::make_shared<File>();
  file->size_bytes = size;
  file->synced_bytes = sync ? size : 0;
  if (size > 0) file->chunks.push_back(std::make_shared<std::string>(std::move(bytes)));
  size_bytes_ += size - before;
  if (there) {
    at->second = std::move(file);
  } else {
    files_.emplace(at, name, std::move(file));
  }
  return Done{};
}

Outcome MemoryEnv::append(const std::string& name, std::string_view bytes) {
  Outcome fits = room(bytes.size());
  if (!fits) return fits;
  auto at = place(name);
  if (at == files_.end() || at->first != name) {
    at = files_.emplace(at, name, std::make_shared<File>());
  }
  File& file = own(*at);
  // Into the last chunk, if nobody else may see it and it has room; readers keep what they have.
  const bool extend = !file.chunks.empty() && file.chunks.back().use_count() == 1 &&
                      file.chunks.back()->capacity() - file.chunks.back()->size() >= bytes.size();
  if (!extend) {
    file.chunks.push_back(std::make_shared<std::string>());
    file.chunks.back()->reserve(std::max(kChunkBytes, bytes.size()));
  }
  file.chunks.back()->append(bytes);
  file.size_bytes += bytes.size();
  size_bytes_ += bytes.size();
  return Done{};
}

Outcome MemoryEnv::sync(const std::string& name) {
  const auto at = place(name);
  if (at == files_.end() || at->first != name) return no_file(name);
  if (at->second->synced_bytes != at->second->size_bytes) {
    File& file = own(*at);
    file.synced_bytes = file.size_bytes;
  }
  return Done{};
}

Outcome MemoryEnv::rename(const std::string& from, const std::string& to) {
  auto at = place(from);
  if (at == files_.end() || at->first != from) return no_file(from);
  if (from == to) return Done{};
  const auto file = std::move(at->second);
  files_.erase(at);
  at = place(to);
  if (at != files_.end() && at->first == to) {
    size_bytes_ -= at->second->size_bytes;
    at->second = file;
  } else {
    files_.emplace(at, to, file);
  }
  return Done{};
}

Outcome MemoryEnv::remove(const std::string& name) {
  const auto at = place(name);
  if (at == files_.end() || at->first != name) return no_file(name);
  size_bytes_ -= at->second->size_bytes;
  files_.erase(at);
  return Done{};
}

Result<std::vector<std::string>> MemoryEnv::list() {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

Outcome MemoryEnv::lock() {
  if (locked_) return Error{ErrorCode::bad_input, "the database is already open", ""};
  locked_ = true;
  return Done{};
}

void MemoryEnv::lose_unsynced(uint64_t kept_bytes) {
  locked_ = false;
  for (Named& named : files_) {
    const uint64_t size = named.second->size_bytes;
    const uint64_t synced = named.second->synced_bytes;
    const uint64_t kept = synced + std::min(kept_bytes, size - synced);
    if (kept == size) continue;
    auto shorter = std::make_shared<File>();
    if (kept > 0) {
      shorter->chunks.push_back(std::make_shared<std::string>(*whole(*named.second), 0, kept));
    }
    shorter->size_bytes = kept;
    shorter->synced_bytes = kept;
    named.second = std::move(shorter);
    size_bytes_ -= size - kept;
  }
}

std::string MemoryEnv::archive() {
  std::string out(kArchiveMagic);
  for (const auto& [name, file] : files_) {
    put_length_prefixed(out, name);
    put_length_prefixed(out, *whole(*file));
  }
  put_fixed32(out, crc32c(out));
  return out;
}

Result<MemoryEnv> MemoryEnv::from_archive(std::string_view archive) {
  const Error wrong{ErrorCode::damaged, "this is no archive of a disk, or not all of it", ""};
  if (archive.size() < kArchiveMagic.size() + 4 ||
      archive.substr(0, kArchiveMagic.size()) != kArchiveMagic) {
    return wrong;
  }
  const std::string_view body = archive.substr(0, archive.size() - 4);
  if (crc32c(body) != load32(body.data() + body.size())) return wrong;
  MemoryEnv env;
  Reader in(body.substr(kArchiveMagic.size()));
  std::string_view name;
  std::string_view bytes;
  while (!in.empty()) {
    if (!in.length_prefixed(name) || !in.length_prefixed(bytes)) return wrong;
    Outcome written = env.write(std::string(name), std::string(bytes), true);
    if (!written) return written.error();
  }
  return env;
}

uint64_t MemoryEnv::digest(const File& file) {
  uint32_t crc = 0;
  for (const auto& chunk : file.chunks) crc = crc32c_extend(crc, *chunk);
  return crc;
}

}  // namespace systemsim::store
