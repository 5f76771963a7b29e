// SPDX-License-Identifier: Apache-2.0
// Keys and order are those of backups made by iOS 14.
#include "forge/mb_file_writer.h"

#include <array>
#include <vector>

namespace bridle::forge {
namespace {

using Ref = BinaryPlist::Ref;
using Entry = BinaryPlist::Entry;

constexpr std::int64_t kNanoseconds = 1'000'000'000;

Ref seconds(BinaryPlist& plist, Time time) { return plist.integer(time.ns / kNanoseconds); }

Ref class_object(BinaryPlist& plist, std::initializer_list<std::string_view> ancestry) {
  std::array<Ref, 3> names{};
  std::size_t n = 0;
  for (const std::string_view name : ancestry) names[n++] = plist.text(name);
  const Ref own = names[0];
  return plist.dict({{"$classname", own}, {"$classes", plist.array(std::span(names).first(n))}});
}

}  // namespace

// $objects: 0 "$null", 1 the MBFile, 2 its path, 3 the key or the link target, then the classes.
Bytes MbFileWriter::write(const MbFile& file) {
  plist_.clear();
  const bool encrypted = !file.encryption_key.empty();
  const bool link = !file.link_target.empty();
  const std::uint32_t class_slot = encrypted ? 5 : link ? 4 : 3;

  std::array<Entry, 14> entries;
  std::size_t n = 0;
  const auto put = [&](std::string_view key, Ref value) { entries[n++] = {key, value}; };
  put("LastModified", seconds(plist_, file.meta.modified));
  put("Flags", plist_.integer(0));
  put("GroupID", plist_.integer(file.meta.gid));
  if (link) put("Target", plist_.uid(3));
  put("$class", plist_.uid(class_slot));
  put("LastStatusChange", seconds(plist_, file.meta.status_changed));
  put("RelativePath", plist_.uid(2));
  put("Birth", seconds(plist_, file.meta.birth));
  if (encrypted) put("EncryptionKey", plist_.uid(3));
  put("Size", plist_.integer(static_cast<std::int64_t>(file.size)));
  put("Mode", plist_.integer(file.meta.mode));
  put("UserID", plist_.integer(file.meta.uid));
  put("InodeNumber", plist_.integer(static_cast<std::int64_t>(file.inode)));
  put("ProtectionClass", plist_.integer(file.meta.protection_class));

  std::array<Ref, 6> objects{};
  std::size_t count = 0;
  objects[count++] = plist_.text("$null");
  objects[count++] = plist_.dict(std::span(entries).first(n));
  objects[count++] = plist_.text(file.relative_path);
  if (encrypted) {
    objects[count++] = plist_.dict({{"NS.data", plist_.data(file.encryption_key)}, {"$class", plist_.uid(4)}});
    objects[count++] = class_object(plist_, {"NSMutableData", "NSData", "NSObject"});
  } else if (link) {
    objects[count++] = plist_.text(file.link_target);
  }
  objects[count++] = class_object(plist_, {"MBFile", "NSObject"});

  const Ref version = plist_.integer(100'000);
  const Ref archiver = plist_.text("NSKeyedArchiver");
  const Ref top = plist_.dict({{"root", plist_.uid(1)}});
  const Ref list = plist_.array(std::span(objects).first(count));
  return plist_.finish(
      plist_.dict({{"$version", version}, {"$archiver", archiver}, {"$top", top}, {"$objects", list}}));
}

}  // namespace bridle::forge
