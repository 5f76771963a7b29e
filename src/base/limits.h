// SPDX-License-Identifier: Apache-2.0
// Every limit that evidence can meet, by name. A limit met is a problem in the case, never a silent cut.
#pragma once
#include <cstddef>
#include <cstdint>

namespace bridle::limits {

inline constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// Property lists
inline constexpr std::uint64_t kPlistBytes = 64 * kMiB;
inline constexpr std::size_t kPlistNodes = 4'000'000;
inline constexpr std::size_t kPlistDepth = 128;
inline constexpr std::uint64_t kPlistTextBytes = 128 * kMiB;  ///< of strings, a shared one counted at each use
inline constexpr std::size_t kPlistNodesPerByte = 8;     ///< of the source: each value takes a byte unless it is shared
inline constexpr std::uint64_t kPlistTextPerByte = 1024;
inline constexpr std::size_t kPlistSmall = 1'000;        ///< bytes that the two above count for a smaller source

// Typedstreams and what messages carry
inline constexpr std::uint64_t kTypedstreamBytes = 64 * kMiB;
inline constexpr std::size_t kTypedstreamSteps = 2'000'000;  ///< values, ends of objects and parts of types
inline constexpr std::size_t kTypedstreamTypeBytes = 256;  ///< of one type encoding
inline constexpr std::size_t kTypedstreamDepth = 64;

// Text and list evidence read whole
inline constexpr std::uint64_t kTextBytes = 256 * kMiB;

// SQLite evidence
inline constexpr std::size_t kSqliteValueBytes = 64 * kMiB;  ///< SQLITE_LIMIT_LENGTH
inline constexpr std::size_t kWalRows = 2'000'000;           ///< rows compared to tell WAL-only rows apart
inline constexpr std::size_t kSqlBytes = 1 * kMiB;            ///< SQLITE_LIMIT_SQL_LENGTH, schema texts included
inline constexpr int kSqliteColumns = 1'000;                  ///< SQLITE_LIMIT_COLUMN
inline constexpr int kSqlExpressionDepth = 500;               ///< SQLITE_LIMIT_EXPR_DEPTH
inline constexpr std::uint64_t kSqliteSteps = 100'000'000'000;  ///< virtual machine steps a database may cost
inline constexpr int kSqliteSeconds = 900;                    ///< wall time a database may stay open and be stepped

// Backups
inline constexpr std::size_t kBackupEntries = 4'000'000;
inline constexpr std::size_t kBackupPathBytes = 4'096;  ///< domain and path of an entry; iOS itself allows 1,024
inline constexpr std::uint32_t kPbkdf2Rounds = 100'000'000;
inline constexpr std::size_t kKeybagClassKeys = 64;

// Records
inline constexpr std::size_t kCellBytes = 1 * kMiB;         ///< a longer text is cut, counted and named
inline constexpr std::size_t kProblemsPerFile = 1'000;       ///< more are counted, not listed
inline constexpr std::size_t kListItems = 10'000;
inline constexpr std::size_t kUnitBytes = 500;              ///< of a locator's unit
inline constexpr std::size_t kMatchedBytes = 2'000;         ///< of the text that met an indicator
inline constexpr std::size_t kPlaces = 1'000'000;           ///< places of one job

// Indicators
inline constexpr std::uint64_t kIndicatorFileBytes = 512 * kMiB;
inline constexpr std::size_t kIndicators = 20'000'000;
inline constexpr std::size_t kPatternDepth = 64;
inline constexpr std::size_t kPatternBytes = 1 * kMiB;
inline constexpr std::size_t kPatternAlternatives = 4'096;    ///< of one STIX pattern: OR and IN
inline constexpr std::size_t kPatternParts = 1'024;           ///< comparisons after AND is spread over OR
inline constexpr std::size_t kIndicatorValueBytes = 4'096;
inline constexpr std::size_t kIndicatorExpressions = 1'000;   ///< LIKE and MATCHES, of all files together
inline constexpr std::int64_t kExpressionMemory = 1 * kMiB;   ///< RE2's budget for one of them
inline constexpr std::size_t kIndicatorFiles = 100'000;       ///< below one folder
inline constexpr std::size_t kFolderDepth = 32;
inline constexpr std::size_t kSkippedListed = 1'000;          ///< of one file; more are counted, not listed
inline constexpr std::size_t kSkippedReasons = 200;           ///< of one file; more are counted together
inline constexpr std::size_t kCsvColumns = 256;
inline constexpr std::uint64_t kIndexBytes = 4 * kMiB;        ///< list of indicator files to fetch
inline constexpr std::size_t kIndexEntries = 1'000;
inline constexpr std::uint64_t kDownloadBytes = 128 * kMiB;   ///< one indicator file over the network
inline constexpr long kDownloadSeconds = 120;

// Workers
inline constexpr std::uint64_t kWorkerAddressSpace = 4096 * kMiB;
inline constexpr std::size_t kWireMessageBytes = 16 * kMiB;
inline constexpr std::uint64_t kJobMemory = 1024 * kMiB;  ///< address space a worker may add to what it started with
inline constexpr int kJobSilentSeconds = 120;             ///< longest time a job may take between two messages
inline constexpr int kJobSeconds = 3'600;                 ///< longest time a job may take
inline constexpr std::uint32_t kJobCpuSeconds = 1'800;    ///< processor time of one job
inline constexpr std::uint64_t kWorkerOpenFiles = 1'024;
inline constexpr std::size_t kWorkerDetailBytes = 200;    ///< longest text a worker may give for the end of its job

}  // namespace bridle::limits
