// A disk that fails as it is told to, in front of any other. Section 09.
//
// It counts the calls that change the disk, so that each boundary between two of them can be tried.
// A call that fails may have done a part of its work: an append that is torn leaves some bytes.
// crash() gives the disk behind it what a machine finds after a power cut: what was not synced is
// cut off. Slow calls are counted in microseconds; nobody sleeps.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/env.h"

namespace systemsim::store {

struct Faults {
  static constexpr uint64_t kNever = UINT64_MAX;
  uint64_t fail_from = kNever;    // the first changing call, counted from 0, that fails
  uint64_t fail_count = kNever;   // so many calls fail
  uint64_t torn_bytes = 0;        // what a failing write or append leaves nevertheless
  uint64_t space_bytes = kNever;  // all that may still be written; then the disk is full
  uint64_t call_us = 0;           // what a call takes
  uint64_t byte_ns = 0;           // and each byte that is written
};

class FaultEnv final : public Env {
 public:
  explicit FaultEnv(Env& inner) : inner_(inner) {}

  Faults faults;
  uint64_t calls() const { return calls_; }  // that change the disk
  uint64_t slow_us() const { return slow_us_; }

  // Of what was not synced, each file keeps its first `kept_bytes`; `garbage` is what the rest of
  // the torn sector holds, at most as many bytes as were lost. A file whose name is not safe yet
  // (env.h) is gone.
  Outcome crash(uint64_t kept_bytes, std::string_view garbage = {});
  // Turns bits of one byte, as a bad disk does.
  Outcome flip(const std::string& name, uint64_t offset, uint8_t bits);

  Result<FileBytes> read(const std::string& name) override;
  Outcome write(const std::string& name, std::string bytes, bool sync) override;
  Outcome append(const std::string& name, std::string_view bytes) override;
  Outcome sync(const std::string& name) override;
  Outcome rename(const std::string& from, const std::string& to) override;
  Outcome remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override { return inner_.list(); }
  Outcome lock() override { return inner_.lock(); }
  void unlock() override { inner_.unlock(); }

 private:
  struct Tail {
    std::string name;
    uint64_t synced_bytes = 0;
    uint64_t size_bytes = 0;
  };
  // Counts the call; the error if it fails. `bytes` would be written.
  Outcome step(const char* what, const std::string& name, uint64_t bytes);
  Tail& tail(const std::string& name);
  void forget(const std::string& name);
  // Before a call that may make the file.
  void note_name(const std::string& name);

  Env& inner_;
  uint64_t calls_ = 0;
  uint64_t slow_us_ = 0;
  std::vector<Tail> tails_;             // files of which something may not be synced
  std::vector<std::string> new_names_;  // that may not be safe
};

}  // namespace systemsim::store
