// The LSM tree on a disk in memory, without a thread, as a page and a simulated machine have it:
// the rows of db_workload.h. The same source is a native program and a WebAssembly module;
// store-beside-native.mjs times both.
//
//   systemsim_store_bench ENTRIES      a line a row: its name, seconds of the processor, and what
//   came of it
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "db_workload.h"
#include "store/db.h"
#include "store/memory_env.h"

using namespace systemsim;
using namespace systemsim::bench;

namespace {

class InMemory final : public Engine {
 public:
  InMemory() : call_(env_), db_(opened(call_)) {}

  void verify(bool on) override { call_.verify = on; }
  void put(std::string_view key, std::string_view value, bool /*sync*/) override {
    expect(db_.put(call_, key, value).ok());
  }
  bool get(std::string_view key, std::string& value) override {
    const auto found = db_.get(call_, key, value);
    expect(found.ok());
    return found.value();
  }
  void compact() override { expect(db_.compact(call_).ok()); }
  std::string shape() override { return {}; }
  uint64_t scan() override {
    store::DbCursor cursor = db_.cursor(call_);
    uint64_t bytes = 0;
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      bytes += cursor.key().size() + cursor.value().size();
    }
    expect(cursor.error() == nullptr);
    return bytes;
  }
  bool seek(std::string_view key) override {
    store::DbCursor cursor = db_.cursor(call_);
    cursor.seek(key);
    return cursor.valid() && cursor.key() == key;
  }

 private:
  static void expect(bool good) {
    if (!good) std::abort();
  }
  static store::Db opened(store::Call& call) {
    auto db = store::Db::open(call, {});
    expect(db.ok());
    return std::move(db).value();
  }

  store::MemoryEnv env_;
  store::Call call_;
  store::Db db_;
};

std::unique_ptr<InMemory> engine;

// Of the row's calls, those of a slice; a slice that begins a filling row begins with nothing.
uint64_t slice(Row row, uint64_t entries, uint64_t first, uint64_t end) {
  if (first == 0 && row <= Row::fillrandom) {
    engine = nullptr;
    engine = std::make_unique<InMemory>();
  }
  return run_slice(*engine, row, entries, first, end);
}

}  // namespace

#ifdef __EMSCRIPTEN__
#include <emscripten/emscripten.h>

extern "C" EMSCRIPTEN_KEEPALIVE double run(uint32_t row, double entries, double first, double end) {
  return static_cast<double>(slice(static_cast<Row>(row), static_cast<uint64_t>(entries),
                                   static_cast<uint64_t>(first), static_cast<uint64_t>(end)));
}
#else
#include <ctime>

int main(int argc, char** argv) {
  const uint64_t entries = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  for (size_t row = 0; row < kRows; ++row) {
    const auto kind = static_cast<Row>(row);
    const uint64_t calls = kind == Row::readseq ? kWalks : entries;
    const std::clock_t start = std::clock();
    const uint64_t result = slice(kind, entries, 0, calls);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("%s %.6f %llu\n", kRowNames[row], seconds, static_cast<unsigned long long>(result));
  }
}
#endif
