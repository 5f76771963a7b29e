// SPDX-License-Identifier: Apache-2.0
#include "engine/read_source.h"

#include <algorithm>
#include <thread>

#include "base/hash.h"
#include "base/text.h"
#include "engine/row_sender.h"

namespace bridle {
namespace {

constexpr std::uint64_t kProgressStep = 4 * limits::kMiB;

/// Tells the parent how many bytes were read, now and then.
class Meter {
 public:
  explicit Meter(Channel& channel) : channel_(channel) {}
  ~Meter() { tell(); }
  void add(std::uint64_t bytes) {
    bytes_ += bytes;
    if (bytes_ >= kProgressStep) tell();
  }

 private:
  void tell() {
    wire::Packer message;
    message.u64(bytes_);
    channel_.send(static_cast<std::uint8_t>(wire::Kind::progress), message.view());
    channel_.flush();
    bytes_ = 0;
  }
  Channel& channel_;
  std::uint64_t bytes_ = 0;
};

class MeteredBlob final : public Blob {
 public:
  MeteredBlob(std::unique_ptr<Blob> blob, Meter& meter) : blob_(std::move(blob)), meter_(meter) {}
  std::uint64_t size() const override { return blob_->size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) const override {
    const auto n = blob_->read_at(offset, out);
    if (n) meter_.add(*n);
    return n;
  }

 private:
  std::unique_ptr<Blob> blob_;
  Meter& meter_;
};

// --- In the worker ---

void hash_in_worker(const Inventory& inventory, std::size_t index, Channel& channel) {
  wire::Packer message;
  message.u64(index);
  const auto blob = open_stored(inventory, inventory.files[index]);
  const auto digest = blob ? sha256(**blob) : Result<Sha256Digest>(fail(blob.error()));
  message.u8(digest.has_value());
  if (digest) message.bytes(*digest);
  else message.error(digest.error());
  message.u64(blob ? (*blob)->size() : 0);
  channel.send(static_cast<std::uint8_t>(wire::Kind::digest), message.view());
}

void end_file(RowSender& sender, Channel& channel, bool whole) {
  sender.end_file();
  wire::Packer message;
  message.u8(whole);
  channel.send(static_cast<std::uint8_t>(wire::Kind::file_done), message.view());
}

void read_in_worker(const Inventory& inventory, const IndicatorSet& indicators, const Job& job, Channel& channel) {
  Meter meter(channel);
  RowSender sender(channel, indicators, *job.artifact);
  std::vector<std::unique_ptr<Blob>> blobs;
  const auto open = [&](std::size_t index) -> Result<const Blob*> {
    auto blob = open_blob(inventory, inventory.files[index]);
    if (!blob) return fail(blob.error());
    blobs.push_back(std::make_unique<MeteredBlob>(std::move(*blob), meter));
    return blobs.back().get();
  };
  std::vector<InputFile> group;
  for (std::uint32_t f = 0; f < job.files.size(); ++f) {
    sender.begin_file(f);
    InputFile input{inventory.files[job.files[f].file].path};
    auto blob = open(job.files[f].file);
    if (blob && job.files[f].wal != kNoFile) {
      const auto wal = open(job.files[f].wal);
      if (wal) input.wal = *wal;
      else sender.problem({wal.error()});
    }
    if (blob) input.blob = *blob;
    if (blob && job.artifact->group) {
      group.push_back(input);
      continue;
    }
    const auto done = blob ? read_artifact(*job.artifact, {&input, 1}, sender) : Result<>(fail(blob.error()));
    if (!done) sender.problem({done.error()});
    end_file(sender, channel, done.has_value());
    blobs.clear();
  }
  if (group.empty()) return;
  sender.begin_file(0);
  const auto done = read_artifact(*job.artifact, group, sender);
  if (!done) sender.problem({done.error()});
  for (std::size_t f = 0; f < group.size(); ++f) end_file(sender, channel, done.has_value());
}

// --- In the parent ---

PoolOptions pool_options(const CheckOptions& options, const Inventory& inventory) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return {.workers = options.workers == 0 ? cores : options.workers, .sandbox = {.read_only_paths = {inventory.root}},
          .job_timeout = options.job_timeout};
}

struct Digest {
  std::size_t file = 0;
  std::optional<std::string> sha256;
  Error error;
};

std::optional<Digest> take_digest(Bytes payload, const Inventory& inventory) {
  wire::Unpacker in(payload);
  Digest out;
  out.file = in.u64();
  if (in.u8() != 0) {
    const Bytes digest = in.bytes();
    if (digest.size() != sizeof(Sha256Digest)) return std::nullopt;
    out.sha256 = to_hex(digest);
  } else {
    out.error = in.error();
  }
  in.u64();
  if (!in.ok() || out.file >= inventory.files.size()) return std::nullopt;
  return out;
}

std::vector<std::size_t> stored_files(const Inventory& inventory) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < inventory.files.size(); ++i)
    if (!inventory.files[i].generated) out.push_back(i);
  std::ranges::stable_sort(out, std::ranges::greater{}, [&](std::size_t i) { return inventory.files[i].size; });
  return out;
}

