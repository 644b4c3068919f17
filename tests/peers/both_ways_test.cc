// Directories that one engine wrote, opened by the other: the same pairs, and those of a sorted
// map.
#include <leveldb/env.h>
#include <leveldb/filter_policy.h>
#include <leveldb/options.h>
#include <leveldb/table_builder.h>

#include "engine.h"
#include "lsm.h"
#include "store/bloom.h"
#include "store/table_builder.h"

namespace both_ways_test {

using namespace systemsim;
using store::CompactionPolicy;

namespace {

// What the workload leaves.
peer::Stream expected(uint64_t seed) {
  test::Pairs pairs;
  std::vector<peer::Step> batch;
  peer::run_workload(seed, [&](const peer::Step& step) {
    if (step.kind == peer::Step::put) pairs[step.key] = step.value;
    if (step.kind == peer::Step::erase) pairs.erase(step.key);
  });
  return {pairs.begin(), pairs.end()};
}

struct Counts {
  uint64_t directories = 0;
  uint64_t pairs = 0;
  uint64_t tables = 0;
};

uint64_t tables_in(const std::string& directory) {
  uint64_t tables = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    tables += file.path().extension() == ".ldb";
  }
  return tables;
}

// The writers take turns; then each of the readers must see what a map holds. The first sees the
// log as it was left, the next what that one has made of it.
void check_directory(uint64_t seed, const std::vector<peer::Engine*>& writers,
                     const std::vector<peer::Engine*>& readers, Counts& counts) {
  CAPTURE(seed);
  const test::TemporaryDirectory directory;
  REQUIRE(peer::carry_out(seed, directory.path, writers) == "");
  counts.tables += tables_in(directory.path);
  const peer::Stream pairs = expected(seed);
  for (peer::Engine* const reader : readers) {
    peer::Stream seen;
    REQUIRE(peer::read_all(*reader, directory.path, seen) == "");
    CHECK((seen == pairs));
  }
  ++counts.directories;
  counts.pairs += pairs.size();
}

void tell(const Counts& counts) {
  MESSAGE(counts.directories << " directories, " << counts.tables << " tables, " << counts.pairs
                             << " pairs");
  CHECK(counts.tables > counts.directories);
  CHECK(counts.pairs > 100 * counts.directories);
}

constexpr uint64_t kWorkloads = 200;

}  // namespace

TEST_CASE("what we write, libleveldb reads, with either way of compacting") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    const auto ours = peer::our_engine(policy);
    const auto theirs = peer::leveldb_engine({});
    Counts counts;
    for (uint64_t seed = 1; seed <= kWorkloads; ++seed) {
      check_directory(seed, {ours.get()}, {theirs.get(), ours.get()}, counts);
    }
    tell(counts);
  }
}

TEST_CASE("what libleveldb writes, we read, with Snappy and without") {
  for (const bool snappy : {false, true}) {
    const auto theirs = peer::leveldb_engine({.snappy = snappy});
    const auto ours = peer::our_engine(CompactionPolicy::leveled);
    Counts counts;
    for (uint64_t seed = 1; seed <= kWorkloads; ++seed) {
      check_directory(seed, {theirs.get()}, {ours.get(), theirs.get()}, counts);
    }
    tell(counts);
  }
}

TEST_CASE("a directory that changes hands at each opening loses nothing") {
  for (const auto policy : {CompactionPolicy::leveled, CompactionPolicy::size_tiered}) {
    const auto theirs = peer::leveldb_engine({.snappy = true});
    const auto ours = peer::our_engine(policy);
    Counts counts;
    for (uint64_t seed = 1001; seed <= 1000 + test::cases(40, 200); ++seed) {
      check_directory(seed, {ours.get(), theirs.get()}, {ours.get(), theirs.get()}, counts);
    }
    tell(counts);
  }
}

TEST_CASE("tables of random pairs are libleveldb's, byte for byte") {
  const test::TemporaryDirectory directory;
  const std::string name = directory.path + "/table";
  const std::unique_ptr<const leveldb::FilterPolicy> filter(leveldb::NewBloomFilterPolicy(10));
  uint64_t bytes = 0;
  for (uint64_t seed = 1; seed <= kWorkloads; ++seed) {
    test::Dice dice(seed);
    const bool bloom = dice.chance(0.5);
    leveldb::Options options;
    options.compression = leveldb::kNoCompression;
    options.block_size = 256U << dice.below(6);
    options.block_restart_interval = static_cast<int>(1 + dice.below(20));
    options.filter_policy = bloom ? filter.get() : nullptr;
    leveldb::WritableFile* opened = nullptr;
    REQUIRE(options.env->NewWritableFile(name, &opened).ok());
    const std::unique_ptr<leveldb::WritableFile> file(opened);
    leveldb::TableBuilder theirs(options, file.get());
    store::TableBuilder ours(
        {.block_bytes = static_cast<uint32_t>(options.block_size),
         .restart_interval = static_cast<uint32_t>(options.block_restart_interval),
         .bloom_bits = bloom ? 10U : 0U},
        store::KeyForm::plain);
    for (const auto& [key, value] : expected(seed)) {
      theirs.Add(key, value);
      ours.add(key, value);
    }
    REQUIRE(theirs.Finish().ok());
    REQUIRE(file->Close().ok());
    const std::string image = ours.finish();
    CHECK((image == test::read_file(name)));
    bytes += image.size();
  }
  MESSAGE(kWorkloads << " tables, " << bytes << " bytes");
}

TEST_CASE("Bloom filters are libleveldb's, byte for byte, at any number of bits a key") {
  uint64_t filters = 0;
  for (const int bits : {1, 2, 5, 8, 10, 12, 16, 20, 30, 50}) {
    const std::unique_ptr<const leveldb::FilterPolicy> policy(leveldb::NewBloomFilterPolicy(bits));
    test::Dice dice(static_cast<uint64_t>(bits));
    for (int round = 0; round < 60; ++round, ++filters) {
      std::vector<std::string> keys(dice.below(round < 30 ? 20 : 2000));
      std::vector<uint32_t> hashes;
      for (std::string& key : keys) {
        key = test::random_bytes(dice, dice.below(30));
        hashes.push_back(store::bloom_hash(key));
      }
      const std::vector<leveldb::Slice> slices(keys.begin(), keys.end());
      std::string theirs;
      policy->CreateFilter(slices.data(), static_cast<int>(slices.size()), &theirs);
      std::string ours;
      store::add_bloom_filter(hashes, static_cast<uint32_t>(bits), ours);
      CHECK((ours == theirs));
    }
  }
  MESSAGE(filters << " filters");
}

}  // namespace both_ways_test
