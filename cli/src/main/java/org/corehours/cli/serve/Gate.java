package org.corehours.cli.serve;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. Pages of other sites can make a browser send requests to this machine, and a name of theirs can be made to
 * resolve to it; so a request must name this machine as its host, and must not come from another origin.
 */
final class Gate {

    private static final int LONGEST_PATH = 200;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::(\\d{1,5}))?");
    private static final Pattern ADDRESS = Pattern.compile("\\[[0-9a-f:.]+]|\\d{1,3}(?:\\.\\d{1,3}){3}");

    private final String host;
    private final boolean loopbackOnly;

    /**
     * A gate.
     *
     * @param host the name or address that the server listens on
     * @param loopbackOnly whether it is reached from this machine alone
     */
    Gate(String host, boolean loopbackOnly) {
        String lower = host.toLowerCase(Locale.ROOT);
        this.host = lower.indexOf(':') >= 0 && !lower.startsWith("[") ? "[" + lower + "]" : lower;
        this.loopbackOnly = loopbackOnly;
    }

    /**
     * The parts of a request that say who asks for what.
     *
     * @param method the method
     * @param path the path as it was sent
     * @param hosts the values of the Host header
     * @param origins those of the Origin header
     * @param site the value of Sec-Fetch-Site; null if the browser sent none
     * @param mode the value of Sec-Fetch-Mode; null if the browser sent none
     * @param hasBody whether content comes with it
     */
    record Request(
            String method,
            String path,
            List<String> hosts,
            List<String> origins,
            @Nullable String site,
            @Nullable String mode,
            boolean hasBody) {}

    /** @throws RefusedException if the request is not to be answered */
    void check(Request request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw new RefusedException(405, "The method is not GET or HEAD.");
        }
        if (request.path().length() > LONGEST_PATH) {
            throw new RefusedException(414, "The path is longer than " + LONGEST_PATH + " characters.");
        }
        if (request.hasBody()) {
            throw new RefusedException(400, "A request with content is not read.");
        }
        if (request.hosts().size() != 1) {
            throw new RefusedException(
                    400,
                    "A request needs one Host header, not " + request.hosts().size() + ".");
        }
        String authority = request.hosts().get(0).toLowerCase(Locale.ROOT);
        if (!isOurs(authority)) {
            throw new RefusedException(
                    421,
                    "This server is not " + Shown.of(authority) + ". Open it by the address that it printed when it"
                            + " started.");
        }
        for (String origin : request.origins()) {
            if (!origin.toLowerCase(Locale.ROOT).equals("http://" + authority)) {
                throw new RefusedException(403, "Pages of other origins may not ask.");
            }
        }
        // A link on another site may lead here; its pictures, frames and scripts may not.
        boolean foreign = "cross-site".equals(request.site()) || "same-site".equals(request.site());
        if (foreign && !"navigate".equals(request.mode())) {
            throw new RefusedException(403, "Pages of other sites may not ask.");
        }
    }

    private boolean isOurs(String authority) {
        var match = HOST.matcher(authority);
        if (!match.matches()) {
            return false;
        }
        String name = match.group(1);
        // An address cannot be made to resolve to anything else, as a name can.
        return LOOPBACK.contains(name)
                || name.equals(host)
                || (!loopbackOnly && ADDRESS.matcher(name).matches());
    }
}
