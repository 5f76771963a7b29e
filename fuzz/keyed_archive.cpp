// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "formats/keyed_archive.h"

using namespace bridle;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = plist::parse(std::as_bytes(std::span(data, size)));
  if (!document) return 0;
  const auto archive = keyed_archive::Archive::open(*document);
  if (!archive || archive->objects().size() > 1000) return 0;
  for (const plist::Value& each : archive->objects()) {
    const plist::Value* object = archive->follow(&each);
    std::size_t used = archive->class_name(object).size() + archive->keys(object).size() + archive->items(object).size();
    used += archive->string(object).value_or("").size() + archive->url(object).value_or("").size();
    used += archive->uuid(object).value_or("").size() + archive->data(object).value_or(Bytes()).size();
    if (archive->time(object) || archive->real(object) || archive->integer(object) || archive->boolean(object)) ++used;
    if (archive->at(archive->root(), "a/0") == object || archive->is_a(object, "NSURL")) ++used;
    if (used > std::size_t{1} << 40) std::abort();
  }
  return 0;
}
