# The sanitizers (CIFRA_SANITIZE) watch the sources of libraries and program, or those that CIFRA_WATCHED names. The others,
# and the tests, are compiled as ever, so that a cache of compilations that has them for the release has them here too.
if(NOT CIFRA_SANITIZE)
  return()
endif()
target_link_options(cifra_flags INTERFACE -fsanitize=address,undefined)

# Left out: what the address sanitizer or the machine tells anyway, and costs two fifths of the compile time.
set(watch -fsanitize=address,undefined -fno-sanitize=null,alignment,object-size,vptr -fno-sanitize-recover=all -g1 -O1 -UNDEBUG)
foreach(target cifra_engine cifra_questionnaires cifra_sampling cifra_estimation cifra)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    file(RELATIVE_PATH stem ${PROJECT_SOURCE_DIR} ${source})
    string(REGEX REPLACE "\\.cpp$" "" stem ${stem})
    if(CIFRA_WATCHED AND NOT stem IN_LIST CIFRA_WATCHED)
      continue()
    endif()
    # The precompiled header is that of the others. Eigen would take memory otherwise here than there, and each frees what the
    # other took.
    set_property(SOURCE ${source} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
    set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS ${watch})
    set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS EIGEN_MALLOC_ALREADY_ALIGNED=1)
  endforeach()
endforeach()
