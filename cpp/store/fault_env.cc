#include "store/fault_env.h"

#include <algorithm>

#include "store/file_name.h"

namespace systemsim::store {

Outcome FaultEnv::step(const char* what, const std::string& name, uint64_t bytes) {
  const uint64_t call = calls_++;
  slow_us_ += faults.call_us + bytes * faults.byte_ns / 1000;
  if (call >= faults.fail_from && call - faults.fail_from < faults.fail_count) {
    return Error{ErrorCode::io, name + ": cannot " + what + ": made to fail", ""};
  }
  if (bytes > faults.space_bytes) {
    return Error{ErrorCode::limit, name + ": cannot " + what + ": the disk is full", ""};
  }
  if (faults.space_bytes != Faults::kNever) faults.space_bytes -= bytes;
  return Done{};
}

FaultEnv::Tail& FaultEnv::tail(const std::string& name) {
  for (Tail& tail : tails_) {
    if (tail.name == name) return tail;
  }
  tails_.push_back({name, 0, 0});
  return tails_.back();
}

void FaultEnv::forget(const std::string& name) {
  tails_.erase(std::remove_if(tails_.begin(), tails_.end(),
                              [&](const Tail& tail) { return tail.name == name; }),
               tails_.end());
}

void FaultEnv::note_name(const std::string& name) {
  if (!inner_.read(name) &&
      std::find(new_names_.begin(), new_names_.end(), name) == new_names_.end()) {
    new_names_.push_back(name);
  }
}

Result<FileBytes> FaultEnv::read(const std::string& name) {
  slow_us_ += faults.call_us;
  return inner_.read(name);
}

Outcome FaultEnv::write(const std::string& name, std::string bytes, bool sync) {
  Outcome done = step("write", name, bytes.size());
  if (!done) {
    const uint64_t left =
        done.error().code == ErrorCode::limit ? faults.space_bytes : faults.torn_bytes;
    if (left == 0) return done;
    bytes.resize(std::min<uint64_t>(bytes.size(), left));
    sync = false;
  }
  const uint64_t size = bytes.size();
  note_name(name);
  Outcome written = inner_.write(name, std::move(bytes), sync);
  if (!written) return written;
  forget(name);
  if (sync && parse_file_name(name).kind == FileKind::table) std::erase(new_names_, name);
  if (!sync) {
    Tail& file = tail(name);
    file.size_bytes = size;
  }
  return done;
}

Outcome FaultEnv::append(const std::string& name, std::string_view bytes) {
  Outcome done = step("append", name, bytes.size());
  if (!done) {
    const uint64_t left =
        done.error().code == ErrorCode::limit ? faults.space_bytes : faults.torn_bytes;
    bytes = bytes.substr(0, std::min<uint64_t>(bytes.size(), left));
    if (bytes.empty()) return done;
  }
  bool known = false;
  for (const Tail& file : tails_) known = known || file.name == name;
  if (!known) {
    // All that is there by now is safe.
    const auto before = inner_.read(name);
    Tail& file = tail(name);
    if (before) file.synced_bytes = file.size_bytes = before.value().bytes.size();
  }
  note_name(name);
  Outcome appended = inner_.append(name, bytes);
  if (!appended) return appended;
  tail(name).size_bytes += bytes.size();
  return done;
}

Outcome FaultEnv::sync(const std::string& name) {
  Outcome done = step("sync", name, 0);
  if (!done) return done;
  done = inner_.sync(name);
  if (!done) return done;
  forget(name);
  const FileKind kind = parse_file_name(name).kind;
  if (kind == FileKind::manifest) new_names_.clear();
  if (kind == FileKind::log || kind == FileKind::table) std::erase(new_names_, name);
  return done;
}

Outcome FaultEnv::rename(const std::string& from, const std::string& to) {
  Outcome done = step("rename", from, 0);
  if (!done) return done;
  done = inner_.rename(from, to);
  if (!done) return done;
  // What of it was not synced is not synced under its new name either.
  forget(to);
  for (Tail& file : tails_) {
    if (file.name == from) file.name = to;
  }
  new_names_.clear();
  return done;
}

Outcome FaultEnv::remove(const std::string& name) {
  Outcome done = step("remove", name, 0);
  if (!done) return done;
  forget(name);
  std::erase(new_names_, name);
  return inner_.remove(name);
}

Outcome FaultEnv::crash(uint64_t kept_bytes, std::string_view garbage) {
  inner_.unlock();
  for (const Tail& file : tails_) {
    const uint64_t lost_at =
        file.synced_bytes + std::min(kept_bytes, file.size_bytes - file.synced_bytes);
    auto now = inner_.read(file.name);
    if (!now) return now.error();
    std::string kept(now.value().bytes.substr(0, lost_at));
    kept += garbage.substr(0, file.size_bytes - lost_at);
    Outcome written = inner_.write(file.name, std::move(kept), true);
    if (!written) return written;
  }
  tails_.clear();
  for (const std::string& name : new_names_) {
    Outcome removed = inner_.remove(name);
    if (!removed) return removed;
  }
  new_names_.clear();
  return Done{};
}

Outcome FaultEnv::flip(const std::string& name, uint64_t offset, uint8_t bits) {
  auto now = inner_.read(name);
  if (!now) return now.error();
  std::string bytes(now.value().bytes);
  if (offset >= bytes.size()) return bad_input("", name + " has no byte " + std::to_string(offset));
  bytes[offset] = static_cast<char>(static_cast<uint8_t>(bytes[offset]) ^ bits);
  return inner_.write(name, std::move(bytes), true);
}

}  // namespace systemsim::store
