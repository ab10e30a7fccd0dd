# Faster builds: ccache where it is installed, and precompiled headers (option CIFRA_PCH, on in the presets). A source must
# still include what it uses: clang-tidy and a plain `cmake -S . -B build` compile without them.
option(CIFRA_PCH "Precompile the headers that most sources include" OFF)

find_program(CIFRA_CCACHE ccache)
if(CIFRA_CCACHE AND CIFRA_PCH)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CIFRA_CCACHE})
elseif(CIFRA_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CIFRA_CCACHE})
endif()

# A precompiled header wants the same macros in every source (Boost's package defines this one for its users), and behind
# it GCC 12 forgets that inlined code comes from the system's headers, and warns of it.
if(CIFRA_PCH)
  add_compile_definitions(BOOST_ALL_NO_LIB)
  add_compile_options(-Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-truncation)
endif()

# cifra_precompile(target owner headers...): the owner compiles them once, every other target uses the owner's.
function(cifra_precompile target owner)
  if(NOT CIFRA_PCH)
    return()
  elseif(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()
