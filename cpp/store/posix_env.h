// A directory of the machine it runs on. Native only. Section 09.
//
// Files are read through mappings, which outlive their names. A file that is appended to stays open
// until it is synced no more: removed, renamed or replaced. May be used by two threads at a time.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/env.h"

namespace systemsim::store {

class PosixEnv final : public Env {
 public:
  // The directory is made when something is written or locked. `durable` false: sync does nothing,
  // for tests and benchmarks that do not crash.
  explicit PosixEnv(std::string directory, bool durable = true)
      : directory_(std::move(directory)), durable_(durable) {}
  ~PosixEnv() override;
  PosixEnv(const PosixEnv&) = delete;
  PosixEnv& operator=(const PosixEnv&) = delete;

  Result<FileBytes> read(const std::string& name) override;
  Outcome write(const std::string& name, std::string bytes, bool sync) override;
  Outcome append(const std::string& name, std::string_view bytes) override;
  Outcome sync(const std::string& name) override;
  Outcome rename(const std::string& from, const std::string& to) override;
  Outcome remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Outcome lock() override;
  void unlock() override;

 private:
  struct Open {
    std::string name;
    int descriptor = -1;
  };
  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  Error failed(const char* what, const std::string& name) const;
  Outcome make_directory();
  Outcome write_all(int descriptor, std::string_view bytes, const std::string& name) const;
  Outcome sync_descriptor(int descriptor, const std::string& name) const;
  Outcome sync_directory() const;
  // The file, opened for appending.
  Result<int> opened(const std::string& name);
  void forget(const std::string& name);
  bool is_new_log(const std::string& name);

  std::string directory_;
  bool durable_;
  int lock_ = -1;
  std::mutex mutex_;
  std::vector<Open> open_;          // the one used last stands last
  std::set<std::string> new_logs_;  // whose names may not be safe
};

}  // namespace systemsim::store
