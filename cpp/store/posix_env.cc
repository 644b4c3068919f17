#include "store/posix_env.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "store/file_name.h"

namespace systemsim::store {
namespace {

constexpr const char* kLockName = "LOCK";

// A lock of the system's is the process's: a second Env of this one would get it too.
std::mutex locked_mutex;
std::set<std::pair<uint64_t, uint64_t>> locked_files;

}  // namespace

PosixEnv::~PosixEnv() {
  for (const Open& file : open_) ::close(file.descriptor);
  unlock();
}

Error PosixEnv::failed(const char* what, const std::string& name) const {
  const int problem = errno;
  const ErrorCode code = problem == ENOENT                        ? ErrorCode::not_found
                         : problem == ENOSPC || problem == EDQUOT ? ErrorCode::limit
                                                                  : ErrorCode::io;
  return {code, path(name) + ": cannot " + what + ": " + std::strerror(problem), ""};
}

Outcome PosixEnv::make_directory() {
  if (::mkdir(directory_.c_str(), 0755) != 0 && errno != EEXIST) return failed("make", "");
  return Done{};
}

Result<FileBytes> PosixEnv::read(const std::string& name) {
  const int descriptor = ::open(path(name).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", name);
  struct stat info = {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    Error error = failed("read", name);
    ::close(descriptor);
    return error;
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) {
    ::close(descriptor);
    return FileBytes{};
  }
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  Error error = at == MAP_FAILED ? failed("map", name) : Error{};
  ::close(descriptor);
  if (at == MAP_FAILED) return error;
  std::shared_ptr<const void> owner(at, [size](void* mapping) { ::munmap(mapping, size); });
  return FileBytes{std::move(owner), {static_cast<const char*>(at), size}};
}

Outcome PosixEnv::write_all(int descriptor, std::string_view bytes, const std::string& name) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return failed("write", name);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return Done{};
}

Outcome PosixEnv::sync_descriptor(int descriptor, const std::string& name) const {
  if (durable_ && ::fdatasync(descriptor) != 0) return failed("sync", name);
  return Done{};
}

Outcome PosixEnv::sync_directory() const {
  if (!durable_) return Done{};
  const int descriptor = ::open(directory_.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (descriptor < 0) return failed("open", "");
  // Some file systems have no sync of directories; they say EINVAL.
  Outcome done = Done{};
  if (::fsync(descriptor) != 0 && errno != EINVAL) done = failed("sync", "");
  ::close(descriptor);
  return done;
}

void PosixEnv::forget(const std::string& name) {
  const std::lock_guard guard(mutex_);
  for (size_t i = 0; i < open_.size(); ++i) {
    if (open_[i].name != name) continue;
    ::close(open_[i].descriptor);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

Result<int> PosixEnv::opened(const std::string& name) {
  const std::lock_guard guard(mutex_);
  for (size_t i = open_.size(); i-- > 0;) {
    if (open_[i].name != name) continue;
    if (i + 1 < open_.size()) std::swap(open_[i], open_.back());
    return open_.back().descriptor;
  }
  const int descriptor =
      ::open(path(name).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failed("open", name);
  open_.push_back({name, descriptor});
  return descriptor;
}

Outcome PosixEnv::write(const std::string& name, std::string bytes, bool sync) {
  Outcome done = make_directory();
  if (!done) return done;
  forget(name);
  if (parse_file_name(name).kind == FileKind::log) {
    const std::lock_guard guard(mutex_);
    new_logs_.insert(name);
  }
  const int descriptor = ::open(path(name).c_str(), O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failed("make", name);
  done = write_all(descriptor, bytes, name);
  if (done && sync) done = sync_descriptor(descriptor, name);
  if (::close(descriptor) != 0 && done) done = failed("close", name);
  if (done && sync && parse_file_name(name).kind == FileKind::table) done = sync_directory();
  return done;
}

Outcome PosixEnv::append(const std::string& name, std::string_view bytes) {
  const auto descriptor = opened(name);
  if (!descriptor) return descriptor.error();
  return write_all(descriptor.value(), bytes, name);
}

bool PosixEnv::is_new_log(const std::string& name) {
  const std::lock_guard guard(mutex_);
  return new_logs_.count(name) > 0;
}

Outcome PosixEnv::sync(const std::string& name) {
  const auto descriptor = opened(name);
  if (!descriptor) return descriptor.error();
  Outcome done = Done{};
  // What a manifest names must be in the directory before the manifest says so.
  const FileKind kind = parse_file_name(name).kind;
  if (kind == FileKind::manifest || (kind == FileKind::log && is_new_log(name))) {
    done = sync_directory();
  }
  if (done) done = sync_descriptor(descriptor.value(), name);
  if (done && kind == FileKind::log) {
    const std::lock_guard guard(mutex_);
    new_logs_.erase(name);
  }
  if (kind == FileKind::table) {  // which makes it whole
    forget(name);
    if (done) done = sync_directory();
  }
  return done;
}

Outcome PosixEnv::rename(const std::string& from, const std::string& to) {
  forget(from);
  forget(to);
  // The same holds for what CURRENT names.
  Outcome done = sync_directory();
  if (done && ::rename(path(from).c_str(), path(to).c_str()) != 0) return failed("rename", from);
  if (done) done = sync_directory();
  return done;
}

Outcome PosixEnv::remove(const std::string& name) {
  forget(name);
  {
    const std::lock_guard guard(mutex_);
    new_logs_.erase(name);
  }
  if (::unlink(path(name).c_str()) != 0) return failed("remove", name);
  return parse_file_name(name).kind == FileKind::other ? sync_directory() : Outcome(Done{});
}

Result<std::vector<std::string>> PosixEnv::list() {
  DIR* const directory = ::opendir(directory_.c_str());
  if (directory == nullptr) return failed("list", "");
  std::vector<std::string> names;
  while (const dirent* const entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(directory);
  std::sort(names.begin(), names.end());  // as texts, no two of them equal
  return names;
}

Outcome PosixEnv::lock() {
  Outcome made = make_directory();
  if (!made) return made;
  const int descriptor = ::open(path(kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return failed("open", kLockName);
  struct stat info = {};
  struct flock whole = {};
  whole.l_type = F_WRLCK;  // what LevelDB takes
  whole.l_whence = SEEK_SET;
  const std::lock_guard guard(locked_mutex);
  const bool stated = ::fstat(descriptor, &info) == 0;
  const std::pair<uint64_t, uint64_t> file(info.st_dev, info.st_ino);
  // Asked first: closing a second descriptor would give up the first one's lock.
  if (stated && locked_files.count(file) > 0) {
    return Error{ErrorCode::bad_input, directory_ + ": the database is already open", ""};
  }
  if (!stated || ::fcntl(descriptor, F_SETLK, &whole) != 0) {
    const bool other = errno == EAGAIN || errno == EACCES;
    Error error = failed("lock", kLockName);
    ::close(descriptor);
    if (!other) return error;
    return Error{ErrorCode::bad_input, directory_ + ": the database is in use by another process",
                 ""};
  }
  locked_files.insert(file);
  lock_ = descriptor;
  return Done{};
}

void PosixEnv::unlock() {
  if (lock_ < 0) return;
  const std::lock_guard guard(locked_mutex);
  struct stat info = {};
  if (::fstat(lock_, &info) == 0) locked_files.erase({info.st_dev, info.st_ino});
  ::close(lock_);  // which gives the lock up
  lock_ = -1;
}

}  // namespace systemsim::store
