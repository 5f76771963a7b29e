// SPDX-License-Identifier: Apache-2.0
// The timeline: nothing is stored twice, the view joins the time columns of all artifacts.
#pragma once
#include <span>
#include <string>

namespace bridle {

struct Artifact;

/// CREATE VIEW timeline(time, clock, artifact, record_id, event) over every artifact that has an event.
std::string timeline_view(std::span<const Artifact* const> artifacts);

}  // namespace bridle
