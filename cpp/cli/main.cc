// The `systemsim` command: the engine without a page. Its words and exit codes are a contract.
#include <cstdio>
#include <string>
#include <vector>

#include "cli/command.h"

namespace {

constexpr const char* kUsage =
    "usage: systemsim COMMAND ...\n"
    "  run SCENARIO.json [--seed N] [--until MS] [--trace F] [--trace-text F]\n"
    "        [--shiviz F] [--history F] [--history-format knossos|porcupine-kv|json] "
    "[--history-key K]\n"
    "        [--export-node B DIR]         runs a scenario, prints its summary and trace hash\n"
    "  check HISTORY... [--model register|cas-register|kv] [--format edn|jepsen-log|json]\n"
    "        [--initial V] [--states N]    whether a recorded history is linearizable, and what "
    "breaks\n"
    "  token [--hex] KEY...                the Cassandra Murmur3 token of each key\n"
    "  ring [--nodes N] [--vnodes V] [--n N] [--seed N] [--racks R] [--data-centres D]\n"
    "       [--weights 1,1,2] [--allow-same-machine] [--skip-same-rack] [--dead K]\n"
    "                                      how evenly a hash ring spreads keys, what a join "
    "moves,\n"
    "                                      what is lost when K machines die\n"
    "  db DIR put K V | get K | delete K | scan [FROM [TO]] | fill N [--seed S] | compact | verify "
    "| "
    "stats\n"
    "        [--hex] [--inline] [--sync] [--policy leveled|size-tiered] [--bloom-bits B]\n"
    "        [--write-buffer BYTES] [--salvage]\n"
    "                                      a directory that LevelDB opens\n"
    "  lsm torn-log [--records F] [--cut BYTES | --flip BYTE [--bit B]] [--each-byte] [--archive]\n"
    "  lsm lookups [--keys N] [--value-bytes B] [--seed S] [--reads N] [--bloom-bits B] [--show I] "
    "[--each-bits]\n"
    "  lsm deletions [--keys N] [--value-bytes B] [--seed S] [--moments N]\n"
    "        [--archive filled|deleted|compacted]\n"
    "                                      a store from inside: its log damaged, reads that find "
    "and that\n"
    "                                      do not, every key deleted\n"
    "  search SCENARIO.json --broken PROMISE [--seeds A..B]\n"
    "                                      looks for luck that breaks a promise\n"
    "  shrink SCENARIO.json [--broken PROMISE]\n"
    "                                      the smallest run that still breaks it\n"
    "  compare A.json B.json [--seed N]    two runs side by side: what was set, what came of it, "
    "whose luck\n"
    "  sweep GRID.json [--jobs N] [--shard i/n]\n"
    "                                      runs a grid of scenarios, one line a cell\n"
    "  claims [--content DIR] [--seed-offset N] [ID...]\n"
    "                                      runs the chapter's sentences with numbers\n"
    "  questions [--content DIR] [ID...]   proves the chapter's wrong answers wrong\n"
    "  grade FILE [--content DIR]          judges exported runs (one JSON a line) by their "
    "challenge\n"
    "  pbs --profile lnkd-ssd|lnkd-disk|ymmr|wan | --custom F [--n N] [--r R] [--w W]\n"
    "      [--times 0,1,10] [--method wars|engine|first-passage] [--alpha A] [--trials N] [--seed "
    "N]\n"
    "                                      how fresh reads of partial quorums are\n"
    "  tiers [--memory S] [--traffic zipf|even] [--exponent E] [--keys N] [--value-bytes B]\n"
    "        [--reads S] [--eviction lru|clock] [--disk ssd|hdd|none] [--no-log] [--sync-every N]\n"
    "        [--compress] [--warm-up N] [--operations N] [--crash-at K] [--seed N]\n"
    "                                      one machine whose memory holds a part of the values\n"
    "  merkle [--keys N] [--diff D] [--spread|--clustered] [--kinds "
    "missing,stale,deleted,concurrent]\n"
    "        [--method tree|cassandra|riak|range|hashes|all] [--fanout F] [--depth D | --leaf-keys "
    "K]\n"
    "        [--hash 64|128|sha256] [--levels-per-round L] [--batch H] [--id-bytes B] "
    "[--value-bytes B]\n"
    "        [--versions lww|dotted] [--rtt-ms X] [--mbps Y] [--seed N]\n"
    "                                      two replicas that differ, made equal, and what it cost\n"
    "exit: 0 done, 1 no, 2 bad input, 3 undecided, 4 internal or I/O\n";

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) {
    std::fputs(kUsage, stderr);
    return systemsim::cli::kBadInput;
  }
  const std::string command = words.front();
  words.erase(words.begin());
  if (command == "--help" || command == "-h" || command == "help") {
    std::fputs(kUsage, stdout);
    return systemsim::cli::kDone;
  }
  std::string what;
  if (command == "lsm" && !words.empty()) {
    what = words.front();
    words.erase(words.begin());
  }
  systemsim::cli::Arguments arguments(std::move(words));
  if (command == "run") return systemsim::cli::run(std::move(arguments));
  if (command == "check") return systemsim::cli::check(std::move(arguments));
  if (command == "token") return systemsim::cli::token(std::move(arguments));
  if (command == "ring") return systemsim::cli::ring(std::move(arguments));
  if (command == "search") return systemsim::cli::search(std::move(arguments));
  if (command == "shrink") return systemsim::cli::shrink(std::move(arguments));
  if (command == "compare") return systemsim::cli::compare(std::move(arguments));
  if (command == "sweep") return systemsim::cli::sweep(std::move(arguments));
  if (command == "claims") return systemsim::cli::claims(std::move(arguments));
  if (command == "questions") return systemsim::cli::questions(std::move(arguments));
  if (command == "db") return systemsim::cli::db(std::move(arguments));
  if (command == "lsm") return systemsim::cli::lsm(std::move(arguments), what);
  if (command == "grade") return systemsim::cli::grade(std::move(arguments));
  if (command == "tiers") return systemsim::cli::tiers(std::move(arguments));
  if (command == "merkle") return systemsim::cli::merkle(std::move(arguments));
  if (command == "pbs") return systemsim::cli::pbs(std::move(arguments));
  std::fprintf(stderr, "systemsim: unknown command \"%s\"\n%s", command.c_str(), kUsage);
  return systemsim::cli::kBadInput;
}
