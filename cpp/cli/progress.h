// How far long work is, as one line on standard error that is written over; nothing at all when
// that is no terminal, so that scripts see diagnostics alone.
#pragma once

#include <string>

namespace systemsim::cli {

class Progress {
 public:
  // Of a job, between two lines.
  static constexpr uint64_t kUnits = 4096;

  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& line);

 private:
  bool terminal_ = false;
  bool shown_ = false;
};

}  // namespace systemsim::cli
