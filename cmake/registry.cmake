# SPDX-License-Identifier: Apache-2.0
# bridle_registry(LAYER): writes all_artifacts() from the file list. src/artifacts/<platform>/<name>.cpp defines
# `const Artifact <platform>_<name>`; a file that does not is a link error.
function(bridle_registry layer)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src/${layer} ${CMAKE_SOURCE_DIR}/src/${layer}/*/*.cpp)
  list(SORT sources)
  set(declarations "")
  set(pointers "")
  list(LENGTH sources count)
  foreach(source IN LISTS sources)
    string(REGEX REPLACE "\\.cpp$" "" symbol ${source})
    string(REPLACE "/" "_" symbol ${symbol})
    string(APPEND declarations "extern const Artifact ${symbol};\n")
    string(APPEND pointers "    &artifacts::${symbol},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/registry.cpp CONTENT "// Written by CMake from src/artifacts/.
#include <array>
#include \"bridle/artifact.h\"
namespace bridle {
namespace artifacts {
@declarations@}
namespace {
constexpr std::array<const Artifact*, @count@> kAll{
@pointers@};
}
std::span<const Artifact* const> all_artifacts() { return kAll; }
}
" @ONLY)
  target_sources(bridle_${layer} PRIVATE ${CMAKE_BINARY_DIR}/registry.cpp)
endfunction()
