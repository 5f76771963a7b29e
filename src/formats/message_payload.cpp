// SPDX-License-Identifier: Apache-2.0
#include "formats/message_payload.h"

#include "formats/archived_links.h"
#include "formats/keyed_archive.h"

namespace bridle::message_payload {
namespace {

using keyed_archive::Archive;
using plist::Value;

std::string text_of(const Archive& archive, const Value* object) {
  return std::string(archive.string(object).value_or(""));
}

/// The preview: the root itself or what a wrapper holds under one of its names.
const Value* find_preview(const Archive& archive) {
  const Value* root = archive.root();
  for (const std::string_view key : {"richLinkMetadata", "metadata"})
    if (const Value* inner = archive.get(root, key)) return inner;
  return archive.is_a(root, "LPLinkMetadata") ? root : nullptr;
}

}  // namespace

Result<Payload> read_payload(Bytes bytes) {
  const auto document = plist::parse(bytes);
  if (!document) return fail(document.error());
  const auto archive = Archive::open(*document);
  if (!archive) return fail(archive.error());

  Payload out;
  keyed_archive::Links links;
  if (const Value* preview = find_preview(*archive)) {
    for (const std::string_view key : {"URL", "originalURL"})
      if (auto url = archive->url(archive->get(preview, key))) links.found.push_back(std::move(*url));
    out.title = text_of(*archive, archive->get(preview, "title"));
    out.summary = text_of(*archive, archive->get(preview, "summary"));
  } else {
    out.title = text_of(*archive, archive->find(archive->root(), "ldtext"));
    out.summary = text_of(*archive, archive->at(archive->root(), "userInfo/caption"));
  }
  keyed_archive::collect_links(*archive, links);
  keyed_archive::drop_duplicates(links.found);
  out.links = std::move(links.found);
  out.error = std::move(links.error);
  return out;
}

}  // namespace bridle::message_payload
