# The rooms and what each may use: the link graph of docs/ARCHITECTURE.md, bottom first.
# tests/lint/layers.py reads the same edges from the #include lines.
smtptls_room(base    scanner/base    USES tl::expected)
smtptls_room(tls     scanner/tls     USES smtptls_base)
smtptls_room(smtp    scanner/smtp    USES smtptls_base)
smtptls_room(model   scanner/model   USES smtptls_tls smtptls_smtp)
smtptls_room(record  scanner/record  USES smtptls_model PRIVATE nlohmann_json::nlohmann_json)
smtptls_room(openssl scanner/openssl USES smtptls_model OpenSSL::SSL OpenSSL::Crypto)
smtptls_room(net     scanner/net     USES smtptls_base Boost::headers Threads::Threads)
smtptls_room(probes  probes          USES smtptls_model)
smtptls_room(engine  scanner/engine  USES smtptls_openssl smtptls_net smtptls_probes)
smtptls_room(report  report/format   USES smtptls_record)
