# cifra_embed(target wing files...): compiles data files into the target; embedded.h gives them back by name.
function(cifra_embed target wing)
  set(generated ${PROJECT_BINARY_DIR}/embedded/${wing}.cpp)
  set(entries "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
    file(READ ${PROJECT_SOURCE_DIR}/${file} content)
    string(APPEND entries "    {\"${file}\", R\"~cifra~(${content})~cifra~\"},\n")
  endforeach()
  string(CONCAT source "#include \"engine/embedded.h\"\n\nnamespace cifra {\n\n"
    "static const EmbeddedFile files[] = {\n${entries}    {\"\", \"\"}};\n\n"
    "std::span<const EmbeddedFile> embedded_${wing}() { return {files, std::size(files) - 1}; }\n\n}\n")
  file(GENERATE OUTPUT ${generated} CONTENT "${source}")
  target_sources(${target} PRIVATE ${generated})
endfunction()
