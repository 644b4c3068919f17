// systemsim search SCENARIO.json --broken PROMISE [--seeds A..B]
//
// Exit: 0 a run was found that breaks the promise, 1 none was.
#include "lab/search.h"

#include <charconv>
#include <cstdio>

#include "cli/command.h"
#include "cli/progress.h"

namespace systemsim::cli {
namespace {

struct Seeds {
  uint64_t from = 1;
  uint64_t to = Search::kDefaultSeeds;
};

// "A..B", both included.
Result<Seeds> seeds_of(const std::string& text) {
  Seeds seeds;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, seeds.from);
  const bool dots =
      first.ec == std::errc() && end - first.ptr > 2 && first.ptr[0] == '.' && first.ptr[1] == '.';
  const auto last = dots ? std::from_chars(first.ptr + 2, end, seeds.to) : first;
  if (!dots || last.ec != std::errc() || last.ptr != end || seeds.from > seeds.to ||
      seeds.to > Limits::kMaxInteger || seeds.to - seeds.from >= Search::kMaxSeeds) {
    return bad_input("",
                     "--seeds: expected A..B, two whole numbers of which the second is not "
                     "less, at most " +
                         std::to_string(Search::kMaxSeeds) + " seeds, found \"" + text + "\"");
  }
  return seeds;
}

}  // namespace

int search(Arguments arguments) {
  auto name = arguments.option("--broken");
  if (!name) return complain(name.error());
  auto range = arguments.option("--seeds");
  if (!range) return complain(range.error());
  auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().size() != 1) {
    return complain(
        bad_input("", "search: expected one scenario file (or - for standard input), found " +
                          std::to_string(files.value().size())));
  }
  const auto promise = promise_named(name.value());
  if (!promise) return complain(promise.error(), "--broken");
  Result<Seeds> seeds = range.value() ? seeds_of(*range.value()) : Seeds();
  if (!seeds) return complain(seeds.error());
  const std::string& path = files.value().front();
  auto text = read_input(path);
  if (!text) return complain(text.error(), path);
  auto scenario = parse_scenario(text.value());
  if (!scenario) return complain(scenario.error(), path);

  Search search(std::move(scenario).value(), promise.value(), seeds.value().from, seeds.value().to);
  {
    Progress progress;
    while (!search.finished()) {
      search.advance(Progress::kUnits);
      progress.show(std::to_string(search.done()) + " of " + std::to_string(search.total()) +
                    " seeds");
    }
  }
  std::printf("%s\n", search.report().c_str());
  if (search.found()) return kDone;
  // A run that was too hard to judge may be one.
  return search.undecided() > 0 ? kUndecided : kNo;
}

}  // namespace systemsim::cli
