#include "lab/check_job.h"

#include <utility>

#include "lab/json_writer.h"

namespace systemsim {

Result<CheckJob> CheckJob::read(const Json& job) {
  std::optional<Error> error;
  Fields fields(job, "", error);
  (void)fields.take("job");
  CheckJob made;
  std::string text;
  fields.text("history", text, HistoryLimits::kTextBytes);
  uint32_t choice = 0;
  if (fields.take("format") != nullptr) {
    fields.choice("format", choice, {"edn", "jepsen-log", "json"});
    made.options_.format = static_cast<HistoryFormat>(choice);
  }
  if (fields.take("model") != nullptr) {
    fields.choice("model", choice, {"register", "cas-register", "kv"});
    made.options_.history.model = static_cast<Model>(choice);
  }
  if (fields.take("initial") != nullptr) {
    std::string initial;
    fields.text("initial", initial, 1000);
    if (const auto read = read_initial(initial); !read) {
      fields.fail(bad_input("/initial", read.error().message));
    }
    made.options_.history.initial = initial;
  }
  fields.integer("states", made.options_.states, uint64_t{1}, kMaxStates);
  fields.finish();
  if (error) return *error;
  auto unchecked = read_for_check(text, made.options_);
  if (!unchecked) {
    return Error{unchecked.error().code, unchecked.error().message,
                 "/history" + unchecked.error().path};
  }
  made.unchecked_ = std::move(unchecked).value();
  return made;
}

void CheckJob::advance(uint64_t budget) {
  if (budget > 0 && !result_) result_ = judge_history(unchecked_, options_).json;
}

std::string CheckJob::json(uint32_t job) const {
  JsonWriter writer;
  begin_job(writer, job, done(), total(), result_.has_value()).key("result");
  result_ ? writer.json(*result_) : writer.null();
  return writer.end_object().take();
}

}  // namespace systemsim
