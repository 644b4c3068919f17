// One key of many changes in a Merkle tree, and the root follows: what a machine does with every
// write. A WebAssembly module in the code that the site's has; wasm-merkle.mjs times it.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/mix.h"
#include "cluster/merkle.h"
#include "cluster/token_range.h"

using namespace systemsim;

namespace {

constexpr auto kHash = MerkleHashKind::fast64;
constexpr uint32_t kFanOut = 16;  // as the lab has it
constexpr uint32_t kLeafKeys = 1;
constexpr int kKeyBytes = 32;
constexpr size_t kValueBytes = 16;

std::optional<MerkleTree> tree;
uint32_t keys = 0;
std::string versions;  // of each key, how often it has changed

std::string key_of(uint32_t index) {
  std::string key;
  for (uint64_t word = 0; word < kKeyBytes / 8; ++word) {
    const uint64_t bytes = mix64(uint64_t{index} << 3 | word);
    for (int i = 0; i < 8; ++i) key += static_cast<char>(bytes >> (8 * i));
  }
  return key;
}

MerkleHash entry_of(const std::string& key, uint32_t index) {
  std::string content = std::to_string(index) + "/" + std::to_string(int{versions[index]});
  content.resize(kValueBytes, '.');
  return hash_entry(kHash, key, content);
}

MerkleTree built() {
  MerkleShape shape;
  shape.hash = kHash;
  shape.fan_out = kFanOut;
  shape.depth = 0;
  shape.depth = shape.depth_for(keys, kLeafKeys);
  MerkleTree one(shape);
  for (uint32_t index = 0; index < keys; ++index) {
    const std::string key = key_of(index);
    one.add(token_of(key), entry_of(key, index));
  }
  (void)one.update();
  return one;
}

}  // namespace

// Makes a tree of so many keys; returns its depth.
extern "C" EMSCRIPTEN_KEEPALIVE uint32_t build(uint32_t count) {
  keys = count;
  versions.assign(keys, 0);
  tree = built();
  return tree->shape().depth;
}

// Changes a key: what it was is taken away, what it is added, and the root made current. Returns
// how many inner nodes were hashed for it.
extern "C" EMSCRIPTEN_KEEPALIVE uint32_t change(uint32_t index) {
  const std::string key = key_of(index);
  const Token token = token_of(key);
  tree->remove(token, entry_of(key, index));
  ++versions[index];
  tree->add(token, entry_of(key, index));
  const uint32_t hashed = tree->update();
  if (!tree->current()) std::abort();
  return hashed;
}

// Whether the root is that of a tree that is built anew.
extern "C" EMSCRIPTEN_KEEPALIVE bool holds() { return built().root() == tree->root(); }
