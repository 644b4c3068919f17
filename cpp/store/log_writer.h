// Turns records into the bytes of a log (log_format.h). Holds no file: the caller appends what it
// gets to the log it has. A value. Section 09.
#pragma once

#include <string>
#include <string_view>

#include "store/log_format.h"

namespace systemsim::store {

class LogWriter {
 public:
  // Appends to `out` the bytes that follow in the log when `record` is written next. They go to the
  // file in one piece: a writer whose bytes did not all arrive is at an end.
  void add(std::string_view record, std::string& out);

  template <class Self, class Archive>
  static void visit(Self& self, Archive& archive) {
    archive(self.block_offset_);
  }

 private:
  uint32_t block_offset_ = 0;  // in the block that is being filled
};

}  // namespace systemsim::store
