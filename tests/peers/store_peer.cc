// This repository's engine at the same workloads as leveldb_peer.
//
//   store_peer write DIR SEED [--size-tiered]
//   store_peer dump DIR
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "peer_workload.h"
#include "store/background_db.h"
#include "store/posix_env.h"

namespace {

using namespace systemsim;
using namespace systemsim::store;

int complain(const Error& error) {
  std::fprintf(stderr, "store_peer: %s\n", error.message.c_str());
  return 4;
}

int write(const char* directory, uint64_t seed, bool size_tiered) {
  PosixEnv env(directory, false);
  Options options;
  options.write_buffer_bytes = 64 << 10;
  options.table_bytes = 64 << 10;
  options.level1_bytes = 256 << 10;
  if (size_tiered) options.policy = CompactionPolicy::size_tiered;
  Call call(env);
  std::optional<Error> error;
  const auto open = [&]() -> std::optional<Db> {
    auto db = Db::open(call, options);
    if (db) return std::move(db).value();
    error = db.error();
    return std::nullopt;
  };
  std::optional<Db> db = open();
  WriteBatch batch;
  const auto keep = [&](const Outcome& done) {
    if (!done) error = done.error();
  };
  peer::run_workload(seed, [&](const peer::Step& step) {
    if (error) return;
    switch (step.kind) {
      case peer::Step::put:
        batch.put(step.key, step.value);
        break;
      case peer::Step::erase:
        batch.erase(step.key);
        break;
      case peer::Step::commit:
        keep(db->write(call, batch));
        batch.clear();
        break;
      case peer::Step::compact:
        keep(db->compact(call));
        break;
      case peer::Step::reopen:
        db->close(call);
        db = open();
        break;
    }
  });
  if (error) return complain(*error);
  db->close(call);
  return 0;
}

int dump(const char* directory) {
  PosixEnv env(directory);
  Call call(env);
  auto db = Db::open(call, {.read_only = true});
  if (!db) return complain(db.error());
  auto cursor = db.value().cursor(call);
  std::string value;
  for (cursor.seek_first(); cursor.valid(); cursor.next()) {
    std::printf("%s\t%s\n", to_hex(cursor.key()).c_str(), to_hex(cursor.value()).c_str());
    const auto found = db.value().get(call, cursor.key(), value);
    if (!found || !found.value() || value != cursor.value()) {
      return complain({ErrorCode::internal, "a key that a walk shows is not found", ""});
    }
  }
  return cursor.error() == nullptr ? 0 : complain(*cursor.error());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "dump") == 0) return dump(argv[2]);
  if (argc >= 4 && std::strcmp(argv[1], "write") == 0) {
    return write(argv[2], std::stoull(argv[3]), argc > 4);
  }
  std::fprintf(stderr, "usage: store_peer dump DIR | write DIR SEED [--size-tiered]\n");
  return 2;
}
