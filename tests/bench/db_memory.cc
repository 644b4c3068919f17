// The most memory that each engine takes, watched while a process of its own runs all rows.
#include <malloc.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "db_report.h"

namespace systemsim::bench {
namespace {

constexpr double kMemoryBar = 1.2;
constexpr const char* kHeapFile = "heap";

// All rows in a process of its own. When this returns, the process is another program already: what
// it holds is not this one's memory any more.
pid_t begin_rows(size_t which, uint64_t entries, const std::string& directory) {
  std::string words[] = {"systemsim_db_bench", "--engine", kEngineNames[which],
                         std::to_string(entries), directory};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                       words[3].data(), words[4].data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments, environ) != 0) {
    std::exit(4);
  }
  return child;
}

// The most that the heap of this process has held, watched each millisecond.
class HeapWatch {
 public:
  HeapWatch() : thread_([this] { watch(); }) {}
  HeapWatch(const HeapWatch&) = delete;
  HeapWatch& operator=(const HeapWatch&) = delete;
  ~HeapWatch() {
    ended_ = true;
    thread_.join();
  }
  double most_mb() const { return static_cast<double>(most_) / (1 << 20); }

 private:
  void watch() {
    while (!ended_) {
      const struct mallinfo2 now = mallinfo2();
      most_ = std::max<size_t>(most_, now.uordblks + now.hblkhd);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  std::atomic<size_t> most_ = 0;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

struct Memory {
  double heap_mb = 0;  // the largest sum of what was allocated
  double anonymous_mb =
      0;  // the largest set of pages without a file: the heap with its holes, stacks
  double resident_mb = 0;  // the largest set of all pages: with those of mapped tables
};

// Watches a process from outside: each millisecond what it holds, in pages (proc(5), statm).
Memory watch(pid_t child, const std::string& directory) {
  const double page_mb = static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  const std::string path = "/proc/" + std::to_string(child) + "/statm";
  Memory most;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    std::ifstream file(path);
    double size = 0;
    double resident = 0;
    double shared = 0;
    if (file >> size >> resident >> shared) {
      most.anonymous_mb = std::max(most.anonymous_mb, (resident - shared) * page_mb);
      most.resident_mb = std::max(most.resident_mb, resident * page_mb);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) std::exit(4);
  std::ifstream(directory + "/" + kHeapFile) >> most.heap_mb;
  return most;
}

}  // namespace

void run_all_rows(const std::string& name, uint64_t entries, const std::string& directory) {
  const HeapWatch heap;
  const size_t which = name == kEngineNames[0] ? 0 : 1;
  std::unique_ptr<Engine> engine;
  for (size_t row = 0; row < kRows; ++row) {
    if (row <= static_cast<size_t>(Row::fillrandom)) {
      engine = nullptr;
      engine = open_engine(which, directory + "/" + std::to_string(row));
    }
    run_row(*engine, static_cast<Row>(row), entries);
  }
  std::ofstream(directory + "/" + kHeapFile) << heap.most_mb();
}

void measure_memory(const Setting& setting) {
  std::vector<Pair> heap;
  std::vector<Pair> anonymous;
  std::vector<Pair> resident;
  for (uint64_t round = 0; round < (setting.rounds + 1) / 2; ++round) {
    std::array<Memory, kEngines> most;
    for (size_t which = 0; which < kEngines; ++which) {
      const Directory directory(setting.ram);
      std::filesystem::create_directory(directory.in("all"));
      const pid_t child = begin_rows(which, setting.entries, directory.in("all"));
      most[which] = watch(child, directory.in("all"));
    }
    heap.push_back({most[0].heap_mb, most[1].heap_mb});
    anonymous.push_back({most[0].anonymous_mb, most[1].anonymous_mb});
    resident.push_back({most[0].resident_mb, most[1].resident_mb});
  }
  compared("memory, peak of the heap", heap, "MB", kMemoryBar);
  compared("memory, peak of anonymous pages", anonymous, "MB", kMemoryBar);
  compared("memory, peak of resident pages with mapped tables", resident, "MB", kMemoryBar);
}

}  // namespace systemsim::bench
