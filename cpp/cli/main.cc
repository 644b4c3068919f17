// The `systemsim` command: the engine without a page. Its words and exit codes are a contract.
#include <cstdio>
#include <string>
#include <vector>

#include "cli/command.h"

namespace {

constexpr const char* kUsage =
    "usage: systemsim COMMAND ...\n"
    "  run SCENARIO.json [--seed N] [--until MS] [--trace F] [--trace-text F]\n"
    "                                      runs a scenario, prints its summary and trace hash\n"
    "  token [--hex] KEY...                the Cassandra Murmur3 token of each key\n"
    "  ring [--nodes N] [--vnodes V] [--n N] [--seed N]\n"
    "                                      how evenly a hash ring spreads keys, what a join moves\n"
    "  pbs --profile lnkd-ssd|lnkd-disk|ymmr|wan | --custom F [--n N] [--r R] [--w W]\n"
    "      [--times 0,1,10] [--method wars|first-passage] [--alpha A] [--trials N] [--seed N]\n"
    "                                      how fresh reads of partial quorums are\n"
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
  systemsim::cli::Arguments arguments(std::move(words));
  if (command == "run") return systemsim::cli::run(std::move(arguments));
  if (command == "token") return systemsim::cli::token(std::move(arguments));
  if (command == "ring") return systemsim::cli::ring(std::move(arguments));
  if (command == "pbs") return systemsim::cli::pbs(std::move(arguments));
  std::fprintf(stderr, "systemsim: unknown command \"%s\"\n%s", command.c_str(), kUsage);
  return systemsim::cli::kBadInput;
}
