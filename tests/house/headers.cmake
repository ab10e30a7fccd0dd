# Each public header compiles alone, as an outside program would include it. A source includes its own header first
# (form_test), and clang-tidy compiles sources without precompiled headers, which shows it; the others have a test each.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/engine/*.h
  ${PROJECT_SOURCE_DIR}/questionnaires/*.h ${PROJECT_SOURCE_DIR}/sampling/*.h ${PROJECT_SOURCE_DIR}/estimation/*.h)
get_target_property(eigen Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp "")
foreach(header ${headers})
  string(REGEX REPLACE "h$" "cpp" source ${header})
  if(EXISTS ${PROJECT_SOURCE_DIR}/${source})
    continue()
  endif()
  add_test(NAME include_alone.${header} COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only -Wall -Wextra -Wconversion
    -Werror -I${PROJECT_SOURCE_DIR} -isystem ${eigen} -include ${header} ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp)
  set_tests_properties(include_alone.${header} PROPERTIES LABELS house)
endforeach()
