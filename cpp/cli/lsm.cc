// systemsim lsm torn-log [--records F] [--cut BYTES | --flip BYTE [--bit 0..7]] [--each-byte]
//                        [--archive]
// systemsim lsm lookups [--keys N] [--value-bytes B] [--seed S] [--reads N] [--bloom-bits B]
//                       [--show I] [--each-bits]
// systemsim lsm deletions [--keys N] [--value-bytes B] [--seed S] [--moments N]
//                         [--archive filled|deleted|compacted]
//
// What a store does, seen from inside. The options are the fields of the jobs, which also check
// them. F holds what the job has in "records".
#include <algorithm>
#include <cstdio>
#include <utility>

#include "cli/command.h"
#include "cli/option_json.h"
#include "lab/deletions.h"
#include "lab/lookups.h"
#include "lab/torn_log.h"

namespace systemsim::cli {
namespace {

struct LsmOption {
  const char* option;
  const char* field;
  Json (*to_json)(const std::string&);  // nullptr: a flag
};

// The job's fields from the options; the error where one cannot be read, or a word is left over.
Result<Json> lsm_job(Arguments& arguments, const std::vector<LsmOption>& options) {
  Json job;
  job.type = Json::Type::object;
  for (const LsmOption& option : options) {
    if (option.to_json == nullptr) {
      if (arguments.flag(option.option)) job.members.push_back({option.field, bool_json(true)});
      continue;
    }
    auto text = arguments.option(option.option);
    if (!text) return text.error();
    if (text.value()) job.members.push_back({option.field, option.to_json(*text.value())});
  }
  auto rest = arguments.rest();
  if (!rest) return rest.error();
  if (!rest.value().empty()) {
    return bad_input("", "lsm: did not expect \"" + rest.value().front() + "\"");
  }
  return job;
}

template <class Work>
int lsm_report(const Json& job) {
  auto read = Work::read(job);
  if (!read) return complain(about_option(read.error()));
  Work work = std::move(read).value();
  while (!work.finished()) work.advance(UINT64_MAX);
  std::printf("%s\n", work.result().c_str());
  return kDone;
}

int torn_log(Arguments arguments) {
  auto file = arguments.option("--records");
  if (!file) return complain(file.error());
  auto bit = arguments.option("--bit");
  if (!bit) return complain(bit.error());
  auto job = lsm_job(arguments, {{"--cut", "cut", number_json},
                                 {"--flip", "flip", number_json},
                                 {"--each-byte", "each_byte", nullptr},
                                 {"--archive", "archive", nullptr}});
  if (!job) return complain(job.error());
  const auto flip = std::find_if(job.value().members.begin(), job.value().members.end(),
                                 [](const Json::Member& one) { return one.name == "flip"; });
  if (flip == job.value().members.end()) {
    if (bit.value()) return complain(bad_input("", "--bit: belongs to --flip, which is missing"));
  } else {
    Json place;
    place.type = Json::Type::object;
    place.members.push_back({"byte", flip->value});
    if (bit.value()) place.members.push_back({"bit", number_json(*bit.value())});
    flip->value = std::move(place);
  }
  if (file.value()) {
    auto text = read_input(*file.value());
    if (!text) return complain(text.error(), *file.value());
    auto parsed = parse_json(text.value());
    if (!parsed) return complain(parsed.error(), *file.value());
    job.value().members.push_back({"records", std::move(parsed).value()});
  }
  return lsm_report<TornLog>(job.value());
}

int lookups(Arguments arguments) {
  auto job = lsm_job(arguments, {{"--keys", "keys", number_json},
                                 {"--value-bytes", "value_bytes", number_json},
                                 {"--seed", "seed", number_json},
                                 {"--reads", "reads", number_json},
                                 {"--bloom-bits", "bloom_bits", number_json},
                                 {"--show", "show", number_json},
                                 {"--each-bits", "each_bits", nullptr}});
  return job ? lsm_report<Lookups>(job.value()) : complain(job.error());
}

int deletions(Arguments arguments) {
  auto job = lsm_job(arguments, {{"--keys", "keys", number_json},
                                 {"--value-bytes", "value_bytes", number_json},
                                 {"--seed", "seed", number_json},
                                 {"--moments", "moments", number_json},
                                 {"--archive", "archive", text_json}});
  return job ? lsm_report<Deletions>(job.value()) : complain(job.error());
}

}  // namespace

int lsm(Arguments arguments, const std::string& what) {
  if (what == "torn-log") return torn_log(std::move(arguments));
  if (what == "lookups") return lookups(std::move(arguments));
  if (what == "deletions") return deletions(std::move(arguments));
  return complain(
      bad_input("", "lsm: expected torn-log, lookups or deletions, found \"" + what + "\""));
}

}  // namespace systemsim::cli
