// The LSM tree beside libleveldb 1.23, in one run, in turns: the time of each row of the workload
// (ratios), synced writes on a real disk, and the memory of each engine in a process of its own.
//
//   systemsim_db_bench [--short] [--verbose] [ENTRIES [ROUNDS [RAM-DIRECTORY [DISK-DIRECTORY]]]]
//
// Prints a line a bar, "ok" or "FAIL". Without compression, 16-byte keys, 100-byte values.
#include <malloc.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "db_workload.h"

using namespace systemsim::bench;

namespace {

constexpr double kMeanBar = 0.85;
constexpr double kRowBar = 1.0;
constexpr double kSyncBar = 1.1;
constexpr double kMemoryBar = 1.2;

constexpr size_t kEngines = 2;
constexpr const char* kEngineNames[kEngines] = {"ours", "leveldb"};
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

std::unique_ptr<Engine> open_engine(size_t which, const std::string& directory) {
  return which == 0 ? open_ours(directory) : open_leveldb(directory);
}

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

uint64_t process_cpu_ns() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Until this process has done nothing for a while: until no thread of it compacts.
void wait_until_quiet() {
  constexpr uint64_t kQuietNs = 1'000'000;
  for (uint64_t before = process_cpu_ns();;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const uint64_t now = process_cpu_ns();
    if (now - before < kQuietNs) return;
    before = now;
  }
}

template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool all_met = true;

void told(const std::string& what, double ratio, double bar) {
  const bool met = ratio <= bar;
  all_met = all_met && met;
  std::printf("%s leveldb %s: ratio %.2f, at most %.2f\n", met ? "ok  " : "FAIL", what.c_str(),
              ratio, bar);
  std::fflush(stdout);
}

// The median of the rounds' ratios, with the medians of both.
double compared(const std::string& name, const std::vector<Pair>& rounds, const char* unit,
                double bar) {
  std::vector<double> ratios;
  std::array<std::vector<double>, kEngines> each;
  for (const Pair& round : rounds) {
    ratios.push_back(round[0] / round[1]);
    for (size_t which = 0; which < kEngines; ++which) each[which].push_back(round[which]);
  }
  const double ratio = median(ratios);
  char words[200];
  std::snprintf(words, sizeof words, "%s: ours %.3f %s, theirs %.3f %s (ratios %.2f to %.2f)",
                name.c_str(), median(each[0]), unit, median(each[1]), unit,
                *std::min_element(ratios.begin(), ratios.end()),
                *std::max_element(ratios.begin(), ratios.end()));
  told(words, ratio, bar);
  return ratio;
}

// Times of every row, both engines in turns; the second begins every other time.
void measure_rows(const Setting& setting) {
  constexpr Row kVerified[] = {Row::readrandom, Row::readmissing, Row::readseq, Row::seekrandom};
  std::vector<std::vector<Pair>> times(kRows);
  std::vector<std::vector<Pair>> verified(std::size(kVerified));
  for (uint64_t round = 0; round < setting.rounds; ++round) {
    const Directory directory(setting.ram);
    std::array<std::unique_ptr<Engine>, kEngines> engines;
    const auto both = [&](Row row, std::vector<Pair>& into) {
      Pair took = {};
      std::array<uint64_t, kEngines> results = {};
      for (size_t turn = 0; turn < kEngines; ++turn) {
        const size_t which = (turn + round) % kEngines;
        wait_until_quiet();
        const std::clock_t before = std::clock();
        took[which] =
            seconds([&] { results[which] = run_row(*engines[which], row, setting.entries); });
        if (setting.verbose) {
          std::printf("     %s %s: %.3f s, %.3f s of processors; tables %s\n", kEngineNames[which],
                      kRowNames[static_cast<size_t>(row)], took[which],
                      static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC,
                      engines[which]->shape().c_str());
        }
      }
      into.push_back(took);
      if (results[0] != results[1]) {
        std::fprintf(stderr, "db_bench: %s: the engines' answers differ\n",
                     kRowNames[static_cast<size_t>(row)]);
        std::exit(4);
      }
    };
    for (size_t row = 0; row < kRows; ++row) {
      if (row <= static_cast<size_t>(Row::fillrandom)) {
        for (size_t which = 0; which < kEngines; ++which) {
          engines[which] = nullptr;
          engines[which] =
              open_engine(which, directory.in(kEngineNames[which] + std::to_string(row)));
        }
      }
      both(static_cast<Row>(row), times[row]);
    }
    for (auto& engine : engines) {
      engine->compact();
      engine->verify(true);
    }

    for (size_t i = 0; i < std::size(kVerified); ++i) both(kVerified[i], verified[i]);
  }
  double logarithms = 0;
  for (size_t row = 0; row < kRows; ++row) {
    logarithms += std::log(compared(kRowNames[row], times[row], "s", kRowBar));
  }
  told("geometric mean of these rows", std::exp(logarithms / kRows), kMeanBar);
  for (size_t i = 0; i < std::size(kVerified); ++i) {
    compared(std::string(kRowNames[static_cast<size_t>(kVerified[i])]) +
                 ", all compacted, checksums verified",
             verified[i], "s", kRowBar);
  }
}

void measure_syncs(const Setting& setting) {
  std::vector<Pair> times;
  const Directory directory(setting.disk);
  std::array<std::unique_ptr<Engine>, kEngines> engines;
  for (size_t which = 0; which < kEngines; ++which) {
    engines[which] = open_engine(which, directory.in(kEngineNames[which]));
    run_fillsync(*engines[which], 10);
  }
  for (uint64_t round = 0; round < setting.rounds; ++round) {
    Pair took = {};
    for (size_t turn = 0; turn < kEngines; ++turn) {
      const size_t which = (turn + round) % kEngines;
      took[which] = seconds([&] { run_fillsync(*engines[which], setting.synced_writes); });
    }
    times.push_back(took);
  }
  compared("fillsync", times, "s", kSyncBar);
}

// All rows in a process of its own, which this becomes.
[[noreturn]] void be_measured(size_t which, const std::string& entries,
                              const std::string& directory) {
  execl("/proc/self/exe", "systemsim_db_bench", "--engine", kEngineNames[which], entries.c_str(),
        directory.c_str(), nullptr);
  std::_Exit(4);
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

constexpr const char* kHeapFile = "heap";

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

void measure_memory(const Setting& setting) {
  std::vector<Pair> heap;
  std::vector<Pair> anonymous;
  std::vector<Pair> resident;
  for (uint64_t round = 0; round < (setting.rounds + 1) / 2; ++round) {
    std::array<Memory, kEngines> most;
    for (size_t which = 0; which < kEngines; ++which) {
      const Directory directory(setting.ram);
      std::filesystem::create_directory(directory.in("all"));
      const pid_t child = fork();
      if (child == 0) be_measured(which, std::to_string(setting.entries), directory.in("all"));
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

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 4 && words[0] == "--engine") {
    run_all_rows(words[1], std::stoull(words[2]), words[3]);
    return 0;
  }
  Setting setting;
  if (!words.empty() && words[0] == "--short") {
    words.erase(words.begin());
    setting.entries = 100'000;
    setting.rounds = 1;
    setting.synced_writes = 20;
  }
  if (!words.empty() && words[0] == "--verbose") {
    words.erase(words.begin());
    setting.verbose = true;
  }
  if (words.size() > 0) setting.entries = std::stoull(words[0]);
  if (words.size() > 1) setting.rounds = std::stoull(words[1]);
  if (words.size() > 2) setting.ram = words[2];
  if (words.size() > 3) setting.disk = words[3];
  measure_rows(setting);
  measure_syncs(setting);
  measure_memory(setting);
  return all_met ? 0 : 1;
}