/// The reading of one source, as the pool's callbacks see it.
class Reading {
 public:
  Reading(CaseFile& file, MatchWriter& matches, const SourceRun& run, std::span<const Artifact* const> artifacts, Progress& progress)
      : file_(file), matches_(matches), run_(run), artifacts_(artifacts), progress_(progress),
        hashes_(stored_files(run.inventory)), jobs_(plan(artifacts, run.inventory)), loaders_(jobs_.size()), why_(jobs_.size()) {}

  std::size_t count() const { return hashes_.size() + jobs_.size(); }

  void work(std::size_t i, const IndicatorSet& indicators, Channel& channel) const {
    if (i < hashes_.size()) hash_in_worker(run_.inventory, hashes_[i], channel);
    else read_in_worker(run_.inventory, indicators, jobs_[i - hashes_.size()], channel);
  }

  bool message(std::size_t i, std::uint8_t type, Bytes payload) {
    if (failure_) return false;
    const auto kind = static_cast<wire::Kind>(type);
    if (kind == wire::Kind::progress) {
      wire::Unpacker in(payload);
      progress_.advance(in.u64());
      return in.ok();
    }
    if (i < hashes_.size()) return kind == wire::Kind::digest && take_hash(payload);
    RowLoader* loader = loader_of(i - hashes_.size());
    if (loader == nullptr) return false;
    const bool taken = loader->take(kind, payload);
    if (loader->failure()) failure_ = loader->failure();
    return taken;
  }

  void ended(const JobOutcome& outcome) {
    if (failure_) return;
    if (outcome.job >= hashes_.size()) keep();
    if (outcome.end == JobEnd::done || failure_) return;
    const std::string what = "the worker " + std::string(name(outcome.end)) + (outcome.detail.empty() ? "" : ": " + outcome.detail);
    if (outcome.job < hashes_.size()) {
      note_file(hashes_[outcome.job], {Errc::internal, "not hashed: " + what, "", {}});
      return;
    }
    const std::size_t j = outcome.job - hashes_.size();
    why_[j] = what;
    if (RowLoader* loader = loader_of(j)) {
      const bool limit = outcome.end == JobEnd::timed_out || outcome.end == JobEnd::memory;
      loader->note(loader->files_done(), {{limit ? Errc::limit : Errc::malformed, what + "; what it had not yet sent is lost", "", {}}});
    }
  }

  /// Coverage of all artifacts, once the jobs have ended.
  Result<> write_coverage(ReadStats& stats) {
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      const RowLoader* loader = loader_of(j);
      if (failure_) return fail(*failure_);
      Coverage c = loader->coverage();
      const bool whole = loader->files_done() == jobs_[j].files.size();
      c.why = why_[j];
      if (!whole && c.why.empty() && stats.cancelled) c.why = "the run was interrupted";
      c.outcome = whole && c.problems == 0 && c.why.empty() ? Outcome::read
                  : loader->files_done() > 0 || c.records > 0 ? Outcome::partly
                                                              : Outcome::failed;
      if (c.outcome != Outcome::read && c.why.empty()) c.why = std::to_string(c.problems) + (c.problems == 1 ? " problem" : " problems");
      stats.partial = stats.partial || c.outcome != Outcome::read;
      stats.records += c.records;
      if (auto ok = file_.add_coverage(c); !ok) return ok;
    }
    for (const Artifact* a : artifacts_) {
      if (std::ranges::find(jobs_, a, &Job::artifact) != jobs_.end()) continue;
      Coverage c{.artifact = std::string(a->id), .source_id = run_.source_id, .outcome = Outcome::absent,
                 .why = "the source holds no such file"};
      if (auto ok = file_.add_coverage(c); !ok) return ok;
    }
    return {};
  }

  bool partial() const { return unhashed_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  RowLoader* loader_of(std::size_t j) {
    if (loaders_[j]) return &*loaders_[j];
    std::vector<std::int64_t> ids;
    std::vector<std::string> paths;
    for (const PlannedFile& f : jobs_[j].files) {
      ids.push_back(run_.file_ids[f.file]);
      paths.push_back(run_.inventory.files[f.file].path);
    }
    auto loader = RowLoader::open(file_, matches_, *jobs_[j].artifact, std::move(ids), std::move(paths), run_.source_id);
    if (!loader) {
      failure_ = loader.error();
      return nullptr;
    }
    return &loaders_[j].emplace(std::move(*loader));
  }

  bool take_hash(Bytes payload) {
    const auto digest = take_digest(payload, run_.inventory);
    if (!digest) return false;
    if (!digest->sha256) {
      note_file(digest->file, digest->error);
      return true;
    }
    if (auto ok = file_.set_file_hash(run_.file_ids[digest->file], *digest->sha256); !ok) failure_ = ok.error();
    return !failure_;
  }

  /// What a job gave is kept from here on, should this process be killed.
  void keep() {
    auto ok = file_.commit();
    if (ok) ok = file_.begin();
    if (!ok) failure_ = ok.error();
  }

  void note_file(std::size_t index, Error error) {
    unhashed_ = true;
    if (auto ok = file_.add_problem({"", run_.source_id, run_.inventory.files[index].path, {std::move(error)}}); !ok) failure_ = ok.error();
  }

  CaseFile& file_;
  MatchWriter& matches_;
  const SourceRun& run_;
  std::span<const Artifact* const> artifacts_;
  Progress& progress_;
  std::vector<std::size_t> hashes_;
  std::vector<Job> jobs_;
  std::vector<std::optional<RowLoader>> loaders_;
  std::vector<std::string> why_;
  bool unhashed_ = false;
  std::optional<Error> failure_;
};

}  // namespace

