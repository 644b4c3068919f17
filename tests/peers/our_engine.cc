#include <optional>

#include "engine.h"
#include "store/db.h"
#include "store/posix_env.h"

namespace peer {
namespace {

using namespace systemsim;
using namespace systemsim::store;

template <class T>
std::string wrong(const Result<T>& result) {
  return result.ok() ? "" : result.error().message;
}

class OurEngine final : public Engine {
 public:
  explicit OurEngine(CompactionPolicy policy) {
    // So that a workload makes many tables on several levels.
    options_.write_buffer_bytes = 64 << 10;
    options_.table_bytes = 64 << 10;
    options_.level1_bytes = 256 << 10;
    options_.policy = policy;
  }
  ~OurEngine() override { OurEngine::close(); }

  std::string open(const std::string& directory) override {
    env_ = std::make_unique<PosixEnv>(directory, false);
    call_.emplace(*env_);
    auto opened = Db::open(*call_, options_);
    if (!opened) return opened.error().message;
    db_ = std::move(opened).value();
    return "";
  }
  void add(const Step& step) override {
    if (step.kind == Step::put) {
      batch_.put(step.key, step.value);
    } else {
      batch_.erase(step.key);
    }
  }
  std::string commit() override {
    const Outcome done = db_->write(*call_, batch_);
    batch_.clear();
    return wrong(done);
  }
  std::string compact() override { return wrong(db_->compact(*call_)); }
  std::string read(Stream& pairs) override {
    auto cursor = db_->cursor(*call_);
    std::string value;
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      pairs.emplace_back(cursor.key(), cursor.value());
      const auto found = db_->get(*call_, cursor.key(), value);
      if (!found) return found.error().message;
      if (!found.value() || value != cursor.value()) return "a key that a walk shows is not found";
    }
    return cursor.error() == nullptr ? "" : cursor.error()->message;
  }
  void close() override {
    if (db_) db_->close(*call_);
    db_.reset();
    call_.reset();
    env_.reset();
  }

 private:
  Options options_;
  std::unique_ptr<PosixEnv> env_;
  std::optional<Call> call_;
  std::optional<Db> db_;
  WriteBatch batch_;
};

}  // namespace

std::unique_ptr<Engine> our_engine(CompactionPolicy policy) {
  return std::make_unique<OurEngine>(policy);
}

}  // namespace peer
