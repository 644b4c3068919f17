// The frame of a table's file (LevelDB doc/table_format.md): blocks, each followed by a byte for
// its compression and its masked checksum; at the end a footer of 48 bytes that says where the
// metaindex (which names the filter block) and the index are. Section 09.
#pragma once

#include <cstdint>
#include <string>

#include "store/coding.h"

namespace systemsim::store {

constexpr size_t kBlockTrailerBytes = 5;
constexpr size_t kFooterBytes = 48;
constexpr uint64_t kTableMagic = 0xdb4775248b80fb57;
constexpr const char* kFilterKey = "filter.leveldb.BuiltinBloomFilter2";

enum BlockCompression : uint8_t { kPlainBlock = 0, kSnappyBlock = 1 };  // zstd, 2, is not read

struct BlockHandle {
  uint64_t offset = 0;
  uint64_t size = 0;  // without the trailer
};

inline void put_handle(std::string& out, BlockHandle handle) {
  put_varint(out, handle.offset);
  put_varint(out, handle.size);
}
inline bool read_handle(Reader& in, BlockHandle& handle) {
  return in.varint64(handle.offset) && in.varint64(handle.size);
}

}  // namespace systemsim::store
