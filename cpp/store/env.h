// What a database asks of the world: one directory of files, known by their names. Memory, POSIX
// and faults stand behind it (memory_env.h, posix_env.h, fault_env.h). Section 09.
//
// Files are only ever appended to, replaced as a whole, or removed. So what has been read stays
// true: read() gives a file's content as a shared, immutable view (a mapping, or memory that is
// never written again), and a block of a table is a piece of it that nobody copies. That is the
// fastest way to read, and it lets copies of a database share all that they have read, whatever
// becomes of the directory. For the same reason no call returns a handle: a database keeps names,
// is handed its Env with each call, and can be copied beside a copy of its disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace systemsim::store {

// The bytes of a file, and what keeps them alive.
struct FileBytes {
  std::shared_ptr<const void> owner;
  std::string_view bytes;
};

// A name holds no directory. Errors: not_found when there is no such file, io when the system
// refuses, limit when the disk is full.
class Env {
 public:
  Env() = default;
  virtual ~Env() = default;

  virtual Result<FileBytes> read(const std::string& name) = 0;
  // Makes a file of these bytes, in place of what bears the name. With `sync` they are safe on
  // return, and so is a table's name: a manifest that names it may reach the disk before it is
  // synced. Any other new name is only with the next sync() or rename() that says so.
  virtual Outcome write(const std::string& name, std::string bytes, bool sync) = 0;
  // Makes the file when there is none. After an error the file may hold a part of the bytes.
  virtual Outcome append(const std::string& name, std::string_view bytes) = 0;
  // On return all that was appended is safe; so are all names, when the file is a manifest, and the
  // file's own, when it is a log or a table.
  virtual Outcome sync(const std::string& name) = 0;
  // In place of what bears the name `to`, at one stroke. On return it is safe, as are all names.
  virtual Outcome rename(const std::string& from, const std::string& to) = 0;
  // Safe on return, but for a database's own files (file_name.h): one that comes back does no harm.
  virtual Outcome remove(const std::string& name) = 0;
  // Names in ascending order.
  virtual Result<std::vector<std::string>> list() = 0;
  // Keeps every other process, and every other Env of this one, out of the directory.
  virtual Outcome lock() = 0;
  virtual void unlock() = 0;

 protected:  // copied by those that are values, never through this class
  Env(const Env&) = default;
  Env& operator=(const Env&) = default;
};

}  // namespace systemsim::store
