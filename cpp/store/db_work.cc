// What a database does besides answering: flushes, compactions, and the manifest that records them.
#include "store/db.h"
#include "store/file_name.h"

namespace systemsim::store {

Outcome Db::make_room(Call& call) {
  // Also what an earlier call left undone.
  if (immutable_ == nullptr && memtable_full()) {
    Outcome switched = switch_memtable(call);
    if (!switched) return switched;
  }
  if (!options_.compact_inline) return Done{};
  while (const auto work = due()) {
    Outcome done = run(call, *work);
    if (!done) return done;
  }
  return Done{};
}

Outcome Db::switch_memtable(Call& call) {
  const uint64_t number = new_file_number();
  const std::string name = log_name(number);
  Outcome made = call.env.write(name, {}, false);
  if (!made) return made;
  old_log_number_ = log_number_;
  old_log_safe_ = log_safe_;
  log_safe_ = true;
  log_number_ = number;
  log_name_ = name;
  log_ = {};
  log_broken_ = false;
  immutable_ = std::move(memtable_);
  memtable_ = empty_memtable();
  return Done{};
}

std::optional<Work> Db::due(const std::optional<VainSearch>& wanted) const {
  Work work{.flush = immutable_, .compaction = {}, .version = version_, .oldest = oldest_reader()};
  if (immutable_ != nullptr) return work;
  work.compaction = pick_compaction(*version_, options_, pointers_);
  if (!work.compaction && wanted) work.compaction = pick_table(*version_, options_, *wanted);
  if (!work.compaction) return std::nullopt;
  return work;
}

Outcome Db::run(Call& call, const Work& work) {
  if (work.flush != nullptr) {
    FilePtr table;
    if (work.flush->entries() > 0) {
      call.tell({.kind = StoreEvent::flush_begin, .bytes = work.flush->size_bytes()});
      MemtableCursor cursor(work.flush);
      cursor.seek_first();
      auto image = build_table(cursor, options_.table, work.flush->size_bytes());
      if (!image) return image.error();
      auto written = write_table(call, new_file_number(), std::move(image).value());
      if (!written) return written.error();
      table = std::move(written).value();
    }
    return install_flush(call, table, std::nullopt);
  }

  const Compaction& compaction = *work.compaction;
  Files outputs;
  if (!compaction.move) {
    uint64_t bytes = 0;
    for (const Files& files : compaction.inputs) {
      bytes += total_bytes(files);
      call.background.seeks += static_cast<uint32_t>(files.size());  // each is read from end to end
    }
    call.background.bytes_read += bytes;
    counters_.compaction_read_bytes += bytes;
    call.tell({.kind = StoreEvent::compaction_begin,
               .level = static_cast<uint8_t>(compaction.output_level),
               .bytes = bytes});
    Reading reading;
    CompactionRun tables(compaction, *work.version, work.oldest, options_, reading);
    TableImage image;
    Outcome failed = Done{};
    while (failed) {
      auto more = tables.next(image);
      if (more && !more.value()) break;
      auto written = more ? write_table(call, new_file_number(), std::move(image))
                          : Result<FilePtr>(more.error());
      if (!written) {
        failed = written.error();
        break;
      }
      outputs.push_back(std::move(written).value());
      call.tell({.kind = StoreEvent::compaction_output,
                 .level = static_cast<uint8_t>(compaction.output_level),
                 .file = outputs.back()->number,
                 .bytes = outputs.back()->size_bytes});
    }
    if (!failed) {
      for (const FilePtr& file : outputs) remove_file(call, table_name(file->number), file->number);
      return failed;
    }
  }
  return install_compaction(call, compaction, outputs);
}

Result<FilePtr> Db::write_table(Call& call, uint64_t number, TableImage image) {
  const std::string name = table_name(number);
  auto file = std::make_shared<TableFile>();
  file->number = number;
  file->size_bytes = image.taken_bytes + image.bytes.size();
  file->smallest = std::move(image.smallest);
  file->largest = std::move(image.largest);
  Outcome written = Done{};
  if (image.taken_bytes == 0) {
    written = call.env.write(name, std::move(image.bytes), true);
  } else {
    written = call.env.append(name, image.bytes);
    if (written) written = call.env.sync(name);
  }
  auto bytes = written ? call.env.read(name) : Result<FileBytes>(written.error());
  auto table = bytes ? Table::open(std::move(bytes).value(), name, number, KeyForm::internal)
                     : Result<std::shared_ptr<const Table>>(bytes.error());
  if (!table) {
    (void)call.env.remove(name);
    return table.error();
  }
  call.background.bytes_written += file->size_bytes;
  ++call.background.syncs;
  file->table = std::move(table).value();
  return FilePtr(std::move(file));
}

Outcome Db::install_flush(Call& call, const FilePtr& table, std::optional<uint32_t> to_level) {
  VersionEdit edit;
  edit.log_number = log_number_;  // older ones are not needed any more
  edit.previous_log_number = 0;
  Files added;
  uint32_t level = 0;
  if (table != nullptr) {
    level = to_level ? *to_level
                     : flush_level(*version_, options_, user_key(table->smallest),
                                   user_key(table->largest));
    edit.added.push_back(
        {level, table->number, table->size_bytes, table->smallest, table->largest});
    added.push_back(table);
  }
  Outcome committed = commit(call, std::move(edit), added);
  if (!committed) {
    if (table != nullptr && !manifest_broken_) {
      remove_file(call, table_name(table->number), table->number);
    }
    return committed;
  }
  if (table != nullptr) {
    ++counters_.flushes;
    counters_.flushed_bytes += table->size_bytes;
    call.tell({.kind = StoreEvent::flush_end,
               .level = static_cast<uint8_t>(level),
               .file = table->number,
               .bytes = table->size_bytes});
  }
  immutable_ = nullptr;
  remove_file(call, log_name(old_log_number_), old_log_number_);
  return committed;
}

Outcome Db::install_compaction(Call& call, const Compaction& compaction, const Files& outputs) {
  VersionEdit edit;
  Files added = outputs;
  if (!compaction.pointer.empty()) {
    edit.compact_pointers.emplace_back(compaction.level, compaction.pointer);
  }
  for (uint32_t level = 0; level < kLevels; ++level) {
    for (const FilePtr& file : compaction.inputs[level]) {
      edit.removed.emplace_back(level, file->number);
      if (compaction.move) added.push_back(file);
    }
  }
  for (const FilePtr& file : added) {
    edit.added.push_back(
        {compaction.output_level, file->number, file->size_bytes, file->smallest, file->largest});
  }
  Outcome committed = commit(call, std::move(edit), added);
  if (!committed) return committed;
  if (compaction.move) {
    ++counters_.moves;
    call.tell({.kind = StoreEvent::move,
               .level = static_cast<uint8_t>(compaction.output_level),
               .file = added[0]->number});
    return committed;
  }
  const uint64_t bytes = total_bytes(outputs);
  ++counters_.compactions;
  counters_.compaction_written_bytes += bytes;
  call.tell({.kind = StoreEvent::compaction_end,
             .level = static_cast<uint8_t>(compaction.output_level),
             .bytes = bytes});
  for (const Files& files : compaction.inputs) {
    for (const FilePtr& file : files) {
      remove_file(call, file->table != nullptr ? file->table->name() : table_name(file->number),
                  file->number);
    }
  }
  return committed;
}

void Db::remove_file(Call& call, const std::string& name, uint64_t number) const {
  // What stays although nobody needs it is removed when the database is opened next.
  (void)call.env.remove(name);
  call.tell({.kind = StoreEvent::remove, .file = number});
}

Outcome Db::commit(Call& call, VersionEdit edit, const Files& added) {
  edit.next_file_number = next_file_number_;
  edit.last_sequence = last_sequence_;
  auto next = std::make_shared<Version>(*version_);
  if (const char* const wrong = apply(*next, edit, added)) {
    return Error{ErrorCode::internal, std::string("an edit leads to no version: ") + wrong, ""};
  }
  CompactPointers pointers = pointers_;
  for (const auto& [level, key] : edit.compact_pointers) pointers_[level] = key;
  Outcome done = Done{};
  if (manifest_broken_) {
    done = new_manifest(call, new_file_number(), *next, edit.log_number);
  } else {
    const std::string name = manifest_name(manifest_number_);
    std::string bytes;
    manifest_.add(edit.encode(), bytes);
    done = call.env.append(name, bytes);
    if (done) done = call.env.sync(name);
    manifest_broken_ = !done;
    if (done) {
      call.background.bytes_written += bytes.size();
      ++call.background.syncs;
      call.tell(
          {.kind = StoreEvent::manifest_append, .file = manifest_number_, .bytes = bytes.size()});
    }
  }
  if (done) {
    version_ = std::move(next);
  } else {
    pointers_ = std::move(pointers);
  }
  return done;
}

Outcome Db::new_manifest(Call& call, uint64_t number, const Version& version,
                         std::optional<uint64_t> oldest_log) {
  VersionEdit edit;
  edit.comparator = kComparatorName;
  edit.log_number = oldest_log              ? *oldest_log
                    : immutable_ != nullptr ? old_log_number_
                                            : log_number_;
  edit.previous_log_number = 0;
  edit.next_file_number = next_file_number_;
  edit.last_sequence = last_sequence_;
  for (uint32_t level = 0; level < kLevels; ++level) {
    if (!pointers_[level].empty()) edit.compact_pointers.emplace_back(level, pointers_[level]);
    for (const FilePtr& file : version.levels[level]) {
      edit.added.push_back({level, file->number, file->size_bytes, file->smallest, file->largest});
    }
  }
  LogWriter writer;
  std::string bytes;
  writer.add(edit.encode(), bytes);
  const uint64_t size = bytes.size();
  const std::string name = manifest_name(number);
  const std::string temporary = temporary_name(number);
  Outcome done = call.env.write(name, std::move(bytes), true);
  if (done) done = call.env.write(temporary, name + "\n", true);
  if (done) done = call.env.rename(temporary, kCurrentName);
  // It stays: a rename that failed may have happened nevertheless.
  if (!done) return done;
  if (manifest_number_ != 0) {
    remove_file(call, manifest_name(manifest_number_), manifest_number_);
  }
  manifest_number_ = number;
  manifest_ = writer;
  manifest_broken_ = false;
  call.background.bytes_written += size;
  call.background.syncs += 3;
  call.tell({.kind = StoreEvent::manifest_append, .file = number, .bytes = size});
  return done;
}

Outcome Db::flush(Call& call) {
  if (options_.read_only) return bad_input("", "this database was opened for reading only");
  if (immutable_ == nullptr && (memtable_->entries() > 0 || log_broken_)) {
    Outcome switched = switch_memtable(call);
    if (!switched) return switched;
  }
  if (immutable_ == nullptr) return Done{};
  return run(call, *due());
}

Outcome Db::compact(Call& call, const std::string* first, const std::string* last) {
  Outcome done = flush(call);
  if (!done) return done;
  const auto merge = [&](std::optional<Compaction> compaction) -> Outcome {
    if (!compaction) return Done{};
    return run(call, Work{.flush = nullptr,
                          .compaction = std::move(compaction),
                          .version = version_,
                          .oldest = oldest_reader()});
  };
  if (options_.policy == CompactionPolicy::size_tiered) return merge(pick_everything(*version_));
  const KeyRange range{first, last};
  uint32_t deepest = 0;
  for (uint32_t level = 1; level < kLevels; ++level) {
    if (!version_->overlapping(level, range).empty()) deepest = level;
  }
  // Also where there is but one level: what was deleted goes.
  for (uint32_t level = 0; level < std::max<uint32_t>(deepest, 1) && done; ++level) {
    done = merge(pick_range(*version_, options_, level, range));
  }
  return done;
}

}  // namespace systemsim::store
