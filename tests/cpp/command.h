// The `systemsim` command, as a stranger's script would use it.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>

namespace systemsim::test {

struct Ran {
  int exit = 0;
  std::string out;
};

// Standard error is folded in, so that complaints can be read.
inline Ran systemsim_command(const std::string& arguments) {
  Ran ran;
  const std::string line = std::string("'") + SYSTEMSIM_COMMAND + "' " + arguments + " 2>&1";
  std::FILE* pipe = popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer;
  while (const size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    ran.out.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  ran.exit = status / 256;
  return ran;
}

}  // namespace systemsim::test
