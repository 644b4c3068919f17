// What the real LevelDB makes of a directory, for example of one whose log is torn or damaged. It
// looks at a copy in memory: nothing in the directory is changed.
//
//   torn_log_peer DIR [--paranoid] [--pairs]
//
// Prints {"opened":true,"pairs":N}, or {"opened":false,"error":"..."} when LevelDB refuses, and
// then exits with 1. --paranoid: with Options::paranoid_checks, which is not its default. --pairs:
// instead, every pair, as `systemsim db DIR scan --hex` prints them.
#include <leveldb/helpers/memenv.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/bytes.h"
#include "engine.h"
#include "lab/json_writer.h"

int main(int argc, char** argv) {
  bool paranoid = false;
  bool print_pairs = false;
  for (int i = 2; i < argc; ++i) {
    paranoid = paranoid || std::strcmp(argv[i], "--paranoid") == 0;
    print_pairs = print_pairs || std::strcmp(argv[i], "--pairs") == 0;
  }
  std::error_code problem;
  const std::filesystem::directory_iterator files(argc > 1 ? argv[1] : "", problem);
  if (problem || argc != 2 + paranoid + print_pairs) {
    std::fprintf(stderr, "usage: torn_log_peer DIR [--paranoid] [--pairs]\n");
    return 2;
  }
  const std::unique_ptr<leveldb::Env> env(leveldb::NewMemEnv(leveldb::Env::Default()));
  for (const auto& file : files) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    leveldb::WriteStringToFile(env.get(), bytes, "/db/" + file.path().filename().string());
  }
  const auto engine = peer::leveldb_engine({.paranoid = paranoid, .env = env.get()});
  peer::Stream pairs;
  const std::string wrong = peer::read_all(*engine, "/db", pairs);
  if (print_pairs && wrong.empty()) {
    for (const auto& [key, value] : pairs) {
      std::printf("%s\t%s\n", systemsim::to_hex(key).c_str(), systemsim::to_hex(value).c_str());
    }
    return 0;
  }
  systemsim::JsonWriter json;
  json.begin_object().field("opened", wrong.empty());
  if (wrong.empty()) {
    json.field("pairs", pairs.size());
  } else {
    json.key("error").bytes(wrong);
  }
  json.end_object();
  std::printf("%s\n", json.take().c_str());
  return wrong.empty() ? 0 : 1;
}
