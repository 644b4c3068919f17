// A store as db_bench.cc asks it, so that ours and LevelDB's are asked alike.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace systemsim::bench {

// Alike on both sides: Bloom 10, no compression, LevelDB's own sizes (memtable 4 MiB, tables 2 MiB,
// blocks 4 KiB), a block cache of 8 MiB, one thread that compacts. What fails ends the program.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  // Whether reads check the checksums of data blocks. At first: no, as LevelDB does.
  virtual void verify(bool on) = 0;
  virtual void put(std::string_view key, std::string_view value, bool sync) = 0;
  virtual bool get(std::string_view key, std::string& value) = 0;
  // Tables a level.
  virtual std::string shape() = 0;
  // Merges everything down.
  virtual void compact() = 0;
  // The bytes of all keys and values, in order.
  virtual uint64_t scan() = 0;
  // A new iterator's step to the key: whether it is there.
  virtual bool seek(std::string_view key) = 0;
};

// Makes the directory, if need be, and opens a database in it.
std::unique_ptr<Engine> open_ours(const std::string& directory);
std::unique_ptr<Engine> open_leveldb(const std::string& directory);

}  // namespace systemsim::bench
