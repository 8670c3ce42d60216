// How often one question is asked again: the one place that knows what a lost connection means.
#pragma once

#include "probes/reply.hpp"

namespace smtptls::probes {

class Patience {
public:
    static constexpr int most_failures = 3;    ///< connections that came to nothing
    static constexpr int most_if_shaky = 6;    ///< where that happens now and then
    static constexpr int most_throttles = 12;  ///< the engine waits longer each time
    /// Connections that failed before TLS, which says nothing of the question. More than are lost before the server is
    /// left alone for a while and asked again (Reachability): whether to go on is decided there, for all questions.
    static constexpr int most_unreached = 40;

    enum class Next {
        again,    ///< at once
        later,    ///< when all else was asked; once, and then all counts begin anew
        give_up,  ///< what it asks stays open
    };

    /// After a connection that came to nothing. `shaky`: on this server that happens now and then. Whoever asks to be
    /// asked later is not asked `later` by us.
    Next after(ReplyKind kind, bool shaky)
    {
        if (kind == ReplyKind::unreached) {
            return ++unreached_ < most_unreached ? Next::again : Next::give_up;
        }
        if (kind == ReplyKind::throttled) {
            return ++throttles_ < most_throttles ? Next::again : Next::give_up;
        }
        if (++failures_ < most(shaky)) {
            return Next::again;
        }
        if (put_off_) {
            return Next::give_up;
        }
        renew();
        put_off_ = true;
        return Next::later;
    }

    /// The same for a question that waits for nothing else: never later.
    Next after_alone(ReplyKind kind, bool shaky)
    {
        const Next next = after(kind, shaky);
        return next == Next::later ? Next::give_up : next;
    }

    /// A connection that broke behind a choice: perhaps the network. True if the question is to be asked again.
    bool after_loss(bool shaky) { return ++losses_ < most(shaky); }

    /// One more close in answer to the hello; how many there were.
    int count_close() { return ++closes_; }
    int closes() const { return closes_; }

    /// One more time that nothing came in answer to the hello; how many there were.
    int count_silence() { return ++silences_; }

    /// A good answer: everything counts anew.
    void renew() { failures_ = throttles_ = unreached_ = closes_ = silences_ = losses_ = 0; }

    bool troubled() const { return failures_ + throttles_ + unreached_ + closes_ + losses_ > 0; }

private:
    static int most(bool shaky) { return shaky ? most_if_shaky : most_failures; }

    int failures_ = 0;
    int throttles_ = 0;
    int unreached_ = 0;
    int closes_ = 0;
    int silences_ = 0;
    int losses_ = 0;
    bool put_off_ = false;
};

}  // namespace smtptls::probes