Result<ReadStats> read_source(CaseFile& file, MatchWriter& matches, const SourceRun& run,
                              std::span<const Artifact* const> artifacts, const IndicatorSet& indicators,
                              const CheckOptions& options, Progress& progress) {
  Reading reading(file, matches, run, artifacts, progress);
  std::uint64_t bytes = 0;
  for (const Job& job : plan(artifacts, run.inventory)) bytes += job.bytes;
  progress.stage("Reading", bytes);
  PoolOptions pool_with = pool_options(options, run.inventory);
  pool_with.give_up = [&] { return reading.failure().has_value(); };
  const auto pool = run_jobs(
      reading.count(), pool_with,
      [&](std::size_t i, Channel& channel) { reading.work(i, indicators, channel); },
      [&](std::size_t i, std::uint8_t type, Bytes payload) { return reading.message(i, type, payload); },
      [&](const JobOutcome& outcome) { reading.ended(outcome); });
  if (reading.failure()) return fail(*reading.failure());
  if (!pool) return fail(pool.error());
  ReadStats out{.partial = reading.partial() || pool->cancelled, .cancelled = pool->cancelled,
                .peak_memory_bytes = pool->peak_memory_bytes, .sandboxes = pool->sandboxes};
  if (auto ok = reading.write_coverage(out); !ok) return fail(ok.error());
  return out;
}

Result<Rehashed> rehash_source(CaseFile& file, const SourceRun& run, const CheckOptions& options, Progress& progress) {
  const std::vector<std::size_t> files = stored_files(run.inventory);
  std::uint64_t bytes = 0;
  for (const std::size_t i : files) bytes += run.inventory.files[i].size;
  progress.stage("Hashing again", bytes);
  std::vector<std::optional<std::string>> after(run.inventory.files.size());
  const auto pool = run_jobs(
      files.size(), pool_options(options, run.inventory),
      [&](std::size_t i, Channel& channel) { hash_in_worker(run.inventory, files[i], channel); },
      [&](std::size_t, std::uint8_t type, Bytes payload) {
        const auto digest = take_digest(payload, run.inventory);
        if (static_cast<wire::Kind>(type) != wire::Kind::digest || !digest) return false;
        after[digest->file] = digest->sha256;
        progress.advance(run.inventory.files[digest->file].size);
        return true;
      },
      [](const JobOutcome&) {});  // a file without a digest is named below, whatever became of its worker
  if (!pool) return fail(pool.error());

  Rehashed out;
  auto before = file.db().prepare("SELECT sha256 FROM file WHERE file_id = ?");
  if (!before) return fail(before.error());
  for (const std::size_t i : files) {
    before->bind(1, run.file_ids[i]);
    if (const auto row = before->step(); !row) return fail(row.error());
    const bool hashed = !before->is_null(0);
    const bool differs = hashed && after[i] && before->text(0) != *after[i];
    before->reset();
    if (differs) out.changed.push_back(run.inventory.files[i].path);
    if (hashed && !after[i]) out.unread.push_back(run.inventory.files[i].path);
    if (auto ok = file.set_file_after(run.file_ids[i], after[i].value_or(""), differs); !ok) return fail(ok.error());
  }
  return out;
}

}  // namespace bridle
