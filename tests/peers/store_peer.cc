// This repository's engine at a random workload, for a peer that is no library of C++.
//
//   store_peer DIR SEED [--size-tiered]     writes the directory; read it with `systemsim db DIR
//   scan`
#include <cstdio>
#include <cstring>

#include "engine.h"

int main(int argc, char** argv) {
  using systemsim::store::CompactionPolicy;
  const bool size_tiered = argc == 4 && std::strcmp(argv[3], "--size-tiered") == 0;
  if (argc != 3 && !size_tiered) {
    std::fprintf(stderr, "usage: store_peer DIR SEED [--size-tiered]\n");
    return 2;
  }
  const auto engine =
      peer::our_engine(size_tiered ? CompactionPolicy::size_tiered : CompactionPolicy::leveled);
  const std::string wrong = peer::carry_out(std::stoull(argv[2]), argv[1], {engine.get()});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "store_peer: %s\n", wrong.c_str());
  return 4;
}
