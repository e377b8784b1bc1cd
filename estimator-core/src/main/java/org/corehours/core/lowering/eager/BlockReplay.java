package org.corehours.core.lowering.eager;

import org.jspecify.annotations.Nullable;

/**
 * One replay of a repeated block, forward or backward, for all of its applications that see carried values of the
 * same layout. If the first application leaves other layouts than it read, the replay stands for that one alone.
 */
final class BlockReplay {
    private final KernelLog log;
    private final Aten aten;
    private final Copies outer;
    private final Copies inside;
    private final KernelLog.Repetition repetition;
    private int times;
    private @Nullable EagerTensor[] read = {};

    /** Starts a replay for {@code times} applications. */
    BlockReplay(KernelLog log, Aten aten, int times) {
        this.log = log;
        this.aten = aten;
        this.times = times;
        outer = aten.copies();
        inside = new Copies(outer, times);
        repetition = log.repeat(times);
        aten.copies(inside);
    }

    /** The applications it stands for. */
    int times() {
        return times;
    }

    /** The carried values as the block reads them. */
    @Nullable EagerTensor[] enter(@Nullable EagerTensor[] carried) {
        @Nullable EagerTensor[] entered = new EagerTensor[carried.length];
        for (int i = 0; i < carried.length; i++) {
            EagerTensor x = carried[i];
            entered[i] = x == null ? null : x.in(Storage.readBy(inside, x.storage));
        }
        read = entered;
        return entered;
    }

    /** The carried values as they are after the last application, given what the replay left. */
    @Nullable EagerTensor[] leave(@Nullable EagerTensor[] left) {
        if (times > 1 && !steady(left)) {
            times = 1;
            inside.times(1);
        }
        for (EagerTensor x : read) {
            if (x != null) {
                x.storage.replayed();
            }
        }
        repetition.end(times);
        repetition.closed();
        aten.copies(outer);
        @Nullable EagerTensor[] after = new EagerTensor[left.length];
        for (int i = 0; i < left.length; i++) {
            EagerTensor x = left[i];
            if (x == null) {
                continue;
            }
            EagerTensor from = read[i];
            boolean handedOn = from != null && x.storage.madeIn(inside);
            Storage last = after(x.storage, from);
            if (handedOn) {
                repetition.handsOn(from.storage, x.storage, last);
            }
            after[i] = x.in(last);
        }
        return after;
    }

    private Storage after(Storage left, @Nullable EagerTensor from) {
        for (EagerTensor x : read) {
            if (x != null && x.storage == left) {
                return left.origin();
            }
        }
        if (times == 1 && left.madeIn(inside)) {
            left.leave(outer);
            return left;
        }
        if (from == null || !left.madeIn(inside)) {
            return left;
        }
        Storage last = left.handOn(from.storage, new Copies(outer, times - 1L), outer, log.position());
        log.follow(last);
        return last;
    }

    private boolean steady(@Nullable EagerTensor[] left) {
        for (int i = 0; i < left.length; i++) {
            EagerTensor a = read[i];
            EagerTensor b = left[i];
            if ((a == null || b == null) ? a != b : !a.sameLayout(b)) {
                return false;
            }
        }
        return true;
    }
}
