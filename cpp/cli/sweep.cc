// systemsim sweep GRID.json [--jobs N] [--shard i/n]
//
// One JSON line a cell (lab/sweep.h), in the grid's order however many threads work. Shards are
// contiguous: printed one after the other they are the whole grid. Nothing is printed unless every
// cell of the shard can be run.
#include "lab/sweep.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "cli/command.h"
#include "cli/progress.h"

namespace systemsim::cli {
namespace {

constexpr uint64_t kMaxJobs = 256;
constexpr uint64_t kMaxShards = 1'000'000;

// Cells from .. to-1.
struct Range {
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t size() const { return to - from; }
};

// Part i of n, "i/n" from 1/n to n/n.
Result<Range> shard_of(const std::string& text, uint64_t cells) {
  uint64_t part = 0;
  uint64_t parts = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, part);
  const bool slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto last = slash ? std::from_chars(first.ptr + 1, end, parts) : first;
  if (!slash || last.ec != std::errc() || last.ptr != end || part < 1 || part > parts ||
      parts > kMaxShards) {
    return bad_input("", "--shard: expected i/n, from 1/n to n/n with n at most " +
                             std::to_string(kMaxShards) + ", found \"" + text + "\"");
  }
  return Range{cells * (part - 1) / parts, cells * part / parts};
}

// Has several threads work on a range and hands what they make to one, in order. Of a piece of work
// that has not been handed on, nobody is further ahead than a window.
class InOrder {
 public:
  InOrder(Range range, uint64_t jobs) : range_(range), window_(jobs * kAhead), made_(window_) {
    next_ = handed_ = range.from;
    jobs_ = std::min(jobs, std::max<uint64_t>(range.size(), 1));
  }

  // make(cell) is called by several threads at once; take(cell, made) by this one alone, in order.
  // When take returns false the rest is left.
  void run(const std::function<std::string(uint64_t)>& make,
           const std::function<bool(uint64_t, const std::string&)>& take) {
    std::vector<std::thread> threads;
    for (uint64_t i = 0; i < jobs_; ++i) threads.emplace_back([&] { work(make); });
    std::unique_lock lock(mutex_);
    while (handed_ < range_.to) {
      Slot& slot = made_[handed_ % window_];
      changed_.wait(lock, [&] { return slot.full; });
      const std::string made = std::move(slot.text);
      slot = {};
      const uint64_t cell = handed_++;
      changed_.notify_all();
      lock.unlock();
      const bool more = take(cell, made);
      lock.lock();
      if (!more) range_.to = handed_;
    }
    changed_.notify_all();
    lock.unlock();
    for (std::thread& thread : threads) thread.join();
  }

 private:
  static constexpr uint64_t kAhead = 64;
  struct Slot {
    bool full = false;
    std::string text;
  };

  void work(const std::function<std::string(uint64_t)>& make) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return next_ >= range_.to || next_ < handed_ + window_; });
      if (next_ >= range_.to) return;
      const uint64_t cell = next_++;
      lock.unlock();
      std::string text = make(cell);
      lock.lock();
      made_[cell % window_] = {true, std::move(text)};
      changed_.notify_all();
    }
  }

  Range range_;
  uint64_t jobs_ = 1;
  uint64_t window_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Slot> made_;  // by cell, modulo the window
  uint64_t next_ = 0;       // to be worked on
  uint64_t handed_ = 0;     // to be handed on
};

// The first cell of the range that cannot be run.
std::optional<Error> first_refusal(const Sweep& sweep, Range range, uint64_t jobs) {
  // In blocks, since looking is much shorter than running.
  constexpr uint64_t kBlock = 256;
  const auto end_of = [&](uint64_t block) {
    return std::min(range.to, range.from + (block + 1) * kBlock);
  };
  std::optional<Error> error;
  InOrder(Range{0, (range.size() + kBlock - 1) / kBlock}, jobs)
      .run(
          [&](uint64_t block) {
            for (uint64_t cell = range.from + block * kBlock; cell < end_of(block); ++cell) {
              if (sweep.refusal(cell)) return std::to_string(cell);
            }
            return std::string();
          },
          [&](uint64_t block, const std::string& refused) {
            if (refused.empty()) return true;
            for (uint64_t cell = range.from + block * kBlock; !error; ++cell) {
              error = sweep.refusal(cell);
            }
            return false;
          });
  return error;
}

}  // namespace

int sweep(Arguments arguments) {
  auto jobs_option = arguments.number("--jobs", 1, kMaxJobs);
  if (!jobs_option) return complain(jobs_option.error());
  auto shard = arguments.option("--shard");
  if (!shard) return complain(shard.error());
  auto files = arguments.rest();
  if (!files) return complain(files.error());
  if (files.value().size() != 1) {
    return complain(
        bad_input("", "sweep: expected one grid file (or - for standard input), found " +
                          std::to_string(files.value().size())));
  }
  const std::string& path = files.value().front();
  auto text = read_input(path);
  if (!text) return complain(text.error(), path);
  auto json = parse_json(text.value());
  if (!json) return complain(json.error(), path);
  const auto read = Sweep::read(json.value());
  if (!read) return complain(read.error(), path);
  const Sweep& sweep = read.value();
  Result<Range> range =
      shard.value() ? shard_of(*shard.value(), sweep.cells()) : Range{0, sweep.cells()};
  if (!range) return complain(range.error());
  const uint64_t jobs = jobs_option.value().value_or(
      std::clamp<uint64_t>(std::thread::hardware_concurrency(), 1, kMaxJobs));

  if (const auto refused = first_refusal(sweep, range.value(), jobs)) {
    return complain(*refused, path);
  }
  // Of all shards the same cell says whether a measure leads somewhere.
  auto lost = sweep.refusal(0);
  if (!lost) lost = sweep.unmeasured(0);
  if (lost) return complain(*lost, path);

  bool written = true;
  {
    Progress progress;
    InOrder(range.value(), jobs)
        .run([&](uint64_t cell) { return sweep.line(cell); },
             [&](uint64_t cell, const std::string& line) {
               written = std::printf("%s\n", line.c_str()) > 0;
               progress.show(std::to_string(cell + 1 - range.value().from) + " of " +
                             std::to_string(range.value().size()) + " cells");
               return written;
             });
  }
  if (!written || std::fflush(stdout) != 0) {
    return complain({ErrorCode::internal, "writing the lines failed; is the disk full?", ""});
  }
  return kDone;
}

}  // namespace systemsim::cli
