// An observer that puts an operation's beginning and end together and has each read judged. Those
// who count, log or try experiments build on it.
#pragma once

#include <vector>

#include "check/staleness.h"
#include "sim/observer.h"
#include "sim/setup.h"

namespace systemsim {

class JudgingObserver : public Observer {
 public:
  // `setup`: of the run that is watched; its initial records count as acknowledged writes.
  explicit JudgingObserver(const Setup& setup) {
    for (const InitialRecord& record : setup.records) judge_.initial(record.key);
  }
  void on_begin(const Operation& operation) final;
  void on_end(const Operation& operation) final;

 protected:
  virtual void began(const Operation& operation) = 0;
  // `operation` is whole now; the verdict speaks of an answered read.
  virtual void ended(const Operation& operation, const StalenessJudge::Verdict& verdict) = 0;
  size_t open_operations() const { return open_.size(); }

 private:
  StalenessJudge judge_;
  std::vector<Operation> open_;
};

}  // namespace systemsim
