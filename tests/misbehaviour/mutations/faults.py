"""What attacks have found and what was mended, each with a way to put it back, and the tests of which each must then fail:
the name of a test case of smtptls-unit, or a script under tests/ with one of its tests.
"""
import dataclasses


@dataclasses.dataclass
class Fault:
    """A limit of docs/threat-model.md, taken away."""

    rule: str
    tests: tuple
    file: str
    old: str
    new: str
    more: tuple = ()  # (file, old, new) of further edits


FAULTS = [
    # Processor time.
    Fault("a DH prime has a limit", ("beyond a size of DH no handshake is completed, and the choice is kept",),
          "scanner/openssl/handshake.cpp", "if (bits <= most_dh_bits || self == nullptr) {",
          "if (bits <= 100 * most_dh_bits || self == nullptr) {"),
    Fault("the handshakes of an endpoint have a budget",
          ("what was computed is on the account of its address, and what slept is not",
           "where the budget is spent no connection is made for a handshake, and one for a hello is"),
          "scanner/engine/computing.hpp", "return spent.load() > budget;", "return spent.load() > 1000 * budget;"),
    Fault("costly handshakes have a thread of their own",
          ("the handshakes of costly addresses have a thread of their own, and none is that of the loop",),
          "scanner/engine/computing.cpp", "auto& pool = costly ? *costly_ : *cheap_;",
          "auto& pool = costly && !cheap_ ? *costly_ : *cheap_;"),
    # Files.
    Fault("no report goes to a named pipe",
          ("a named pipe and a socket are refused without waiting, and another user's file too",
           "tests/cli/test_files.py Files.test_what_is_written_to_is_ours_and_regular_or_a_character_device"),
          "scanner/app/written_file.cpp", 'return "it is a named pipe; name a file, or use >(command)";', 'return "";'),
    Fault("no report goes through a link", ("a symbolic link to a file is refused, and the file behind it stays as it was",),
          "scanner/app/written_file.cpp", 'return "it is a symbolic link; name the file itself";', 'return "";'),
    Fault("no report goes over another user's file",
          ("a named pipe and a socket are refused without waiting, and another user's file too",),
          "scanner/app/written_file.cpp", "return facts.st_uid == geteuid()\n", "return facts.st_uid + 1 > 0\n"),
    Fault("no report is begun in a file that has another name too",
          ("what a killed scan left is overwritten, and what is no file of ours is not",),
          "scanner/app/written_file.cpp", "facts.st_uid != geteuid() || facts.st_nlink != 1) {", "facts.st_nlink > 99) {"),
    Fault("evidence is for its owner alone",
          ("tests/cli/test_files.py Files.test_evidence_is_never_written_over_a_file_and_is_for_its_owner_alone",),
          "scanner/app/evidence_file.cpp", "owner_only = 0600;", "owner_only = 0644;"),
    Fault("evidence is never written over a file",
          ("tests/cli/test_files.py Files.test_evidence_is_never_written_over_a_file_and_is_for_its_owner_alone",),
          "scanner/app/evidence_file.cpp", "O_CREAT | O_EXCL | O_NOFOLLOW", "O_CREAT | O_NOFOLLOW"),
    # Texts.
    Fault("a text of a file that could not be shown is refused",
          ("tests/cli/test_hostile_files.py HostileFiles.test_in_each_text_of_a_saved_scan",
           "tests/cli/test_hostile_files.py HostileFiles.test_in_each_text_of_evidence"),
          "scanner/json/node.cpp", "if (!base::is_safe(text)) {", "if (!base::is_safe(text.substr(0, 0))) {"),
    Fault("what has no ink is escaped", ("what somebody else wrote is shown escaped",),
          "scanner/base/untrusted_text.cpp", "Range{0x3164, 0x3164}", "Range{0x3165, 0x3164}"),
    Fault("no formula stands behind a semicolon",
          ("no reader of a table finds a formula of somebody else in it, wherever it ends a cell",),
          "scanner/base/csv.cpp", 'text.find_first_of(";\\t\\r\\n");', 'text.find_first_of("\\t\\r\\n");'),
    # What a server sends in the tunnel, and flights that are none.
    Fault("no HelloRequest makes us begin again", ("HelloRequests are refused, and too many of them end the dialogue",),
          "scanner/openssl/library.cpp", "SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION", "SSL_OP_LEGACY_SERVER_CONNECT"),
    Fault("HelloRequests have a limit", ("HelloRequests are refused, and too many of them end the dialogue",),
          "scanner/openssl/handshake.cpp", "hello_requests_ <= most_hello_requests)", "hello_requests_ <= 99 * most_hello_requests)"),
    Fault("a chain that is kept has a limit", ("of a chain as many certificates are kept as are read",),
          "scanner/openssl/handshake.cpp", "chain.resize(std::min(chain.size(), tls::most_certificates));",
          "chain.resize(std::min(chain.size(), 9 * tls::most_certificates));"),
    Fault("evidence of a flight that our reader gives up is believed",
          ("a flight that our own reader gives up contradicts a handshake by its ServerHello alone",),
          "scanner/interview/replay_hello.cpp", "std::holds_alternative<tls::Malformed>(broken->end) &&",
          "std::holds_alternative<tls::Closed>(broken->end) &&"),
    Fault("... but for its choice", ("a flight that our own reader gives up contradicts a handshake by its ServerHello alone",),
          "scanner/interview/replay_hello.cpp", "            agrees(broken->begun.hello, choice));",
          "            (agrees(broken->begun.hello, choice) || true));"),
    Fault("a flight without the certificate that it needs is none", ("a flight without what its suite needs, or with what nobody offered, has a flaw",),
          "scanner/tls/server_flight.cpp", "if (wants_certificate(*suite) && (", "if (wants_certificate(*suite) && false && ("),
    Fault("compression that was not offered is no flight", ("a flight without what its suite needs, or with what nobody offered, has a flaw",),
          "scanner/tls/server_flight.cpp", "if (hello.compression_method != 0) {", "if (hello.compression_method > 1) {"),
    # Documents that cost more than they hold.
    Fault("an object has a limit", ("an object of more members than any of ours has is refused at the first too many",),
          "scanner/json/parse.cpp", "if (members.size() >= most_members) {", "if (members.size() >= 99 * most_members) {"),
    Fault("a document has a limit", ("more values than the reader keeps are refused",),
          "scanner/json/parse.cpp", "if (++kept_ > most_values) {", "if (++kept_ > 9 * most_values) {"),
    Fault("what is given out needs no room, so that a scan of any size is read",
          ("what is given out is not counted among the values that are kept",),
          "scanner/json/parse.cpp", "        kept_ = kept_before_;\n", ""),
    Fault("lists within each other have a limit", ("lists and objects deeper within each other than any of ours are refused",),
          "scanner/json/parse.cpp", "return open_.size() <= deepest ||", "return open_.size() <= 9999 * deepest ||"),
    # Names and targets.
    Fault("names are looked up side by side", ("names whose look-up never ends do not keep the one behind them from being found",),
          "scanner/engine/finder.cpp", "        look_ups.start(guarded_look_up(target));",
          "        auto one = guarded_look_up(target);\n        co_await std::move(one);"),
    Fault("a name has a limit of addresses",
          ("who owns a name does not say how many addresses are scanned, and what is left out is said",),
          "scanner/engine/finder.cpp", "if (addresses.size() > selection_.most_addresses &&",
          "if (addresses.size() > 9 * selection_.most_addresses &&"),
    Fault("what is excluded is never an endpoint",
          ("an excluded network is never an endpoint, whatever name or form of address leads there",),
          "scanner/engine/finder.cpp", "untouched += excluded &&", "untouched += std::exchange(excluded, false) &&",
          more=(("scanner/engine/finder.cpp", "const bool excluded = std::ranges::any_of(", "bool excluded = std::ranges::any_of("),
                ("scanner/engine/finder.cpp", "#include <algorithm>\n", "#include <algorithm>\n#include <utility>\n"))),
    Fault("endpoints are told apart in little time", ("tests/cli/test_stream.py Stream.test_eight_thousand_targets_are_found_in_little_time",),
          "scanner/engine/finder.cpp", "return !known_.insert(key_of(endpoint)).second; });",
          "return std::ranges::count_if(known_, [&](const std::string& key) { return key == key_of(endpoint); }) > 0 ||\n"
          "                             !known_.insert(key_of(endpoint)).second; });"),
    # Ends.
    Fault("a thread that cannot be started is one look-up's trouble",
          ("where no thread can be started a look-up fails by itself, and says so",),
          "scanner/net/resolver.cpp", "    } catch (const std::system_error&) {", "    } catch (const std::bad_alloc&) {"),
    Fault("a thread that cannot be started is no trouble of reading", ("where no thread can be started one does all parts",),
          "scanner/app/side_by_side.hpp", "    } catch (const std::system_error&) {", "    } catch (const std::bad_alloc&) {"),
    Fault("a thread that cannot be started is no trouble of handshakes", ("where no thread can be started the loop computes",),
          "scanner/engine/computing.cpp", "    } catch (const std::runtime_error&) {", "    } catch (const std::bad_alloc&) {"),
    Fault("what a thread throws reaches who asked", ("what another thread than the caller's throws reaches the caller",),
          "scanner/app/side_by_side.hpp", "        } catch (...) {", "        } catch (const std::system_error&) {"),
    Fault("the end of a terminal ends a scan as SIGTERM does", ("tests/misbehaviour/test_ends.py Ends.test_a_signal_ends_it_everywhere",),
          "scanner/app/run.cpp", "signals.add(SIGHUP);", "signals.add(SIGUSR2);"),
    # The sandbox.
    # That no program is started has two guards, seccomp and Landlock; a name space has one.
    Fault("a confined process makes no name space", ("a confined process starts no program and looks into no other",),
          "scanner/app/sandbox.cpp", "SCMP_SYS(unshare),", "SCMP_SYS(vhangup),"),
]
