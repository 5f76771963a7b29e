# SPDX-License-Identifier: Apache-2.0
# bridle_layer(NAME SEES LAYER... LINK LIBRARY...): one static library a layer, of all sources below src/NAME.
# A layer passes on what it sees, so `SEES formats` includes base.
function(bridle_layer name)
  cmake_parse_arguments(arg "" "" "SEES;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(bridle_${name} STATIC ${sources})
  set_target_properties(bridle_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(bridle_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM arg_SEES PREPEND bridle_)
  target_link_libraries(bridle_${name} PUBLIC ${arg_SEES} PRIVATE ${arg_LINK})
endfunction()
