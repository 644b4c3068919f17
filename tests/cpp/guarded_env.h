#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/fault_env.h"

namespace systemsim::test {

using store::Env;
using store::FaultEnv;
using store::Faults;
using store::FileBytes;

// A disk that fails as it is told to, for two threads.
class Guarded final : public Env {
 public:
  explicit Guarded(FaultEnv& env) : env_(env) {}
  void set(const Faults& faults) {
    const std::lock_guard guard(mutex_);
    env_.faults = faults;
  }
  uint64_t calls() {
    const std::lock_guard guard(mutex_);
    return env_.calls();
  }
  Result<FileBytes> read(const std::string& name) override {
    const std::lock_guard guard(mutex_);
    return env_.read(name);
  }
  Outcome write(const std::string& name, std::string bytes, bool sync) override {
    const std::lock_guard guard(mutex_);
    return env_.write(name, std::move(bytes), sync);
  }
  Outcome append(const std::string& name, std::string_view bytes) override {
    const std::lock_guard guard(mutex_);
    return env_.append(name, bytes);
  }
  Outcome sync(const std::string& name) override {
    const std::lock_guard guard(mutex_);
    return env_.sync(name);
  }
  Outcome rename(const std::string& from, const std::string& to) override {
    const std::lock_guard guard(mutex_);
    return env_.rename(from, to);
  }
  Outcome remove(const std::string& name) override {
    const std::lock_guard guard(mutex_);
    return env_.remove(name);
  }
  Result<std::vector<std::string>> list() override {
    const std::lock_guard guard(mutex_);
    return env_.list();
  }
  Outcome lock() override { return env_.lock(); }
  void unlock() override { env_.unlock(); }

 private:
  std::mutex mutex_;
  FaultEnv& env_;
};

}  // namespace systemsim::test
