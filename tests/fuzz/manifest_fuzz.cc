// Whatever the bytes: as a manifest they are refused, or lead to a database that can be used. With
// right checksums, beside the tables and the log of a small database, whose own manifest is the
// first seed; behind a byte 0xff they are the content of CURRENT.
#include "directory.h"
#include "store/log_reader.h"
#include "store/version_edit.h"

using namespace fuzz;

namespace {

// Tables on three levels, and a log.
const MemoryEnv& small_database() {
  static const MemoryEnv disk = [] {
    MemoryEnv env;
    Call call(env);
    auto opened = Db::open(call, small_options());
    must(opened.ok(), "a database can be made");
    Db& db = opened.value();
    for (const char* const value : {"one", "two", "three"}) {
      for (const char* const key : {"a", "b", "c"}) must(db.put(call, key, value).ok(), "put");
      must(db.erase(call, "b").ok() && db.flush(call).ok(), "flush");
    }
    must(db.put(call, "d", "four").ok(), "put");
    db.close(call);
    return env;
  }();
  return disk;
}

std::string current_manifest(MemoryEnv& disk) {
  std::string name(disk.read(kCurrentName).value().bytes);
  name.pop_back();
  return name;
}

// What is read of an edit is what is written of it.
void check_edits(std::string_view manifest) {
  LogReader reader(manifest);
  while (const auto record = reader.next()) {
    VersionEdit edit;
    if (decode(*record, edit) != nullptr) continue;
    const std::string encoded = edit.encode();
    VersionEdit back;
    must(decode(encoded, back) == nullptr, "an edit that is written is read");
    must(back.encode() == encoded, "and is the same");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  MemoryEnv disk = small_database();
  const bool current = text.starts_with('\xff');
  const std::string name = current ? kCurrentName : current_manifest(disk);
  const std::string bytes = current ? std::string(text.substr(1)) : mended_log(text);
  check_edits(bytes);
  must(disk.write(name, bytes, true).ok(), "a disk in memory takes it");
  use_directory_each_way(disk, false);
  return 0;
}
