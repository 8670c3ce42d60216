// One port as a client meets it: who answers there, its mode, the parameters that count in that mode, and what
// they yield. postconf(5), smtpd_tls_security_level and smtpd_tls_wrappermode; postscreen(8), tlsproxy(8).
#pragma once

#include "report/remedy/explanation.hpp"
#include "report/remedy/postfix_parameters.hpp"
#include "report/remedy/protocol_list.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// The kinds of key of a file's certificates.
struct KeyKinds {
    bool rsa = false;
    bool ecdsa = false;  ///< or EdDSA
    bool dss = false;
};

/// By the path in the configuration, what was read of a certificate file.
using KeysOfFiles = std::map<std::string, KeyKinds>;

/// What is assumed of the machine.
struct Setup {
    Release postfix;
    Release openssl;
    bool ecdsa_seen = false;  ///< a scan of this configuration showed an ECDSA certificate
    std::shared_ptr<const KeysOfFiles> keys = {};
};

/// `invalid`: a level smtpd(8) refuses with "fatal:".
enum class Mode { off, may, encrypt, wrapper, invalid };

Mode mode_of(const Parameters& parameters);

/// What the port is for: who connects, and so what may be demanded. `internal`: programs of this machine only,
/// such as a content filter that gives mail back; `unreached`: a "pass" service that no postscreen hands over to.
enum class Duty { exchanger, submission, internal, unreached, other };

/// By the port and the address, and where these say nothing by the mode: implicit TLS is for submission.
Duty duty_of(const MasterService& service, Mode mode);
std::string_view format(Duty duty);

/// "smtp" 25, "submission" 587, "submissions" and "smtps" 465, or the number behind the last colon.
std::optional<std::uint16_t> port_of(const MasterService& service);

/// The parameters that count in a mode: one protocol list, one cipher grade, one or two exclusion lists.
struct Governing {
    std::string protocols;
    std::string ciphers;
    std::vector<std::string> exclusions;
};

/// For `may`, `encrypt` and `wrapper`; in the other modes none counts, and the names are those of `may`.
Governing governing(const Parameters& parameters, Mode mode);

/// The line that decides the mode; nullptr if none does.
const Setting* mode_line(const Parameters& parameters);

/// The name of the list for the cipher grade in effect: "tls_medium_cipherlist"; empty for a wrong grade.
std::string cipherlist_of(const Parameters& parameters, Mode mode);

/// The cipher list with the exclusions, as smtpd(8) hands it to OpenSSL.
std::string whole_cipher_list(const Parameters& parameters, Mode mode);

/// Whether an exclusion list that counts has a word with a sign (!+-@): Postfix then ends every handshake.
bool has_signed_exclusion(const Parameters& parameters, Mode mode);

/// Which kinds of certificate the service has, by its parameters, and by the files as far as these were read. Of one that
/// was not, the name alone counts as RSA, which most are, unless a scan says otherwise.
struct Certificates {
    bool any = false;
    bool rsa = false;
    bool ecdsa = false;
    bool dss = false;
    bool guessed = false;  ///< RSA by the name alone
    bool asks = false;  ///< for the client's: suites without a certificate do not go with that
};

Certificates certificates_of(const Parameters& parameters, const Setup& setup);

/// The files of certificates that a service names, in order; at most 16.
std::vector<std::string> certificate_files_of(const Parameters& parameters);

/// A port with all that the rules look at. The files must live as long.
struct ServiceView {
    Parameters parameters;    ///< of the program that speaks TLS there: smtpd, or tlsproxy for postscreen
    const MasterService* at;  ///< the line of master.cf that listens
    Setup setup;
    Mode mode;
    Duty duty;
    TlsForecast now;

    bool is_postscreen() const { return parameters.side() == Side::tlsproxy; }

    /// Of the program that reads the line of master.cf, and whose level decides whether TLS is offered: postscreen has
    /// one of its own.
    Parameters front() const
    {
        return is_postscreen() ? Parameters(parameters.main(), at, setup.postfix, Side::postscreen) : parameters;
    }
};

/// An smtpd service. `duty` is the caller's where the service alone does not tell.
ServiceView view_of_smtpd(const MainCf& main, const MasterService& service, const Setup& setup,
                          std::optional<Duty> duty = std::nullopt);

/// A postscreen service: the clients that it does not know yet speak TLS with tlsproxy(8), which reads main.cf
/// and its own -o lines, and never those below "smtpd pass".
ServiceView view_of_postscreen(const MainCf& main, const MasterCf& master, const MasterService& service,
                               const Setup& setup);

/// "submission (port 587)", "smtp (port 25, postscreen)", "smtpd pass"
std::string label(const ServiceView& view);

}  // namespace smtptls::remedy
