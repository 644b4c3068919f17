// systemsim merkle --keys N --diff D [--spread|--clustered] [--kinds
// missing,stale,deleted,concurrent]
//                  [--method tree|cassandra|riak|range|hashes|all] [--fanout F]
//                  [--depth D | --leaf-keys K] [--hash 64|128|sha256] [--levels-per-round L]
//                  [--batch H] [--id-bytes B] [--value-bytes B] [--versions lww|dotted]
//                  [--rtt-ms X] [--mbps Y] [--seed N]
//
// The options are the fields of the job (lab/merkle_job.h), which also checks them.
#include <cstdio>
#include <string_view>
#include <utility>

#include "cli/command.h"
#include "cli/option_json.h"
#include "lab/merkle_job.h"

namespace systemsim::cli {
namespace {

// A complaint about the field that an option of another name fills.
Error about_merkle_option(Error error) {
  if (error.path == "/differ") error.path = "/diff";
  if (error.path == "/fan_out") error.path = "/fanout";
  return about_option(std::move(error));
}

}  // namespace

int merkle(Arguments arguments) {
  auto taken = take_options(arguments, {{"--keys", "keys", number_json},
                                        {"--diff", "differ", number_json},
                                        {"--kinds", "kinds", texts_json},
                                        {"--method", "method", text_json},
                                        {"--fanout", "fan_out", number_json},
                                        {"--depth", "depth", number_json},
                                        {"--leaf-keys", "leaf_keys", number_json},
                                        {"--hash", "hash", text_json},
                                        {"--levels-per-round", "levels_per_round", number_json},
                                        {"--batch", "batch", number_json},
                                        {"--id-bytes", "id_bytes", number_json},
                                        {"--value-bytes", "value_bytes", number_json},
                                        {"--versions", "versions", text_json},
                                        {"--rtt-ms", "rtt_ms", number_json},
                                        {"--mbps", "mbps", number_json},
                                        {"--seed", "seed", number_json}});
  if (!taken) return complain(taken.error());
  Json job = std::move(taken).value();
  const bool spread = arguments.flag("--spread");
  if (arguments.flag("--clustered")) {
    if (spread)
      return complain(bad_input("", "merkle: expected --spread or --clustered, not both"));
    job.members.push_back({"clustered", bool_json(true)});
  }
  const Outcome ended = take_no_more(arguments, "merkle");
  if (!ended) return complain(ended.error());
  auto read = MerkleJob::read(job);
  if (!read) return complain(about_merkle_option(read.error()));
  MerkleJob run = std::move(read).value();
  run.advance(1);
  std::printf("%s\n", run.result().c_str());
  return run.right() ? kDone : kNo;
}

}  // namespace systemsim::cli
