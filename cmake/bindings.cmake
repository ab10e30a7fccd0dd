# The packages for Python and R (engine/program/python, engine/program/r): the same objects as the program, in a shared
# object each. Built where what they need is installed; not under the sanitizers, whose runtime neither language loads.
add_library(cifra_binding STATIC EXCLUDE_FROM_ALL engine/program/binding/frames.cpp engine/program/binding/calls.cpp)
target_compile_options(cifra_binding PRIVATE ${shareable})
target_link_libraries(cifra_binding PUBLIC cifra_estimation PRIVATE cifra_flags fmt::fmt)
cifra_precompile(cifra_binding cifra_engine)

if(NOT CIFRA_SANITIZE)
  set(PYTHON_EXECUTABLE /usr/bin/python3 CACHE FILEPATH "Python that the package is built for")
  find_package(pybind11 QUIET)
  find_program(CIFRA_RSCRIPT Rscript)
  find_path(R_INCLUDE R.h PATHS /usr/share/R/include)
  find_path(CPP11_INCLUDE cpp11.hpp PATHS /usr/lib/R/site-library/cpp11/include /usr/local/lib/R/site-library/cpp11/include)
endif()
if(pybind11_FOUND)
  option(CIFRA_PYTHON "Build the Python package" ON)
endif()
if(CIFRA_RSCRIPT AND R_INCLUDE AND CPP11_INCLUDE)
  option(CIFRA_R "Build the library of the R package" ON)
endif()

if(CIFRA_PYTHON)
  pybind11_add_module(cifra_python MODULE NO_EXTRAS engine/program/python/module.cpp)
  target_link_libraries(cifra_python PRIVATE cifra_binding cifra_flags fmt::fmt)
  set_target_properties(cifra_python PROPERTIES OUTPUT_NAME _engine
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/python/cifra)
  file(GLOB python_sources CONFIGURE_DEPENDS engine/program/python/cifra/*)
  add_custom_command(TARGET cifra_python POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -E copy ${python_sources} ${PROJECT_BINARY_DIR}/python/cifra)
  set_target_properties(cifra_python PROPERTIES LINK_DEPENDS "${python_sources}")
endif()

if(CIFRA_R)
  add_library(cifra_r MODULE engine/program/r/cifra/src/cifra.cpp)
  target_include_directories(cifra_r SYSTEM PRIVATE ${R_INCLUDE} ${CPP11_INCLUDE})
  target_compile_options(cifra_r PRIVATE ${shareable})
  target_link_libraries(cifra_r PRIVATE cifra_binding cifra_flags fmt::fmt)
  set_target_properties(cifra_r PROPERTIES PREFIX "" OUTPUT_NAME cifra LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/r)
  file(GLOB r_sources CONFIGURE_DEPENDS engine/program/r/cifra/* engine/program/r/cifra/*/*)
  # The library is compiled here and goes in as it is: R needs no compiler.
  set(staged ${PROJECT_BINARY_DIR}/r_source)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/r/cifra/DESCRIPTION DEPENDS cifra_r ${r_sources} VERBATIM
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${staged}
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${PROJECT_SOURCE_DIR}/engine/program/r/cifra ${staged}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${staged}/src
    COMMAND ${CMAKE_COMMAND} -E make_directory ${staged}/inst/libs
    COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:cifra_r> ${staged}/inst/libs
    COMMAND R CMD INSTALL --no-test-load --library=${PROJECT_BINARY_DIR}/r ${staged})
  add_custom_target(cifra_r_package ALL DEPENDS ${PROJECT_BINARY_DIR}/r/cifra/DESCRIPTION)
endif()
