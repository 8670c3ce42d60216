# The rooms and what each may use: the link graph of docs/ARCHITECTURE.md, bottom first.
# tests/lint/layers.py reads the same edges from the #include lines.
smtptls_room(base    scanner/base    USES tl::expected)
smtptls_room(tls     scanner/tls     USES smtptls_base)
smtptls_room(smtp    scanner/smtp    USES smtptls_base)
smtptls_room(model   scanner/model   USES smtptls_tls smtptls_smtp PRIVATE LibIdn2::LibIdn2)
smtptls_room(json    scanner/json    USES smtptls_base nlohmann_json::nlohmann_json)
smtptls_room(model_json scanner/model_json USES smtptls_json smtptls_model)
smtptls_room(openssl scanner/openssl USES smtptls_model PRIVATE OpenSSL::SSL OpenSSL::Crypto)
smtptls_room(compare scanner/compare USES smtptls_openssl)
smtptls_room(net     scanner/net     USES smtptls_base Boost::headers Threads::Threads)
smtptls_room(probes  probes          USES smtptls_model DEF probes.def PROBE)
smtptls_room(interview scanner/interview USES smtptls_openssl smtptls_probes smtptls_model_json)
smtptls_room(engine  scanner/engine  USES smtptls_interview smtptls_net)
smtptls_room(remedy  report/remedy   USES smtptls_model_json)
smtptls_room(policy  report/policy   USES smtptls_model_json smtptls_remedy)
smtptls_embed_policies(smtptls_policy report/policy)
smtptls_room(log     report/log      USES smtptls_model_json)
smtptls_room(api     scanner/api     USES smtptls_engine smtptls_policy smtptls_compare)
target_compile_definitions(smtptls_api PRIVATE SMTPTLS_VERSION="${PROJECT_VERSION}")
smtptls_room(report  report/format   USES smtptls_model_json DEF formats.def FORMAT)

# The app: everything but main() in a library, so that tests can link it.
smtptls_room(app     scanner/app     USES smtptls_api smtptls_report smtptls_remedy smtptls_policy smtptls_log PRIVATE CLI11::CLI11 ZLIB::ZLIB EXCEPT main.cpp)
# Off where a sanitizer or a profiler works from inside the process: those look into files and processes.
if(SMTPTLS_SANDBOX AND EXISTS /usr/include/linux/landlock.h)
  find_path(SECCOMP_INCLUDE_DIR seccomp.h)
  find_library(SECCOMP_LIBRARY seccomp)
  mark_as_advanced(SECCOMP_INCLUDE_DIR SECCOMP_LIBRARY)
  target_compile_definitions(smtptls_app PRIVATE SMTPTLS_SANDBOX)
  if(SECCOMP_INCLUDE_DIR AND SECCOMP_LIBRARY)
    target_compile_definitions(smtptls_app PRIVATE SMTPTLS_SECCOMP)
    target_include_directories(smtptls_app SYSTEM PRIVATE ${SECCOMP_INCLUDE_DIR})
    target_link_libraries(smtptls_app PRIVATE ${SECCOMP_LIBRARY})
  else()
    message(WARNING "libseccomp is not there (libseccomp-dev): the program will give up no system calls")
  endif()
endif()
# The parser of arguments is a minute's work for a compiler with sanitizers.
separate_arguments(smtptls_slow_flags NATIVE_COMMAND "${SMTPTLS_TEST_FLAGS}")
set_source_files_properties(scanner/app/parser.cpp PROPERTIES COMPILE_OPTIONS "${smtptls_slow_flags}")

add_executable(smtptls-scan scanner/app/main.cpp)
target_link_libraries(smtptls-scan PRIVATE smtptls_app smtptls_warnings)

# Compiled in a batch, a coroutine's frame has fields of types that are in an unnamed namespace of that batch.
foreach(room net engine api app)
  target_compile_options(smtptls_${room} PRIVATE
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>)
endforeach()

include(scanner/api/install.cmake)
include(scanner/package/package.cmake)
