package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.List;

/**
 * The module calls that the replay is within. A call of {@code torch.nn.Module} holds its arguments until it returns,
 * also those that nothing reads any more, and so do the variables of its code hold what they name.
 */
final class ModuleCalls {

    private static final class Call {
        final String path;
        final int start;
        final List<Storage> held = new ArrayList<>(4);

        Call(String path, int start) {
            this.path = path;
            this.start = start;
        }
    }

    private final KernelLog log;
    private final List<Call> calls = new ArrayList<>(8);

    ModuleCalls(KernelLog log) {
        this.log = log;
    }

    /** The next operation is one of the module {@code path}: calls of other modules return. */
    void enter(String path) {
        int last = calls.size() - 1;
        while (last >= 0 && !within(path, calls.get(last).path)) {
            leave(calls.remove(last--));
        }
        int from = last < 0 ? 0 : calls.get(last).path.length() + 1;
        while (from < path.length()) {
            int dot = path.indexOf('.', from);
            int end = dot < 0 ? path.length() : dot;
            if (end == path.length() || !numbered(path, end + 1)) {
                calls.add(new Call(path.substring(0, end), log.position()));
            }
            from = end + 1;
        }
    }

    /** Lists of modules are no calls: code goes through them. */
    private static boolean numbered(String path, int at) {
        char first = path.charAt(at);
        return first == '*' || Character.isDigit(first);
    }

    private static boolean within(String path, String outer) {
        return path.startsWith(outer) && (path.length() == outer.length() || path.charAt(outer.length()) == '.');
    }

    /** An operand of the next operation: an argument of the calls that began after it was made. */
    void pass(Storage operand) {
        if (operand.role != Storage.Role.ACTIVATION) {
            return;
        }
        for (int i = calls.size() - 1; i >= 0; i--) {
            Call call = calls.get(i);
            if (!operand.unwritten() && operand.firstKernel() >= call.start) {
                return;
            }
            call.held.add(operand);
        }
    }

    /** A variable of the innermost call names it. */
    void name(Storage storage) {
        if (!calls.isEmpty() && storage.role == Storage.Role.ACTIVATION) {
            calls.get(calls.size() - 1).held.add(storage);
        }
    }

    /** All calls return. */
    void leaveAll() {
        for (int i = calls.size() - 1; i >= 0; i--) {
            leave(calls.get(i));
        }
        calls.clear();
    }

    private void leave(Call call) {
        for (Storage storage : call.held) {
            storage.read(log.position() - 1);
        }
    }
}
