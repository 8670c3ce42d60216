// What the services should have, and where it is written: each wish is a parameter with a value, for some of the
// ports.
#pragma once

#include "report/remedy/postfix_draft.hpp"

namespace smtptls::remedy {

/// Where a wish may be written.
enum class Placement { best, options };

/// Whether people submit their own mail there, of whom more may be demanded than of the world.
bool is_for_users(const ServiceView& view);

/// Whether mail of the world arrives there, opportunistically.
bool is_for_the_world(const ServiceView& view);

/// Which ports something is wished for.
using Chosen = bool (*)(const ServiceView&);

/// TLS demanded of users on the submission ports.
void wish_level(Draft& draft, const Setup& setup, Placement placement);

/// TLS 1.2 and newer where the list that counts leaves older versions.
void wish_versions(Draft& draft, const Setup& setup, Chosen chosen, Placement placement);

/// AEAD suites with forward secrecy only.
void wish_suites(Draft& draft, const Setup& setup, Chosen chosen, Placement placement);

/// Whether TLS is on there, or will be once users are asked for it, and there is no certificate for it.
bool lacks_certificate(const ServiceView& view);

/// A protocol list that leaves TLS 1.2 and newer only.
bool is_modern_list(const std::string& value, const Release& postfix);

/// "TLS 1.2 and newer" by the list that counts, and not only for want of suites.
bool list_is_modern(const ServiceView& view);

}  // namespace smtptls::remedy
