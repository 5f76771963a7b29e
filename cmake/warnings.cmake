# SPDX-License-Identifier: Apache-2.0
# Flags every target of the project is built with.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                    -Wno-missing-field-initializers  # designated initialisers leave the rest at its default
                    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # g++ 12 warns of std::string operator+ (its bug 105651)
                    -fstack-protector-strong -fno-omit-frame-pointer)
add_compile_definitions($<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
if(BRIDLE_SANITIZE)
  add_compile_options(-fsanitize=${BRIDLE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BRIDLE_SANITIZE})
  add_compile_definitions(BRIDLE_SANITIZED=1)
endif()
if(BRIDLE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
