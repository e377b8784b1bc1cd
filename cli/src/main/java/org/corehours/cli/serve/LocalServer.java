package org.corehours.cli.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Answers requests over HTTP. */
public final class LocalServer implements AutoCloseable {

    private static final int CONNECTIONS = 64;
    private static final int WAITING = 16;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static {
        // The server of the JDK takes its limits from here, once: seconds for a request to arrive and for an answer to
        // be
        // taken, headers and their bytes, and connections.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "60");
        System.setProperty("sun.net.httpserver.idleInterval", "30");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "32768");
        System.setProperty("jdk.httpserver.maxConnections", String.valueOf(CONNECTIONS));
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ThreadPoolExecutor connections;
    private final Workshop workshop;
    private final Site site;
    private final Gate gate;
    private final Consumer<Throwable> bugs;

    /**
     * Starts to listen.
     *
     * @param address where
     * @param host the name or address as it was chosen, which requests may use
     * @param evaluator makes what is shown
     * @param bugs told of what should not happen; whoever asks learns no more than that it did
     * @throws IOException if nothing can listen there, as where something does already
     */
    public LocalServer(InetSocketAddress address, String host, Evaluator evaluator, Consumer<Throwable> bugs)
            throws IOException {
        this(address, host, evaluator, bugs, new Workshop(atOnce(), WAITING, LONGEST));
    }

    LocalServer(
            InetSocketAddress address, String host, Evaluator evaluator, Consumer<Throwable> bugs, Workshop workshop)
            throws IOException {
        this.site = new Site(evaluator);
        this.gate = new Gate(host, address.getAddress().isLoopbackAddress());
        this.bugs = bugs;
        this.workshop = workshop;
        this.server = HttpServer.create(address, 0);
        this.connections =
                new ThreadPoolExecutor(0, CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "corehours-connection");
                    thread.setDaemon(true);
                    return thread;
                });
        server.setExecutor(connections);
        server.createContext("/", this::handle);
        server.start();
    }

    private static int atOnce() {
        return Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));
    }

    /** {@return the port that is listened on} */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        connections.shutdownNow();
        workshop.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = String.valueOf(exchange.getRequestURI().getRawPath());
            send(exchange, answer(exchange, path));
        }
    }

    private Response answer(HttpExchange exchange, String path) {
        try {
            gate.check(request(exchange, path));
            Query query = Query.of(exchange.getRequestURI().getRawQuery());
            return Assets.has(path) ? Assets.get(path) : workshop.make(() -> site.get(path, query));
        } catch (RefusedException e) {
            Response refusal = Site.refusal(path, e);
            return switch (e.status()) {
                case 405 -> refusal.with("Allow", "GET, HEAD");
                case 429, 503 -> refusal.with("Retry-After", "1");
                default -> refusal;
            };
        } catch (RuntimeException | Error e) {
            bugs.accept(e);
            return Site.refusal(
                    path,
                    new RefusedException(500, "This is a bug in corehours; the terminal that it runs in says more."));
        }
    }

    private static Gate.Request request(HttpExchange exchange, String path) {
        Headers headers = exchange.getRequestHeaders();
        String length = headers.getFirst("Content-Length");
        return new Gate.Request(
                exchange.getRequestMethod(),
                path,
                headers.getOrDefault("Host", List.of()),
                headers.getOrDefault("Origin", List.of()),
                headers.getFirst("Sec-Fetch-Site"),
                headers.getFirst("Sec-Fetch-Mode"),
                headers.containsKey("Transfer-Encoding")
                        || (length != null && !length.strip().equals("0")));
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", response.type());
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Cache-Control", "no-store");
        response.headers().forEach(headers::set);
        if (response.status() >= 400 && response.status() != 422) {
            headers.set("Connection", "close");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(response.status(), -1);
        } else {
            exchange.sendResponseHeaders(response.status(), response.body().length);
            exchange.getResponseBody().write(response.body());
        }
    }
}
