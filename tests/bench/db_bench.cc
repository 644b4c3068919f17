// The LSM tree beside libleveldb 1.23, in one run, in turns: the time of each row of the workload
// (ratios), synced writes on a real disk, and the memory of each engine in a process of its own.
//
//   systemsim_db_bench [--short] [--verbose] [--memory] [ENTRIES [ROUNDS [RAM-DIRECTORY
//   [DISK-DIRECTORY]]]]
//
// Prints a line a bar, "ok" or "FAIL". Without compression, 16-byte keys, 100-byte values.
#include <time.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "db_report.h"

using namespace systemsim::bench;

namespace {

constexpr double kMeanBar = 0.85;
constexpr double kRowBar = 1.0;
constexpr double kSyncBar = 1.1;

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
  const bool memory_alone = !words.empty() && words[0] == "--memory";
  if (memory_alone) words.erase(words.begin());
  if (words.size() > 0) setting.entries = std::stoull(words[0]);
  if (words.size() > 1) setting.rounds = std::stoull(words[1]);
  if (words.size() > 2) setting.ram = words[2];
  if (words.size() > 3) setting.disk = words[3];
  if (!memory_alone) {
    measure_rows(setting);
    measure_syncs(setting);
  }
  measure_memory(setting);
  return all_met() ? 0 : 1;
}
