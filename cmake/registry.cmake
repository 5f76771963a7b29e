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

# bridle_embed_rules(LAYER): the texts of rules/<platform>/<name>.sql, as builtin_rule_texts().
function(bridle_embed_rules layer)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/rules ${CMAKE_SOURCE_DIR}/rules/*/*.sql)
  list(SORT files)
  list(LENGTH files count)
  set(entries "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/${file})
    file(READ ${CMAKE_SOURCE_DIR}/rules/${file} text)
    string(APPEND entries "    RuleText{\"rules/${file}\", R\"bridle_rule(${text})bridle_rule\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/builtin_rules.cpp CONTENT "// Written by CMake from rules/.
#include <array>
#include \"rules/rule.h\"
namespace bridle {
namespace {
constexpr std::array<RuleText, @count@> kTexts{
@entries@};
}
std::span<const RuleText> builtin_rule_texts() { return kTexts; }
}
" @ONLY)
  target_sources(bridle_${layer} PRIVATE ${CMAKE_BINARY_DIR}/builtin_rules.cpp)
endfunction()
