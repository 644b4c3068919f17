// What both engines do for these tests, behind one interface: so a workload is carried out by
// either of them, or by both in turn.
#pragma once

#include <leveldb/env.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "peer_workload.h"
#include "store/options.h"

namespace peer {

using Stream = std::vector<std::pair<std::string, std::string>>;

// What is not said to be void returns nothing, or what went wrong.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  virtual std::string open(const std::string& directory) = 0;
  virtual void add(const Step& step) = 0;  // a put or an erasure, to the batch
  virtual std::string commit() = 0;        // the batch
  virtual std::string compact() = 0;
  // Every pair, walked, each of which is found by its key besides: through the filters.
  virtual std::string read(Stream& pairs) = 0;
  virtual void close() = 0;
};

// libleveldb: checksums verified, and with `paranoid` an error where a log is damaged.
struct LevelDbOptions {
  bool snappy = false;
  bool paranoid = true;
  leveldb::Env* env = leveldb::Env::Default();
};
std::unique_ptr<Engine> leveldb_engine(const LevelDbOptions& options);

// This repository's, on real files.
std::unique_ptr<Engine> our_engine(systemsim::store::CompactionPolicy policy);

// Opens the directory, reads it and closes it.
inline std::string read_all(Engine& engine, const std::string& directory, Stream& pairs) {
  std::string wrong = engine.open(directory);
  if (wrong.empty()) wrong = engine.read(pairs);
  engine.close();
  return wrong;
}

// Carries out the workload; at each reopening it is the next engine's turn.
inline std::string carry_out(uint64_t seed, const std::string& directory,
                             const std::vector<Engine*>& engines) {
  size_t turn = 0;
  std::string wrong = engines[0]->open(directory);
  run_workload(seed, [&](const Step& step) {
    if (!wrong.empty()) return;
    Engine& engine = *engines[turn % engines.size()];
    switch (step.kind) {
      case Step::put:
      case Step::erase:
        engine.add(step);
        break;
      case Step::commit:
        wrong = engine.commit();
        break;
      case Step::compact:
        wrong = engine.compact();
        break;
      case Step::reopen:
        engine.close();
        wrong = engines[++turn % engines.size()]->open(directory);
        break;
    }
  });
  for (Engine* const engine : engines) engine->close();
  return wrong;
}

}  // namespace peer
