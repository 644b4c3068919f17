#include "db_report.h"

#include <algorithm>
#include <cstdio>

namespace systemsim::bench {
namespace {

bool every_bar_met = true;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

bool all_met() { return every_bar_met; }

std::unique_ptr<Engine> open_engine(size_t which, const std::string& directory) {
  return which == 0 ? open_ours(directory) : open_leveldb(directory);
}

void told(const std::string& what, double ratio, double bar) {
  const bool met = ratio <= bar;
  every_bar_met = every_bar_met && met;
  std::printf("%s leveldb %s: ratio %.2f, at most %.2f\n", met ? "ok  " : "FAIL", what.c_str(),
              ratio, bar);
  std::fflush(stdout);
}

double compared(const std::string& name, const std::vector<Pair>& rounds, const char* unit,
                double bar) {
  std::vector<double> ratios;
  std::array<std::vector<double>, kEngines> each;
  for (const Pair& round : rounds) {
    ratios.push_back(round[0] / round[1]);
    for (size_t which = 0; which < kEngines; ++which) each[which].push_back(round[which]);
  }
  const double ratio = median(ratios);
  char words[200];
  std::snprintf(words, sizeof words, "%s: ours %.3f %s, theirs %.3f %s (ratios %.2f to %.2f)",
                name.c_str(), median(each[0]), unit, median(each[1]), unit,
                *std::min_element(ratios.begin(), ratios.end()),
                *std::max_element(ratios.begin(), ratios.end()));
  told(words, ratio, bar);
  return ratio;
}

}  // namespace systemsim::bench
