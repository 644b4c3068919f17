# Finds the Emscripten that is on the PATH (or in $EMSDK) and uses its own toolchain file.
find_program(emcc_command emcc HINTS $ENV{EMSDK}/upstream/emscripten NO_CMAKE_FIND_ROOT_PATH)
if(NOT emcc_command)
  message(FATAL_ERROR "emcc was not found; ./build-wasm.sh installs it, or set EMSDK")
endif()
get_filename_component(emcc_real ${emcc_command} REALPATH)
get_filename_component(emscripten_root ${emcc_real} DIRECTORY)
include(${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake)
