// How db_bench.cc tells what it has measured, and what its parts share.
#pragma once

#include <stdlib.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "db_workload.h"

namespace systemsim::bench {

inline constexpr size_t kEngines = 2;
inline constexpr const char* kEngineNames[kEngines] = {"ours", "leveldb"};
using Pair = std::array<double, kEngines>;  // ours, LevelDB's

struct Setting {
  uint64_t entries = 1'000'000;
  uint64_t rounds = 7;
  std::string ram = "/dev/shm";
  std::string disk = ".";
  uint64_t synced_writes = 500;
  bool verbose =
      false;  // a line a row and round: also the processors' time, and the tables a level
};

std::unique_ptr<Engine> open_engine(size_t which, const std::string& directory);

// A new directory, which goes with everything in it.
class Directory {
 public:
  explicit Directory(const std::string& within) : path_(within + "/systemsim-bench-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) {
      std::fprintf(stderr, "db_bench: cannot make %s\n", path_.c_str());
      std::exit(4);
    }
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string in(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Prints "ok" or "FAIL", and the ratio beside its bar.
void told(const std::string& what, double ratio, double bar);
// Whether every bar so far was met.
bool all_met();
// Tells the median of the rounds' ratios, with the medians of both, and returns it.
double compared(const std::string& name, const std::vector<Pair>& rounds, const char* unit,
                double bar);

// Peaks of each engine's memory, each in a process of its own.
void measure_memory(const Setting& setting);
// Such a process: all rows.
void run_all_rows(const std::string& engine, uint64_t entries, const std::string& directory);

}  // namespace systemsim::bench
